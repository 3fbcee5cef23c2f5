package cases

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// SideLinkFor is how long the way in stays open for the other side.
const SideLinkFor = 14 * 24 * time.Hour

// InviteByLink returns the token of a link that makes whoever opens it first the
// other side.
func (s *Service) InviteByLink(ctx context.Context, actor people.Actor, id int64) (token string, err error) {
	_, err = s.on(ctx, call{"make a link to", access.Mediate, actor, id}, func(t *turn) error {
		if t.c.Other != 0 {
			return refusal.New(refusal.Conflict, "case.has_sides")
		}
		if !t.c.Mediated() || !leads(t.from, MoveInvite) {
			return t.tooLate(ctx)
		}
		raw := make([]byte, 16)
		rand.Read(raw) // it never fails: the runtime ends the program first
		token = base64.RawURLEncoding.EncodeToString(raw)
		_, err := t.tx.ExecContext(ctx, `
			INSERT INTO case_side_links (community_id, token_hash, case_id, expires_at) VALUES ($1, $2, $3, $4)`,
			t.c.Community, hashed(token), t.c.ID, t.now.Add(SideLinkFor))
		if err != nil {
			return err
		}
		over := t.now.Add(SideLinkFor)
		return t.enqueue(ctx, []outbox.Row{t.job(timed(t.c.ID, "side_link", over), "case.side_link_due", over)})
	})
	return token, err
}

// SideLinkDue is the job when a way in closes: where nobody came by it, nor by another,
// whoever hears both is told, and can make a new one. Where nobody hears them at that
// moment, it waits for who does.
func (s *Service) SideLinkDue(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if t.c.Other != 0 || !slices.Contains(toDo, t.from) {
			return nil
		}
		over, err := t.sideLinkOver(ctx)
		if err != nil || over.IsZero() {
			return err
		}
		if !leads(t.from, MoveInvite) {
			later := t.now.Add(24 * time.Hour)
			return t.enqueue(ctx, []outbox.Row{t.job(timed(id, "side_link", later), "case.side_link_due", later)})
		}
		key := fmt.Sprintf("side_link:%d", over.UnixMilli())
		if there, err := t.repeated(ctx, key); err != nil || there {
			return err
		}
		if err := t.aside(ctx, MoveLapse, detail{"key": key}); err != nil {
			return err
		}
		return t.tell(ctx, taskNews("case.side_link_over"), t.c.Holder)
	})
}

// sideLinkOver is when the last way in closed, zero where there was none or one is open
// still.
func (t *turn) sideLinkOver(ctx context.Context) (time.Time, error) {
	var last sql.NullTime
	err := t.tx.GetContext(ctx, &last, `
		SELECT max(expires_at) FROM case_side_links WHERE community_id = $1 AND case_id = $2`, t.c.Community, t.c.ID)
	if err != nil || last.Time.After(t.now) {
		return time.Time{}, err
	}
	return last.Time, nil
}

// SideLinkUntil is until when a way in for the other side is open, zero where none is:
// for who hears both.
func (s *Service) SideLinkUntil(ctx context.Context, actor people.Actor, id int64) (time.Time, error) {
	if _, err := s.managed(ctx, actor, id, access.Mediate); err != nil {
		return time.Time{}, err
	}
	var last sql.NullTime
	err := s.db.GetContext(ctx, &last, `
		SELECT max(expires_at) FROM case_side_links
		WHERE community_id = $1 AND case_id = $2 AND used_by IS NULL AND expires_at > $3`, actor.Community, id, s.now())
	if err != nil {
		return time.Time{}, fmt.Errorf("read until when the other side of case %d can come: %w", id, err)
	}
	return last.Time, nil
}

func hashed(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// OpenSide makes whoever opens a link the other side of its case, once; opened by
// them again it shows the same. Every other link is refused alike.
func (s *Service) OpenSide(ctx context.Context, actor people.Actor, token string) (c Case, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		c, err = s.openSide(ctx, tx, actor, token)
		return err
	})
	if err != nil {
		return Case{}, fmt.Errorf("open a link: %w", err)
	}
	return c, nil
}

func (s *Service) openSide(ctx context.Context, tx *sqlx.Tx, actor people.Actor, token string) (Case, error) {
	var link struct {
		Case int64 `db:"case_id"`
		Used int64
	}
	err := tx.GetContext(ctx, &link, `
		SELECT case_id, coalesce(used_by, 0) AS used FROM case_side_links
		WHERE community_id = $1 AND token_hash = $2 AND (used_by = $3 OR used_by IS NULL AND expires_at > $4) FOR UPDATE`,
		actor.Community, hashed(token), actor.Person, s.now())
	if err != nil {
		return Case{}, found(err)
	}
	t, err := s.lock(ctx, tx, actor, link.Case)
	if err != nil || t.c.Other == actor.Person && link.Used == actor.Person {
		return t.c, err
	}
	if err := t.otherSide(ctx, actor.Person); err != nil {
		if _, refused := refusal.As(err); refused {
			err = access.NotFound() // whatever the reason: nobody learns of a case by a link
		}
		return Case{}, err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE case_side_links SET used_by = $3 WHERE community_id = $1 AND token_hash = $2`, t.c.Community, hashed(token), actor.Person)
	if err != nil {
		return Case{}, err
	}
	return t.c, t.tell(ctx, news{"case.side_came", outbox.Task, nil}, t.c.Holder)
}
