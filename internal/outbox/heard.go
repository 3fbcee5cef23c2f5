package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
)

// Sounds is what was decided of a message before it was sent.
type Sounds string

// The decisions. What is aloud or silent has been counted: a repeat counts it no
// second time. What was asked for goes at once, and is not counted.
const (
	Undecided Sounds = ""
	Aloud     Sounds = "aloud"
	Silent    Sounds = "silent"
	Asked     Sounds = "asked"
)

// ErrEnough says that somebody was told enough for a day that they did not ask
// for; the call must not be made.
var ErrEnough = errors.New("they were told enough today")

// Allowance is how much of what a message is somebody may be told on a day.
type Allowance struct {
	Day      time.Time // a moment of it, in the community's zone
	Sounding int       // so many messages make a sound; 0: this one makes none, or is not counted
	Unasked  int       // so many come that nobody asked for; 0: this one is not counted
}

// day is the allowance's, as Postgres reads it.
func (a Allowance) day() string { return a.Day.Format(time.DateOnly) }

// hear counts what $8 and $9 say more of a person's day, where both stay within
// what $6 and $7 allow. A day that is over counts no more; one row of a person
// is enough.
const hear = `
	ON CONFLICT (community_id, person_id) DO UPDATE SET
		sounding = CASE WHEN excluded.day > h.day THEN 0 ELSE h.sounding END + excluded.sounding,
		unasked = CASE WHEN excluded.day > h.day THEN 0 ELSE h.unasked END + excluded.unasked,
		day = greatest(h.day, excluded.day)
	WHERE excluded.day > h.day
		OR h.sounding + excluded.sounding <= CASE WHEN excluded.sounding > 0 THEN $4 ELSE h.sounding END
			AND h.unasked + excluded.unasked <= CASE WHEN excluded.unasked > 0 THEN $5 ELSE h.unasked END
	RETURNING h.person_id`

// Spending is Attempting for a message that counts, in one statement: of any
// number at once no more go than are allowed. It tells whether the message may
// make a sound. Where it is one too many that nobody asked for, it is ErrEnough,
// and nothing was written down.
func (s *Store) Spending(ctx context.Context, c Claimed, a Allowance) (Sounds, error) {
	args := []any{
		c.Community, c.Person, a.day(), a.Sounding, a.Unasked, c.ID, c.Claim, c.Attempt, c.Copies + 1, leaseToTry.Seconds(),
	}
	var was []Sounds
	err := pg.Repeat(ctx, func(bool) error { // a repeat finds what was counted
		was = nil
		return s.db.SelectContext(ctx, &was, spendQuery, args...)
	})
	switch {
	case err != nil:
		return Undecided, named(c, err)
	case len(was) == 0:
		return Undecided, named(c, ErrLate)
	case was[0] == Undecided:
		return Undecided, named(c, ErrEnough)
	}
	return was[0], nil
}

// spendQuery locks the row first: one that was withdrawn meanwhile counts as
// nothing. Whose day is full already is only looked at: what somebody heard
// becomes no less, and all that is for one person would wait for each other.
const spendQuery = `
	WITH mine AS MATERIALIZED (
		SELECT o.community_id, o.id, o.sounds FROM outbox o
		WHERE o.community_id = $1 AND o.id = $6 AND o.claims = $7 AND o.state = 'claimed'
		FOR UPDATE),
	spent AS (
		INSERT INTO heard AS h (community_id, person_id, day, sounding, unasked)
		SELECT $1, $2, $3::date, least($4, 1), least($5, 1) FROM mine
		WHERE mine.sounds = '' AND NOT EXISTS (
			SELECT FROM heard f WHERE f.community_id = $1 AND f.person_id = $2 AND f.day >= $3::date
				AND ($4 > 0 AND f.sounding >= $4 OR $5 > 0 AND f.unasked >= $5))` + hear + `),
	judged AS (
		SELECT m.community_id, m.id, CASE
			WHEN m.sounds <> '' THEN m.sounds
			WHEN EXISTS (SELECT FROM spent) THEN 'aloud'
			WHEN $5 > 0 THEN ''
			ELSE 'silent' END AS sounds
		FROM mine m),
	begun AS (
		UPDATE outbox o SET sounds = j.sounds, attempting = true, attempts = $8, copies = $9,
			lease_until = now() + $10 * interval '1 second'
		FROM judged j WHERE o.community_id = j.community_id AND o.id = j.id AND j.sounds <> '')
	SELECT sounds FROM judged`

// Hear counts one message more of somebody's day, in the caller's transaction;
// ok is false where it would be too many, and nothing was counted.
func Hear(ctx context.Context, tx *sqlx.Tx, community, person int64, a Allowance) (ok bool, err error) {
	var some []int64
	err = tx.SelectContext(ctx, &some, `
		INSERT INTO heard AS h (community_id, person_id, day, sounding, unasked)
		VALUES ($1, $2, $3::date, least($4, 1), least($5, 1))`+hear, community, person, a.day(), a.Sounding, a.Unasked)
	if err != nil {
		return false, fmt.Errorf("count what person %d hears: %w", person, err)
	}
	return len(some) > 0, nil
}
