package childcare

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Desk opens cases in the caller's transaction. The key makes a repeat harmless.
type Desk interface {
	// Worry opens an urgent case for a child, and rings everybody on duty.
	Worry(ctx context.Context, tx *sqlx.Tx, by people.Actor, a Alarm) (id, number int64, err error)
	// Confide opens a private case that one person alone reads.
	Confide(ctx context.Context, tx *sqlx.Tx, by people.Actor, c Confidence) (id, number int64, err error)
}

// Alarm is that hands are needed for a child, away from its home.
type Alarm struct {
	Child  int64
	Where  string // in words: the hall, a school's gate; "": its home
	Danger string // a code; "": nobody knows that there is any
	Key    string
}

// Confidence is what is for one person alone.
type Confidence struct {
	Child, About, To int64 // About 0: about nobody
	Words, Key       string
}

// Worries says who opens cases. It is set while linli is wired; without it who runs the
// hall alone is told.
func (s *Service) Worries(d Desk) { s.desk = d }
