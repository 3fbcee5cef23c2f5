package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Post writes an entry in the caller's transaction and returns its id; with a key
// that the book has already, it returns that entry's and writes nothing. Charges
// and refunds are for the caller to allow; what else is paid, spent or given is
// written by those who keep the book (access.KeepAccounts), and nobody writes to
// their own account or their family's. An actor with Person 0 is the bot itself,
// which charges, refunds and gives.
//
// It is refused as invalid (ledger.bad_amount, bad_day, bad_key, bad_photos,
// no_person, no_name, no_reason, no_proof), as not found where that is not the
// actor's to do or nobody knows the person, and as a conflict
// (ledger.not_so_much, with amount) where more is paid out or left than a person
// has. The same key for another code or amount is an error and no refusal. After
// any of these the caller rolls back.
func (l *Ledger) Post(ctx context.Context, tx *sqlx.Tx, actor people.Actor, e Entry) (int64, error) {
	id, err := l.post(ctx, tx, actor, e)
	if err != nil {
		return 0, fmt.Errorf("post %s to %s: %w", e.Code, e.Book, err)
	}
	return id, nil
}

func (l *Ledger) post(ctx context.Context, tx *sqlx.Tx, actor people.Actor, e Entry) (int64, error) {
	w, known := ways[e.Code]
	if _, is := leads[e.Book]; !is || !known {
		return 0, errors.New("there is no such book or code")
	}
	e, err := w.checked(e)
	if err != nil {
		return 0, err
	}
	if e.Person, err = itself(ctx, tx, actor.Community, e.Person); err != nil {
		return 0, err
	}
	if err := w.allow(ctx, tx, actor, e); err != nil {
		return 0, err
	}
	r, err := l.drawn(ctx, tx, actor, e)
	if err != nil {
		return 0, err
	}
	if w.covered {
		if err := lockAccount(ctx, tx, r.community, r.to); err != nil {
			return 0, err
		}
	}
	if id, err := r.find(ctx, tx); err != nil || id != 0 {
		return id, err
	}
	if w.covered {
		if err := l.covers(ctx, tx, actor.Community, e); err != nil {
			return 0, err
		}
	}
	return r.write(ctx, tx)
}

func (w way) allow(ctx context.Context, tx *sqlx.Tx, actor people.Actor, e Entry) error {
	whose := e.Person
	switch {
	case w.byService, w.byBot && actor.Person == 0:
		return nil
	case w.ownAllowed:
		whose = 0
	}
	return allow(ctx, tx, actor, access.KeepAccounts, e.Book, whose)
}

// covers refuses to take more from a person, whose account is locked, than they have.
func (l *Ledger) covers(ctx context.Context, tx *sqlx.Tx, community int64, e Entry) error {
	has, err := l.Balance(ctx, tx, community, e.Book, e.Person)
	if err == nil && has < e.Amount {
		return refusal.New(refusal.Conflict, "ledger.not_so_much", "amount", max(0, has))
	}
	return err
}

// row is an entry as it is written.
type row struct {
	Entry
	community        int64
	at               time.Time
	from, to         int64 // accounts
	fromKind, toKind Kind
	by, about        *int64 // of ledger_people
	reverses         *int64
}

// drawn finds the accounts and people of an entry.
func (l *Ledger) drawn(ctx context.Context, tx *sqlx.Tx, actor people.Actor, e Entry) (row, error) {
	w := ways[e.Code]
	r := row{Entry: e, community: actor.Community, at: l.now()}
	r.fromKind, r.toKind = w.sides(e.Person)
	whose, err := owner(ctx, tx, r.community, e.Person)
	if err != nil {
		return row{}, err
	}
	if w.about(e.Person) != 0 {
		r.about = whose
	}
	if r.by, err = owner(ctx, tx, r.community, actor.Person); err != nil {
		return row{}, err
	}
	if r.from, err = e.account(ctx, tx, r.community, r.fromKind, whose); err != nil {
		return row{}, err
	}
	r.to, err = e.account(ctx, tx, r.community, r.toKind, whose)
	return r, err
}

// find is the id of the entry that has this one's key, 0 where none has.
func (r row) find(ctx context.Context, tx *sqlx.Tx) (int64, error) {
	var is struct {
		ID, Amount, Reverses int64
		Code                 Code
	}
	err := tx.GetContext(ctx, &is, `
		SELECT id, amount, code, coalesce(reverses, 0) AS reverses FROM ledger_entries
		WHERE community_id = $1 AND book = $2 AND key = $3`, r.community, r.Book, r.Key)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, nil
	case err != nil:
		return 0, err
	case is.Code != r.Code || is.Amount != r.Amount || r.reverses != nil && *r.reverses != is.Reverses:
		return 0, fmt.Errorf("the key %q is that of entry %d, which is another", r.Key, is.ID)
	}
	return is.ID, nil
}

// write writes the row, or finds the one that somebody wrote at the same time.
func (r row) write(ctx context.Context, tx *sqlx.Tx) (id int64, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO ledger_entries (community_id, book, key, code, day, at, from_id, from_kind, to_id, to_kind, amount,
			by_id, about_id, reason, ref, photos, reverses)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT DO NOTHING RETURNING id`,
		r.community, r.Book, r.Key, r.Code, r.Day, r.at, r.from, r.fromKind, r.to, r.toKind, r.Amount,
		r.by, r.about, r.Reason, r.Ref, pq.Array(orNone(r.Photos)), r.reverses)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	id, err = r.find(ctx, tx)
	if err == nil && id == 0 { // not its key: what it reverses
		return 0, refusal.New(refusal.Conflict, "ledger.is_corrected")
	}
	return id, err
}

// orNone is an empty list rather than NULL.
func orNone(photos []string) []string {
	if photos == nil {
		return []string{}
	}
	return photos
}
