package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// ShownAtMost is how many cases a week's summary shows, each before and after.
const ShownAtMost = 3

// MayShare reports whether somebody may be asked to let the neighbours see a case:
// it held, and is not private. Whether there are pictures is for the asker to look.
func (c Case) MayShare() bool { return c.Status == Held && c.Private == "" }

// Own are those of some media that whoever brought a case sent, and no neighbour who
// has it too.
func (c Case) Own(media []Media) []Media {
	return slices.DeleteFunc(slices.Clone(media), func(m Media) bool { return m.Person != c.Reporter && m.Person != c.For })
}

// Share lets the neighbours see before and after of a case that held; it is theirs
// to say whose it is. A repeat changes nothing.
func (s *Service) Share(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"share", access.Confirm, actor, id}, func(t *turn) error {
		if !t.answers() || t.c.Private != "" {
			return access.NotFound()
		}
		shared, err := t.shared(ctx)
		if err != nil || shared {
			return err
		}
		if err := t.become(ctx, MoveShare, t.from, nil); err != nil {
			return err
		}
		_, err = t.tx.ExecContext(ctx, `
			INSERT INTO case_shares (community_id, case_id, person_id, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (community_id, case_id) DO UPDATE SET person_id = $3, at = $4, until = NULL`,
			t.c.Community, t.c.ID, t.actor.Person, t.now)
		return err
	})
}

// Unshare takes that back; what the groups were shown is taken away from them.
func (s *Service) Unshare(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"unshare", access.Confirm, actor, id}, func(t *turn) error {
		if !t.answers() {
			return access.NotFound()
		}
		shared, err := t.shared(ctx)
		if err != nil || !shared {
			return err
		}
		if err := t.become(ctx, MoveUnshare, t.from, nil); err != nil {
			return err
		}
		return t.showNoMore(ctx)
	})
}

// showNoMore ends that the pictures may be shown: they are wanted no more, or what they
// show is not so any more. What the groups were shown is taken away by a job.
func (t *turn) showNoMore(ctx context.Context) error {
	var shown []bool
	err := t.tx.SelectContext(ctx, &shown, `
		UPDATE case_shares SET until = $3 WHERE community_id = $1 AND case_id = $2 AND until IS NULL
		RETURNING week IS NOT NULL`, t.c.Community, t.c.ID, t.now)
	if err != nil || len(shown) == 0 || !shown[0] {
		return err
	}
	return t.enqueue(ctx, []outbox.Row{t.job(fmt.Sprintf("%s:unshow:%d", Subject(t.c.ID), t.event), "case.unshow", t.now)})
}

// Withdrawn is what of a case was shown to the groups and is to be seen no more.
type Withdrawn struct {
	Week  string     // in whose summary it was shown, 2026-11-29; "": in none
	Until *time.Time // since when; nil: it may be shown still
}

// Withdrawn reads it for nobody in particular.
func (s *Service) Withdrawn(ctx context.Context, community, id int64) (Withdrawn, error) {
	var w Withdrawn
	err := s.db.GetContext(ctx, &w, `
		SELECT coalesce(week::text, '') AS week, until FROM case_shares WHERE community_id = $1 AND case_id = $2`, community, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Withdrawn{}, nil
	}
	if err != nil {
		return Withdrawn{}, fmt.Errorf("read what of case %d was shown: %w", id, err)
	}
	return w, nil
}

// StillShown tells who is in charge that pictures which are to be seen no more stand in
// a group, from where Telegram lets nobody but its administrators take them.
func (s *Service) StillShown(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		var until time.Time
		err := t.tx.GetContext(ctx, &until, `
			SELECT until FROM case_shares WHERE community_id = $1 AND case_id = $2 AND until IS NOT NULL`, community, id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // they may be shown after all
		}
		if err != nil {
			return err
		}
		charge, err := t.inCharge(ctx, 0)
		if err != nil {
			return err
		}
		t.event = until.UnixMicro() // it has none of its own: the moment keys what is told
		return t.tell(ctx, taskNews("case.still_shown"), charge)
	})
}

// shared reports whether the pictures may be shown.
func (t *turn) shared(ctx context.Context) (is bool, err error) {
	err = t.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM case_shares WHERE community_id = $1 AND case_id = $2 AND until IS NULL)`, t.c.Community, t.c.ID)
	return is, err
}

// ChooseShown chooses what a week's summary shows: of what may be shown and never
// was, what held last. A repeat chooses the same.
// A week is called by the day on which it is told of, 2026-11-29.
func (s *Service) ChooseShown(ctx context.Context, community int64, week string) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE case_shares SET week = $2::date WHERE community_id = $1 AND case_id IN (
				SELECT s.case_id FROM case_shares s JOIN cases c ON c.community_id = s.community_id AND c.id = s.case_id
				WHERE s.community_id = $1 AND s.week IS NULL AND s.until IS NULL AND `+showable+`
				ORDER BY c.closed_at DESC, c.id LIMIT $3)
				AND NOT EXISTS (SELECT FROM case_shares WHERE community_id = $1 AND week = $2::date)`,
			community, week, ShownAtMost)
		return err
	})
	if err != nil {
		return fmt.Errorf("choose what a week shows: %w", err)
	}
	return nil
}

// showable is what of the shared cases c the neighbours may see at this moment:
// somebody may have opened one again, or made it private. What a neighbour who
// follows it sent along is not theirs to show who say so.
const showable = `c.status = 'held' AND c.private = ''
	AND EXISTS (SELECT FROM case_media m WHERE m.community_id = c.community_id AND m.case_id = c.id AND m.stage = 'before' AND m.kind = 'photo'
		AND m.person_id IN (c.reporter_id, c.for_id))
	AND EXISTS (SELECT FROM case_media m WHERE m.community_id = c.community_id AND m.case_id = c.id AND m.stage = 'after' AND m.kind = 'photo')`

// ShownIn reads what a week's summary shows, as far as it may be shown still.
func (s *Service) ShownIn(ctx context.Context, community int64, week string) ([]Case, error) {
	var all []Case
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+columns+` FROM cases c WHERE c.community_id = $1 AND `+showable+`
			AND c.id IN (SELECT case_id FROM case_shares WHERE community_id = $1 AND week = $2::date AND until IS NULL)
		ORDER BY c.closed_at DESC, c.id`, community, week)
	if err != nil {
		return nil, fmt.Errorf("read what a week shows: %w", err)
	}
	return all, nil
}
