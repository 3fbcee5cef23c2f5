package bot

import (
	"errors"
	"time"
)

// errNeverAsked says that Telegram has not answered yet since the start.
var errNeverAsked = errors.New("telegram: no updates could be asked for yet")

// Silent tells for how long Telegram has not said what is new. Up to the length
// of a long poll is usual.
func (b *Bot) Silent() (time.Duration, error) {
	polled := b.polled.Load()
	if polled == 0 {
		return 0, errNeverAsked
	}
	return max(0, b.real.Now().Sub(time.Unix(polled, 0))), nil
}
