package childcare

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// awayLane is the subject of the question whether a child is away as somebody put it down.
func awayLane(child int64) string { return fmt.Sprintf("care:away:%d", child) }

// asksAway asks who decides whether a child is away, as somebody else put it down on the
// register; who runs the hall, where nobody of them has a telephone.
func (s *Service) asksAway(ctx context.Context, tx *sqlx.Tx, g Gone, some []int64) error {
	if err := s.askedAway(ctx, tx, g.Community, g.Child, nil); err != nil {
		return err
	}
	args := detail{"child": g.Child, "from": g.From.Format(time.DateOnly), "until": g.Until.Format(time.DateOnly), "kind": g.Kind}
	by := g.By
	if by == g.Child { // the bot itself
		by = 0
	}
	event, err := log(ctx, tx, happened{community: g.Community, child: g.Child, by: by, code: "asks_away", at: s.now(), detail: args})
	if err != nil {
		return err
	}
	to, err := people.Reachable(ctx, tx, g.Community, some)
	if err == nil && len(to) == 0 {
		to, err = leads(ctx, tx, g.Community)
	}
	if err != nil {
		return err
	}
	told := detail{"child": g.Child, "from": args["from"], "until": args["until"], "ask": event}
	return s.tell(ctx, tx, g.Community, news{to: to, topic: topicIsAway, subject: awayLane(g.Child), of: event, args: told})
}

// askedAway takes back a question that is answered, or is none any more.
func (s *Service) askedAway(ctx context.Context, tx *sqlx.Tx, community, child int64, args detail) error {
	if args == nil {
		args = detail{"child": child}
	}
	return s.over(ctx, tx, community, news{subject: awayLane(child), topic: topicIsAway, args: args})
}

// IsAway answers whether a child is away as somebody put it down: yes notes its absence, no
// leaves all as it is and tells who put it down. It is care.too_late where it is answered
// already, or the child is back. Repeated, it changes nothing.
func (s *Service) IsAway(ctx context.Context, actor people.Actor, ask int64, yes bool) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := shareHouse(ctx, tx, actor.Community); err != nil {
			return err
		}
		var is struct {
			Child, By int64
			Detail    []byte
		}
		err := tx.GetContext(ctx, &is, `
			SELECT child_id AS child, coalesce(actor_id, 0) AS by, detail FROM care_events
			WHERE community_id = $1 AND id = $2 AND code = 'asks_away'`, actor.Community, ask)
		if err = found(err, "question", ask); err != nil {
			return err
		}
		if _, err := lockChild(ctx, tx, actor.Community, is.Child); err != nil {
			return err
		}
		if err := s.decides(ctx, tx, actor, is.Child); err != nil {
			return err
		}
		p, err := people.ReadPerson(ctx, tx, actor.Community, is.Child)
		if err != nil {
			return err
		}
		var said []bool
		err = tx.SelectContext(ctx, &said, `
			SELECT code = 'is_away' FROM care_events
			WHERE community_id = $1 AND child_id = $2 AND id > $3 AND code IN ('is_away', 'not_away', 'asks_away') ORDER BY id LIMIT 1`,
			actor.Community, is.Child, ask)
		switch {
		case err != nil:
			return err
		case len(said) > 0 && said[0] == yes:
			return nil
		case len(said) > 0 || p.Here():
			return conflict("care.too_late")
		}
		return s.saysAway(ctx, tx, answerAway{by: actor, child: is.Child, put: is.By, detail: is.Detail, yes: yes})
	})
	if err != nil {
		return fmt.Errorf("answer whether a child is away: %w", err)
	}
	return nil
}

// answerAway is what one who decides says of a child that somebody put down as away.
type answerAway struct {
	by         people.Actor
	child, put int64
	detail     []byte
	yes        bool
}

func (s *Service) saysAway(ctx context.Context, tx *sqlx.Tx, a answerAway) error {
	code := map[bool]string{true: "is_away", false: "not_away"}[a.yes]
	event, err := log(ctx, tx, happened{community: a.by.Community, child: a.child, by: a.by.Person, code: code, at: s.now()})
	if err != nil {
		return err
	}
	args := detail{"child": a.child, "by": a.by.Person, "n": map[bool]int{true: 1}[a.yes]}
	if err := s.askedAway(ctx, tx, a.by.Community, a.child, args); err != nil {
		return err
	}
	if !a.yes {
		return s.tell(ctx, tx, a.by.Community, news{to: without([]int64{a.put}, 0), topic: topicComesNot, subject: awayLane(a.child), of: event, args: args})
	}
	var days struct {
		From, Until string
		Kind        Absence
	}
	if err := json.Unmarshal(a.detail, &days); err != nil {
		return err
	}
	g := Gone{Community: a.by.Community, Child: a.child, Kind: days.Kind, By: a.by.Person, At: s.now()}
	if g.From, err = time.Parse(time.DateOnly, days.From); err != nil {
		return err
	}
	if g.Until, err = time.Parse(time.DateOnly, days.Until); err != nil {
		return err
	}
	today, err := s.today(ctx, tx, g.Community)
	if err != nil {
		return err
	}
	if g.From.Before(today) {
		g.From = today
	}
	if g.Until.Before(g.From) {
		return access.NotFound()
	}
	if err := s.pausedFor(ctx, tx, g); err != nil || !g.holds(today) {
		return err
	}
	return s.missedNot(ctx, tx, a.by, a.child, today)
}
