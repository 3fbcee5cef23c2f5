package main

import (
	"context"

	"github.com/linli-bot/linli/internal/street"
)

// troubles are what the page can make go wrong.
func (s *stage) troubles() []street.Trouble {
	return []street.Trouble{
		{Key: "kill", Begin: func(ctx context.Context) error { return s.kill(context.WithoutCancel(ctx)) }},
	}
}
