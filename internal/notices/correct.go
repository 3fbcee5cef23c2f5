package notices

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// Correct says a notice in other words: whoever has it reads those in its place, with
// word of it, and whoever does not yet gets them. key makes a repeat harmless.
func (s *Service) Correct(ctx context.Context, actor people.Actor, id int64, key string, texts Words) (Notice, error) {
	var n Notice
	err := s.inTx(ctx, func(tx *sqlx.Tx) (err error) {
		if n, err = s.hold(ctx, tx, actor, id); err != nil {
			return err
		}
		if n.State == Stopped && n.StartedAt == nil || n.State == Withdrawn {
			return conflict("notices.too_late")
		}
		if strings.TrimSpace(texts[n.Language]) == "" {
			return invalid("notices.no_words")
		}
		if err := texts.check(); err != nil {
			return err
		}
		again, err := corrected(ctx, tx, n, key)
		if err != nil || again || maps.Equal(texts, n.Texts) {
			return err
		}
		n, err = s.reword(ctx, tx, n, actor, key, texts)
		return err
	})
	if err != nil {
		return Notice{}, fmt.Errorf("correct notice %d: %w", id, err)
	}
	return n, nil
}

// corrected reports whether a correction was made before.
func corrected(ctx context.Context, tx *sqlx.Tx, n Notice, key string) (before bool, err error) {
	err = tx.GetContext(ctx, &before, `
		SELECT EXISTS (SELECT FROM notice_happenings WHERE community_id = $1 AND notice_id = $2 AND code = 'corrected' AND detail->>'key' = $3)`,
		n.Community, n.ID, key)
	return before, err
}

func (s *Service) reword(ctx context.Context, tx *sqlx.Tx, n Notice, actor people.Actor, key string, texts Words) (Notice, error) {
	raw, err := json.Marshal(texts)
	if err != nil {
		return Notice{}, err
	}
	now := s.now()
	_, err = tx.ExecContext(ctx, `
		UPDATE notices SET texts = $3, version = version + 1, corrected_at = $4 WHERE community_id = $1 AND id = $2`,
		n.Community, n.ID, string(raw), now)
	if err != nil {
		return Notice{}, err
	}
	h := happened{notice: n, by: actor.Person, code: "corrected", detail: detail{"key": key}, at: now}
	if _, err := log(ctx, tx, h); err != nil {
		return Notice{}, err
	}
	if n, err = read(ctx, tx, n.Community, n.ID); err != nil || n.StartedAt == nil {
		return n, err
	}
	return n, outbox.Enqueue(ctx, tx, n.Community, outbox.Row{
		Key: fmt.Sprintf("%s:%d:v%d", topicCorrect, n.ID, n.Version), Topic: topicCorrect, Args: n.args(), Urgency: outbox.Task, Due: now,
	})
}

// spread changes what people have of a notice into what it says now. It is a job of its
// own: what was drawn before the correction was committed is on its way by then, and so
// among what people have.
func (s *Service) spread(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	if n.State == Withdrawn || n.Version == 0 {
		return nil
	}
	return s.change(ctx, tx, n, alteration{fmt.Sprintf(":v%d", n.Version), topicCorrected, topicPostCorrected})
}

// alteration is a change of every message of a notice: what its key has behind theirs,
// and its topics.
type alteration struct {
	behind       string
	topic, group string // "": not in people's chats
}

// withdrawal says that a notice was taken back; unpinning takes its pin off.
var (
	withdrawal = alteration{":gone", topicGone, topicPostGone}
	unpinning  = alteration{":over", "", topicPostOver}
)

// change alters every message of a notice that somebody has.
func (s *Service) change(ctx context.Context, tx *sqlx.Tx, n Notice, a alteration) error {
	all, err := outbox.ShownOf(ctx, tx, n.Community, subject(n.ID))
	if err != nil {
		return err
	}
	now := s.now()
	var rows []outbox.Row
	for _, m := range all {
		row := n.row(m.Key+a.behind, a.topic, now)
		row.Person, row.Chat, row.Edits = m.Person, m.Chat, m.Key
		if m.Chat != 0 {
			row.Topic = a.group
		}
		if row.Topic != "" {
			rows = append(rows, row)
		}
	}
	return outbox.Enqueue(ctx, tx, n.Community, rows...)
}
