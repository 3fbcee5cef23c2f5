package bot

import (
	"context"
	"sync"
)

// lanes works through rows: one after the other within a chat, all chats side
// by side. A lane lives only while it has work, so their number is that of the
// chats with something to do.
type lanes[R any] struct {
	work func(ctx context.Context, row R)

	mu      sync.Mutex
	waiting map[int64][]R // a key exists while its lane is running
	running sync.WaitGroup
	closed  bool
}

func newLanes[R any](work func(context.Context, R)) *lanes[R] {
	return &lanes[R]{work: work, waiting: map[int64][]R{}}
}

// put adds a row at the end of its chat's lane. After close rows are refused:
// they stay where they are stored and are worked through after the next start.
func (l *lanes[R]) put(ctx context.Context, chat int64, row R) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	if _, ok := l.waiting[chat]; ok {
		l.waiting[chat] = append(l.waiting[chat], row)
		return
	}
	l.waiting[chat] = nil
	l.running.Go(func() {
		growStack()
		l.run(ctx, chat, row)
	})
}

func (l *lanes[R]) run(ctx context.Context, chat int64, row R) {
	for {
		l.work(ctx, row)
		l.mu.Lock()
		rest := l.waiting[chat]
		if len(rest) == 0 || l.closed {
			delete(l.waiting, chat)
			l.mu.Unlock()
			return
		}
		row, l.waiting[chat] = rest[0], rest[1:]
		l.mu.Unlock()
	}
}

// busy reports whether a chat's lane has work.
func (l *lanes[R]) busy(chat int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.waiting[chat]
	return ok
}

// ending reports whether nothing new is begun any more.
func (l *lanes[R]) ending() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}

// close lets every lane finish the row it is at, and waits for that as long as
// ctx lasts.
func (l *lanes[R]) close(ctx context.Context) {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	within(ctx, l.running.Wait)
}
