package setup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Service is the verbs.
type Service struct {
	communities *community.Service
	calendar    *calendar.Service
	clk         *clock.Clock
	languages   []string
}

// New returns the service; languages are those that the bot speaks.
func New(communities *community.Service, cal *calendar.Service, clk *clock.Clock, languages []string) *Service {
	return &Service{communities: communities, calendar: cal, clk: clk, languages: languages}
}

// May reports whether somebody may change settings, as far as was known when
// they were read: for what is shown. Change looks again.
func May(a people.Actor) bool { return a.May(access.Settings, access.SameCommunity) }

// Change makes what somebody wants different, and returns what came to be so.
func (s *Service) Change(ctx context.Context, actor people.Actor, edits ...Edit) (made []community.Change, err error) {
	err = s.communities.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := allowed(ctx, tx, actor); err != nil {
			return err
		}
		by := community.By{Community: actor.Community, Person: actor.Person}
		made = nil
		for _, e := range edits {
			some, err := s.edit(ctx, tx, by, e)
			if err != nil {
				return err
			}
			made = append(made, some...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("change settings: %w", err)
	}
	return made, nil
}

// allowed refuses whoever may not change settings at this moment.
func allowed(ctx context.Context, tx *sqlx.Tx, actor people.Actor) error {
	now, err := people.ReadActor(ctx, tx, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	return access.Allow(access.Settings, now.Roles, access.SameCommunity)
}

func (s *Service) edit(ctx context.Context, tx *sqlx.Tx, by community.By, e Edit) ([]community.Change, error) {
	if err := community.Lock(ctx, tx, by.Community); err != nil {
		return nil, err
	}
	town, err := community.ReadTown(ctx, tx, by.Community)
	if err != nil {
		return nil, err
	}
	if e.What == community.LanguageIs && !slices.Contains(s.languages, e.Is) {
		return nil, refusal.New(refusal.Invalid, "community.bad_language")
	}
	changes, err := e.changes(town)
	if err != nil {
		return nil, err
	}
	return s.communities.Make(ctx, tx, by, changes...)
}

// Outcome is what came of a file, or would come of it.
type Outcome struct {
	Made  []community.Change
	Stays []community.Change // removals that cannot be: people live there, or something points there
}

// errDry ends a transaction that was only to show what it would do.
var errDry = errors.New("nothing is to be changed")

// Apply makes a community as a file says, in one transaction, for whoever keeps
// the machine. A dry one changes nothing and tells what would change.
func (s *Service) Apply(ctx context.Context, id int64, f File, dry bool) (o Outcome, err error) {
	by := community.By{Community: id}
	err = s.communities.InTx(ctx, func(tx *sqlx.Tx) error {
		o = Outcome{}
		if err := community.Lock(ctx, tx, id); err != nil {
			return err
		}
		town, err := community.ReadTown(ctx, tx, id)
		if err != nil {
			return err
		}
		if o.Made, err = s.communities.Make(ctx, tx, by, f.differences(town)...); err != nil {
			return err
		}
		for _, c := range f.removals(town) {
			made, err := s.communities.Make(ctx, tx, by, c)
			switch {
			case refusal.Is(err, refusal.Conflict):
				o.Stays = append(o.Stays, c)
			case err != nil:
				return err
			}
			o.Made = append(o.Made, made...)
		}
		years, err := s.loadYears(ctx, tx, by, f.Holidays)
		if err != nil {
			return err
		}
		o.Made = append(o.Made, years...)
		if dry {
			return errDry
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return Outcome{}, fmt.Errorf("apply a community file: %w", err)
	}
	return o, nil
}

// Roles are the codes of all roles, in the order in which they are offered.
func Roles() []string {
	codes := make([]string, len(access.Roles))
	for i, role := range access.Roles {
		codes[i] = string(role)
	}
	return codes
}
