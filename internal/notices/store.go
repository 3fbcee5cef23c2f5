package notices

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

const columns = `n.community_id AS community, n.id, n.key, n.state, n.weight, n.author_id AS author, n.language, n.texts, n.media, n.audience,
	n.answer, n.options, n.voice, n.named, n.pin, n.send_at AS at, n.over_at AS until, n.doors_at AS doorsat, n.repeats,
	coalesce(n.of_id, 0) AS of, n.template, n.version, n.corrected_at AS correctedat, n.set_at AS setat, n.started_at AS startedat,
	n.ended_at AS endedat, n.doors_done_at AS doorsdoneat, n.published_at AS publishedat,
	e.starts_at AS starts, e.ends_at AS ends, coalesce(e.place, '') AS place, coalesce(e.places, 0) AS places`

const tables = `notices n LEFT JOIN notice_events e ON e.community_id = n.community_id AND e.notice_id = n.id`

// kept is a notice as the table has it.
type kept struct {
	Community, ID                                int64
	Key                                          string
	State                                        State
	Weight                                       Weight
	Author                                       int64
	Language                                     string
	Texts                                        asJSON[Words]
	Media                                        asJSON[[]Media]
	Audience                                     asJSON[Audience]
	Answer                                       Answer
	Options                                      asJSON[[]Words]
	Voice                                        Voice
	Named, Pin                                   bool
	At, Until                                    time.Time
	DoorsAt                                      *time.Time
	Repeats                                      string
	Of                                           int64
	Template                                     string
	Version                                      int
	CorrectedAt                                  *time.Time
	SetAt                                        time.Time
	StartedAt, EndedAt, DoorsDoneAt, PublishedAt *time.Time
	Starts, Ends                                 *time.Time
	Place                                        string
	Places                                       int
}

func (k kept) notice() Notice {
	n := Notice{
		Draft: Draft{
			Key: k.Key, Weight: k.Weight, Language: k.Language, Texts: k.Texts.v, Media: k.Media.v, For: k.Audience.v, Answer: k.Answer,
			Options: k.Options.v, Voice: k.Voice, Named: k.Named, Pin: k.Pin, At: k.At, Until: k.Until, Repeats: k.Repeats, Of: k.Of,
			Template: k.Template,
		},
		Community: k.Community, ID: k.ID, State: k.State, Author: k.Author, Version: k.Version, CorrectedAt: k.CorrectedAt, SetAt: k.SetAt,
		StartedAt: k.StartedAt, EndedAt: k.EndedAt, DoorsDoneAt: k.DoorsDoneAt, PublishedAt: k.PublishedAt,
	}
	if k.DoorsAt != nil {
		n.DoorsAt = *k.DoorsAt
	}
	if k.Starts != nil {
		n.Happens = &Happens{Starts: *k.Starts, Ends: *k.Ends, Place: k.Place, Places: k.Places}
	}
	return n
}

// asJSON is a value that a column keeps as JSON.
type asJSON[T any] struct{ v T }

// Scan reads the value as the database gives it.
func (j *asJSON[T]) Scan(from any) error {
	raw, ok := from.([]byte)
	if !ok {
		return fmt.Errorf("cannot read JSON from a %T", from)
	}
	return json.Unmarshal(raw, &j.v)
}

func read(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Notice, error) {
	var k kept
	err := sqlx.GetContext(ctx, q, &k, `
		SELECT `+columns+` FROM `+tables+` WHERE n.community_id = $1 AND n.id = $2`, community, id)
	return k.notice(), found(err, "notice", id)
}

// lock holds a notice: of any number who do something to it, one goes after the other.
func lock(ctx context.Context, tx *sqlx.Tx, community, id int64) (Notice, error) {
	var k kept
	err := tx.GetContext(ctx, &k, `
		SELECT `+columns+` FROM `+tables+` WHERE n.community_id = $1 AND n.id = $2 FOR NO KEY UPDATE OF n`, community, id)
	return k.notice(), found(err, "notice", id)
}

func found(err error, what string, of any) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return access.NotFound()
	}
	return fmt.Errorf("read %s %v: %w", what, of, err)
}

// detail is what an event and an outbox row say beside their codes: ids, codes and
// counts, never people's words.
type detail map[string]any

// happened is one step of a notice's history; by 0 is the bot itself.
type happened struct {
	notice Notice
	by     int64
	code   string
	detail detail
	at     time.Time
}

// log writes an event and returns its id, which keys what is told of it.
func log(ctx context.Context, tx *sqlx.Tx, h happened) (id int64, err error) {
	raw := []byte("{}")
	if h.detail != nil {
		if raw, err = json.Marshal(h.detail); err != nil {
			return 0, err
		}
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO notice_happenings (community_id, notice_id, code, actor_id, detail, at)
		VALUES ($1, $2, $3, nullif($4::bigint, 0), $5, $6) RETURNING id`,
		h.notice.Community, h.notice.ID, h.code, h.by, string(raw), h.at)
	return id, err
}
