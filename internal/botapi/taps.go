package botapi

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const maxToast = 200

// Tap is a press on an inline button, from the finger to the bot's answer.
type Tap struct {
	ID        string // of the callback query
	Chat      int64
	MessageID int64
	Data      string
	At        time.Time

	done  chan struct{} // closed by the answer
	toast string
	alert bool
}

// Answer waits, in real time, for the bot to answer the tap.
func (t *Tap) Answer(ctx context.Context) (toast string, alert bool, err error) {
	select {
	case <-t.done:
		return t.toast, t.alert, nil
	case <-ctx.Done():
		return "", false, fmt.Errorf("tap %q on message %d was not answered: %w", t.Data, t.MessageID, ctx.Err())
	}
}

// Answered tells whether the bot has answered yet.
func (t *Tap) Answered() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// Tap presses an inline button; an error where the chat does not show it.
func (p *Phone) Tap(messageID int64, data string) (*Tap, error) {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	return p.tapShown(p.chat, messageID, data)
}

func (p *Phone) tapShown(c *chat, messageID int64, data string) (*Tap, error) {
	m := c.byID[messageID]
	if m == nil {
		return nil, fmt.Errorf("chat %d shows no message %d", c.id, messageID)
	}
	var there []string
	for _, row := range m.markup.inline {
		for _, button := range row {
			if button.data == data && data != "" {
				return p.bot.tap(c, p.account, messageID, data), nil
			}
			there = append(there, fmt.Sprintf("%s (%s)", button.text, button.data))
		}
	}
	return nil, fmt.Errorf("message %d in chat %d shows no button with data %q, it shows: %s",
		messageID, c.id, data, strings.Join(there, ", "))
}

// TapOld presses a button that the chat may not show any more: on a second
// device that lags behind, or with forged data.
func (p *Phone) TapOld(messageID int64, data string) *Tap {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	return p.bot.tap(p.chat, p.account, messageID, data)
}

func (b *Bot) tap(c *chat, who Account, messageID int64, data string) *Tap {
	b.lastTap++
	t := &Tap{
		ID:   strconv.FormatInt(who.ID%(1<<42)<<20+b.lastTap, 10),
		Chat: c.id, MessageID: messageID, Data: data, At: b.now(), done: make(chan struct{}),
	}
	b.sweepTaps()
	b.taps[t.ID] = t
	var on any = inaccessibleShape{Chat: c.shape(), MessageID: messageID}
	if m := c.byID[messageID]; m != nil {
		on = b.shape(c, m)
	}
	if c.group != nil && !c.group.self().present() {
		return t // nobody is there to hear it
	}
	b.push("callback_query", callbackShape{
		ID: t.ID, From: who.user(), Message: on, Data: data,
		ChatInstance: strconv.FormatInt(-7_000_000_000_000_000_000+c.id, 10),
	}, tapLifetime)
	return t
}

// answerCallbackQuery is taken once, and only while the tap lives.
func (b *Bot) answerCallbackQuery(a *args) (reply, *apiError) {
	t := b.taps[strconv.FormatInt(toInteger(a.str("callback_query_id")), 10)]
	answer := reply{result: true}
	if t != nil {
		answer.chat, answer.messages = t.Chat, []int64{t.MessageID}
	}
	text := a.str("text")
	if utf8.RuneCountInString(text) > maxToast {
		return answer, bad("MESSAGE_TOO_LONG")
	}
	if t == nil || t.Answered() || b.now().Sub(t.At) >= tapLifetime {
		return answer, bad("query is too old and response timeout expired or query ID is invalid")
	}
	t.toast, t.alert = text, a.bool("show_alert")
	close(t.done)
	b.changed()
	return answer, nil
}
