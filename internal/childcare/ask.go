package childcare

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/outbox"
)

// lately is how long ago a child came of whom it is asked whether it comes.
const lately = 14

// askAtTime asks, once, in the evening before a day, whether those children come of whom
// nobody said anything: each who decides gets one question for all of theirs.
func (b *book) askAtTime(ctx context.Context) error {
	if b.now.Before(b.day.AsksAt) || !b.day.Takes(b.now) { // it moved, or the bot comes late
		return nil
	}
	asked, err := b.did(ctx, "asked")
	if err != nil || asked {
		return err
	}
	silent, err := b.silent(ctx)
	if err != nil {
		return err
	}
	if err := b.noted(ctx, "asked", detail{"n": len(silent)}); err != nil {
		return err
	}
	children := map[int64][]int64{}
	for _, child := range silent {
		to, err := deciders(ctx, b.tx, b.day.Community, child)
		if err != nil {
			return err
		}
		for _, id := range to {
			children[id] = append(children[id], child)
		}
	}
	for id, of := range children {
		err := b.tell(ctx, news{
			to: []int64{id}, topic: topicAsked, subject: b.asking(id), urgency: outbox.Notice,
			args: detail{"day": b.name(), "children": of},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// asking is the lane of the question that somebody is asked about the day.
func (b *book) asking(person int64) string { return fmt.Sprintf("care:asked:%s:%d", b.name(), person) }

// silent are the children who came lately, or come on other days by themselves, for whom
// there is something on the day, and of whom nobody said anything.
func (b *book) silent(ctx context.Context) ([]int64, error) {
	var ids []int64
	err := b.tx.SelectContext(ctx, &ids, `
		SELECT c.child_id FROM care_children c JOIN persons p ON p.community_id = c.community_id AND p.id = c.child_id
		WHERE c.community_id = $1 AND c.consent_at IS NOT NULL AND p.presence = 'here' AND (
				EXISTS (SELECT FROM care_standing t WHERE t.community_id = c.community_id AND t.child_id = c.child_id)
				OR EXISTS (SELECT FROM care_bookings b WHERE b.community_id = c.community_id AND b.child_id = c.child_id
					AND b.state = 'booked' AND b.part <> 'talk' AND b.outcome <> 'missed' AND b.day >= $2::date - $3::int AND b.day < $2::date))
			AND NOT EXISTS (SELECT FROM care_bookings b WHERE b.community_id = c.community_id AND b.child_id = c.child_id
				AND b.day = $2 AND b.part <> 'talk')
			AND NOT EXISTS (SELECT FROM care_absences a WHERE a.community_id = c.community_id AND a.child_id = c.child_id
				AND a.ended_at IS NULL AND $2::date BETWEEN a.from_day AND a.until_day)
		ORDER BY c.child_id`, b.day.Community, b.day.Day.Format(time.DateOnly), lately)
	if err != nil {
		return nil, fmt.Errorf("read of whom nothing is said for %s: %w", b.name(), err)
	}
	var some []int64
	for _, id := range ids {
		c, err := readChild(ctx, b.tx, b.day.Community, id)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc([]Part{Noon, After, Whole}, func(p Part) bool { return chain(c, p, b.all()) != nil }) {
			some = append(some, id)
		}
	}
	return some, nil
}

// answered takes the question of the day from those of whose children all is said.
func (b *book) answered(ctx context.Context, child int64) error {
	asked, err := b.did(ctx, "asked")
	if err != nil || !asked {
		return err
	}
	silent, err := b.silent(ctx)
	if err != nil {
		return err
	}
	to, err := deciders(ctx, b.tx, b.day.Community, child)
	if err != nil {
		return err
	}
	for _, id := range to {
		var left bool
		for _, other := range silent {
			all, err := deciders(ctx, b.tx, b.day.Community, other)
			if err != nil {
				return err
			}
			left = left || slices.Contains(all, id)
		}
		if left {
			continue
		}
		err := b.s.over(ctx, b.tx, b.day.Community, news{subject: b.asking(id), topic: topicAsked, args: detail{"day": b.name()}})
		if err != nil {
			return err
		}
	}
	return nil
}

// unask takes all questions of the day away.
func (b *book) unask(ctx context.Context) error {
	var to []int64
	err := b.tx.SelectContext(ctx, &to, `
		SELECT person_id FROM outbox WHERE community_id = $1 AND topic = $2 AND starts_with(subject, $3) ORDER BY person_id`,
		b.day.Community, topicAsked, "care:asked:"+b.name()+":")
	if err != nil {
		return fmt.Errorf("read who was asked of %s: %w", b.name(), err)
	}
	for _, id := range to {
		err := b.s.over(ctx, b.tx, b.day.Community, news{subject: b.asking(id), topic: topicAsked, args: detail{"day": b.name()}})
		if err != nil {
			return err
		}
	}
	return nil
}

// asksHoliday asks all who decide for a child with a file who comes in a break without
// school, week by week, as each comes into sight.
func (p *planning) asksHoliday(ctx context.Context) error {
	today := date(p.now, p.zone)
	for _, br := range p.breaks {
		from, until := br.week(today)
		if br.Kind != Free || from.After(until) || from.Sub(today) > ahead*24*time.Hour {
			continue
		}
		if _, err := p.tx.ExecContext(ctx, `
			UPDATE care_breaks SET asked_until = $3 WHERE community_id = $1 AND from_day = $2`, p.h.Community, br.From, until); err != nil {
			return err
		}
		var to []int64
		err := p.tx.SelectContext(ctx, &to, `
			SELECT DISTINCT t.person_id FROM ties t
			JOIN care_children c ON c.community_id = t.community_id AND c.child_id = t.for_id AND c.consent_at IS NOT NULL
			WHERE t.community_id = $1 AND `+decidesSQL+` ORDER BY t.person_id`, p.h.Community)
		if err != nil {
			return fmt.Errorf("read whom to ask of the holidays: %w", err)
		}
		name := from.Format(time.DateOnly)
		err = p.s.tell(ctx, p.tx, p.h.Community, news{
			to: to, topic: topicHoliday, subject: "care:holiday:" + name, urgency: outbox.Notice, due: p.asksNext(),
			args: detail{"from": name, "until": until.Format(time.DateOnly)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// week is the first of a break, after today, of which nobody was asked yet: until its
// Sunday, and with a weekend at its beginning the week after it. It ends before it begins
// where all were asked.
func (b Break) week(today time.Time) (from, until time.Time) {
	from = b.From
	if b.AskedUntil != nil {
		from = b.AskedUntil.AddDate(0, 0, 1)
	}
	if tomorrow := today.AddDate(0, 0, 1); from.Before(tomorrow) {
		from = tomorrow
	}
	until = from
	for until.Weekday() == time.Saturday || until.Weekday() == time.Sunday {
		until = until.AddDate(0, 0, 1)
	}
	for until.Weekday() != time.Sunday {
		until = until.AddDate(0, 0, 1)
	}
	if b.Until.Before(until) {
		until = b.Until
	}
	return from, until
}
