package people

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/refusal"
)

// Presence is whether somebody is here. Codes are stored.
type Presence string

// The presences. Away and Hospital pause what concerns somebody, the other
// three end it.
const (
	Here     Presence = "here"
	Away     Presence = "away"
	Hospital Presence = "hospital"
	Moved    Presence = "moved"
	Died     Presence = "died"
	Left     Presence = "left" // they asked to be left alone
)

// Away notes that somebody is away; until is the day of their return, nil where
// nobody knows. What concerns them rests meanwhile.
func (s *Service) Away(ctx context.Context, actor Actor, person int64, until *time.Time) (Person, error) {
	return s.pause(ctx, actor, person, pausing{Away, until})
}

// Hospital notes that somebody is in hospital; until is as with Away.
func (s *Service) Hospital(ctx context.Context, actor Actor, person int64, until *time.Time) (Person, error) {
	return s.pause(ctx, actor, person, pausing{Hospital, until})
}

// pausing is where somebody is instead of here, and until when.
type pausing struct {
	as    Presence
	until *time.Time
}

// day is the day of the return as Postgres takes it, nil where none is known.
func (p pausing) day() any {
	if p.until == nil {
		return nil
	}
	return p.until.Format(time.DateOnly)
}

func (s *Service) pause(ctx context.Context, actor Actor, person int64, to pausing) (Person, error) {
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		was, now, err := onPerson(ctx, tx, actor, access.Pause, person)
		if err != nil {
			return err
		}
		if was.Gone() {
			return refusal.New(refusal.Conflict, "people.is_gone", "name", was.Name)
		}
		here, err := community.Read(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if to.until != nil && !midnight(*to.until, here.Location()).After(s.clk.Now()) {
			return refusal.New(refusal.Invalid, "people.bad_day")
		}
		p = was
		if was.Presence == to.as && sameDay(was.Until, to.until) {
			return nil
		}
		c := Change{Community: actor.Community, Person: was.ID, By: now.Person, What: Paused, At: s.clk.Now()}
		if err := s.presence(ctx, tx, c, to); err != nil {
			return err
		}
		if to.until != nil {
			if err := returns(ctx, tx, c, midnight(*to.until, here.Location())); err != nil {
				return err
			}
		}
		p, err = ReadPerson(ctx, tx, actor.Community, was.ID)
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("pause person %d: %w", person, err)
	}
	return p, nil
}

// presence writes where somebody is, with its event, and tells the services.
func (s *Service) presence(ctx context.Context, tx *sqlx.Tx, c Change, to pausing) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE persons SET presence = $3, presence_until = $4::date WHERE community_id = $1 AND id = $2`,
		c.Community, c.Person, to.as, to.day())
	if err != nil {
		return err
	}
	code := string(to.as)
	if to.as == Here {
		code = "back"
	}
	if err := event(ctx, tx, happened{c.Community, c.Person, c.By, code, map[string]any{"until": to.day()}, c.At}); err != nil {
		return err
	}
	return s.changed(ctx, tx, c)
}

// returns makes the day of somebody's return end the pause by itself.
func returns(ctx context.Context, tx *sqlx.Tx, c Change, at time.Time) error {
	return outbox.Enqueue(ctx, tx, c.Community, outbox.Row{
		Key:   "back:" + strconv.FormatInt(c.Person, 10) + ":" + at.Format(time.DateOnly) + ":" + strconv.FormatInt(c.At.UnixMicro(), 36),
		Topic: "person.back", Args: map[string]any{"person": c.Person}, Due: at,
	})
}

// midnight is when a day begins in a zone.
func midnight(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}

func sameDay(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Format(time.DateOnly) == b.Format(time.DateOnly)
}

// Back notes that somebody who was away or in hospital is here again, or never
// was away.
func (s *Service) Back(ctx context.Context, actor Actor, person int64) (Person, error) {
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		was, now, err := onPerson(ctx, tx, actor, access.Pause, person)
		if err != nil {
			return err
		}
		if was.Gone() {
			return refusal.New(refusal.Conflict, "people.is_gone", "name", was.Name)
		}
		p = was
		if was.Here() {
			return nil
		}
		c := Change{Community: actor.Community, Person: was.ID, By: now.Person, What: Back, At: s.clk.Now()}
		if err := s.presence(ctx, tx, c, pausing{as: Here}); err != nil {
			return err
		}
		p, err = ReadPerson(ctx, tx, actor.Community, was.ID)
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("person %d is back: %w", person, err)
	}
	return p, nil
}

// ReturnIfDue ends somebody's pause whose last day is over; a job whose day was
// changed meanwhile does nothing.
func (s *Service) ReturnIfDue(ctx context.Context, communityID, person int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		here, err := community.Read(ctx, tx, communityID)
		if err != nil {
			return err
		}
		p, err := LockPerson(ctx, tx, communityID, person)
		if err != nil {
			return err
		}
		if p.Here() || p.Gone() || p.Until == nil || midnight(*p.Until, here.Location()).After(s.clk.Now()) {
			return nil
		}
		return s.presence(ctx, tx, Change{Community: communityID, Person: p.ID, What: Back, At: s.clk.Now()}, pausing{as: Here})
	})
	if err != nil {
		return fmt.Errorf("return of person %d: %w", person, err)
	}
	return nil
}

// AwaySince reads since when somebody is away or in hospital: the first word of it
// since they were last here. It is the zero time where nobody ever said so.
func AwaySince(ctx context.Context, q sqlx.QueryerContext, community, person int64) (time.Time, error) {
	var since *time.Time
	err := sqlx.GetContext(ctx, q, &since, `
		SELECT min(at) FROM person_events
		WHERE community_id = $1 AND person_id = $2 AND code IN ('away', 'hospital') AND id > coalesce((
			SELECT max(id) FROM person_events WHERE community_id = $1 AND person_id = $2 AND code = 'back'), 0)`, community, person)
	if err != nil {
		return time.Time{}, fmt.Errorf("read since when person %d is away: %w", person, err)
	}
	if since == nil {
		return time.Time{}, nil
	}
	return *since, nil
}
