package flow

import (
	"time"

	"github.com/linli-bot/linli/internal/access"
)

// thisDay is today where the reader lives, at midnight UTC.
func (v Visit) thisDay() time.Time { return v.tomorrow().AddDate(0, 0, -1) }

// runsCare reports whether somebody leads the hall.
func (v Visit) runsCare() bool { return v.Actor.May(access.RunCare, access.SameCommunity) }
