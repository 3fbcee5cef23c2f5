package main

import (
	"context"

	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/outbox"
)

// gauges are what is read whenever somebody looks at the figures.
func (a *app) gauges() {
	gauge := a.metrics.Gauge
	gauge("linli_postgres_up", "1 where Postgres answers.", func(ctx context.Context) (float64, error) {
		return up(a.db.PingContext(ctx)), nil
	})
	gauge("linli_redis_up", "1 where Redis answers.", func(ctx context.Context) (float64, error) {
		return up(a.rdb.Ping(ctx).Err()), nil
	})
	gauge("linli_postgres_connections", "Connections to Postgres in use.", func(context.Context) (float64, error) {
		return float64(a.db.Stats().InUse), nil
	})
	gauge("linli_telegram_silent_seconds", "Since Telegram last said what is new, of the most silent bot; up to 30 is usual.",
		func(context.Context) (float64, error) {
			silent, err := a.silent()
			return silent.Seconds(), err
		})
	gauge("linli_inbox_waiting", "Updates that wait to be worked through.",
		a.ofInbox(func(h inbox.Health) float64 { return float64(h.Waiting) }))
	gauge("linli_inbox_oldest_seconds", "How long the first of them has waited.",
		a.ofInbox(func(h inbox.Health) float64 { return h.Oldest.Seconds() }))
	gauge("linli_inbox_parked", "Updates that failed three times: somebody must look.",
		a.ofInbox(func(h inbox.Health) float64 { return float64(h.Parked) }))
	gauge("linli_outbox_due", "Messages and jobs that are due.",
		a.ofOutbox(func(h outbox.Health) float64 { return float64(h.Due) }))
	gauge("linli_outbox_oldest_seconds", "How long the first of them has been due.",
		a.ofOutbox(func(h outbox.Health) float64 { return h.Oldest.Seconds() }))
	gauge("linli_outbox_uncertain", "Messages of which nobody knows whether they arrived.", func(ctx context.Context) (float64, error) {
		n, err := a.outbox.CountUncertain(ctx)
		return float64(n), err
	})
}

func (a *app) ofInbox(figure func(inbox.Health) float64) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		h, err := a.inbox.Health(ctx)
		return figure(h), err
	}
}

func (a *app) ofOutbox(figure func(outbox.Health) float64) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		h, err := a.outbox.Health(ctx)
		return figure(h), err
	}
}

func up(err error) float64 {
	if err != nil {
		return 0
	}
	return 1
}
