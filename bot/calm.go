package bot

import (
	"context"
	"errors"
	"fmt"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/outbox"
)

// way is how a message goes: whether it may be heard at this hour, and what it
// counts as if it is.
type way struct {
	verdict calm.Verdict
	manner  calm.Manner
	counts  bool
	person  int64 // who reads it, and has it counted
	reader  calm.Reader
}

// calmly decides how a row goes, by the hour and by who reads it. What is urgent
// goes as it is, as does what is for a group, and what changes a message that is
// there; what was tapped for comes to who has the phone in hand. By day this asks
// the database nothing.
func (b *Bot) calmly(ctx context.Context, row outbox.Claimed, to reader) (way, error) {
	switch {
	case row.Person == 0, row.Edits != "", row.Urgency == outbox.Urgent:
		return way{}, nil
	case row.Sounds == outbox.Asked:
		return way{verdict: calm.Hush}, nil
	}
	w := way{manner: flow.Manner(row.Topic), counts: true, person: to.v.Person.ID}
	w.reader = calm.Reader{Serves: calm.Serves(to.v.Actor), Now: to.v.Now.In(to.v.Zone)}
	quiet, working := to.hours().Quiet(w.reader.Now), false
	if quiet && w.manner != calm.Prompt { // what is prompt goes silently, on a shift or not
		var err error
		if working, err = b.house.Roster.Working(ctx, row.Community, to.v.Person.ID); err != nil {
			return way{}, err
		}
	}
	w.verdict = calm.Decide(w.manner, quiet, working)
	return w, nil
}

// hours are the reader's quiet hours.
func (r reader) hours() calm.Hours { return calm.Of(r.v.Person, r.v.Community) }

// attempting writes down that a message is about to be sent, and counts it where
// it counts. It tells whether it goes silently; one that is drawn so makes no
// sound at any hour. What was counted at an earlier try counts no more.
func (c *Courier) attempting(ctx context.Context, row outbox.Claimed, w way, silent bool) (bool, error) {
	w.reader.Silent = silent || w.verdict == calm.Hush
	allow := calm.Allow(w.manner, w.reader)
	if !w.counts || allow.Sounding == 0 && allow.Unasked == 0 {
		return w.reader.Silent, c.box.Attempting(ctx, row)
	}
	row.Person = w.person // who they turned out to be
	sounds, err := c.box.Spending(ctx, row, allow)
	return w.reader.Silent || sounds == outbox.Silent, err
}

// keep keeps a row for the morning of its reader. Where that has come at this
// moment, or the clock was put back behind it, the row has a morning of its own
// at that time.
func (c *Courier) keep(ctx context.Context, row outbox.Claimed, to reader) error {
	row.Person = to.v.Person.ID // who they turned out to be
	morning := calm.MorningOf(row.Person, to.hours(), to.v.Now.In(to.v.Zone))
	err := c.box.Keep(ctx, row, morning)
	if errors.Is(err, outbox.ErrMorning) {
		morning.Key = fmt.Sprintf("%s:%d:%d", morning.Key, row.ID, row.Claim)
		err = c.box.Keep(ctx, row, morning)
	}
	return c.ended(row, "kept", err)
}
