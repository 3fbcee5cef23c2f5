package bot

import (
	"context"
	"sync"
)

// pens lets one at a time change what lies in a chat: a turn, or the courier. Each
// draws what it read, and so whoever read first must also have written first; else
// an older look would come over a newer one and stay.
type pens struct {
	mu   sync.Mutex
	held map[int64]*pen // a chat exists while its pen is held or waited for
}

// pen is one chat's. Whoever puts a token in holds it.
type pen struct {
	token chan struct{}
	users int
}

// take waits for a chat's pen until ctx ends; put gives it back.
func (p *pens) take(ctx context.Context, chat int64) (put func(), err error) {
	own := p.join(chat)
	select {
	case own.token <- struct{}{}:
		return func() { <-own.token; p.leave(chat) }, nil
	case <-ctx.Done():
		p.leave(chat)
		return nil, ctx.Err()
	}
}

func (p *pens) join(chat int64) *pen {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		p.held = map[int64]*pen{}
	}
	if p.held[chat] == nil {
		p.held[chat] = &pen{token: make(chan struct{}, 1)}
	}
	p.held[chat].users++
	return p.held[chat]
}

func (p *pens) leave(chat int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held[chat].users--; p.held[chat].users == 0 {
		delete(p.held, chat)
	}
}
