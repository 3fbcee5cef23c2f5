package lunch

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// Request is something that somebody wants and whoever runs the kitchen decides: more,
// less or nothing after the cut-off, or what they say into their telephone.
type Request struct {
	Community, ID int64
	Day           time.Time // at midnight UTC
	Person        int64     // who eats
	By            int64     // who asks
	Portions      int       // 0: none any more, or, with a voice, nobody knows yet
	Voice         string    // its files at Telegram, with spaces between; "": there is none
	AskedAt       time.Time
	DecidedAt     *time.Time
	DecidedBy     int64
	Granted       bool // once it is decided
}

const requestColumns = `community_id AS community, id, day, person_id AS person, by_id AS by, portions, voice, asked_at AS askedat,
	decided_at AS decidedat, coalesce(decided_by, 0) AS decidedby, coalesce(granted, false) AS granted`

// Voices are the files, in the order in which they were spoken.
func (r Request) Voices() []string { return strings.Fields(r.Voice) }

// subject is the lane of what is told of a request.
func (r Request) subject() string { return fmt.Sprintf("wish:%d", r.ID) }

// topic is what whoever runs the kitchen is asked.
func (r Request) topic() string {
	if r.Voice != "" {
		return topicVoice
	}
	return topicWish
}

// Wish asks whoever runs the kitchen, after the cut-off of a day, for so many portions
// in all for somebody, 0 for none any more. They are asked once; who asks for something
// else meanwhile changes what is asked. It is lunch.still_open where it can be ordered,
// lunch.too_late once the meals are on the table, lunch.nothing where they have none
// that could be left, lunch.no_lead where Telegram reaches nobody who could answer, and
// refused as Order is. Repeated, it changes nothing.
func (s *Service) Wish(ctx context.Context, actor people.Actor, day time.Time, person int64, portions int) (Request, error) {
	var r Request
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		g, err := s.on(ctx, tx, actor, person)
		if err != nil {
			return err
		}
		k, err := readKitchen(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		b, err := s.openOn(ctx, tx, actor.Community, day, actor.Person)
		if err != nil {
			return err
		}
		if portions < 0 || portions > k.Most {
			return invalid("lunch.too_many", "max", k.Most)
		}
		if err := b.takesWish(ctx, g, portions); err != nil {
			return err
		}
		r, err = b.request(ctx, Request{Person: g.person.ID, Portions: portions})
		return err
	})
	if err != nil {
		return Request{}, fmt.Errorf("ask for lunch of person %d: %w", person, err)
	}
	return r, nil
}

// takesWish refuses what is no question of the lead's.
func (b *book) takesWish(ctx context.Context, g guest, portions int) error {
	if err := b.lasts(); err != nil {
		return err
	}
	switch {
	case b.day.State == Planned:
		return conflict("lunch.not_yet")
	case b.day.Open(b.now):
		return conflict("lunch.still_open")
	case !b.now.Before(b.day.ServesAt):
		return conflict("lunch.too_late")
	}
	o, err := readOrder(ctx, b.tx, b.day.Community, b.day.Day, g.person.ID)
	if err != nil {
		return err
	}
	if portions == 0 && o.Status != Ordered {
		return conflict("lunch.nothing")
	}
	if portions > 0 && !here(g.person, b.day.Day) {
		return conflict("lunch.away", "name", g.person.Name)
	}
	someone, err := b.answers(ctx)
	if err == nil && !someone {
		err = conflict("lunch.no_lead")
	}
	return err
}

// answers reports whether anybody who runs the kitchen would read a question now:
// nobody is told that they are asked where they are not.
func (b *book) answers(ctx context.Context) (bool, error) {
	some, err := leads(ctx, b.tx, b.day.Community)
	if err != nil {
		return false, err
	}
	some, err = people.Reachable(ctx, b.tx, b.day.Community, some)
	return len(some) > 0, err
}

// Voice gives what somebody said into their telephone to whoever runs the kitchen, to be
// listened to, while the next day can be ordered: told is false where they do not eat
// here, no day can be, or Telegram reaches nobody who would listen. The file is one of
// Telegram's. Repeated, it changes nothing.
func (s *Service) Voice(ctx context.Context, actor people.Actor, fileID string) (told bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		told = false
		d, err := readDiner(ctx, tx, actor.Community, actor.Person)
		if isNotFound(err) || err == nil && d.EndedAt != nil || strings.TrimSpace(fileID) == "" {
			return nil
		}
		if err != nil {
			return err
		}
		g, err := s.on(ctx, tx, actor, actor.Person)
		if err != nil {
			return err
		}
		var next []time.Time
		err = tx.SelectContext(ctx, &next, `
			SELECT day FROM lunch_days
			WHERE community_id = $1 AND state = 'published' AND closes_at > $2 ORDER BY day LIMIT 1`, actor.Community, s.now())
		if err != nil || len(next) == 0 {
			return err
		}
		b, err := s.openOn(ctx, tx, actor.Community, next[0], actor.Person)
		if err != nil || !b.day.Open(b.now) {
			return err
		}
		if told, err = b.answers(ctx); err != nil || !told {
			return err
		}
		_, err = b.request(ctx, Request{Person: g.person.ID, Voice: strings.TrimSpace(fileID)})
		return err
	})
	if err != nil {
		return false, fmt.Errorf("give a voice to the kitchen: %w", err)
	}
	return told, nil
}

// request asks whoever runs the kitchen, or changes what they are asked. The diner is
// held: of any number who ask for them one goes after the other.
func (b *book) request(ctx context.Context, want Request) (Request, error) {
	want.Community, want.Day, want.By, want.AskedAt = b.day.Community, b.day.Day, b.by, b.now
	var open []Request
	err := b.tx.SelectContext(ctx, &open, `
		SELECT `+requestColumns+` FROM lunch_wishes
		WHERE community_id = $1 AND day = $2 AND person_id = $3 AND decided_at IS NULL FOR NO KEY UPDATE`, want.Community, want.Day, want.Person)
	if err != nil {
		return want, fmt.Errorf("read what is asked for person %d: %w", want.Person, err)
	}
	if len(open) == 0 {
		return b.asksFor(ctx, want)
	}
	was := open[0]
	r := was.with(want)
	if r == was {
		return was, nil
	}
	_, err = b.tx.ExecContext(ctx, `
		UPDATE lunch_wishes SET portions = $3, voice = $4, by_id = $5, asked_at = $6 WHERE community_id = $1 AND id = $2`,
		r.Community, r.ID, r.Portions, r.Voice, r.By, r.AskedAt)
	if err != nil {
		return was, fmt.Errorf("change request %d: %w", r.ID, err)
	}
	if err := b.over(ctx, r.subject(), was.topic(), detail{"wish": r.ID}); err != nil {
		return was, err
	}
	return r, b.tellRequest(ctx, r)
}

// with is a request that was asked once more: otherwise, or in more words.
func (r Request) with(want Request) Request {
	is := r
	if want.Voice == "" {
		is.Portions = want.Portions
	} else if voices := r.Voices(); len(voices) == 0 || voices[len(voices)-1] != want.Voice {
		is.Voice = strings.TrimSpace(r.Voice + " " + want.Voice)
	}
	if is != r {
		is.By, is.AskedAt = want.By, want.AskedAt
	}
	return is
}

// asksFor asks for the first time.
func (b *book) asksFor(ctx context.Context, want Request) (r Request, err error) {
	err = b.tx.GetContext(ctx, &r, `
		INSERT INTO lunch_wishes (community_id, day, person_id, by_id, portions, voice, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		RETURNING `+requestColumns, want.Community, want.Day, want.Person, want.By, want.Portions, want.Voice, want.AskedAt)
	if err != nil {
		return want, fmt.Errorf("ask for person %d: %w", want.Person, err)
	}
	return r, b.tellRequest(ctx, r)
}

// tellRequest asks whoever runs the kitchen.
func (b *book) tellRequest(ctx context.Context, r Request) error {
	var err error
	b.event, err = log(ctx, b.tx, happened{
		community: r.Community, day: r.Day, person: r.Person, by: b.by, code: "wish", at: b.now,
		detail: detail{"wish": r.ID, "portions": r.Portions, "voices": len(r.Voices())},
	})
	if err != nil {
		return err
	}
	to, err := leads(ctx, b.tx, r.Community)
	if err != nil {
		return err
	}
	return b.tell(ctx, news{to: to, topic: r.topic(), subject: r.subject(), of: b.event, args: r.args(), urgency: outbox.Task})
}

// args names a request.
func (r Request) args() detail {
	return detail{"wish": r.ID, "day": r.Day.Format(time.DateOnly), "person": r.Person}
}
