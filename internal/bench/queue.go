package bench

import (
	"context"
	"strconv"
	"sync"
	"time"
)

// queue holds the updates that nobody has acknowledged.
type queue struct {
	mu    sync.Mutex
	last  int64 // id given
	open  []queued
	news  chan struct{} // closed when something comes; nil while nobody waits
	polls int64
}

type queued struct {
	id   int64
	body []byte
}

// put gives an update its id, and keeps it for whoever asks; d appends what
// stands behind the id.
func (q *queue) put(d draw, keep bool) []byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.last++
	body := append(make([]byte, 0, 1024), `{"update_id":`...)
	body = d(strconv.AppendInt(body, q.last, 10))
	if !keep {
		return body
	}
	q.open = append(q.open, queued{q.last, body})
	if q.news != nil {
		close(q.news)
		q.news = nil
	}
	return body
}

// take forgets the updates before offset and returns the next ones, or waits
// for some so long.
func (q *queue) take(ctx context.Context, offset int64, wait time.Duration) []byte {
	list, news := q.look(offset)
	if list != nil || wait == 0 {
		return list
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for list == nil {
		select {
		case <-news:
		case <-ctx.Done():
			return nil
		}
		list, news = q.look(offset)
	}
	return list
}

const mostUpdates = 100 // in one answer, as at Telegram

func (q *queue) look(offset int64) (list []byte, news chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.polls++
	for len(q.open) > 0 && q.open[0].id < offset {
		q.open = q.open[1:]
	}
	for i, u := range q.open[:min(len(q.open), mostUpdates)] {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, u.body...)
	}
	if list == nil && q.news == nil {
		q.news = make(chan struct{})
	}
	return list, q.news
}

// state is how often anybody asked, and the id given last.
func (q *queue) state() (polls, last int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.polls, q.last
}
