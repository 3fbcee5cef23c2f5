package calm

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// The topics of what happens in the morning: the job, and the message.
const (
	MorningTopic = "calm.morning"
	DigestTopic  = "digest.morning"
)

// Digest is which one a message is: the args of its row.
type Digest struct {
	ID int64 `json:"digest"`
}

// morning is whose job it is.
type morning struct {
	Person int64 `json:"person"`
}

// MorningOf is the job of somebody's next morning after a moment, in the zone of
// their community. Its key has the moment and not the day: who changes their
// hours can have two mornings on one day.
func MorningOf(person int64, h Hours, at time.Time) outbox.Row {
	due := h.Morning(at)
	return outbox.Row{
		Key: fmt.Sprintf("calm:morning:%d:%d", person, due.Unix()), Topic: MorningTopic, Args: morning{person},
		Urgency: outbox.Task, Due: due,
	}
}

// Do does what falls due: the jobs of the outbox whose topics begin with "calm.".
// manner tells how messages of a topic stand to their readers.
func (s *Service) Do(ctx context.Context, communityID int64, topic string, args []byte, manner func(topic string) Manner) error {
	var a morning
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("do %s: %w", topic, err)
	}
	if topic != MorningTopic {
		return fmt.Errorf("do %s: unknown job", topic)
	}
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		p, err := people.LockPerson(ctx, tx, communityID, a.Person)
		if err != nil {
			return err
		}
		c, err := community.Read(ctx, tx, communityID)
		if err != nil {
			return err
		}
		d := &dawn{tx: tx, community: communityID, person: p.ID, now: s.now().In(c.Location()), hours: Of(p, c)}
		return d.breaks(ctx, manner)
	})
	if err != nil {
		return fmt.Errorf("do %s of person %d: %w", topic, a.Person, err)
	}
	return nil
}

// dawn is one morning of one person.
type dawn struct {
	tx                *sqlx.Tx
	community, person int64
	now               time.Time
	hours             Hours
}

// breaks tells of what was kept. Where the hours were changed meanwhile, and it is
// no morning yet, it all stays.
func (d *dawn) breaks(ctx context.Context, manner func(topic string) Manner) error {
	if d.hours.Quiet(d.now) {
		return d.postpone(ctx)
	}
	kept, err := outbox.ReadKept(ctx, d.tx, d.community, d.person)
	if err != nil {
		return err
	}
	if kept, err = d.words(ctx, kept, manner); err != nil {
		return err
	}
	if len(kept) > 1 {
		if kept, err = d.affordable(ctx, kept, manner); err != nil {
			return err
		}
	}
	ids := make([]int64, len(kept))
	for i, k := range kept {
		ids[i] = k.ID
	}
	switch len(ids) {
	case 0:
		return nil
	case 1: // what it counts as is decided when it goes
		_, err := outbox.Release(ctx, d.tx, outbox.Released{Community: d.community, Person: d.person, Due: d.now}, ids...)
		return err
	}
	return d.digest(ctx, ids)
}

// words lets go what comes itself, and returns the others.
func (d *dawn) words(ctx context.Context, kept []Kept, manner func(topic string) Manner) ([]Kept, error) {
	var others []Kept
	var ids []int64
	for _, k := range kept {
		if manner(k.Topic) == Word {
			ids = append(ids, k.ID)
		} else {
			others = append(others, k)
		}
	}
	if len(ids) == 0 {
		return kept, nil
	}
	_, err := outbox.Release(ctx, d.tx, outbox.Released{Community: d.community, Person: d.person, Due: d.now}, ids...)
	return others, err
}

func (d *dawn) postpone(ctx context.Context) error {
	return outbox.Enqueue(ctx, d.tx, d.community, MorningOf(d.person, d.hours, d.now))
}

// affordable is what of the kept may be told today: a digest that brings a
// resident any news is one of the messages that they did not ask for. Where they
// had enough of those the news stays for another morning.
func (d *dawn) affordable(ctx context.Context, kept []Kept, manner func(topic string) Manner) ([]Kept, error) {
	actor, err := people.ReadActor(ctx, d.tx, d.community, d.person)
	if err != nil || Serves(actor) {
		return kept, err
	}
	var own []Kept
	for _, k := range kept {
		if manner(k.Topic) != News {
			own = append(own, k)
		}
	}
	if len(own) == len(kept) {
		return kept, nil
	}
	ok, err := outbox.Hear(ctx, d.tx, d.community, d.person, Allow(News, Reader{Now: d.now}))
	if err != nil || ok {
		return kept, err
	}
	return own, d.postpone(ctx)
}

func (d *dawn) digest(ctx context.Context, ids []int64) error {
	of := d.now.Unix()
	if err := outbox.Gather(ctx, d.tx, d.community, of, ids...); err != nil {
		return err
	}
	return outbox.Enqueue(ctx, d.tx, d.community, outbox.Row{
		Key: fmt.Sprintf("calm:digest:%d:%d", d.person, of), Person: d.person, Topic: DigestTopic,
		Args: Digest{of}, Urgency: outbox.Task, Due: d.now, // a task, which is repeated until it arrives: so would be what it holds
	})
}

// Serves reports whether somebody holds any role, and is no mere resident.
func Serves(a people.Actor) bool {
	for _, role := range a.Roles {
		if role != access.Resident {
			return true
		}
	}
	return false
}
