package childcare

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// CodeState is what can be done with the code of a child for a day.
type CodeState string

// The states of a code.
const (
	NoCode    CodeState = ""       // nobody who decides has it
	CodeFresh CodeState = "fresh"  // it can be shown
	CodeUsed  CodeState = "used"   // the child left by it
	CodeDead  CodeState = "locked" // there were three wrong ones: who decides is asked
)

// maxTries are how many wrong codes there are for a child and a day.
const maxTries = 3

// codeRow is a code as it is kept.
type codeRow struct {
	Code  string
	Tries int
	Right bool
}

func (r codeRow) state() CodeState {
	switch {
	case r.Tries >= maxTries:
		return CodeDead
	case r.Code == "":
		return NoCode
	case r.Right:
		return CodeUsed
	}
	return CodeFresh
}

func readCode(ctx context.Context, q sqlx.QueryerContext, community, child int64, day time.Time) (r codeRow, err error) {
	err = sqlx.GetContext(ctx, q, &r, `
		SELECT code, tries, right_at IS NOT NULL AS right FROM care_codes WHERE community_id = $1 AND child_id = $2 AND day = $3`,
		community, child, day)
	if none, err := noRow(err); none || err != nil {
		return codeRow{}, err
	}
	return r, nil
}

// code reads the code of the child for the day.
func (w *ward) code(ctx context.Context) (string, CodeState, error) {
	r, err := readCode(ctx, w.tx, w.by.Community, w.child.ID, w.day)
	return r.Code, r.state(), err
}

// codeUsed notes that a child leaves by its code, which is good for that once.
func (w *ward) codeUsed(ctx context.Context) error {
	_, err := w.tx.ExecContext(ctx, `
		UPDATE care_codes SET right_at = $4 WHERE community_id = $1 AND child_id = $2 AND day = $3 AND right_at IS NULL`,
		w.by.Community, w.child.ID, w.day, w.now)
	return err
}

// wrongCode counts one, and says how many may still be wrong. With the last of them who
// decides is asked whether somebody may have the child.
func (w *ward) wrongCode(ctx context.Context, name string) (left int, err error) {
	var tries int
	err = w.tx.GetContext(ctx, &tries, `
		UPDATE care_codes SET tries = tries + 1 WHERE community_id = $1 AND child_id = $2 AND day = $3 RETURNING tries`,
		w.by.Community, w.child.ID, w.day)
	if err != nil {
		return 0, err
	}
	if err := w.logged(ctx, "wrong_code", detail{"tries": tries}); err != nil {
		return 0, err
	}
	if tries == maxTries {
		_, err = w.ask(ctx, name)
	}
	return maxTries - tries, err
}

// Code reads the four digits of a child for a day, for who decides to pass on to whoever
// collects it. One by which the child left is replaced; a day's tries are the day's. It is
// care.too_many_tries where three were wrong, and care.bad_day for a day that is over.
func (s *Service) Code(ctx context.Context, actor people.Actor, child int64, day time.Time) (string, error) {
	var code string
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		c, err := lockChild(ctx, tx, actor.Community, child)
		if err == nil {
			err = s.decides(ctx, tx, actor, child)
		}
		if err == nil && c.ErasedAt != nil {
			err = access.NotFound()
		}
		if err != nil {
			return err
		}
		today, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if day.Before(today) {
			return invalid("care.bad_day")
		}
		r, err := readCode(ctx, tx, actor.Community, child, day)
		if err != nil {
			return err
		}
		switch r.state() {
		case CodeDead:
			return conflict("care.too_many_tries")
		case CodeFresh:
			code = r.Code
			return nil
		}
		if code, err = digits(r.Code); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO care_codes (community_id, child_id, day, code) VALUES ($1, $2, $3, $4)
			ON CONFLICT (community_id, child_id, day) DO UPDATE SET code = excluded.code, right_at = NULL`, actor.Community, child, day, code)
		if err != nil {
			return err
		}
		_, err = log(ctx, tx, happened{community: actor.Community, day: day, child: child, by: actor.Person, code: "code", at: s.now()})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the code of child %d: %w", child, err)
	}
	return code, nil
}

// digits draws four, others than those before.
func digits(was string) (string, error) {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(10_000))
		if err != nil {
			return "", err
		}
		if code := fmt.Sprintf("%04d", n.Int64()); code != was {
			return code, nil
		}
	}
}
