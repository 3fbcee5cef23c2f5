package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/linli-bot/linli/bot"
)

// links are the addresses of the bots at Telegram. A bot's name is asked for when
// it is first needed, and kept.
type links struct {
	mu      sync.Mutex
	callers map[int64]*bot.Caller // by community
	names   map[int64]string
}

// of says which bot is a community's.
func (l *links) of(community int64, c *bot.Caller) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.callers == nil {
		l.callers, l.names = map[int64]*bot.Caller{}, map[int64]string{}
	}
	l.callers[community] = c
}

// to is the link that opens a community's bot with a payload.
func (l *links) to(ctx context.Context, community int64, payload string) (string, error) {
	name, err := l.name(ctx, community)
	if err != nil {
		return "", fmt.Errorf("link to the bot of community %d: %w", community, err)
	}
	return botLink(name, payload), nil
}

func (l *links) name(ctx context.Context, community int64) (string, error) {
	l.mu.Lock()
	name, caller := l.names[community], l.callers[community]
	l.mu.Unlock()
	if name != "" {
		return name, nil
	}
	if caller == nil {
		return "", fmt.Errorf("no bot is of community %d", community)
	}
	me, err := caller.Me(ctx)
	if err != nil {
		return "", err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names[community] = me.Username
	return me.Username, nil
}

// botLink opens a bot with a payload.
func botLink(username, payload string) string {
	return "https://t.me/" + username + "?start=" + payload
}
