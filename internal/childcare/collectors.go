package childcare

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Limits of a list.
const (
	maxPhone      = 30
	maxCollectors = 20
)

// collectorsSQL reads who may have a child, and who never may: who decides for it, of whom
// there is no row, and its list. $3 is a day, $4 who reads: whom they gave a child before,
// by a code or checked by hand, they know. Why somebody is barred reads who wrote it, and, where $5
// is true, who runs the hall; never one who is barred from the child themselves.
const collectorsSQL = `
	SELECT k.*, $4::bigint <> 0 AND EXISTS (SELECT FROM care_custody h
		WHERE h.community_id = $1 AND h.giver_id = $4 AND h.how IN ('code', 'hand') AND h.reason <> 'paper' AND NOT h.undone
			AND (h.collector_id = nullif(k.id, 0) OR h.holder_id = nullif(k.person, 0))) AS known
	FROM (
		SELECT t.community_id AS community, 0::bigint AS id, t.for_id AS child, p.id AS person, p.name, p.phone, true AS guardian,
			false AS barred, '' AS why, NULL::date AS from, NULL::date AS until
		FROM ties t JOIN persons p ON p.community_id = t.community_id AND p.id = t.person_id
		WHERE t.community_id = $1 AND t.for_id = $2 AND ` + decidesSQL + `
		UNION ALL
		SELECT c.community_id, c.id, c.child_id, coalesce(c.person_id, 0), c.name, c.phone, false, c.barred,
			CASE WHEN ($5 OR c.by_id = $4) AND care_bar($1, $2, NULL, nullif($4::bigint, 0), NULL) IS NULL THEN c.why ELSE '' END,
			c.from_day, c.until_day
		FROM care_collectors c
		WHERE c.community_id = $1 AND c.child_id = $2 AND c.ended_at IS NULL
			AND (c.barred OR coalesce(c.until_day, $3) >= $3)) k
	ORDER BY k.guardian DESC, k.barred, k.name, k.id`

// readCollectors reads them as they are on a day: those who may from another day on are
// among them.
func readCollectors(ctx context.Context, q sqlx.QueryerContext, community, child int64, day time.Time, reader int64, lead bool) ([]Collector, error) {
	all := []Collector{}
	if err := sqlx.SelectContext(ctx, q, &all, collectorsSQL, community, child, day.Format(time.DateOnly), reader, lead); err != nil {
		return nil, fmt.Errorf("read who may have child %d: %w", child, err)
	}
	return all, nil
}

// Collectors reads who may have a child on a day or later, and who never may: who decides
// first. Why is for who wrote it and who runs the hall alone. That staff looked is written
// down.
func (s *Service) Collectors(ctx context.Context, actor people.Actor, child int64, day time.Time) (all []Collector, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		now, p, err := s.may(ctx, tx, actor, access.SeeChild, child, day)
		if err != nil {
			return err
		}
		runs := access.Allow(access.RunCare, now.Roles, access.SameCommunity) == nil
		if all, err = readCollectors(ctx, tx, actor.Community, p.ID, day, actor.Person, runs); err != nil {
			return err
		}
		return s.looks(ctx, tx, now, p.ID, "file")
	})
	if err != nil {
		return nil, fmt.Errorf("read who may have child %d: %w", child, err)
	}
	return all, nil
}

// AddCollector puts somebody on the list of a child, or bars them: whoever is barred never
// has it, whatever else is written, and is on its list no more. It is care.decides of who
// decides for it themselves, whom only whoever runs the hall bars, care.no_reason where
// those do not say why, and care.is_barred of who is to be listed all the same. Repeated,
// it changes nothing.
func (s *Service) AddCollector(ctx context.Context, actor people.Actor, c Collector) (Collector, error) {
	err := s.onList(ctx, actor, c.Child, func(tx *sqlx.Tx, w wisher) (err error) {
		c.Community, c.Child = actor.Community, w.ID
		c, err = s.addCollector(ctx, tx, actor, w, c)
		return err
	})
	if err != nil {
		return Collector{}, fmt.Errorf("put somebody on the list of child %d: %w", c.Child, err)
	}
	return c, nil
}

// onList does something to the list of a child, which is held.
func (s *Service) onList(ctx context.Context, actor people.Actor, child int64, do func(tx *sqlx.Tx, w wisher) error) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		w, err := s.wisherOf(ctx, tx, actor, child)
		if err != nil {
			return err
		}
		return do(tx, w)
	})
}

// checked is somebody as they can be written on a list; of who is on the register the name
// is theirs.
func (c Collector) checked(ctx context.Context, tx *sqlx.Tx) (Collector, error) {
	var err error
	for _, t := range []struct {
		is   *string
		most int
	}{{&c.Name, maxName}, {&c.Phone, maxPhone}, {&c.Why, maxWhy}} {
		if *t.is, err = text(*t.is, t.most); err != nil {
			return c, err
		}
	}
	if c.Person != 0 {
		p, err := people.ReadPerson(ctx, tx, c.Community, c.Person)
		if err == nil && p.Merged != 0 {
			p, err = people.ReadPerson(ctx, tx, c.Community, p.Merged)
		}
		if err != nil {
			return c, err
		}
		c.Person, c.Name = p.ID, pg.Cut(p.Name, maxName)
		if c.Phone == "" {
			c.Phone = p.Phone
		}
	}
	switch {
	case c.Name == "":
		return c, invalid("care.no_name")
	case c.From != nil && c.Until != nil && c.Until.Before(*c.From):
		return c, invalid("care.bad_day")
	}
	if c.Barred {
		c.From, c.Until = nil, nil
	}
	return c, nil
}

// addCollector writes somebody, unless they are there already; whoever is barred is on the
// list no more.
func (s *Service) addCollector(ctx context.Context, tx *sqlx.Tx, actor people.Actor, w wisher, c Collector) (_ Collector, err error) {
	if c, err = c.checked(ctx, tx); err != nil {
		return c, err
	}
	today, err := s.today(ctx, tx, actor.Community)
	if err != nil {
		return c, err
	}
	all, err := readCollectors(ctx, tx, c.Community, c.Child, today, 0, false)
	if err != nil {
		return c, err
	}
	c, there, err := c.among(all, w.lead)
	if err != nil || there {
		return c, err
	}
	err = tx.GetContext(ctx, &c.ID, `
		INSERT INTO care_collectors (community_id, child_id, person_id, name, phone, barred, why, from_day, until_day, since, by_id)
		VALUES ($1, $2, nullif($3::bigint, 0), $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
		c.Community, c.Child, c.Person, c.Name, c.Phone, c.Barred, c.Why, c.From, c.Until, s.now(), actor.Person)
	if err != nil {
		return c, fmt.Errorf("write who may have child %d: %w", c.Child, err)
	}
	d := detail{"collector": c.ID, "person": c.Person}
	code := "collector"
	if c.Barred { // "barred" is that they stand there
		code = "bars"
		if d["ended"], err = offList(ctx, tx, actor, c.Child, s.now()); err != nil {
			return c, err
		}
	}
	event, err := log(ctx, tx, happened{community: c.Community, child: c.Child, by: actor.Person, code: code, at: s.now(), detail: d})
	if err != nil {
		return c, err
	}
	return c, s.tellListed(ctx, tx, actor, c, event)
}

// among finds somebody among those who are written of the child, or refuses them.
func (c Collector) among(all []Collector, lead bool) (_ Collector, there bool, err error) {
	alike := 0
	for _, had := range all {
		if had.Barred == c.Barred {
			alike++
		}
		switch {
		case had.Guardian && !c.Barred:
			there = had.Person == c.Person
		case had.Guardian && had.maybe(c):
			c, err = c.barsWhoDecides(had, lead)
		case had.Barred && !c.Barred && had.maybe(c):
			err = conflict("care.is_barred", "name", had.Name)
		case had.Barred == c.Barred:
			said := had.Person == c.Person || c.Barred && c.Person == 0
			there = said && had.maybe(c) && sameDay(had.From, c.From) && sameDay(had.Until, c.Until)
		}
		if err != nil || there {
			return had, there, err
		}
	}
	if alike >= maxCollectors {
		err = conflict("care.too_many", "max", maxCollectors)
	}
	return c, false, err
}

// barsWhoDecides is that one who decides is barred, by who they are or by their name: only
// who runs the hall does that, and says why.
func (c Collector) barsWhoDecides(who Collector, lead bool) (Collector, error) {
	switch {
	case !lead:
		return c, conflict("care.decides", "name", who.Name)
	case c.Why == "":
		return c, invalid("care.no_reason")
	}
	c.Person, c.Name = who.Person, who.Name
	return c, nil
}

// maybe reports whether two rows can be of one: they are called the same, unless the
// register knows them apart.
func (c Collector) maybe(other Collector) bool {
	if c.Person != 0 && other.Person != 0 {
		return c.Person == other.Person
	}
	return strings.EqualFold(c.Name, other.Name)
}

// offList takes whoever is barred off the list of a child, however they are written there.
func offList(ctx context.Context, tx *sqlx.Tx, actor people.Actor, child int64, at time.Time) ([]int64, error) {
	ended := []int64{}
	err := tx.SelectContext(ctx, &ended, `
		UPDATE care_collectors k SET ended_at = $3, ended_by = $4
		WHERE community_id = $1 AND child_id = $2 AND NOT barred AND ended_at IS NULL
			AND care_bar(k.community_id, k.child_id, k.id, k.person_id, k.name) IS NOT NULL
		RETURNING id`, actor.Community, child, at, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("take who is barred off the list of child %d: %w", child, err)
	}
	return ended, nil
}

func sameDay(a, b *time.Time) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Equal(*b)
}

// tellListed tells who decides too that somebody else may have the child, or never may, or
// that either is over.
func (s *Service) tellListed(ctx context.Context, tx *sqlx.Tx, actor people.Actor, c Collector, event int64) error {
	to, err := deciders(ctx, tx, c.Community, c.Child)
	if err != nil {
		return err
	}
	n := news{
		to: slices.DeleteFunc(to, func(id int64) bool { return id == actor.Person }), topic: topicAnother,
		subject: fmt.Sprintf("care:child:%d", c.Child), of: event, urgency: outbox.Task,
		args: detail{"child": c.Child, "collector": c.ID, "by": actor.Person},
	}
	if c.From != nil && sameDay(c.From, c.Until) {
		n.args["day"] = c.From.Format(time.DateOnly)
	}
	return s.tell(ctx, tx, c.Community, n)
}

// Another lets somebody else have a child on one day, which is not over: who decides too
// is told.
func (s *Service) Another(ctx context.Context, actor people.Actor, child int64, day time.Time, c Collector) (Collector, error) {
	err := s.onList(ctx, actor, child, func(tx *sqlx.Tx, w wisher) error {
		today, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if day.Before(today) || day.After(today.AddDate(0, 0, maxAbsence)) {
			return invalid("care.bad_day")
		}
		c.Community, c.Child, c.Barred, c.From, c.Until = actor.Community, w.ID, false, &day, &day
		c, err = s.addCollector(ctx, tx, actor, w, c)
		return err
	})
	if err != nil {
		return Collector{}, fmt.Errorf("let somebody else have child %d: %w", child, err)
	}
	return c, nil
}

// EndCollector takes somebody off a list; whom somebody else barred only whoever runs the
// hall lets have the child again. Repeated, it changes nothing.
func (s *Service) EndCollector(ctx context.Context, actor people.Actor, collector int64) error {
	var of struct {
		Child, By int64
		Barred    bool
	}
	err := s.db.GetContext(ctx, &of, `
		SELECT child_id AS child, by_id AS by, barred FROM care_collectors WHERE community_id = $1 AND id = $2`, actor.Community, collector)
	if err = found(err, "collector", collector); err != nil {
		return err
	}
	err = s.onList(ctx, actor, of.Child, func(tx *sqlx.Tx, w wisher) error {
		if of.Barred && of.By != actor.Person && !w.lead {
			return conflict("care.lead_unbars")
		}
		done, err := tx.ExecContext(ctx, `
			UPDATE care_collectors SET ended_at = $3, ended_by = $4 WHERE community_id = $1 AND id = $2 AND ended_at IS NULL`,
			actor.Community, collector, s.now(), actor.Person)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		event, err := log(ctx, tx, happened{
			community: actor.Community, child: w.ID, by: actor.Person, code: "collector_ended", at: s.now(), detail: detail{"collector": collector},
		})
		if err != nil {
			return err
		}
		return s.tellListed(ctx, tx, actor, Collector{Community: actor.Community, Child: w.ID, ID: collector}, event)
	})
	if err != nil {
		return fmt.Errorf("take collector %d off a list: %w", collector, err)
	}
	return nil
}

// CollectorByID reads one who is or was on a list, for who was told of it, and whether that
// is over.
func (s *Service) CollectorByID(ctx context.Context, community, id int64) (Collector, bool, error) {
	var c struct {
		Collector
		Ended bool
	}
	err := s.db.GetContext(ctx, &c, `
		SELECT `+collectorColumns+`, k.ended_at IS NOT NULL AS ended FROM care_collectors k WHERE k.community_id = $1 AND k.id = $2`, community, id)
	return c.Collector, c.Ended, found(err, "collector", id)
}
