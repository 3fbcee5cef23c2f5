package groups

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Arrival is the bot in a chat that it was not in before.
type Arrival struct {
	Community, Chat int64
	Title           string
	By              int64 // a person; 0: somebody whom nobody knows
	Silent          bool  // the bot may not write there
	Channel         bool  // it is none of the groups that linli serves: the bot goes at once
}

// Added notes that the bot is in a group. It says there how to reach it, and
// leaves within a day unless the group is tied. One that was tied before it was
// gone goes on as it was. A repeat changes nothing.
func (s *Service) Added(ctx context.Context, a Arrival) error {
	a.Title = title(a.Title)
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		g, err := s.admit(ctx, tx, a)
		if refusal.Is(err, refusal.NotFound) { // it is there already
			return nil
		}
		if err != nil {
			return err
		}
		now := s.clk.Now()
		if _, err := event(ctx, tx, happened{community: a.Community, group: g.ID, by: a.By, code: "group_added", at: now}); err != nil {
			return err
		}
		var rows []outbox.Row
		if !g.Tied() {
			rows = append(rows, leaving(g))
		}
		if !a.Silent && !a.Channel {
			rows = append(rows, hello(g, 0, now))
		}
		return outbox.Enqueue(ctx, tx, a.Community, rows...)
	})
	if err != nil {
		return fmt.Errorf("enter chat %d: %w", a.Chat, err)
	}
	return nil
}

// admit writes down that the bot is there; it is NotFound where that was known.
func (s *Service) admit(ctx context.Context, tx *sqlx.Tx, a Arrival) (Group, error) {
	now := s.clk.Now()
	leave := now.Add(MayWait)
	if a.Channel {
		leave = now
	}
	var silent *time.Time
	if a.Silent {
		silent = &now
	}
	var g Group
	err := tx.GetContext(ctx, &g, `
		INSERT INTO groups (community_id, chat_id, title, added_by, added_at, leave_at, silent_since)
		VALUES ($1, $2, $3, nullif($4::bigint, 0), $5, $6, $7)
		ON CONFLICT (community_id, chat_id) DO UPDATE SET
			title = EXCLUDED.title, added_by = EXCLUDED.added_by, added_at = EXCLUDED.added_at,
			leave_at = CASE WHEN groups.purpose = '' THEN EXCLUDED.leave_at END, waits = groups.waits + 1,
			silent_since = EXCLUDED.silent_since, left_at = NULL
		WHERE groups.left_at IS NOT NULL
		RETURNING `+columns, a.Community, a.Chat, a.Title, a.By, now, leave, silent)
	return g, found(err)
}

// Gone notes that the bot is no longer in a chat, whoever it was that took it
// out. Of a tied group that is told to whoever is in charge.
func (s *Service) Gone(ctx context.Context, community, chat int64) error {
	return s.note(ctx, chatOf{community, chat}, "group_gone", func(tx *sqlx.Tx, g Group, now time.Time) (outcome, error) {
		if g.Gone {
			return unchanged, nil
		}
		_, err := tx.ExecContext(ctx, `UPDATE groups SET left_at = $3 WHERE community_id = $1 AND id = $2`, community, g.ID, now)
		if err != nil {
			return unchanged, err
		}
		if !g.Tied() {
			return changed, outbox.Withdraw(ctx, tx, community, leaveKey(g))
		}
		return "group.lost", nil
	})
}

// Silenced notes that the bot may not write in a chat. Of a tied group that is
// told to whoever is in charge.
func (s *Service) Silenced(ctx context.Context, community, chat int64) error {
	return s.note(ctx, chatOf{community, chat}, "group_silenced", func(tx *sqlx.Tx, g Group, now time.Time) (outcome, error) {
		if g.Silent || g.Gone {
			return unchanged, nil
		}
		_, err := tx.ExecContext(ctx, `UPDATE groups SET silent_since = $3 WHERE community_id = $1 AND id = $2`, community, g.ID, now)
		if err != nil || !g.Tied() {
			return changed, err
		}
		return "group.silenced", nil
	})
}

// Heard notes that the bot may write in a chat again.
func (s *Service) Heard(ctx context.Context, community, chat int64) error {
	return s.note(ctx, chatOf{community, chat}, "group_heard", func(tx *sqlx.Tx, g Group, _ time.Time) (outcome, error) {
		if !g.Silent || g.Gone {
			return unchanged, nil
		}
		_, err := tx.ExecContext(ctx, `UPDATE groups SET silent_since = NULL WHERE community_id = $1 AND id = $2`, community, g.ID)
		return changed, err
	})
}

// Renamed notes a group's new title.
func (s *Service) Renamed(ctx context.Context, community, chat int64, to string) error {
	to = title(to)
	return s.note(ctx, chatOf{community, chat}, "group_renamed", func(tx *sqlx.Tx, g Group, _ time.Time) (outcome, error) {
		if g.Title == to {
			return unchanged, nil
		}
		_, err := tx.ExecContext(ctx, `UPDATE groups SET title = $3 WHERE community_id = $1 AND id = $2`, community, g.ID, to)
		return changed, err
	})
}

// TopicGone notes that a forum no longer has the topic of the group: what is
// posted goes to the general one.
func (s *Service) TopicGone(ctx context.Context, community, chat int64) error {
	return s.note(ctx, chatOf{community, chat}, "group_topic_gone", func(tx *sqlx.Tx, g Group, _ time.Time) (outcome, error) {
		if g.Topic == 0 {
			return unchanged, nil
		}
		_, err := tx.ExecContext(ctx, `UPDATE groups SET topic_id = 0 WHERE community_id = $1 AND id = $2`, community, g.ID)
		return changed, err
	})
}

type chatOf struct{ community, chat int64 }

// outcome is what a change comes to: none, one, or one of which whoever is in
// charge is told by that topic.
type outcome string

const (
	unchanged outcome = ""
	changed   outcome = "changed"
)

// note changes something of a group that Telegram told of, with its event; a
// chat that nobody knows of is passed over.
func (s *Service) note(ctx context.Context, of chatOf, code string, change func(*sqlx.Tx, Group, time.Time) (outcome, error)) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		g, err := lockChat(ctx, tx, of.community, of.chat)
		if refusal.Is(err, refusal.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		now := s.clk.Now()
		came, err := change(tx, g, now)
		if err != nil || came == unchanged {
			return err
		}
		id, err := event(ctx, tx, happened{community: of.community, group: g.ID, code: code, at: now})
		if err != nil || came == changed {
			return err
		}
		return s.warn(ctx, tx, of.community, outbox.Row{
			Key: fmt.Sprintf("%s:told:%d", subject(g.ID), id), Subject: subject(g.ID), Topic: string(came),
			Args: map[string]any{"group": g.ID}, Urgency: outbox.Task, Due: now,
		})
	})
	if err != nil {
		return fmt.Errorf("%s of chat %d: %w", code, of.chat, err)
	}
	return nil
}

// title is one as it is kept.
func title(text string) string {
	const most = 128 // Telegram's own limit
	text = pg.Text(text)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most])
	}
	return text
}
