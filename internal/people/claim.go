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
		if err := s.vacate(ctx, tx, vacancy{community, person, claims[0].Replaces}); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE claims SET used_by = $3, used_at = $4 WHERE community_id = $1 AND token_hash = $2`,
			community, hash(token), person, now)
		if err != nil {
			return err
		}
		return s.hold(ctx, tx, holding{community, person, person, access.Secretary, 0})
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

// vacate ends the role of another secretary, or refuses where they are not to
// be replaced. One at a time looks whether the place is free: of two at once
// the later would get the good news and not the role.
func (s *Service) vacate(ctx context.Context, tx *sqlx.Tx, v vacancy) error {
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('secretary', $1))`, v.community); err != nil {
		return err
	}
	if !v.replace {
		return secretaryFree(ctx, tx, v.community, v.person)
	}
	now := s.clk.Now()
	var ended []int64
	err := tx.SelectContext(ctx, &ended, `
		UPDATE person_roles SET ended_at = greatest($3, since)
		WHERE community_id = $1 AND role = 'secretary' AND ended_at IS NULL AND person_id <> $2
		RETURNING person_id`, v.community, v.person, now)
	if err != nil {
		return err
	}
	for _, person := range ended {
		h := happened{v.community, person, v.person, "role_ended", map[string]any{"role": access.Secretary}, now}
		if err := event(ctx, tx, h); err != nil {
			return err
		}
		if err := s.commandsChanged(ctx, tx, v.community, person); err != nil {
			return err
		}
	}
	return nil
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
