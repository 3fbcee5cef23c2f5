package childcare

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
)

// Stint is when somebody has a place in a work.
type Stint struct {
	Person      int64
	From, Until time.Time
}

// needs is how many must mind so many children.
func (s Sitting) needs() int {
	return int(math.Ceil(float64(s.Taken) / float64(max(1, s.Pattern.Ratio))))
}

// runs reports whether a sitting with children goes on at a moment.
func (s Sitting) runs(at time.Time) bool {
	return s.CancelledAt == nil && s.Taken > 0 && !at.Before(s.StartsAt) && at.Before(s.EndsAt)
}

// seated are sittings with the hands that they have. All that go on at once share the hands
// of their work, so each has what all of those need together, and who is there then, at the
// worst of its moments: wherever one begins or somebody comes or leaves. A talk has who
// counsels.
func seated(all []Sitting, there map[Work][]Stint) []Seats {
	some := make([]Seats, len(all))
	for i, s := range all {
		some[i] = Seats{Sitting: s, Needs: s.needs(), Hands: s.needs()}
		if s.Pattern.Part == Talk || !s.runs(s.StartsAt) {
			continue
		}
		w := s.Pattern.What.Work()
		moments := []time.Time{s.StartsAt}
		for _, o := range all {
			moments = append(moments, o.StartsAt)
		}
		for _, t := range there[w] {
			moments = append(moments, t.From, t.Until)
		}
		lacks := math.MinInt
		for _, at := range moments {
			if !s.runs(at) {
				continue
			}
			if needs, hands := together(all, w, at), present(there[w], at); needs-hands > lacks {
				lacks, some[i].Needs, some[i].Hands = needs-hands, needs, hands
			}
		}
	}
	return some
}

// together is how many hands of a work all sittings need that go on at a moment.
func together(all []Sitting, w Work, at time.Time) (n int) {
	for _, s := range all {
		if s.Pattern.Part != Talk && s.Pattern.What.Work() == w && s.runs(at) {
			n += s.needs()
		}
	}
	return n
}

// present is how many are there at a moment, each once.
func present(some []Stint, at time.Time) int {
	who := map[int64]bool{}
	for _, t := range some {
		if !at.Before(t.From) && at.Before(t.Until) {
			who[t.Person] = true
		}
	}
	return len(who)
}

// manned reads the hands that the sittings of a day have.
func (s *Service) manned(ctx context.Context, q sqlx.QueryerContext, community int64, all []Sitting) ([]Seats, error) {
	there := map[Work][]Stint{}
	if s.hands == nil { // whoever runs the hall does all
		some := seated(all, there)
		for i := range some {
			some[i].Hands = some[i].Needs
		}
		return some, nil
	}
	if len(all) == 0 {
		return nil, nil
	}
	from, until := all[0].StartsAt, all[0].EndsAt
	for _, x := range all {
		if x.EndsAt.After(until) {
			until = x.EndsAt
		}
	}
	for _, w := range []Work{Walk, Minding} {
		var err error
		if there[w], err = s.hands.Stints(ctx, q, community, w, from, until); err != nil {
			return nil, err
		}
	}
	return seated(all, there), nil
}

// HandsChanged lets it be looked whether a day still has the hands that it needs, once what
// changed them is committed: whoever takes or loses a place holds other rows than the day.
func (s *Service) HandsChanged(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error {
	name := day.Format(time.DateOnly)
	return outbox.Enqueue(ctx, tx, community, outbox.Row{
		Key: fmt.Sprintf("care:hands:%s:%d", name, s.now().UnixMicro()), Topic: "care.hands", Args: jobArgs{Day: name},
		Urgency: outbox.Task, Due: s.now(),
	})
}

// handsAtTime tells whoever runs the hall which sittings have too few hands for the children
// who are booked: from the morning before on, when booking closes, and whenever somebody has
// a place no more. It is told once, and again where more are missing than were. And it tells
// whether they have lunch.
func (b *book) handsAtTime(ctx context.Context) error {
	if b.day.State == CalledOff || b.day.State == Over || b.now.Before(handsAt.On(in(b.day.Day, b.zone).AddDate(0, 0, -1))) {
		return nil
	}
	if err := b.lunchAtTime(ctx); err != nil {
		return err
	}
	all, err := b.s.manned(ctx, b.tx, b.day.Community, b.all())
	if err != nil {
		return err
	}
	var short []int64
	for _, s := range all {
		lacks := max(0, s.Needs-s.Hands)
		if lacks == s.Lacks || !s.EndsAt.After(b.now) {
			continue
		}
		_, err := b.tx.ExecContext(ctx, `
			UPDATE care_sittings SET lacks = $3 WHERE community_id = $1 AND id = $2`, s.Community, s.ID, lacks)
		if err != nil {
			return fmt.Errorf("note what sitting %d lacks: %w", s.ID, err)
		}
		if lacks > s.Lacks {
			short = append(short, s.ID)
		}
	}
	if len(short) == 0 {
		return nil
	}
	if err := b.noted(ctx, "short", detail{"sittings": short}); err != nil {
		return err
	}
	to, err := leads(ctx, b.tx, b.day.Community)
	if err != nil {
		return err
	}
	return b.tell(ctx, news{
		to: to, topic: topicShort, subject: "care:day:" + b.name(), of: b.event, args: detail{"day": b.name(), "sittings": short},
	})
}
