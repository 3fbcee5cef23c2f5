package botapi

import (
	"context"
	"time"
)

// getUpdates is the one method that waits.
func (b *Bot) getUpdates(ctx context.Context, a *args) (reply, *apiError) {
	offset := a.int("offset", 0, -1<<31, 1<<31-1)
	limit := a.int("limit", maxBatch, 1, maxBatch)
	wait := time.Duration(a.int("timeout", 0, 0, maxPollSeconds)) * time.Second

	b.mu.Lock()
	b.polls++
	b.closeDue()
	if b.hook != nil {
		b.mu.Unlock()
		return reply{}, b.conflict(ctx, "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	q := &b.queue
	q.allow(a.str("allowed_updates"))
	now := b.server.real.Now()
	since := now.Sub(q.lastStart)
	if offset == q.lastOffset && wait < 3*time.Second && since < 3*time.Second {
		wait = 3 * time.Second // the server's brake against busy loops
	}
	if offset == q.lastOffset && since < 500*time.Millisecond {
		limit = 1
	}
	q.lastOffset, q.lastStart = offset, now
	batch := q.take(b.now(), offset, int(limit))
	if len(batch) > 0 || wait == 0 {
		b.mu.Unlock()
		return reply{result: inOne(batch)}, nil
	}
	q.abort("terminated by other getUpdates request; make sure that only one bot instance is running")
	p := &poll{woken: make(chan struct{}), aborted: make(chan struct{})}
	q.waiting = p
	b.mu.Unlock()
	return b.wait(ctx, p, wait, pollFrom{max(offset, 0), int(limit)})
}

// pollFrom is what a waiting call asked for; a negative offset has done its
// work by then.
type pollFrom struct {
	offset int64
	limit  int
}

func (b *Bot) wait(ctx context.Context, p *poll, d time.Duration, from pollFrom) (reply, *apiError) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-p.woken:
	case <-timer.C:
	case <-ctx.Done():
	case <-b.server.done:
		return reply{}, fail(500, "Internal Server Error: restart")
	case <-p.aborted:
		return reply{}, b.conflict(ctx, p.why)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.queue.waiting == p {
		b.queue.waiting = nil
	}
	return reply{result: inOne(b.queue.take(b.now(), from.offset, from.limit))}, nil
}

// conflict refuses a call that has no place; repeated ones are held for three seconds, so that two pollers do not fight in a tight loop.
func (b *Bot) conflict(ctx context.Context, why string) *apiError {
	b.mu.Lock()
	now := b.server.real.Now()
	soon := now.Sub(b.queue.lastRefuse) < 3*time.Second
	if !soon {
		b.queue.lastRefuse = now
	}
	b.mu.Unlock()
	if soon {
		timer := time.NewTimer(3 * time.Second)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		case <-b.server.done:
		}
	}
	return fail(409, why)
}

// inOne is a batch as it goes out: not encoded again, so that what was given
// as it is stays so.
func inOne(batch []*update) verbatim {
	out := []byte{'['}
	for i, u := range batch {
		if i > 0 {
			out = append(out, ',')
		}
		out = u.appendTo(out)
	}
	return append(out, ']')
}
