package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// What two sides agree to.
const (
	MaxAgreement = 600                 // characters
	keptAt       = 9                   // o'clock, on the day on which it is asked whether it was kept
	AskTwice     = 3 * 24 * time.Hour  // of silence, then a side is asked once more, and can be asked at the door
	LookInAfter  = 21 * 24 * time.Hour // whoever heard both sides looks in once more
)

// Agreement is what both sides of a quarrel are to agree to. Of a case the newest
// counts; nil is what was not said yet.
type Agreement struct {
	ID                 int64
	Words              string
	KeptOn             time.Time // a day
	OneSaid, OtherSaid *bool     // whether they agree
	OneKept, OtherKept *bool     // whether they say that it was kept
}

// Signed reports whether both sides agree.
func (a Agreement) Signed() bool { return says(a.OneSaid) && says(a.OtherSaid) }

func says(word *bool) bool { return word != nil && *word }

// Said is what a side says of the words, and Kept of whether they were kept.
func (a Agreement) Said(of Side) *bool { return pick(of, a.OneSaid, a.OtherSaid) }

// Kept is what a side says of whether it was kept.
func (a Agreement) Kept(of Side) *bool { return pick(of, a.OneKept, a.OtherKept) }

func pick(of Side, one, other *bool) *bool {
	if of == TheOther {
		return other
	}
	return one
}

const agreementColumns = `id, words, kept_on AS kepton, one_said AS onesaid, other_said AS othersaid, one_kept AS onekept, other_kept AS otherkept`

// agreement is the newest of the case, the zero one where there is none.
func (t *turn) agreement(ctx context.Context) (Agreement, error) {
	var a Agreement
	err := t.tx.GetContext(ctx, &a, `
		SELECT `+agreementColumns+` FROM case_agreements WHERE community_id = $1 AND case_id = $2 ORDER BY id DESC LIMIT 1`,
		t.c.Community, t.c.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return Agreement{}, nil
	}
	return a, err
}

// Agreement reads the newest of a case, the zero one where there is none, for
// those who may see it: both sides, and who hears them.
func (s *Service) Agreement(ctx context.Context, community, id int64) (Agreement, error) {
	var a Agreement
	err := s.db.GetContext(ctx, &a, `
		SELECT `+agreementColumns+` FROM case_agreements WHERE community_id = $1 AND case_id = $2 ORDER BY id DESC LIMIT 1`, community, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Agreement{}, nil
	}
	if err != nil {
		return Agreement{}, fmt.Errorf("read what was agreed in case %d: %w", id, err)
	}
	return a, nil
}

// Settle writes down what both sides are to agree to, in the words of whoever
// hears them, and asks both. What was written before counts no more.
func (s *Service) Settle(ctx context.Context, actor people.Actor, id int64, a Agreement, key string) (Case, error) {
	if err := checkKey(key); err != nil {
		return Case{}, err
	}
	words := pg.Text(a.Words)
	if n := len([]rune(words)); n == 0 || n > MaxAgreement {
		return Case{}, refusal.New(refusal.Invalid, "case.words_too_long", "max", MaxAgreement)
	}
	key = "settle:" + key
	return s.on(ctx, call{"settle", access.Mediate, actor, id}, func(t *turn) error {
		if there, err := t.repeated(ctx, key); err != nil || there {
			return err
		}
		if t.c.Other == 0 || !t.c.Mediated() {
			return refusal.New(refusal.Conflict, "case.one_side")
		}
		var item int64
		err := t.tx.GetContext(ctx, &item, `
			INSERT INTO case_agreements (community_id, case_id, words, kept_on, written_by, written_at)
			VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
			t.c.Community, t.c.ID, words, a.KeptOn.Format(time.DateOnly), t.actor.Person, t.now)
		if err != nil {
			return err
		}
		if t.from == Waiting { // for the day of what was agreed before
			t.c.WaitFor, t.c.WaitUntil = "", nil
			if err := t.become(ctx, MoveWake, Taken, nil); err != nil {
				return err
			}
		}
		if err := t.become(ctx, MoveSettle, t.from, detail{"key": key, "item": item}); err != nil {
			return err
		}
		return t.tell(ctx, news{"case.agreement", outbox.Task, detail{"item": item}}, t.c.For, t.c.Other)
	})
}

// Sign is one side's word on what is written: yes, or not so. Where both agree it
// waits for the day on which it is to be kept.
func (s *Service) Sign(ctx context.Context, actor people.Actor, id, item int64, yes bool) (Case, error) {
	return s.on(ctx, call{"sign", access.Side, actor, id}, func(t *turn) error {
		return t.sign(ctx, t.c.SideOf(t.actor.Person), item, yes)
	})
}

// SignFor writes down at the door what a side says that Telegram does not reach.
func (s *Service) SignFor(ctx context.Context, actor people.Actor, id int64, side Side, yes bool) (Case, error) {
	return s.on(ctx, call{"sign for a side of", access.Mediate, actor, id}, func(t *turn) error {
		if err := t.speaksFor(ctx, side); err != nil {
			return err
		}
		a, err := t.agreement(ctx)
		if err != nil {
			return err
		}
		return t.sign(ctx, side, a.ID, yes)
	})
}

// speaksFor refuses to write down the word of a side that can give it itself.
func (t *turn) speaksFor(ctx context.Context, side Side) error {
	person := t.c.side(side)
	if person == 0 {
		return access.NotFound()
	}
	reached, err := people.Reachable(ctx, t.tx, t.c.Community, []int64{person})
	if err != nil {
		return err
	}
	if len(reached) == 0 {
		return nil
	}
	var since time.Time
	err = t.tx.GetContext(ctx, &since, `
		SELECT coalesce(max(at), $3) FROM case_events WHERE community_id = $1 AND case_id = $2 AND code IN ('settled', 'done', 'proposed')`,
		t.c.Community, t.c.ID, t.now)
	if err == nil && t.now.Sub(since) < AskTwice {
		return refusal.New(refusal.Conflict, "case.ask_them")
	}
	return err
}

func (t *turn) sign(ctx context.Context, side Side, item int64, yes bool) error {
	a, err := t.agreement(ctx)
	if err != nil {
		return err
	}
	if a.ID == 0 || a.ID != item {
		return refusal.New(refusal.Conflict, "case.written_anew")
	}
	if said := a.Said(side); said != nil && *said == yes || a.Signed() {
		return nil
	}
	if !leads(t.from, MoveSign) {
		return t.tooLate(ctx)
	}
	if err := t.word(ctx, a.ID, side, "said", yes); err != nil {
		return err
	}
	if err := t.become(ctx, MoveSign, t.from, detail{"item": item, "side": side, "yes": yes}); err != nil {
		return err
	}
	if a, err = t.agreement(ctx); err != nil {
		return err
	}
	if a.Signed() {
		return t.agreed(ctx, a)
	}
	return t.tell(ctx, news{"case.signed", outbox.Task, detail{"item": int64(side), "outcome": yesOrNo(yes)}}, t.c.Holder)
}

func yesOrNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// word keeps what a side says of an agreement.
func (t *turn) word(ctx context.Context, item int64, side Side, of string, yes bool) error {
	_, err := t.tx.ExecContext(ctx, `
		UPDATE case_agreements SET
			one_said = CASE WHEN $3 = 1 AND $4 = 'said' THEN $5 ELSE one_said END,
			other_said = CASE WHEN $3 = 2 AND $4 = 'said' THEN $5 ELSE other_said END,
			one_kept = CASE WHEN $3 = 1 AND $4 = 'kept' THEN $5 ELSE one_kept END,
			other_kept = CASE WHEN $3 = 2 AND $4 = 'kept' THEN $5 ELSE other_kept END
		WHERE community_id = $1 AND id = $2`, t.c.Community, item, int(side), of, yes)
	return err
}

// agreed waits for the day, and tells everybody who took part.
func (t *turn) agreed(ctx context.Context, a Agreement) error {
	day, err := t.keptOn(ctx, a)
	if err != nil {
		return err
	}
	t.c.WaitFor, t.c.WaitUntil = ForDate, &day
	if err := t.become(ctx, MoveWait, Waiting, detail{"for": ForDate, "item": a.ID}); err != nil {
		return err
	}
	if err := t.enqueue(ctx, []outbox.Row{t.job(timed(t.c.ID, "kept", day), "case.kept_due", day)}); err != nil {
		return err
	}
	return t.tell(ctx, news{"case.both_agreed", outbox.Task, nil}, t.c.For, t.c.Other, t.c.Holder)
}

// keptOn is the morning of the day on which it is asked whether it was kept.
func (t *turn) keptOn(ctx context.Context, a Agreement) (time.Time, error) {
	home, err := community.Read(ctx, t.tx, t.c.Community)
	if err != nil {
		return time.Time{}, err
	}
	y, m, d := a.KeptOn.Date()
	return time.Date(y, m, d, keptAt, 0, 0, 0, home.Location()), nil
}

// timed is the key of a job that there may be once for each time at which it is due.
func timed(id int64, what string, due time.Time) string {
	return fmt.Sprintf("%s:%s:%d", Subject(id), what, due.UnixMilli())
}
