package cases

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Side is one of the two sides of a quarrel.
type Side int

// The sides. Each is heard apart, and reads nothing of what the other says.
const (
	Both     Side = 0 // who met together
	OneSide  Side = 1 // whose trouble it was first
	TheOther Side = 2
)

// Met is where two people spoke with one another.
type Met string

// Meetings are where people meet.
var Meetings = []Met{"door", "phone", "office"}

// Heard is what one side and whoever hears both said to one another, or that they met.
type Heard struct {
	ID     int64
	Side   Side
	Person int64 // whose words they are
	Met    Met   // "": it was said through the bot
	Words  string
	Media  heardMedia
	At     time.Time
	key    string // of the message that said it
}

const heardColumns = `id, side, person_id AS person, met, words, media, at`

// heardMedia are media as a row of what was heard keeps them.
type heardMedia []Media

// Scan reads the media as the database gives them.
func (m *heardMedia) Scan(from any) error {
	raw, ok := from.([]byte)
	if !ok {
		return fmt.Errorf("media are %T", from)
	}
	return json.Unmarshal(raw, m)
}

// Value writes them.
func (m heardMedia) Value() (driver.Value, error) {
	raw, err := json.Marshal(append(heardMedia{}, m...))
	return string(raw), err
}

// side is who is on a side; the other one is nobody before they are invited.
func (c Case) side(of Side) int64 {
	switch of {
	case OneSide:
		return c.For
	case TheOther:
		return c.Other
	default:
		return 0
	}
}

// SideOf is the side on which somebody is, Both where on none.
func (c Case) SideOf(person int64) Side {
	switch person {
	case c.For:
		return OneSide
	case c.Other:
		return TheOther
	default:
		return Both
	}
}

// hear keeps what was heard, and returns its id.
func (t *turn) hear(ctx context.Context, h Heard) (id int64, err error) {
	err = t.tx.GetContext(ctx, &id, `
		INSERT INTO case_hearings (community_id, case_id, side, person_id, met, words, media, at, key)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		t.c.Community, t.c.ID, h.Side, t.actor.Person, h.Met, h.Words, h.Media, t.now, h.key)
	return id, err
}

// unhear erases what was heard and agreed.
func (t *turn) unhear(ctx context.Context) error {
	if t.c.Private == "" {
		return nil
	}
	_, err := t.tx.ExecContext(ctx, `
		WITH said AS (DELETE FROM case_hearings WHERE community_id = $1 AND case_id = $2)
		DELETE FROM case_agreements WHERE community_id = $1 AND case_id = $2`, t.c.Community, t.c.ID)
	return err
}

// TellSide says something to one side alone.
func (s *Service) TellSide(ctx context.Context, actor people.Actor, id int64, to Side, n Note) (Case, error) {
	return s.later(ctx, call{"speak to one side of", access.Mediate, actor, id}, n, func(t *turn, key, words string) error {
		person := t.c.side(to)
		if person == 0 {
			return access.NotFound()
		}
		if err := t.become(ctx, MoveHear, t.from, detail{"key": key, "side": to}); err != nil {
			return err
		}
		item, err := t.hear(ctx, Heard{Side: to, Words: words, Media: n.Media, key: key})
		if err != nil {
			return err
		}
		return t.tell(ctx, news{"case.side_told", outbox.Task, detail{"item": item}}, person)
	})
}

// SpeakAsSide says one's own side to whoever hears both, and to nobody else.
func (s *Service) SpeakAsSide(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	return s.later(ctx, call{"speak as a side of", access.Side, actor, id}, n, func(t *turn, key, words string) error {
		side := t.c.SideOf(t.actor.Person)
		if side == Both || t.c.Private == "" {
			return access.NotFound() // it has no sides, or they are on none
		}
		if err := t.become(ctx, MoveSide, t.from, detail{"key": key, "side": side}); err != nil {
			return err
		}
		item, err := t.hear(ctx, Heard{Side: side, Words: words, Media: n.Media, key: key})
		if err != nil {
			return err
		}
		return t.tell(ctx, news{"case.side_said", outbox.Task, detail{"item": item}}, t.c.Holder)
	})
}

// NoteTalk notes that whoever hears both sides spoke with one of them, or with
// both together; nobody else reads what they write of it.
func (s *Service) NoteTalk(ctx context.Context, actor people.Actor, id int64, h Heard, n Note) (Case, error) {
	if !slices.Contains(Meetings, h.Met) || h.Side < Both || h.Side > TheOther {
		return Case{}, access.NotFound()
	}
	return s.later(ctx, call{"note a talk about", access.Mediate, actor, id}, n, func(t *turn, key, words string) error {
		if err := t.become(ctx, MoveHear, t.from, detail{"key": key, "side": h.Side, "met": h.Met}); err != nil {
			return err
		}
		h.Words, h.Media, h.key = words, n.Media, key
		_, err := t.hear(ctx, h)
		return err
	})
}

// Heard reads one thing that was heard, to tell somebody what a row of the outbox
// decided that they hear.
func (s *Service) Heard(ctx context.Context, community, id, item int64) (Heard, error) {
	var h Heard
	err := s.db.GetContext(ctx, &h, `
		SELECT `+heardColumns+` FROM case_hearings
		WHERE community_id = $1 AND case_id = $2 AND id = $3`, community, id, item)
	return h, found(err)
}

// AllHeard reads what was heard of a case, oldest first, for whoever hears both.
func (s *Service) AllHeard(ctx context.Context, actor people.Actor, id int64) ([]Heard, error) {
	if _, err := s.managed(ctx, actor, id, access.Mediate); err != nil {
		return nil, err
	}
	var all []Heard
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+heardColumns+` FROM case_hearings
		WHERE community_id = $1 AND case_id = $2 ORDER BY id`, actor.Community, id)
	if err != nil {
		return nil, fmt.Errorf("read what was heard of case %d: %w", id, err)
	}
	return all, nil
}

// FindMediated reads a private case for who hears both sides of it.
func (s *Service) FindMediated(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.managed(ctx, actor, id, access.Mediate)
}

// Neighbour is somebody who may be the other side of a quarrel.
type Neighbour struct {
	Person int64
	Name   string
	Flat   string
}

// neighboursAtMost is how many one search shows.
const neighboursAtMost = 8

// Neighbours looks for the other side by name or flat, for who hears both.
func (s *Service) Neighbours(ctx context.Context, actor people.Actor, id int64, query string) ([]Neighbour, error) {
	c, err := s.managed(ctx, actor, id, access.Mediate)
	if err != nil {
		return nil, err
	}
	query = pg.Text(query)
	var all []Neighbour
	err = s.db.SelectContext(ctx, &all, `
		SELECT id AS person, name, flat FROM persons
		WHERE community_id = $1 AND merged_into IS NULL AND presence IN ('here', 'away') AND name <> ''
			AND (strpos(lower(name), lower($2)) > 0 OR flat = $2) AND id <> ALL (ARRAY[$3, $4, $5]::bigint[])
		ORDER BY building_id IS DISTINCT FROM $6, entrance IS DISTINCT FROM $7, name, id LIMIT $8`,
		c.Community, query, c.For, c.Holder, c.About, c.Place.Building, c.Place.Entrance, neighboursAtMost)
	if err != nil {
		return nil, fmt.Errorf("look for the other side of case %d: %w", id, err)
	}
	return all, nil
}

// Invite asks somebody on the register to tell the other side.
func (s *Service) Invite(ctx context.Context, actor people.Actor, id, person int64) (Case, error) {
	return s.on(ctx, call{"invite the other side of", access.Mediate, actor, id}, func(t *turn) error {
		if t.c.Other == person {
			return nil
		}
		if err := t.otherSide(ctx, person); err != nil {
			return err
		}
		return t.tell(ctx, news{"case.side_invited", outbox.Task, nil}, person)
	})
}

// otherSide makes somebody the other side, where there is none yet.
func (t *turn) otherSide(ctx context.Context, person int64) error {
	if t.c.Other != 0 {
		return refusal.New(refusal.Conflict, "case.has_sides")
	}
	if !t.c.Mediated() || slices.Contains(append(t.c.concerned(), t.c.Holder), person) {
		return access.NotFound()
	}
	p, err := people.ReadPerson(ctx, t.tx, t.c.Community, person)
	if err != nil {
		return err
	}
	if p.Gone() || p.Merged != 0 {
		return access.NotFound()
	}
	t.c.Other = person
	return t.become(ctx, MoveInvite, t.from, detail{"person": person})
}
