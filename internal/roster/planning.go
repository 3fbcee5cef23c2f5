package roster

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// planning is a change of the week plan, while it is made.
type planning struct {
	s       *Service
	tx      *sqlx.Tx
	actor   people.Actor
	area    int64
	now     time.Time
	all     []Pattern         // that hold, of every area and activity, and are locked
	stand   map[int64][]int64 // who stands in them
	changed map[int64]change  // by pattern
	made    int               // so many patterns are new
}

// change is what becomes of a pattern.
type change struct {
	Pattern         // as it is now
	on, off []int64 // who stands in it, and does no more
	rehours bool    // its hours are others
	ended   bool
}

func (s *Service) planStint(ctx context.Context, actor people.Actor, st Stint, do func(p *planning) error) error {
	if err := st.check(); err != nil {
		return err
	}
	return s.planOf(ctx, actor, st.activity(), st.Area, do)
}

// plan changes the week of duty of an area.
func (s *Service) plan(ctx context.Context, actor people.Actor, area int64, do func(p *planning) error) error {
	return s.planOf(ctx, actor, Duty, area, do)
}

// planOf changes the week of an activity in an area, alone, and lets the shifts that
// are made follow.
func (s *Service) planOf(ctx context.Context, actor people.Actor, of Activity, area int64, do func(p *planning) error) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := mayPlan(ctx, tx, actor, of, area); err != nil {
			return err
		}
		if area != 0 {
			if _, err := community.ReadArea(ctx, tx, actor.Community, area); err != nil {
				return err
			}
		}
		p := &planning{s: s, tx: tx, actor: actor, area: area, now: s.now(), changed: map[int64]change{}}
		if err := p.read(ctx); err != nil {
			return err
		}
		if err := do(p); err != nil {
			return err
		}
		return p.write(ctx)
	})
	if err != nil {
		return fmt.Errorf("plan area %d: %w", area, err)
	}
	return nil
}

// read locks the week: one plans at a time, and no shifts are made meanwhile.
func (p *planning) read(ctx context.Context) error {
	err := p.tx.SelectContext(ctx, &p.all, `
		SELECT `+patternColumns+` FROM shift_patterns p WHERE p.community_id = $1 AND p.ended_at IS NULL ORDER BY p.id FOR NO KEY UPDATE`,
		p.actor.Community)
	if err != nil {
		return fmt.Errorf("lock the week: %w", err)
	}
	p.stand, err = standing(ctx, p.tx, p.actor.Community)
	return err
}

// standing reads who stands in which pattern, in the order in which they came.
func standing(ctx context.Context, q sqlx.QueryerContext, community int64) (map[int64][]int64, error) {
	var rows []struct{ Pattern, Person int64 }
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT pattern_id AS pattern, person_id AS person FROM standing_assignments
		WHERE community_id = $1 AND ended_at IS NULL ORDER BY id`, community)
	if err != nil {
		return nil, fmt.Errorf("read who stands: %w", err)
	}
	stand := map[int64][]int64{}
	for _, r := range rows {
		stand[r.Pattern] = append(stand[r.Pattern], r.Person)
	}
	return stand, nil
}

// in are the patterns that fit.
func (p *planning) in(fits func(Pattern) bool) (some []Pattern) {
	for _, o := range p.all {
		if fits(o) {
			some = append(some, o)
		}
	}
	return some
}

// put says who stands in a pattern from now on. Whom no place is free for brings
// one along, and who is taken off takes it away, down to the last.
func (p *planning) put(o Pattern, persons []int64) {
	var wanted []int64 // each once
	for _, id := range persons {
		if id != 0 && !slices.Contains(wanted, id) {
			wanted = append(wanted, id)
		}
	}
	had := p.stand[o.ID]
	c := change{Pattern: o, on: but(wanted, had), off: but(had, wanted)}
	if len(c.on)+len(c.off) == 0 {
		return
	}
	c.Places = min(MostPlaces, max(1, len(wanted), o.Places-max(0, len(had)-len(wanted))))
	p.changed[o.ID] = c
	p.stand[o.ID] = wanted
}

// but are those of some that are none of others.
func but(some, others []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(some), func(id int64) bool { return slices.Contains(others, id) })
}

// fits refuses a plan in which somebody new may have no such place, or somebody
// stands twice at one time.
func (p *planning) fits(ctx context.Context) error {
	var some []int64
	for _, c := range p.changed {
		some = append(some, c.on...)
	}
	if err := hold(ctx, p.tx, p.actor.Community, some...); err != nil {
		return err
	}
	for _, c := range p.changed {
		if len(p.stand[c.ID]) > MostPlaces {
			return refusal.New(refusal.Invalid, "roster.bad_shift")
		}
		for _, person := range c.on {
			ok, err := fitting(ctx, p.tx, p.actor.Community, seats{c.Activity, c.Area}, person)
			if err != nil || len(ok) == 0 {
				return errOr(err, refusal.New(refusal.Conflict, "roster.not_theirs"))
			}
		}
	}
	return p.once()
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// once refuses where somebody would stand in two patterns at one time, one of
// which changes.
func (p *planning) once() error {
	now := slices.Clone(p.all)
	for i, o := range now {
		if c, is := p.changed[o.ID]; is {
			now[i] = c.Pattern
		}
	}
	for _, a := range now {
		if _, is := p.changed[a.ID]; !is {
			continue
		}
		for _, b := range now {
			if a.ID != b.ID && a.meets(b) && !apart(a, b) && shares(p.stand[a.ID], p.stand[b.ID]) {
				return refusal.New(refusal.Conflict, "roster.stands")
			}
		}
	}
	return nil
}

func shares(some, others []int64) bool {
	return slices.ContainsFunc(some, func(id int64) bool { return slices.Contains(others, id) })
}

// hours gives a stint other hours.
func (p *planning) hours(st Stint, to calendar.Span) error {
	moved, err := moveHours(p.all, st, to)
	if err != nil {
		return err
	}
	for _, o := range moved {
		if !slices.Contains(p.all, o) {
			p.changed[o.ID] = change{Pattern: o, rehours: true}
		}
	}
	return p.once()
}

// close ends patterns.
func (p *planning) close(which func(Pattern) bool) error {
	for _, o := range p.in(which) {
		p.changed[o.ID] = change{Pattern: o, off: p.stand[o.ID], ended: true}
	}
	return nil
}

// open makes the patterns of a stint that do not hold.
func (p *planning) open(ctx context.Context, st Stint) error {
	for _, day := range st.Days {
		w := works[st.activity()]
		switch {
		case st.activity().Minds():
			w = minding[st.Slot]
		case st.activity() != Duty:
		case st.Slot == Night:
			w = work{Span: p.nightOf(st.Area, day), runs: Always, places: 1}
		default:
			w = work{Span: usual[st.Slot], runs: Always, places: 1}
		}
		made, err := p.tx.ExecContext(ctx, `
			INSERT INTO shift_patterns (community_id, activity, area_id, slot, weekday, from_minute, until_minute, places, since, early, runs)
			VALUES ($1, $2, nullif($3::bigint, 0), $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
			p.actor.Community, st.activity(), st.Area, st.Slot, day, w.From, w.Until, w.places, p.now, w.early, w.runs)
		if err != nil {
			return fmt.Errorf("make a pattern: %w", err)
		}
		if n, err := made.RowsAffected(); err != nil {
			return err
		} else if n > 0 {
			p.made++
		}
	}
	return p.s.makeAhead(ctx, p.tx, p.actor.Community)
}

// nightOf is from the end of a weekday's day until the next one begins.
func (p *planning) nightOf(area int64, day int) calendar.Span {
	span := usual[Night]
	for _, o := range p.all {
		switch {
		case o.Activity != Duty || o.Area != area || o.Slot != Day:
		case o.Weekday == day && o.From < o.Until:
			span.From = o.Until
		case o.Weekday == day%7+1:
			span.Until = o.From
		}
	}
	return span
}

// write keeps what has changed, and what follows from it.
func (p *planning) write(ctx context.Context) error {
	if len(p.changed)+p.made == 0 { // as it is already
		return nil
	}
	changes := slices.SortedFunc(maps.Values(p.changed), func(a, b change) int { return cmp.Compare(a.ID, b.ID) })
	for _, c := range changes {
		if err := p.keep(ctx, c); err != nil {
			return err
		}
	}
	id, err := log(ctx, p.tx, happened{community: p.actor.Community, by: p.actor.Person, code: "planned", detail: p.detail(changes), at: p.now})
	if err != nil {
		return err
	}
	if err := p.follow(ctx, changes, id); err != nil {
		return err
	}
	return p.tellLater(ctx, id)
}

func (p *planning) detail(changes []change) detail {
	ids := []int64{}
	for _, c := range changes {
		ids = append(ids, c.ID)
	}
	return detail{"area": p.area, "patterns": ids}
}

// keep writes a pattern down, and who stands in it. Whoever plans knows of
// their own places.
func (p *planning) keep(ctx context.Context, c change) error {
	_, err := p.tx.ExecContext(ctx, `
		UPDATE shift_patterns SET from_minute = $3, until_minute = $4, places = $5, ended_at = CASE WHEN $6 THEN $7::timestamptz END
		WHERE community_id = $1 AND id = $2`, c.Community, c.ID, c.From, c.Until, c.Places, c.ended, p.now)
	if err != nil {
		return fmt.Errorf("change pattern %d: %w", c.ID, err)
	}
	for _, person := range c.off {
		if _, err := p.tx.ExecContext(ctx, `
			UPDATE standing_assignments SET ended_at = $4, told = $5
			WHERE community_id = $1 AND pattern_id = $2 AND person_id = $3 AND ended_at IS NULL`,
			c.Community, c.ID, person, p.now, person == p.actor.Person); err != nil {
			return fmt.Errorf("take person %d off pattern %d: %w", person, c.ID, err)
		}
	}
	for _, person := range c.on {
		if _, err := p.tx.ExecContext(ctx, `
			INSERT INTO standing_assignments (community_id, pattern_id, person_id, since, told, knows) VALUES ($1, $2, $3, $4, $5, $5)
			ON CONFLICT DO NOTHING`, c.Community, c.ID, person, p.now, person == p.actor.Person); err != nil {
			return fmt.Errorf("put person %d on pattern %d: %w", person, c.ID, err)
		}
	}
	if !c.rehours {
		return nil
	}
	_, err = p.tx.ExecContext(ctx, `
		UPDATE standing_assignments SET told = (person_id = $3) WHERE community_id = $1 AND pattern_id = $2 AND ended_at IS NULL`,
		c.Community, c.ID, p.actor.Person)
	return err
}
