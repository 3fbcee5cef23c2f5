package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Door is what the actor needs to know where somebody wants to take a child.
type Door struct {
	Child      int64
	Name       string
	Day        time.Time
	Place      Place
	Holder     int64
	HolderName string
	Collectors []Collector // who may have it today: who decides, then those on its list; Known is of the actor
	Barred     []Collector
	Code       CodeState
	Tries      int  // that are left
	Ask        *Ask // the newest of today; nil: none
}

// Door reads it, for who minds the child today or holds it still, and writes the look down.
func (s *Service) Door(ctx context.Context, actor people.Actor, child int64) (Door, error) {
	var d Door
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		day, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		w, err := s.minded(ctx, tx, actor, child, day, s.now())
		if err != nil {
			return err
		}
		if d, err = w.door(ctx); err != nil {
			return err
		}
		return seenBy(ctx, tx, actor, []int64{child}, "list", s.now())
	})
	if err != nil {
		return Door{}, fmt.Errorf("read who may have child %d: %w", child, err)
	}
	return d, nil
}

func (w *ward) door(ctx context.Context) (d Door, err error) {
	d = Door{Child: w.child.ID, Name: w.child.Name, Day: w.day, Place: w.is.Place, Holder: w.is.Holder, HolderName: w.is.HolderName}
	if d.Holder != 0 {
		p, err := people.ReadPerson(ctx, w.tx, w.by.Community, d.Holder)
		if err != nil {
			return d, err
		}
		d.HolderName = p.Name
	}
	if d.Collectors, d.Barred, err = readDoor(ctx, w.tx, w.by, w.child.ID, w.day); err != nil {
		return d, err
	}
	code, err := readCode(ctx, w.tx, w.by.Community, w.child.ID, w.day)
	if err != nil {
		return d, err
	}
	d.Code, d.Tries = code.state(), maxTries-code.Tries
	var asks []Ask
	err = w.tx.SelectContext(ctx, &asks, `
		SELECT `+askColumns+` FROM care_asks WHERE community_id = $1 AND child_id = $2 AND day = $3 ORDER BY id DESC LIMIT 1`,
		w.by.Community, w.child.ID, w.day)
	if err == nil && len(asks) > 0 {
		d.Ask = &asks[0]
	}
	return d, err
}

// readDoor reads who may have a child on a day, and who never may. Known is of the actor:
// they gave them a child before, by code or by hand.
func readDoor(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, child int64, day time.Time) (may, barred []Collector, err error) {
	err = sqlx.SelectContext(ctx, q, &may, `
		SELECT m.*, EXISTS (SELECT FROM care_custody k
			WHERE k.community_id = m.community AND k.giver_id = $4 AND k.how IN ('code', 'hand') AND k.reason <> 'paper' AND NOT k.undone
				AND (k.collector_id = nullif(m.id, 0) OR k.holder_id = nullif(m.person, 0))) AS known
		FROM (
			SELECT t.community_id AS community, 0::bigint AS id, t.for_id AS child, t.person_id AS person, p.name, coalesce(p.phone, '') AS phone,
				true AS guardian, NULL::date AS from, NULL::date AS until
			FROM ties t JOIN persons p ON p.community_id = t.community_id AND p.id = t.person_id
			WHERE t.community_id = $1 AND t.for_id = $2 AND `+decidesSQL+`
			UNION ALL
			SELECT c.community_id, c.id, c.child_id, coalesce(c.person_id, 0), c.name, c.phone, false, c.from_day, c.until_day
			FROM care_collectors c
			WHERE c.community_id = $1 AND c.child_id = $2 AND NOT c.barred AND c.ended_at IS NULL
				AND (c.from_day IS NULL OR c.from_day <= $3) AND (c.until_day IS NULL OR c.until_day >= $3)
				AND care_bar($1, $2, c.id, c.person_id, c.name) IS NULL) m
		ORDER BY m.guardian DESC, m.name, m.id`, actor.Community, child, day, actor.Person)
	if err != nil {
		return nil, nil, fmt.Errorf("read who may have child %d: %w", child, err)
	}
	err = sqlx.SelectContext(ctx, q, &barred, `
		SELECT `+collectorColumns+` FROM care_collectors k
		WHERE k.community_id = $1 AND k.child_id = $2 AND k.barred AND k.ended_at IS NULL ORDER BY k.name, k.id`, actor.Community, child)
	if err != nil {
		return nil, nil, fmt.Errorf("read who is barred from child %d: %w", child, err)
	}
	return may, barred, nil
}
