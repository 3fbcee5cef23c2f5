package botapi

import (
	"context"
	"fmt"
	"strings"
)

// changed tells everybody who watches; a signal that is not fetched yet
// stands for all that come after it.
func (b *Bot) changed() {
	for w := range b.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// Watch gives a signal whenever any chat of the bot has changed. Many changes
// may be one signal. Call stop when done.
func (b *Bot) Watch() (changes <-chan struct{}, stop func()) {
	signal := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watchers[signal] = struct{}{}
	return signal, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, signal)
	}
}

// Wait waits, in real time, until the chat looks as wanted. Its error says
// what the chat looked like last.
func (b *Bot) Wait(ctx context.Context, chat int64, ok func(View) bool) (View, error) {
	changes, stop := b.Watch()
	defer stop()
	for {
		v, err := b.viewOf(chat)
		if err != nil {
			return v, err
		}
		if ok(v) {
			return v, nil
		}
		select {
		case <-changes:
		case <-ctx.Done():
			return v, fmt.Errorf("chat %d does not look as wanted: %w; it shows\n%s", chat, ctx.Err(), v.describe())
		}
	}
}

func (b *Bot) viewOf(chat int64) (View, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.chats[chat]
	if c == nil {
		return View{}, fmt.Errorf("no phone %d", chat)
	}
	return b.view(c, c.account()), nil
}

// describe draws the end of the chat for an error.
func (v View) describe() string {
	var out strings.Builder
	for _, m := range v.Messages[max(0, len(v.Messages)-8):] {
		side := ">"
		if m.FromBot {
			side = "<"
		}
		fmt.Fprintf(&out, "%s %d %q", side, m.ID, m.Text+m.Service)
		for _, media := range m.Media {
			fmt.Fprintf(&out, " [%s]", media.Kind)
		}
		if m.Poll != nil {
			fmt.Fprintf(&out, " [poll %q]", m.Poll.Question)
		}
		for _, row := range m.Buttons {
			for _, button := range row {
				fmt.Fprintf(&out, " [%s|%s]", button.Text, button.Data)
			}
		}
		out.WriteByte('\n')
	}
	if v.Keyboard != nil {
		fmt.Fprintf(&out, "keyboard %v\n", v.Keyboard.Rows)
	}
	return out.String()
}
