package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

func isNotFound(err error) bool { return refusal.Is(err, refusal.NotFound) }

// met reports whether nothing changes by their writing. Where somebody died,
// whoever has their phone is answered, and is never written to unasked.
func (p Person) met() bool { return p.Reachable || p.Presence == Died }

// Meet returns the person behind a Telegram account, makes them the first
// time, and knows from then on that Telegram reaches them. Who moved or left is
// asked anew whether they agree, and is here again once they did: a stray tap is
// no coming back.
func (s *Service) Meet(ctx context.Context, communityID int64, t Telegram) (Person, error) {
	p, err := s.ByTelegram(ctx, communityID, t.ID)
	if err == nil && p.met() {
		return p, nil
	}
	if err != nil && !isNotFound(err) {
		return Person{}, err
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		home, err := community.Read(ctx, tx, communityID)
		if err != nil {
			return err
		}
		name := pg.Cut(pg.Text(t.FirstName), MaxName)
		err = tx.GetContext(ctx, &p, `
			INSERT INTO persons (community_id, telegram, name, initials, language, reachable, created_at) VALUES ($1, $2, $3, $4, $5, true, $6)
			ON CONFLICT (community_id, telegram) DO UPDATE SET
				reachable = persons.presence <> 'died',
				consent_at = CASE WHEN persons.presence NOT IN ('moved', 'left') THEN persons.consent_at END
			RETURNING `+columns, communityID, t.ID, name, initialsOf(name), spoken(t.Language, home.Language), s.clk.Now())
		if err != nil {
			return err
		}
		return event(ctx, tx, happened{community: communityID, person: p.ID, by: p.ID, code: "met", at: s.clk.Now()})
	})
	if err != nil {
		return Person{}, fmt.Errorf("meet: %w", err)
	}
	return p, nil
}

// spoken makes of Telegram's language one that we speak: what is neither ours
// nor unknown is met in English, which more of those who read neither know.
func spoken(telegram, otherwise string) string {
	code, _, _ := strings.Cut(strings.ToLower(telegram), "-")
	switch code {
	case "zh", "en":
		return code
	case "":
		return otherwise
	}
	return "en"
}

// Person reads a person.
func (s *Service) Person(ctx context.Context, community, id int64) (Person, error) {
	return ReadPerson(ctx, s.db, community, id)
}

// ByTelegram reads the person behind a Telegram account.
func (s *Service) ByTelegram(ctx context.Context, community, telegram int64) (Person, error) {
	var p Person
	err := s.db.GetContext(ctx, &p, `
		SELECT `+columns+` FROM persons WHERE community_id = $1 AND telegram = $2`, community, telegram)
	return p, found(err, 0)
}

// Actor reads who somebody is, for handing to verbs.
func (s *Service) Actor(ctx context.Context, community, person int64) (Actor, error) {
	return ReadActor(ctx, s.db, community, person)
}

// Secretary reads the secretary; it is NotFound where there is none.
func (s *Service) Secretary(ctx context.Context, community int64) (Person, error) {
	return Secretary(ctx, s.db, community)
}

// InCharge reads who does what is the secretary's to do now.
func (s *Service) InCharge(ctx context.Context, community int64) (Person, error) {
	return InCharge(ctx, s.db, community)
}

// OnDuty reads who is rung now.
func (s *Service) OnDuty(ctx context.Context, community, area int64) ([]Person, error) {
	return OnDuty(ctx, s.db, community, area)
}

// Unreachable notes that Telegram does not deliver to somebody any more, until
// they write again.
func (s *Service) Unreachable(ctx context.Context, community, person int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		res, err := tx.ExecContext(ctx, `
			UPDATE persons SET reachable = false WHERE community_id = $1 AND id = $2 AND reachable`, community, person)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return event(ctx, tx, happened{community: community, person: person, code: "unreachable", at: s.clk.Now()})
	})
	if err != nil {
		return fmt.Errorf("mark person %d unreachable: %w", person, err)
	}
	return nil
}

// allowed reads the actor again and asks the table.
func allowed(ctx context.Context, tx *sqlx.Tx, actor Actor, do access.Action) error {
	now, err := ReadActor(ctx, tx, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	return access.Allow(do, now.Roles, access.SameCommunity)
}
