package notices

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// Coming is whether somebody comes to an event. Codes are stored.
type Coming string

// The answers.
const (
	Comes   Coming = "coming"
	Waits   Coming = "waiting" // for a place
	NotThen Coming = "not"
)

// Signup is what somebody said of an event.
type Signup struct {
	Community, Notice, Person, By int64
	Name, Phone                   string
	State                         Coming // "": they said nothing
	Since                         time.Time
	Turn                          int // among those who wait, from 1; 0: they do not
}

// SignUp says that somebody comes to an event: the person, or for whom the actor acts; 0
// is the actor. Where no place is free they wait for one, and have it when it comes free.
// It is notices.off when it does not take place, and notices.over once it has begun.
// Repeated, it changes nothing.
func (s *Service) SignUp(ctx context.Context, actor people.Actor, id, person int64) (Signup, error) {
	return s.comes(ctx, actor, answering{id: id, person: person}, func(h *happening, was Signup) error {
		switch {
		case was.State == Comes || was.State == Waits:
			return nil
		case h.places == 0 || h.taken < h.places:
			return h.set(ctx, was, Comes)
		}
		return h.set(ctx, was, Waits)
	})
}

// NotComing says that somebody does not come; whoever waits longest has the place. It is
// as SignUp otherwise.
func (s *Service) NotComing(ctx context.Context, actor people.Actor, id, person int64) (Signup, error) {
	return s.comes(ctx, actor, answering{id: id, person: person}, func(h *happening, was Signup) error {
		if was.State == NotThen {
			return nil
		}
		return h.leave(ctx, was)
	})
}

// leave gives a place back to who waits longest.
func (h *happening) leave(ctx context.Context, was Signup) error {
	if err := h.set(ctx, was, NotThen); err != nil || was.State != Comes {
		return err
	}
	return h.moveUp(ctx)
}

// comes runs a verb on an event.
func (s *Service) comes(ctx context.Context, actor people.Actor, of answering, do func(h *happening, was Signup) error) (Signup, error) {
	var is Signup
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		a, err := s.reply(ctx, tx, actor, of.id, of.person)
		if err != nil {
			return err
		}
		h := happening{answer: a}
		if err := h.hold(ctx); err != nil {
			return err
		}
		switch {
		case h.off != nil:
			return conflict("notices.off")
		case !h.now.Before(h.starts):
			return conflict("notices.over")
		}
		was, err := h.read(ctx)
		if err != nil {
			return err
		}
		if err := do(&h, was); err != nil {
			return err
		}
		if err := h.knows(ctx, BySeen, 0); err != nil {
			return err
		}
		is, err = h.read(ctx)
		return err
	})
	if err != nil {
		return Signup{}, fmt.Errorf("sign up for notice %d: %w", of.id, err)
	}
	return is, nil
}

// read is what whoever is answered for has said of the event.
func (h *happening) read(ctx context.Context) (Signup, error) {
	return readSignup(ctx, h.tx, h.n, h.person.ID)
}

func readSignup(ctx context.Context, q sqlx.QueryerContext, n Notice, person int64) (Signup, error) {
	all, err := signups(ctx, q, n)
	if err != nil {
		return Signup{}, err
	}
	for _, g := range all {
		if g.Person == person {
			return g, nil
		}
	}
	return Signup{Community: n.Community, Notice: n.ID, Person: person}, nil
}

// signups are what all have said of an event: who comes, who waits in their turn, and
// who does not come.
func signups(ctx context.Context, q sqlx.QueryerContext, n Notice) (all []Signup, err error) {
	err = sqlx.SelectContext(ctx, q, &all, `
		SELECT g.community_id AS community, g.notice_id AS notice, g.person_id AS person, g.by_id AS by, p.name, p.phone, g.state, g.since,
			CASE WHEN g.state = 'waiting' THEN row_number() OVER (PARTITION BY g.state ORDER BY g.since, g.person_id) ELSE 0 END AS turn
		FROM notice_signups g JOIN persons p ON p.community_id = g.community_id AND p.id = g.person_id
		WHERE g.community_id = $1 AND g.notice_id = $2
		ORDER BY array_position(ARRAY['coming', 'waiting', 'not'], g.state), g.since, g.person_id`, n.Community, n.ID)
	if err != nil {
		return nil, fmt.Errorf("read who comes to notice %d: %w", n.ID, err)
	}
	return all, nil
}

// set makes a signup what it is to be; the row of the event counts the places.
func (h *happening) set(ctx context.Context, was Signup, to Coming) error {
	if n := places(to) - places(was.State); n != 0 {
		_, err := h.tx.ExecContext(ctx, `
			UPDATE notice_events SET taken = taken + $3 WHERE community_id = $1 AND notice_id = $2`, h.n.Community, h.n.ID, n)
		if err != nil {
			return fmt.Errorf("count the places of notice %d: %w", h.n.ID, err)
		}
		h.taken += n
	}
	_, err := h.tx.ExecContext(ctx, `
		INSERT INTO notice_signups (community_id, notice_id, person_id, by_id, state, since) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (community_id, notice_id, person_id) DO UPDATE SET by_id = excluded.by_id, state = excluded.state, since = excluded.since`,
		h.n.Community, h.n.ID, was.Person, h.actor.Person, to, h.now)
	if err != nil {
		return fmt.Errorf("sign person %d up: %w", was.Person, err)
	}
	event, err := log(ctx, h.tx, happened{notice: h.n, by: h.actor.Person, code: string(to), detail: detail{"person": was.Person}, at: h.now})
	if err != nil || was.Person == h.actor.Person {
		return err
	}
	return h.s.tell(ctx, h.tx, h.n, news{
		to: []int64{was.Person}, topic: topicForYou, of: event, args: detail{"person": was.Person, "by": h.actor.Person, "is": to}, urgency: outbox.Notice,
	})
}

func places(c Coming) int {
	if c == Comes {
		return 1
	}
	return 0
}

// moveUp gives the place that came free to who waits longest, and tells them.
func (h *happening) moveUp(ctx context.Context) error {
	all, err := signups(ctx, h.tx, h.n)
	if err != nil {
		return err
	}
	for _, g := range all {
		if g.State != Waits {
			continue
		}
		_, err := h.tx.ExecContext(ctx, `
			UPDATE notice_signups SET state = 'coming', since = $4 WHERE community_id = $1 AND notice_id = $2 AND person_id = $3`,
			h.n.Community, h.n.ID, g.Person, h.now)
		if err == nil {
			_, err = h.tx.ExecContext(ctx, `
				UPDATE notice_events SET taken = taken + 1 WHERE community_id = $1 AND notice_id = $2`, h.n.Community, h.n.ID)
		}
		if err != nil {
			return fmt.Errorf("give person %d a place: %w", g.Person, err)
		}
		event, err := log(ctx, h.tx, happened{notice: h.n, code: "moved_up", detail: detail{"person": g.Person}, at: h.now})
		if err != nil {
			return err
		}
		return h.tellGuest(ctx, g, news{topic: topicPlace, of: event})
	}
	return nil
}

// Guests reads who comes to an event, who waits and who does not come, with their
// numbers. It is for who may announce it.
func (s *Service) Guests(ctx context.Context, actor people.Actor, id int64) ([]Signup, error) {
	n, err := s.mine(ctx, actor, id)
	if err != nil {
		return nil, fmt.Errorf("guests of notice %d: %w", id, err)
	}
	return signups(ctx, s.db, n)
}
