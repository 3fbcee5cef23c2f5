package groups

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
)

// The summary of the week: when it comes, in the community's zone, and the topics of
// its job and of its message.
const (
	weekDay   = time.Sunday
	weekHour  = 17
	WeekTopic = "week.post"
	weekNews  = "group.week"
	weekGone  = "group.week_gone" // what was told is taken away
)

// Week is which one a job or a message is about: the args of its row.
type Week struct {
	Group int64  `json:"group,omitempty"`
	Week  string `json:"week"` // the day on which it is told of, 2026-11-29
}

// tellsLate is how late the summary may come where linli was down; after that the
// next one is soon enough.
const tellsLate = 12 * time.Hour

// Told is when a week is told of; the week itself is the seven days before.
func (w Week) Told(zone *time.Location) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, w.Week, zone)
	return day.Add(weekHour * time.Hour), err
}

// nextWeek is the next time at which a week is told of, after now in its zone.
func nextWeek(now time.Time) time.Time {
	y, m, d := now.Date()
	at := time.Date(y, m, d, weekHour, 0, 0, 0, now.Location())
	for at.Weekday() != weekDay || !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

// Begin sees to it that a community's groups hear of every week. It is called
// whenever linli starts, and when a week was told of; it does nothing twice: the day
// is the key.
func (s *Service) Begin(ctx context.Context, id int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		c, err := community.Read(ctx, tx, id)
		if err != nil {
			return err
		}
		at := nextWeek(s.clk.Now().In(c.Location()))
		week := Week{Week: at.Format(time.DateOnly)}
		return outbox.Enqueue(ctx, tx, id, outbox.Row{
			Key: "week:" + week.Week, Topic: WeekTopic, Args: week, Urgency: outbox.Task, Due: at,
		})
	})
	if err != nil {
		return fmt.Errorf("begin the weeks of community %d: %w", id, err)
	}
	return nil
}

// Hearing reads the groups that are told what was settled.
func (s *Service) Hearing(ctx context.Context, id int64) ([]Group, error) {
	var all []Group
	err := s.db.SelectContext(ctx, &all, hearing, id, Fixed)
	if err != nil {
		return nil, fmt.Errorf("read groups that hear what is settled: %w", err)
	}
	return all, nil
}

const hearing = `
	SELECT ` + columns + ` FROM groups
	WHERE community_id = $1 AND purpose <> '' AND $2 = ANY (posts) AND left_at IS NULL AND silent_since IS NULL
	ORDER BY id`

// TellWeek tells the groups of a week, once.
func (s *Service) TellWeek(ctx context.Context, id int64, week string) error {
	return s.posts(ctx, id, week, func(_ *sqlx.Tx, g Group, now time.Time) ([]outbox.Row, error) {
		return []outbox.Row{weekRow(g, weekKey(g, week), week, now)}, nil
	})
}

// takenAway is how long Telegram lets a bot take away what it has posted: two days, with
// some time to do it.
const takenAway = 47 * time.Hour

// goneKey is what is behind the key of a message in that of the row that takes it away.
const goneKey = ":gone"

// WeekTold reports whether groups were told of a week, and whether what some of them
// read is too old to be taken away.
func (s *Service) WeekTold(ctx context.Context, id int64, week string) (told, stands bool, err error) {
	all, err := s.present(ctx, s.db, id)
	if err != nil {
		return false, false, fmt.Errorf("read what groups were told of the week of %s: %w", week, err)
	}
	for _, g := range all {
		fresh, old, err := s.toldOf(ctx, s.db, id, g, week)
		if err != nil {
			return false, false, err
		}
		told, stands = told || len(fresh) > 0 || old, stands || old
	}
	return told, stands, nil
}

// RetellWeek takes what was told of a week away, and tells it as it may be told now:
// pictures are to be seen no more. key tells one retelling from another. It reports
// whether something stands that Telegram lets the bot take away no more.
func (s *Service) RetellWeek(ctx context.Context, id int64, week, key string) (stands bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		all, err := s.present(ctx, tx, id)
		if err != nil {
			return err
		}
		stands = false
		for _, g := range all {
			old, err := s.retell(ctx, tx, id, g, Week{g.ID, week}, key)
			if err != nil {
				return err
			}
			stands = stands || old
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("tell groups otherwise of the week of %s: %w", week, err)
	}
	return stands, nil
}

// present reads the groups in which the bot is.
func (s *Service) present(ctx context.Context, q sqlx.QueryerContext, id int64) ([]Group, error) {
	var all []Group
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+columns+` FROM groups WHERE community_id = $1 AND left_at IS NULL ORDER BY id`, id)
	return all, err
}

// toldOf reads what a group was told of a week and can be taken away, and whether there is
// something that cannot.
func (s *Service) toldOf(ctx context.Context, q sqlx.QueryerContext, id int64, g Group, week string) (fresh []string, old bool, err error) {
	all, err := outbox.Told(ctx, q, id, subject(g.ID), weekKey(g, week), goneKey)
	for _, m := range all {
		if m.SentAt != nil && !s.clk.Now().Before(m.SentAt.Add(takenAway)) {
			old = true
			continue
		}
		fresh = append(fresh, m.Key)
	}
	return fresh, old, err
}

func (s *Service) retell(ctx context.Context, tx *sqlx.Tx, id int64, g Group, w Week, key string) (stands bool, err error) {
	fresh, stands, err := s.toldOf(ctx, tx, id, g, w.Week)
	if err != nil || len(fresh) == 0 {
		return stands, err
	}
	again := weekRow(g, weekKey(g, w.Week)+":"+key, w.Week, s.clk.Now())
	if done, err := outbox.Known(ctx, tx, id, again.Key); err != nil || len(done) > 0 {
		return stands, err // a job that comes twice
	}
	if err := outbox.Withdraw(ctx, tx, id, fresh...); err != nil {
		return false, err
	}
	var rows []outbox.Row
	for _, old := range fresh {
		gone := again
		gone.Key, gone.Topic, gone.Edits = old+goneKey, weekGone, old
		rows = append(rows, gone)
	}
	if g.Tied() && g.Takes(Fixed) && !g.Silent {
		rows = append(rows, again)
	}
	return stands, outbox.Enqueue(ctx, tx, id, rows...)
}

func weekKey(g Group, week string) string { return subject(g.ID) + ":week:" + week }

func weekRow(g Group, key, week string, now time.Time) outbox.Row {
	return outbox.Row{
		Key: key, Chat: g.Chat, Subject: subject(g.ID), Topic: weekNews,
		Args: Week{g.ID, week}, Urgency: outbox.Notice, Due: now,
	}
}

// posts enqueues rows for every group that hears what was settled.
func (s *Service) posts(ctx context.Context, id int64, week string, rows func(*sqlx.Tx, Group, time.Time) ([]outbox.Row, error)) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var all []Group
		if err := tx.SelectContext(ctx, &all, hearing, id, Fixed); err != nil {
			return err
		}
		for _, g := range all {
			some, err := rows(tx, g, s.clk.Now())
			if err != nil {
				return err
			}
			if err := outbox.Enqueue(ctx, tx, id, some...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("tell groups of the week of %s: %w", week, err)
	}
	return nil
}

// TooLate reports whether it is too late to tell of a week that was to be told of at
// a moment.
func (s *Service) TooLate(at time.Time) bool { return s.clk.Now().After(at.Add(tellsLate)) }
