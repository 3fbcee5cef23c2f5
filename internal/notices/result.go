package notices

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// doneAfter is how long after its result the author of a question is asked what was done.
const doneAfter = 14 * 24 * time.Hour

// Result is what a question came to, without anybody's name.
type Result struct {
	Notice  Notice
	Options []int // how many voices each has
	Voices  int
	Of      int // how many there could be; 0: it asked groups alone, and nobody knows
	Homes   []Turnout
}

// Turnout is how many of a building answered.
type Turnout struct {
	Building int64 // 0: not known
	House    string
	Voices   int
	Of       int
}

// Result counts what a question has come to so far.
func (s *Service) Result(ctx context.Context, community, id int64) (Result, error) {
	r, err := result(ctx, s.db, community, id)
	if err != nil {
		return Result{}, fmt.Errorf("result of notice %d: %w", id, err)
	}
	return r, nil
}

func result(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Result, error) {
	n, err := read(ctx, q, community, id)
	if err != nil {
		return Result{}, err
	}
	r := Result{Notice: n, Options: make([]int, len(n.Options))}
	var counts []struct{ Choice, N int }
	err = sqlx.SelectContext(ctx, q, &counts, `
		SELECT choice, count(*) AS n FROM notice_voices WHERE community_id = $1 AND notice_id = $2 GROUP BY choice`, community, id)
	if err != nil {
		return Result{}, err
	}
	for _, c := range counts {
		r.Options[c.Choice] = c.N
		r.Voices += c.N
	}
	err = sqlx.SelectContext(ctx, q, &r.Homes, `
		SELECT coalesce(b.id, 0) AS building, coalesce(b.name, '') AS house, sum(t.voices) AS voices, sum(t.of) AS of FROM (
			SELECT building_id, 1 AS voices, 0 AS of FROM notice_voices WHERE community_id = $1 AND notice_id = $2
			UNION ALL
			SELECT min(building_id), 0, 1 FROM notice_recipients WHERE community_id = $1 AND notice_id = $2
			GROUP BY CASE WHEN $3 = 'household' THEN coalesce(household_id, -person_id) ELSE person_id END
		) t LEFT JOIN buildings b ON b.community_id = $1 AND b.id = t.building_id
		GROUP BY b.id, b.name ORDER BY b.id IS NULL, length(b.name), b.name, b.id`, community, id, n.Voice)
	for _, h := range r.Homes {
		r.Of += h.Of
	}
	return r, err
}

// tellClosed tells the author that a question has closed.
func (s *Service) tellClosed(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	if n.State == Stopped || n.State == Withdrawn || s.now().Before(n.Until) {
		return nil
	}
	return s.tell(ctx, tx, n, news{to: []int64{n.Author}, topic: topicClosed})
}

// Publish tells everybody whom a question asked what it came to, in the words given, as
// a notice of its own; two weeks later its author is asked what was done about it. It is
// notices.not_closed before it has closed. Repeated, it is the same notice.
func (s *Service) Publish(ctx context.Context, actor people.Actor, id int64, words Words) (Notice, error) {
	n, err := read(ctx, s.db, actor.Community, id)
	switch {
	case err != nil:
		return Notice{}, fmt.Errorf("publish the result of notice %d: %w", id, err)
	case n.Answer != Question:
		return Notice{}, fmt.Errorf("publish the result of notice %d: %w", id, invalid("notices.no_outcome"))
	case s.now().Before(n.Until):
		return Notice{}, fmt.Errorf("publish the result of notice %d: %w", id, conflict("notices.not_closed"))
	}
	told, err := s.Confirm(ctx, actor, Draft{
		Key: fmt.Sprintf("result:%d", id), Weight: Ordinary, Language: n.Language, Texts: words, For: n.For, Answer: NoAnswer, Of: id,
	})
	if err != nil {
		return Notice{}, fmt.Errorf("publish the result of notice %d: %w", id, err)
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		n, err := lock(ctx, tx, actor.Community, id)
		if err != nil || n.PublishedAt != nil {
			return err
		}
		now := s.now()
		if _, err := tx.ExecContext(ctx, `UPDATE notices SET published_at = $3 WHERE community_id = $1 AND id = $2`, n.Community, id, now); err != nil {
			return err
		}
		if _, err := log(ctx, tx, happened{notice: n, by: actor.Person, code: "published", detail: detail{"as": told.ID}, at: now}); err != nil {
			return err
		}
		return enqueue(ctx, tx, n, topicAsk, now.Add(doneAfter))
	})
	if err != nil {
		return Notice{}, fmt.Errorf("publish the result of notice %d: %w", id, err)
	}
	return told, nil
}

// askWhatWasDone asks the author of a question what was done about it.
func (s *Service) askWhatWasDone(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	if n.State == Withdrawn {
		return nil
	}
	return s.tell(ctx, tx, n, news{to: []int64{n.Author}, topic: topicAsksDone})
}

// Voiced is a voice on a question that everybody was told is named.
type Voiced struct {
	Person int64 // whose word it was
	Name   string
	Choice int
}

// Voices reads who said what to a question that is named, by option and name; of one that
// is not, nobody learns it. It is for who may announce the like.
func (s *Service) Voices(ctx context.Context, actor people.Actor, id int64) ([]Voiced, error) {
	n, err := s.mine(ctx, actor, id)
	if err == nil && !n.Named {
		err = access.NotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("voices on notice %d: %w", id, err)
	}
	all := []Voiced{}
	err = s.db.SelectContext(ctx, &all, `
		SELECT v.person_id AS person, p.name, v.choice FROM notice_voices v
		JOIN persons p ON p.community_id = v.community_id AND p.id = v.person_id
		WHERE v.community_id = $1 AND v.notice_id = $2 ORDER BY v.choice, p.name, p.id`, actor.Community, id)
	if err != nil {
		return nil, fmt.Errorf("voices on notice %d: %w", id, err)
	}
	return all, nil
}
