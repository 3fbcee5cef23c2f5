package alarms

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Service tells keepers.
type Service struct {
	db  *sqlx.DB
	clk *clock.Clock
	due func() // something may be due in the outbox
}

// New returns the service; due is called when something was enqueued.
func New(db *sqlx.DB, clk *clock.Clock, due func()) *Service { return &Service{db, clk, due} }

// Tell tells the keepers of a community what is wrong: each cause an hour after
// it was told last at the earliest, and then where it is new, has grown, or has
// lasted for as long as it says. What was told and is not wrong any more is told
// to be over, once.
func (s *Service) Tell(ctx context.Context, community int64, found ...Found) error {
	return s.tell(ctx, community, true, found)
}

func (s *Service) tell(ctx context.Context, community int64, ends bool, found []Found) error {
	var told []outbox.Row
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		told = nil
		keepers, err := people.Having(ctx, tx, community, access.Keeper)
		if err != nil || len(keepers) == 0 {
			return err
		}
		n := &news{now: s.clk.Now(), keepers: keepers}
		for _, f := range found {
			if err := n.wrong(ctx, tx, community, f); err != nil {
				return err
			}
		}
		if ends {
			if err := n.over(ctx, tx, community, found); err != nil {
				return err
			}
		}
		told = n.rows
		return outbox.Enqueue(ctx, tx, community, told...)
	})
	if err != nil {
		return fmt.Errorf("tell keepers of community %d: %w", community, err)
	}
	if len(told) > 0 {
		s.due()
	}
	return nil
}

// news collects what keepers are told.
type news struct {
	now     time.Time
	keepers []int64
	rows    []outbox.Row
}

// wrong tells a cause where its time has come. Processes that look at the same
// moment wait for one another at the row, and the later ones find it told.
func (n *news) wrong(ctx context.Context, tx *sqlx.Tx, community int64, f Found) error {
	var told []string
	err := tx.SelectContext(ctx, &told, `
		INSERT INTO alarms AS a (community_id, cause, told_at, figure) VALUES ($1, $2, $3, $4)
		ON CONFLICT (community_id, cause) DO UPDATE SET told_at = EXCLUDED.told_at, figure = EXCLUDED.figure, over_at = NULL
		WHERE a.told_at <= EXCLUDED.told_at - interval '1 hour' AND (
			a.over_at IS NOT NULL OR a.told_at <= EXCLUDED.told_at - $5 * interval '1 second' OR $6 AND EXCLUDED.figure > a.figure)
		RETURNING cause`, community, f.Code, n.now, f.Figure, f.Again.Seconds(), f.Counts)
	if err != nil || len(told) == 0 {
		return err
	}
	n.add("alarm."+f.Code, map[string]any{"figure": f.Figure})
	return nil
}

// over tells what is not wrong any more.
func (n *news) over(ctx context.Context, tx *sqlx.Tx, community int64, found []Found) error {
	still := make([]string, len(found))
	for i, f := range found {
		still[i] = f.Code
	}
	var ended []string
	err := tx.SelectContext(ctx, &ended, `
		UPDATE alarms SET over_at = $3 WHERE community_id = $1 AND over_at IS NULL AND cause <> ALL ($2)
		RETURNING cause`, community, pq.Array(still), n.now)
	slices.Sort(ended)
	for _, cause := range ended {
		n.add("alarm.over", map[string]any{"cause": cause})
	}
	return err
}

// add enqueues a message to every keeper.
func (n *news) add(topic string, args map[string]any) {
	for _, keeper := range n.keepers {
		n.rows = append(n.rows, outbox.Row{
			Key:    fmt.Sprintf("%s:%v:%d:%d", topic, args["cause"], n.now.UnixMicro(), keeper),
			Person: keeper, Subject: "alarm", Topic: topic, Args: args, Urgency: outbox.Task, Due: n.now,
		})
	}
}
