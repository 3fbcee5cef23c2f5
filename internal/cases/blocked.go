package cases

import (
	"context"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// What somebody can do whose nonsense was stopped, in one rule. Nothing that they write,
// show or say reaches anybody, in whatever matter it is, and no tap of theirs calls
// somebody anew: nothing new is sent, nothing joined, no end disputed. What is open for
// them goes on: they say with a tap whether it held, whether it was kept, whether they
// agree, and take back what is theirs. A danger is taken in always, with all that is said
// of it. Whoever works here is not stopped, also where they were before they did.
//
// takesIn asks it of what begins, later of all that is said of what is there, join of
// what is added, and the taps that call somebody anew ask it themselves.

// shutOut reports whether nothing new of somebody is taken in.
func shutOut(p people.Person, a people.Actor) bool { return p.Blocked() && !a.Holds() }

// errBlocked is a kind word to who is blocked; whom to call stands in it.
func errBlocked() error { return refusal.New(refusal.Conflict, "case.blocked") }

// letsIn refuses somebody who is blocked something new about a case that is no danger.
func (t *turn) letsIn(ctx context.Context) error {
	if t.c.Danger != "" || t.actor.Person == 0 {
		return nil
	}
	p, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.actor.Person)
	if err == nil && shutOut(p, t.actor) {
		return errBlocked()
	}
	return err
}

// letsSay refuses it where something is said, shown or spoken.
func (t *turn) letsSay(ctx context.Context, n Note) error {
	if n.Words == "" && len(n.Media) == 0 {
		return nil
	}
	return t.letsIn(ctx)
}

// ofBlocked reports whether a draft is of somebody who was blocked meanwhile: it
// goes before nobody.
func (t *turn) ofBlocked(ctx context.Context) (bool, error) {
	if t.c.Danger != "" {
		return false, nil
	}
	p, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.Reporter)
	if err != nil || !p.Blocked() {
		return false, err
	}
	reporter, err := people.ReadActor(ctx, t.tx, t.c.Community, t.c.Reporter)
	return shutOut(p, reporter), err
}
