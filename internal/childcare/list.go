package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/people"
)

// OnList is a child as who minds it that day reads it.
type OnList struct {
	Sitting        int64
	Child, Booking int64
	Part           Part
	Name           string
	Grade          int
	Class          string
	Place          Place // where it is now
	Holder         int64 // who answers for it, where they are on the register
	HolderName     string
	Since          time.Time
	Absent         Absence // somebody who decides said that it does not come
	NotYet         bool    // somebody said at the gate that it is not there, and nobody has met it since
	Missing        bool    // it was not where it was to be met, and nobody has said where it is
	Busy           bool    // with somebody to talk to: nobody else learns more
	First          bool    // its part of the day begins with this sitting
	Settled        bool    // that it came somebody said afterwards: where it was nobody wrote down
	Done           bool    // what the sitting is for is done: met at the gate, back at school, or left
	Diet           Codes[Diet]
	Allergy, Know  string
	Naps           bool
	Subject        Subject
	Notes          []Note
}

// List is who is expected at a sitting, by name.
type List struct {
	Sitting  Sitting
	Children []OnList
}

// Left is how many come and are not done yet.
func (l List) Left() (n int) {
	for _, c := range l.Children {
		if c.Absent == Present && !c.Done {
			n++
		}
	}
	return n
}

// Lists reads the day of who minds children on it, as it goes on: each sitting with its
// children, but for talks. That somebody looked is written down. It is NotFound for
// everybody else.
func (s *Service) Lists(ctx context.Context, actor people.Actor, day time.Time) ([]List, error) {
	var all []List
	err := s.inTx(ctx, func(tx *sqlx.Tx) (err error) {
		if err := s.minds(ctx, tx, actor, 0, day); err != nil {
			return err
		}
		all, err = s.lists(ctx, tx, actor, day)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the lists of %s: %w", day.Format(time.DateOnly), err)
	}
	return all, nil
}

func (s *Service) lists(ctx context.Context, tx *sqlx.Tx, actor people.Actor, day time.Time) ([]List, error) {
	sittings, err := readSittings(ctx, tx, `s.community_id = $1 AND s.day = $2 AND s.what <> 'talk' AND s.cancelled_at IS NULL`, actor.Community, day)
	if err != nil {
		return nil, err
	}
	all := make([]List, len(sittings))
	at, begins := map[int64]int{}, map[int64]time.Time{}
	for i, sit := range sittings {
		all[i], at[sit.ID], begins[sit.ID] = List{Sitting: sit}, i, sit.StartsAt
	}
	some, err := readOnList(ctx, tx, actor, day)
	if err != nil {
		return nil, err
	}
	var seen []int64
	for _, c := range some {
		i, there := at[c.Sitting]
		if !there {
			continue
		}
		c.Done = c.done(all[i].Sitting) || slices.ContainsFunc(some, func(o OnList) bool {
			return o.Child == c.Child && o.Booking != c.Booking && o.Done && begins[o.Sitting].After(begins[c.Sitting])
		}) // it came for a later part of the day
		all[i].Children = append(all[i].Children, c)
		seen = append(seen, c.Child)
	}
	return all, seenBy(ctx, tx, actor, seen, "list", s.now())
}

// readOnList reads the children of a day, by name: those who come, and those of whom
// somebody said that they do not.
func readOnList(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, day time.Time) ([]OnList, error) {
	var all []OnList
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT l.sitting_id AS sitting, b.child_id AS child, b.id AS booking, b.part, p.name, c.grade, c.class,
			CASE WHEN k.place IS NULL OR k.day < b.day AND k.place IN ('way', 'hall', 'missing') THEN 'out' ELSE k.place END AS place,
			coalesce(k.since, c.since) AS since,
			CASE WHEN t.busy THEN 0 ELSE coalesce(k.holder_id, 0) END AS holder,
			CASE WHEN t.busy THEN '' ELSE coalesce(h.name, k.holder_name, '') END AS holdername,
			b.absent, b.missing_at IS NOT NULL AND b.found_at IS NULL AS missing, t.busy,
			b.outcome <> 'came' AND (b.missing_at IS NULL OR b.found_at IS NOT NULL) AND EXISTS (SELECT FROM care_events e
				WHERE e.community_id = b.community_id AND e.child_id = b.child_id AND e.day = b.day AND e.code IN ('not_yet', 'missing')
					AND (e.detail->>'booking')::bigint = b.id) AS notyet,
			coalesce(b.outcome = 'came' AND (k.day = b.day OR s.what = 'fetch'), false) AS done,
			b.outcome = 'came' AND NOT EXISTS (SELECT FROM care_custody o
				WHERE o.community_id = b.community_id AND o.child_id = b.child_id AND o.day = b.day AND o.place IN ('way', 'hall')) AS settled,
			`+beginsSQL+` AS first,
			c.diet, c.allergy, c.know, c.naps, c.subject
		FROM care_bookings b
		JOIN care_legs l ON l.community_id = b.community_id AND l.booking_id = b.id
		JOIN care_sittings s ON s.community_id = l.community_id AND s.id = l.sitting_id
		JOIN care_children c ON c.community_id = b.community_id AND c.child_id = b.child_id
		JOIN persons p ON p.community_id = b.community_id AND p.id = b.child_id
		LEFT JOIN care_custody k ON k.community_id = b.community_id AND k.child_id = b.child_id AND k.until IS NULL
		LEFT JOIN persons h ON h.community_id = k.community_id AND h.id = k.holder_id
		CROSS JOIN LATERAL (SELECT coalesce(k.reason = 'talk' AND k.place = 'hall' AND k.holder_id <> $3, false) AS busy) t
		WHERE b.community_id = $1 AND b.day = $2 AND b.part <> 'talk' AND (b.state = 'booked' OR b.absent <> '')
		ORDER BY p.name, b.id`, actor.Community, day, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read the children of %s: %w", day.Format(time.DateOnly), err)
	}
	notes, err := readNotes(ctx, q, actor.Community, day)
	if err != nil {
		return nil, err
	}
	for i, c := range all {
		all[i].Notes = notes[c.Booking]
	}
	return all, nil
}

// done reports whether what a sitting is for is done with a child, which came.
func (c OnList) done(sit Sitting) bool {
	switch {
	case !c.Done:
		return false
	case sit.Pattern.What == Fetch:
		return true
	case sit.Pattern.What == Back:
		return c.Place == AtSchool && !c.Since.Before(sit.StartsAt.Add(-early))
	}
	return !c.Place.ours() && c.Place != Lost
}

// sameLook is how long a second look is the first.
const sameLook = 10 * time.Minute

// seenBy writes down that the actor looked at some children.
func seenBy(ctx context.Context, tx *sqlx.Tx, actor people.Actor, children []int64, what string, at time.Time) error {
	if len(children) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO care_looks (community_id, child_id, person_id, what, at)
		SELECT DISTINCT $1::bigint, child, $2::bigint, $4::text, $5::timestamptz FROM unnest($3::bigint[]) AS child
		WHERE NOT EXISTS (SELECT FROM care_looks l WHERE l.community_id = $1 AND l.child_id = child AND l.person_id = $2 AND l.what = $4 AND l.at > $6)`,
		actor.Community, actor.Person, pq.Array(children), what, at, at.Add(-sameLook))
	if err != nil {
		return fmt.Errorf("write who looked: %w", err)
	}
	return nil
}
