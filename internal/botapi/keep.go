package botapi

import "slices"

// Keep bounds what a server remembers, for runs that go on for long. A zero
// is no bound. At least so many are kept, and at most twice as many; what is
// older is as if it had never been, but for the numbers it has used up.
type Keep struct {
	Messages int // of each chat
	Calls    int // of each bot
	Files    int // of each bot, thumbnails counted
}

// outgrown tells how many of the oldest must go.
func outgrown(have, keep int) int {
	if keep <= 0 || have < 2*keep {
		return 0
	}
	return have - keep
}

func (c *chat) bot() *Bot {
	if c.phone != nil {
		return c.phone.bot
	}
	return c.group.bot
}

func (c *chat) trim() {
	old := outgrown(len(c.messages), c.bot().server.keep.Messages)
	if old == 0 {
		return
	}
	for _, m := range c.messages[:old] {
		delete(c.byID, m.id)
	}
	c.messages = slices.Clone(c.messages[old:])
}

func (f *files) trim() {
	old := outgrown(len(f.order), f.keep)
	if old == 0 {
		return
	}
	for _, s := range f.order[:old] {
		delete(f.byID, s.id)
		delete(f.byPath, s.path)
	}
	f.order = slices.Clone(f.order[old:])
}

// sweepTaps forgets taps that can be answered no more. Nothing but the log of
// calls tells them from such as never were.
func (b *Bot) sweepTaps() {
	const few = 1024
	if len(b.taps) < max(b.tapsAfterSweep*2, few) {
		return
	}
	for id, t := range b.taps {
		if t.Answered() || b.now().Sub(t.At) >= tapLifetime {
			delete(b.taps, id)
		}
	}
	b.tapsAfterSweep = len(b.taps)
}
