package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Leaving is that somebody takes a child: one of three who, and what speaks for them.
type Leaving struct {
	Child     int64
	Collector int64  // on its list
	Guardian  int64  // who decides for it
	Ask       int64  // somebody for whom who decides said yes
	Code      string // of somebody whom the actor does not know
	Hand      string // how they were checked by hand: a code, or words
}

// yes is what is known of a question that was put to who decides.
type yes string

const (
	noQuestion yes = ""
	unanswered yes = "unanswered"
	saidYes    yes = "yes"
	saidNo     yes = "no"
	worthless  yes = "worthless" // it is of another child or day, of nobody, or somebody left by it
)

// claim is what is known of somebody who wants a child, and what speaks for them.
type claim struct {
	here   bool // those who mind it hold the child
	barred bool
	listed bool // they decide for it, or are on its list today
	known  bool // the actor gave this family a child before, by code or by hand
	asked  yes
	state  CodeState
	typed  bool // a code was
	right  bool // and it is the code
	hand   bool // they were checked by hand
}

// verdict is why the child may leave, or the key of what is refused. Nobody leaves for
// two reasons: a wrong code is wrong also of somebody who is known. Whoever is barred
// reads what any stranger reads.
func (c claim) verdict() (Reason, string) {
	switch {
	case !c.here:
		return "", "care.not_here"
	case c.barred:
		return "", "care.must_ask"
	case c.asked != noQuestion:
		return c.asked.verdict()
	case !c.listed:
		return "", "care.must_ask"
	case c.typed:
		return c.codeVerdict()
	case c.known:
		return Known, ""
	case c.state == CodeDead:
		return "", "care.must_ask"
	case c.hand:
		return ByHand, ""
	}
	return "", "care.needs_proof"
}

func (y yes) verdict() (Reason, string) {
	switch y {
	case saidYes:
		return WasAsked, ""
	case saidNo:
		return "", "care.said_no"
	case unanswered:
		return "", "care.unanswered"
	}
	return "", "care.must_ask"
}

func (c claim) codeVerdict() (Reason, string) {
	switch {
	case c.state == CodeDead:
		return "", "care.must_ask"
	case c.state != CodeFresh:
		return "", "care.no_code"
	case !c.right:
		return "", "care.wrong_code"
	}
	return ByCode, ""
}

// Leave gives a child to somebody. What speaks for them is, in this order: the yes; the
// code; that the actor knows them; the check by hand. Refused is care.needs_proof where
// nothing does, care.wrong_code ("left", tries), care.no_code where there is none to
// compare with, care.must_ask where who decides is to be asked, which is also what is
// said of whoever is barred, care.unanswered, care.said_no, and care.not_here where the
// child is not in the hands of staff. Who decides is told that it left. Repeated, it
// changes nothing.
func (s *Service) Leave(ctx context.Context, actor people.Actor, l Leaving) (Custody, error) {
	var c Custody
	var refused error
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		day, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		w, err := s.given(ctx, tx, actor, l.Child, day, s.now())
		if err != nil {
			return err
		}
		c, refused, err = w.leave(ctx, l)
		return err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return Custody{}, fmt.Errorf("child %d leaves: %w", l.Child, err)
	}
	return c, nil
}

// given holds a child for one who may give it on a day.
func (s *Service) given(ctx context.Context, tx *sqlx.Tx, actor people.Actor, child int64, day, at time.Time) (*ward, error) {
	w, err := s.minded(ctx, tx, actor, child, day, at)
	if isNotFound(err) && w != nil && w.is.Place == Out && w.is.How != Begin && w.is.By == actor.Person && w.is.Day.Equal(day) {
		return w, nil // it just left with them: a second tap
	}
	return w, err
}

// leave gives the child to somebody, or says why not. What is refused is written down all
// the same: a wrong code counts, and whoever is barred raises the alarm.
func (w *ward) leave(ctx context.Context, l Leaving) (_ Custody, refused, err error) {
	t, err := w.taker(ctx, l)
	if err != nil {
		return w.is, nil, err
	}
	if w.is.sameTap(t, w.by.Person, w.now) {
		return w.is, nil, nil
	}
	k, err := w.claim(ctx, t, l)
	if err != nil {
		return w.is, nil, err
	}
	how, key := k.verdict()
	if how != "" {
		err := w.leaves(ctx, t, how, pg.Cut(pg.Text(l.Hand), maxReason))
		return w.is, nil, err
	}
	switch {
	case k.here && k.barred:
		err = w.alarm(ctx, t.collector)
	case key == "care.wrong_code":
		var left int
		left, err = w.wrongCode(ctx, t.called)
		refused = conflict(key, "left", left)
		if left == 0 {
			refused = conflict("care.must_ask")
		}
	}
	if refused == nil {
		refused = conflict(key)
	}
	return w.is, refused, err
}

// maxReason is how long a reason may be, in characters.
const maxReason = 200

// sameTap is how long a second tap is the first.
const sameTap = 10 * time.Minute

// sameTap reports whether a child left with somebody just now, at the same one's word.
func (c Custody) sameTap(t taker, by int64, now time.Time) bool {
	same := c.Collector == t.collector && c.Ask == t.ask.ID && (t.ask.ID != 0 || c.Holder == t.person)
	return c.Place == Out && c.How != Begin && same && c.By == by && now.Sub(c.Since) < sameTap
}

// leaves writes that the child is with somebody, and tells who decides. Who gave it held
// it: no child leaves out of hands in which it was not.
func (w *ward) leaves(ctx context.Context, t taker, how Reason, reason string) error {
	quiet := w.is.Reason == ofTalk
	if err := w.takes(ctx); err != nil {
		return err
	}
	to := Custody{Place: Out, Holder: t.person, HolderName: t.name, How: how}
	switch how {
	case Known, ByCode, ByHand:
		to.Collector = t.collector
	case WasAsked:
		to.Ask = t.ask.ID
	}
	if how == ByHand || how == Override {
		to.Reason = reason
	}
	if err := w.spent(ctx, how, t); err != nil {
		return err
	}
	if err := w.pass(ctx, to); err != nil {
		return err
	}
	if err := w.logged(ctx, "left", detail{"how": how}); err != nil {
		return err
	}
	if err := w.unask(ctx, t.ask.ID); err != nil {
		return err
	}
	return w.tellLeft(ctx, quiet)
}

// spent uses up what can be used once.
func (w *ward) spent(ctx context.Context, how Reason, t taker) error {
	switch how {
	case ByCode:
		return w.codeUsed(ctx)
	case WasAsked:
		_, err := w.tx.ExecContext(ctx, `
			UPDATE care_asks SET used_at = $3 WHERE community_id = $1 AND id = $2 AND used_at IS NULL AND yes`, w.by.Community, t.ask.ID, w.now)
		return err
	}
	return nil
}
