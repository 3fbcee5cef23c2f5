package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Mistake is an entry that was written wrongly, and why.
type Mistake struct {
	Entry  int64
	Key    string // of the entry that corrects it, in the same book
	Reason string
}

// Correct writes an entry once more the other way round, whole, and returns the id
// of that; the same key again writes nothing. What should have been written is
// posted as any other. It is for those who keep the book, as Post is; it is a
// conflict where the entry has been corrected (ledger.is_corrected) or is itself a
// correction (ledger.is_correction), and invalid without a reason
// (ledger.no_reason) or a key (ledger.bad_key).
func (l *Ledger) Correct(ctx context.Context, tx *sqlx.Tx, actor people.Actor, m Mistake) (int64, error) {
	id, err := l.correct(ctx, tx, actor, m)
	if err != nil {
		return 0, fmt.Errorf("correct entry %d: %w", m.Entry, err)
	}
	return id, nil
}

func (l *Ledger) correct(ctx context.Context, tx *sqlx.Tx, actor people.Actor, m Mistake) (int64, error) {
	m.Reason = pg.Cut(pg.Text(m.Reason), maxReason)
	was, err := readOriginal(ctx, tx, actor.Community, m.Entry)
	if err != nil {
		return 0, err
	}
	if err := allow(ctx, tx, actor, access.KeepAccounts, was.Book, was.concerns()); err != nil {
		return 0, err
	}
	switch {
	case badText(m.Key, 1):
		return 0, refusal.New(refusal.Invalid, "ledger.bad_key")
	case m.Reason == "":
		return 0, refusal.New(refusal.Invalid, "ledger.no_reason")
	case was.Code == Correction:
		return 0, refusal.New(refusal.Conflict, "ledger.is_correction")
	}
	r, err := l.reverse(ctx, tx, actor, was)
	if err != nil {
		return 0, err
	}
	r.Key, r.Reason = m.Key, m.Reason
	if id, err := r.find(ctx, tx); err != nil || id != 0 {
		return id, err
	}
	return r.write(ctx, tx)
}

// standing is an entry as a correction needs it.
type standing struct {
	ID               int64
	Book             Book
	Code             Code
	Day              calendar.Date
	Amount           int64
	From, To         int64
	FromKind, ToKind Kind
	About            *int64
	Ref              string
	Person           int64 // whose account it changes, or whom it is about; 0: nobody's
}

// concerns is whose account a correction changes, where that may not be the
// corrector's own.
func (s standing) concerns() int64 {
	if ways[s.Code].ownAllowed {
		return 0
	}
	return s.Person
}

// readOriginal reads an entry; nobody forgets whom it is about until the
// transaction ends.
func readOriginal(ctx context.Context, tx *sqlx.Tx, community, id int64) (standing, error) {
	var s standing
	err := tx.GetContext(ctx, &s, `
		SELECT e.id, e.book, e.code, to_char(e.day, 'YYYY-MM-DD') AS day, e.amount, e.from_id AS from, e.to_id AS to,
			e.from_kind AS fromkind, e.to_kind AS tokind, e.about_id AS about, e.ref,
			coalesce(p.person_id, 0) AS person
		FROM ledger_entries e
		LEFT JOIN ledger_people p ON p.community_id = e.community_id AND p.id = e.about_id
		WHERE e.community_id = $1 AND e.id = $2`, community, id)
	if errors.Is(err, sql.ErrNoRows) {
		return standing{}, access.NotFound()
	}
	if err != nil || s.About == nil {
		return s, err
	}
	_, err = tx.ExecContext(ctx, `
		SELECT FROM ledger_people WHERE community_id = $1 AND id = $2 FOR SHARE`, community, *s.About)
	return s, err
}

// reverse is an entry the other way round.
func (l *Ledger) reverse(ctx context.Context, tx *sqlx.Tx, actor people.Actor, was standing) (row, error) {
	here, err := community.Read(ctx, tx, actor.Community)
	if err != nil {
		return row{}, err
	}
	by, err := owner(ctx, tx, actor.Community, actor.Person)
	if err != nil {
		return row{}, err
	}
	today := calendar.DateOf(l.now().In(here.Location()))
	return row{
		Entry:     Entry{Book: was.Book, Code: Correction, Day: correctionDay(was.Day, today), Amount: was.Amount, Ref: was.Ref},
		community: actor.Community, at: l.now(),
		from: was.To, fromKind: was.ToKind, to: was.From, toKind: was.FromKind,
		by: by, about: was.About, reverses: &was.ID,
	}, nil
}

// correctionDay is the day of what is corrected while its month goes on or is to
// come, and today afterwards.
func correctionDay(was, today calendar.Date) calendar.Date {
	if month(was) < month(today) {
		return today
	}
	return was
}

// month is the year and month of a day: 2026-10.
func month(d calendar.Date) string { return string(d)[:len("2026-10")] }
