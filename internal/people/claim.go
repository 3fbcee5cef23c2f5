package people

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

// claimFor is how long a claim can be opened.
const claimFor = 15 * time.Minute

// NewClaim returns a token that makes whoever redeems it first the secretary,
// for a quarter of an hour. Only its hash is kept. Where there is a secretary
// already, it must be said that they are replaced.
func (s *Service) NewClaim(ctx context.Context, community int64, replace bool) (string, error) {
	token := newToken()
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if !replace {
			if err := secretaryFree(ctx, tx, community, 0); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO claims (community_id, token_hash, replaces, expires_at) VALUES ($1, $2, $3, $4)`,
			community, hash(token), replace, s.clk.Now().Add(claimFor))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make claim: %w", err)
	}
	return token, nil
}

// Redeem makes the person the secretary. A token that is used, expired or
// wrong is refused alike; whoever used it may open it again, while they hold
// what it gave.
func (s *Service) Redeem(ctx context.Context, community, person int64, token string) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		now := s.clk.Now()
		var claims []struct {
			Replaces bool
			UsedBy   int64
		}
		// The row lock lets one of many parallel opens through; the rest then see who used it.
		err := tx.SelectContext(ctx, &claims, `
			SELECT replaces, coalesce(used_by, 0) AS usedby FROM claims
			WHERE community_id = $1 AND token_hash = $2 AND (used_by = $3 OR used_by IS NULL AND expires_at > $4)
			FOR UPDATE`, community, hash(token), person, now)
		if err != nil {
			return err
		}
		if len(claims) == 0 {
			return refusal.New(refusal.NotFound, "people.no_such_claim")
		}
		if claims[0].UsedBy == person {
			return stillSecretary(ctx, tx, community, person)
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE claims SET used_by = $3, used_at = $4 WHERE community_id = $1 AND token_hash = $2`,
			community, hash(token), person, now)
		if err != nil {
			return err
		}
		return s.succeed(ctx, tx, vacancy{community, person, claims[0].Replaces})
	})
	if err != nil {
		return fmt.Errorf("redeem claim: %w", err)
	}
	return nil
}

func stillSecretary(ctx context.Context, tx *sqlx.Tx, community, person int64) error {
	sec, err := Secretary(ctx, tx, community)
	if isNotFound(err) || err == nil && sec.ID != person {
		return refusal.New(refusal.NotFound, "people.no_such_claim")
	}
	return err
}

// vacancy is the secretary's place, to be free for a person.
type vacancy struct {
	community, person int64
	replace           bool
}

// succeed makes a person the secretary. Whoever was it is told, and what they
// held by it goes on at once, in the first place to the new one.
func (s *Service) succeed(ctx context.Context, tx *sqlx.Tx, v vacancy) error {
	ended, err := s.vacate(ctx, tx, v)
	if err != nil {
		return err
	}
	if err := s.appears(ctx, tx, v.community, v.person); err != nil {
		return err
	}
	if _, err := s.hold(ctx, tx, holding{v.community, v.person, v.person, access.Secretary, Where{}}); err != nil {
		return err
	}
	for _, was := range ended {
		if err := s.passedOn(ctx, tx, ending{v.community, was.Person, v.person}, access.Secretary); err != nil {
			return err
		}
		n := news{to: was.Person, topic: "role.replaced", of: was.ID, args: args{"by": v.person}}
		if err := s.tell(ctx, tx, v.community, n); err != nil {
			return err
		}
	}
	return nil
}

// appears makes whoever takes the office be here: they have their phone in their
// hand, whatever the register said, and a secretary must be told things.
func (s *Service) appears(ctx context.Context, tx *sqlx.Tx, community, person int64) error {
	res, err := tx.ExecContext(ctx, `
		UPDATE persons SET presence = 'here', presence_until = NULL, reachable = telegram IS NOT NULL
		WHERE community_id = $1 AND id = $2 AND presence IN ('moved', 'died', 'left')`, community, person)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return event(ctx, tx, happened{community: community, person: person, by: person, code: "back", at: s.clk.Now()})
}

// vacate ends the role of another secretary, or refuses where they are not to
// be replaced.
func (s *Service) vacate(ctx context.Context, tx *sqlx.Tx, v vacancy) (ended []Held, err error) {
	if err := turnOffice(ctx, tx, v.community); err != nil {
		return nil, err
	}
	if !v.replace {
		return nil, secretaryFree(ctx, tx, v.community, v.person)
	}
	var before []Held
	err = tx.SelectContext(ctx, &before, `
		SELECT id, person_id AS person FROM person_roles
		WHERE community_id = $1 AND role = 'secretary' AND ended_at IS NULL AND person_id <> $2`, v.community, v.person)
	if err != nil {
		return nil, err
	}
	for _, b := range before {
		was, err := s.endOne(ctx, tx, ending{v.community, b.Person, v.person}, b.ID)
		if err != nil {
			return nil, err
		}
		ended = append(ended, was)
	}
	return ended, nil
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
