package botapi

import (
	"context"
	"log/slog"
	"strings"
)

// call is one request of a bot, with its parameters read.
type call struct {
	bot    *Bot
	ctx    context.Context
	method string // in small letters
	chat   int64  // that it is about, 0 where none is named
	args   *args
}

func newCall(ctx context.Context, b *Bot, method string, a *args) call {
	method = strings.ToLower(method)
	return call{bot: b, ctx: ctx, method: method, chat: b.chatOf(method, a), args: a}
}

func (b *Bot) chatOf(method string, a *args) int64 {
	if named := a.str("chat_id"); named != "" && named[0] != '@' {
		return toInteger(named)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if c, err := b.findChat(a.str("chat_id")); err == nil {
		return c.id
	}
	if t := b.taps[a.str("callback_query_id")]; t != nil && method == "answercallbackquery" {
		return t.Chat
	}
	return 0
}

// run does the work and writes it down, under the bot's lock. getUpdates
// alone waits, and holds no lock then.
func (c call) run() (reply, *apiError) {
	b := c.bot
	c.lint()
	if refused := b.loggedOut(); refused != nil {
		return reply{}, refused
	}
	if c.method == "getupdates" {
		return b.getUpdates(c.ctx, c.args)
	}
	m, known := methods[c.method]
	if !known {
		return reply{}, fail(404, "Not Found: method not found")
	}
	load := c.load()
	b.mu.Lock()
	defer b.mu.Unlock()
	if refused := b.throttle(c.chat, load); refused != nil {
		b.noteRefused(c, refused)
		return reply{}, refused
	}
	b.closeDue()
	answer, refused := m.run(b, c.args)
	if !m.quiet {
		b.note(c.method, c.args, answer, refused)
	}
	if refused != nil {
		b.server.log.Debug("call refused", slog.Int64("bot", b.self.ID), slog.String("method", c.method), slog.String("why", refused.Description))
		return answer, refused
	}
	b.charge(c.chat, load)
	return answer, nil
}

// refuse writes a call down that is refused before its work begins.
func (c call) refuse(refused *apiError) *apiError {
	c.bot.mu.Lock()
	defer c.bot.mu.Unlock()
	c.bot.noteRefused(c, refused)
	return refused
}

func (b *Bot) noteRefused(c call, refused *apiError) {
	if m, known := methods[c.method]; known && !m.quiet {
		b.note(c.method, c.args, reply{chat: c.chat}, refused)
	}
}
