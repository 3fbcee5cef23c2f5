package people

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
)

// What happens to somebody that others must act on.
type What string

// The changes. Gone is for good: moved, died or left; Merged names who the
// person turned out to be.
const (
	Paused    What = "paused"     // away or in hospital
	Back      What = "back"       // here again, or it was said by mistake
	Gone      What = "gone"       // nothing is asked of them or told to them any more
	RoleEnded What = "role_ended" // what they held by it is somebody else's now
	Merged    What = "merged"
	OffDuty   What = "off_duty" // the secretary's switch: what waits for them goes to who is in charge
)

// Change is one such thing.
type Change struct {
	Community, Person, By int64 // By 0 is the bot itself
	What                  What
	Role                  access.Role // of RoleEnded
	Into                  int64       // of Merged
	At                    time.Time
}

// Follower is a service that keeps something of people. It pauses, ends or
// hands over what concerns somebody in the same transaction in which that
// changes.
type Follower interface {
	PersonChanged(ctx context.Context, tx *sqlx.Tx, c Change) error
}

// Follow adds services that hear of every change. It is called while linli is
// wired, before anything changes.
func (s *Service) Follow(some ...Follower) { s.followers = append(s.followers, some...) }

func (s *Service) changed(ctx context.Context, tx *sqlx.Tx, c Change) error {
	if c.What == Gone {
		if err := outbox.Silence(ctx, tx, c.Community, c.Person); err != nil {
			return err
		}
	}
	for _, f := range s.followers {
		if err := f.PersonChanged(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}
