package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/outbox"
)

// made is a shift that a pattern made, and what becomes of that.
type made struct {
	Shift
	change
	from, until time.Time // its hours by the pattern
	held        bool      // who is on it has children in their hands
}

// begun reports whether it is past changing who has its places: it goes on with
// those who have them.
func (m made) begun(now time.Time) bool { return m.held || m.BegunAt != nil || !m.StartsAt.After(now) }

// moves reports whether its hours are to be others. Of one that has begun only
// the end moves: else the next one would begin late, and nobody be there.
func (m made) moves() bool {
	return !m.ended && (!m.from.Equal(m.StartsAt) || !m.until.Equal(m.EndsAt))
}

// follow lets the shifts that are made follow the plan. Those who were taken off
// lose what they stand in, not what they took for themselves; whoever took a
// place that is moved or is no more is told; the newly put on are seated where
// a place is free.
func (p *planning) follow(ctx context.Context, changes []change, event int64) error {
	all, err := p.shifts(ctx, changes)
	if err != nil {
		return err
	}
	news := planNews{}
	for _, m := range all {
		if err := p.takeOff(ctx, m, news); err != nil {
			return err
		}
	}
	if err := p.move(ctx, all, news); err != nil {
		return err
	}
	for _, m := range all {
		if m.ended || m.begun(p.now) {
			continue
		}
		if err := p.room(ctx, m); err != nil {
			return err
		}
		if err := p.s.seatStanding(ctx, p.tx, m.Shift, p.actor.Person, m.on...); err != nil {
			return err
		}
		if err := p.s.lookAgain(ctx, p.tx, m.Shift, fmt.Sprintf("planned:%d", event)); err != nil {
			return err
		}
	}
	return p.tellPlaces(ctx, news, event)
}

// shifts locks those of the changed patterns that are not over, in their order.
func (p *planning) shifts(ctx context.Context, changes []change) ([]made, error) {
	by := map[int64]change{}
	var patterns, ids []int64
	for _, c := range changes {
		by[c.ID], patterns = c, append(patterns, c.ID)
	}
	err := p.tx.SelectContext(ctx, &ids, `
		SELECT id FROM shifts WHERE community_id = $1 AND pattern_id = ANY ($2) AND cancelled_at IS NULL AND over_at IS NULL AND ends_at > $3
		ORDER BY id FOR NO KEY UPDATE`, p.actor.Community, pq.Array(patterns), p.now)
	if err != nil {
		return nil, fmt.Errorf("lock shifts: %w", err)
	}
	z, err := zone(ctx, p.tx, p.actor.Community)
	if err != nil {
		return nil, err
	}
	all := make([]made, len(ids))
	for i, id := range ids {
		sh, err := readShift(ctx, p.tx, p.actor.Community, id)
		if err != nil {
			return nil, err
		}
		all[i] = made{Shift: sh, change: by[sh.Pattern]}
		if all[i].held, err = p.s.held(ctx, p.tx, sh); err != nil {
			return nil, err
		}
		all[i].hours(z, p.now)
	}
	return all, nil
}

// hours are those that the pattern gives it now.
func (m *made) hours(z *time.Location, now time.Time) {
	y, month, d := m.Day.Date()
	m.from = m.change.From.On(time.Date(y, month, d, 0, 0, 0, 0, z))
	m.until = m.Until.Next(m.from)
	if m.begun(now) {
		m.from = m.StartsAt
	}
	if !m.until.After(now) || !m.until.After(m.from) { // it would be over: it stays as it was
		m.from, m.until = m.StartsAt, m.EndsAt
	}
}

// takeOff cancels a shift to come of a pattern that ended, or ends the places of
// those who do not stand in it any more.
func (p *planning) takeOff(ctx context.Context, m made, news planNews) error {
	if m.begun(p.now) || !m.ended && len(m.off) == 0 {
		return nil
	}
	here, err := on(ctx, p.tx, m.Shift.Community, m.Shift.ID)
	if err != nil {
		return err
	}
	for _, a := range here {
		stands := a.How == Standing && slices.Contains(m.off, a.Person)
		why := Removed
		switch {
		case m.ended:
			why = Cancelled
			if !stands {
				news.add(a.Person, "plan.cancelled", m.Shift.ID)
			}
		case !stands:
			continue
		}
		if _, err := p.s.leave(ctx, p.tx, a, why, p.actor.Person); err != nil {
			return err
		}
	}
	if !m.ended {
		return nil
	}
	return p.cancel(ctx, m.Shift)
}

func (p *planning) cancel(ctx context.Context, sh Shift) error {
	_, err := p.tx.ExecContext(ctx, `UPDATE shifts SET cancelled_at = $3 WHERE community_id = $1 AND id = $2`, sh.Community, sh.ID, p.now)
	if err != nil {
		return fmt.Errorf("cancel shift %d: %w", sh.ID, err)
	}
	var jobs []string
	for _, row := range p.s.jobs(sh) {
		jobs = append(jobs, row.Key)
	}
	if err := outbox.Withdraw(ctx, p.tx, sh.Community, jobs...); err != nil {
		return err
	}
	if err := p.s.closeHole(ctx, p.tx, sh, closing{by: p.actor.Person}); err != nil {
		return err
	}
	_, err = log(ctx, p.tx, happened{community: sh.Community, shift: sh.ID, by: p.actor.Person, code: "cancelled", at: p.now})
	return err
}

// move gives shifts their new hours: first each what old and new have in common,
// so that none meets another that has yet to move. Who would then be in two
// places at one time loses this one.
func (p *planning) move(ctx context.Context, all []made, news planNews) error {
	for _, m := range all {
		from, until := later(m.from, m.StartsAt), earlier(m.until, m.EndsAt)
		if m.moves() && until.After(from) {
			if err := p.rehour(ctx, m.Shift, from, until); err != nil {
				return err
			}
		}
	}
	for _, m := range all {
		if !m.moves() {
			continue
		}
		if err := p.clear(ctx, m, news); err != nil {
			return err
		}
		if err := p.rehour(ctx, m.Shift, m.from, m.until); err != nil {
			return err
		}
		if err := p.postpone(ctx, m, news); err != nil {
			return err
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// rehour changes the hours; the places in it follow.
func (p *planning) rehour(ctx context.Context, sh Shift, from, until time.Time) error {
	early := sh.StartsAt.Sub(sh.ArriveAt)
	_, err := p.tx.ExecContext(ctx, `
		UPDATE shifts SET starts_at = $3, ends_at = $4, arrive_at = $5 WHERE community_id = $1 AND id = $2`,
		sh.Community, sh.ID, from, until, from.Add(-early))
	if err != nil {
		return fmt.Errorf("move shift %d: %w", sh.ID, err)
	}
	return nil
}

// clear ends the places in a shift of those who have another one at its new hours. It is
// refused while children are in their hands (roster.holds_still).
func (p *planning) clear(ctx context.Context, m made, news planNews) error {
	var twice []int64
	err := p.tx.SelectContext(ctx, &twice, `
		SELECT a.id FROM assignments a WHERE a.community_id = $1 AND a.shift_id = $2 AND a.ended_at IS NULL
			AND EXISTS (SELECT FROM assignments b WHERE b.community_id = a.community_id AND b.person_id = a.person_id
				AND b.shift_id <> a.shift_id AND b.ended_at IS NULL AND b.starts_at < $4 AND b.ends_at > $3)
		ORDER BY a.id`, m.Shift.Community, m.Shift.ID, m.from, m.until)
	if err != nil {
		return fmt.Errorf("read who has two places: %w", err)
	}
	for _, id := range twice {
		a, err := readAssignment(ctx, p.tx, m.Shift.Community, id)
		if err != nil {
			return err
		}
		if err := p.s.emptyHanded(ctx, p.tx, a, m.Shift, p.actor.Person); err != nil {
			return err
		}
		if _, err := p.s.leave(ctx, p.tx, a, Removed, p.actor.Person); err != nil {
			return err
		}
		news.add(a.Person, "plan.lost", m.Shift.ID)
	}
	return nil
}

// postpone moves what is due at the shift's times, and notes who is to hear of
// the new ones: those who stand in it hear of their week.
func (p *planning) postpone(ctx context.Context, m made, news planNews) error {
	sh, err := readShift(ctx, p.tx, m.Shift.Community, m.Shift.ID)
	if err != nil {
		return err
	}
	for _, row := range p.s.jobs(sh) {
		if err := outbox.Postpone(ctx, p.tx, sh.Community, row.Key, row.Due); err != nil {
			return err
		}
	}
	here, err := on(ctx, p.tx, sh.Community, sh.ID)
	if err != nil {
		return err
	}
	for _, a := range here {
		if err := moveReminders(ctx, p.tx, a, sh); err != nil {
			return err
		}
		if !slices.Contains(p.stand[m.change.ID], a.Person) {
			news.add(a.Person, "plan.moved", sh.ID)
		}
	}
	return nil
}

// room gives a shift to come as many places as its pattern has; never fewer than
// are taken.
func (p *planning) room(ctx context.Context, m made) error {
	here, err := on(ctx, p.tx, m.Shift.Community, m.Shift.ID)
	if err != nil {
		return err
	}
	places := max(m.change.Places, len(here))
	if places == m.Shift.Places {
		return nil
	}
	for i, a := range here { // they move up, lowest first: none meets another
		if _, err := p.tx.ExecContext(ctx, `
			UPDATE assignments SET seat = $3 WHERE community_id = $1 AND id = $2 AND seat > $3`, a.Community, a.ID, i+1); err != nil {
			return fmt.Errorf("move place %d up: %w", a.ID, err)
		}
	}
	if _, err := p.tx.ExecContext(ctx, `
		UPDATE assignments SET seat = 1 WHERE community_id = $1 AND shift_id = $2 AND ended_at IS NOT NULL AND seat > $3`,
		m.Shift.Community, m.Shift.ID, places); err != nil {
		return fmt.Errorf("forget the seats of shift %d: %w", m.Shift.ID, err)
	}
	if _, err := p.tx.ExecContext(ctx, `
		UPDATE shifts SET places = $3 WHERE community_id = $1 AND id = $2`, m.Shift.Community, m.Shift.ID, places); err != nil {
		return fmt.Errorf("change the places of shift %d: %w", m.Shift.ID, err)
	}
	return nil
}

// seats are the places of an activity in an area, 0 for the whole community.
type seats struct {
	of   Activity
	area int64
}

// fitting are those who may have a place in such shifts, in the order of their names.
// One person, or 0 for all.
func fitting(ctx context.Context, q sqlx.QueryerContext, community int64, in seats, one int64) ([]int64, error) {
	var ids []int64
	err := sqlx.SelectContext(ctx, q, &ids, `
		SELECT p.id FROM persons p
		WHERE p.community_id = $1 AND ($4::bigint = 0 OR p.id = $4) AND p.merged_into IS NULL AND p.presence NOT IN ('moved', 'died', 'left')
			AND `+eligibleSQL+`
		ORDER BY p.initials, p.name, p.id`, community, in.area, pq.Array(parts[in.of].roles), one)
	if err != nil {
		return nil, fmt.Errorf("read who may have a place in %s: %w", in.of, err)
	}
	return ids, nil
}
