package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tg "github.com/go-telegram/bot"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/refusal"
)

// groupPart is what the bot reads of a message in a group, beside its text:
// what nobody wrote.
type groupPart struct {
	SenderChat  *chat  `json:"sender_chat"` // in whose name it was written
	Thread      int64  `json:"message_thread_id"`
	InTopic     bool   `json:"is_topic_message"`
	MigrateTo   int64  `json:"migrate_to_chat_id"`
	MigrateFrom int64  `json:"migrate_from_chat_id"`
	NewTitle    string `json:"new_chat_title"`
}

// anonymousAdmin is whom Telegram names as the sender where an administrator
// writes in the group's name.
const anonymousAdmin = 1087968824

// groupWords are the commands that are answered in groups.
var groupWords = []string{"setup", "help", "start"}

func (u *update) inGroup() bool { return u.Message != nil && u.Message.Chat.isGroup() }

func (c chat) isGroup() bool { return c.Type == "group" || c.Type == "supergroup" }

// passes reports whether an update is none of the bot's business: what people
// say among themselves in a group is not even stored.
func (u *update) passes() bool {
	if u.Edited != nil {
		return u.Edited.Chat.Type != "private"
	}
	if !u.inGroup() {
		return false
	}
	m := u.Message
	if m.MigrateTo != 0 || m.MigrateFrom != 0 || m.NewTitle != "" {
		return false
	}
	name, _, ok := u.command()
	return !ok || !slices.Contains(groupWords, name)
}

// fromGroup works through what came in a group: service messages and the few
// commands. Nothing else is answered, and no dialog is held there.
func (b *Bot) fromGroup(ctx context.Context, row inbox.Row, m *message) error {
	of, here := b.community.ID, m.Chat.ID
	switch {
	case m.MigrateTo != 0:
		return b.house.Groups.Migrated(ctx, of, here, m.MigrateTo)
	case m.MigrateFrom != 0:
		return b.house.Groups.Migrated(ctx, of, m.MigrateFrom, here)
	case m.NewTitle != "":
		return b.house.Groups.Renamed(ctx, of, here, m.NewTitle)
	}
	u := update{Message: m}
	name, payload, ok := u.command()
	if !ok || m.From == nil || !slices.Contains(groupWords, name) || !b.meant(m.Text) {
		return nil
	}
	said := flow.GroupSaid{
		Account: m.From.ID, Nameless: m.SenderChat != nil || m.From.ID == anonymousAdmin || m.From.IsBot,
		WantsTied: name == "setup" || name == "start" && payload == "setup",
	}
	var err error
	if said.By, err = b.house.Adder(ctx, of, m.From.ID); err != nil {
		return err
	}
	said.Community, said.Chat, said.Title = of, here, clean(m.Chat.Title)
	said.Key = "u" + strconv.FormatInt(row.ID, 36)
	if m.InTopic {
		said.Topic = m.Thread
	}
	return b.house.InGroup(ctx, said)
}

// tappedInGroup reports whether somebody tapped a button of a group's message.
func (u *update) tappedInGroup() bool {
	return u.Callback != nil && u.Callback.Message != nil && u.Callback.Message.Chat.isGroup()
}

// groupTap works through a tap on what the bot posted in a group: it is answered
// where it was tapped, in a few words, and what follows comes in private. Whoever the
// bot does not know may do nothing.
func (b *Bot) groupTap(ctx context.Context, row inbox.Row, c *callback) error {
	p, err := b.people.ByTelegram(ctx, b.community.ID, c.From.ID)
	if refusal.Is(err, refusal.NotFound) {
		words := b.texts.In(b.town.Load().Language, b.clk.Now(), b.zone())
		b.answer(ctx, c.ID, words.T("refused.access.not_found"))
		return nil
	}
	if err != nil {
		return fmt.Errorf("who tapped in a group: %w", err)
	}
	p, a, err := b.people.Reader(ctx, b.community.ID, p.ID)
	if err != nil {
		return fmt.Errorf("who tapped in a group: %w", err)
	}
	toast, err := b.house.TapInGroup(ctx, b.visit(p, a, "u"+strconv.FormatInt(row.ID, 36)), c.Data)
	if err != nil {
		return err
	}
	b.answer(ctx, c.ID, toast)
	return nil
}

// meant reports whether a command is for this bot: it names no other.
func (b *Bot) meant(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	_, name, named := strings.Cut(word, "@")
	return !named || b.name() == "" || strings.EqualFold(strings.TrimSpace(name), b.name())
}

// groupMembership notes that the bot came into a group, or went, or may write
// there no more, or again.
func (b *Bot) groupMembership(ctx context.Context, m *membership) error {
	of, here := b.community.ID, m.Chat.ID
	if !m.present() {
		return b.house.Groups.Gone(ctx, of, here)
	}
	by, err := b.house.Adder(ctx, of, m.From.ID)
	if err != nil {
		return err
	}
	err = b.house.Groups.Added(ctx, groups.Arrival{
		Community: of, Chat: here, Title: clean(m.Chat.Title), By: by, Silent: m.silent(), Channel: !m.Chat.isGroup(),
	})
	switch {
	case err != nil:
		return err
	case m.silent():
		return b.house.Groups.Silenced(ctx, of, here)
	default:
		return b.house.Groups.Heard(ctx, of, here)
	}
}

func (m *membership) present() bool {
	switch m.New.Status {
	case "left", "kicked":
		return false
	case "restricted":
		return m.New.IsMember == nil || *m.New.IsMember
	}
	return true
}

func (m *membership) silent() bool {
	return m.New.Status == "restricted" && m.New.CanSend != nil && !*m.New.CanSend
}

// group is the one that a message of the outbox is for; one that nobody knows
// reads in the community's language.
func (b *Bot) group(ctx context.Context, chat int64) (groups.Group, error) {
	g, err := b.house.Groups.ByChat(ctx, b.community.ID, chat)
	if err != nil && !refusal.Is(err, refusal.NotFound) {
		return g, err
	}
	if g.Language == "" {
		g.Language = b.town.Load().Language
	}
	return g, nil
}

// shutOutOf notes that a group took a message no more: the update that said so
// may have been lost.
func (b *Bot) shutOutOf(ctx context.Context, chat int64, err error) error {
	if errors.Is(err, tg.ErrorForbidden) || strings.Contains(err.Error(), "chat not found") {
		return b.house.Groups.Gone(ctx, b.community.ID, chat)
	}
	return b.house.Groups.Silenced(ctx, b.community.ID, chat)
}

// topicGone reports whether a forum has no such topic, or lets nobody write in it.
func topicGone(err error) bool {
	if !errors.Is(err, tg.ErrorBadRequest) {
		return false
	}
	for _, text := range []string{"message thread not found", "TOPIC_CLOSED", "TOPIC_DELETED"} {
		if strings.Contains(err.Error(), text) {
			return true
		}
	}
	return false
}

// topicGone posts in the general topic what was for one that is gone; where it
// was for none, nothing is left to try.
func (c *Courier) topicGone(ctx context.Context, b *Bot, row outbox.Claimed) error {
	g, err := b.group(ctx, row.Chat)
	if err == nil && g.Topic != 0 {
		err = b.house.Groups.TopicGone(ctx, row.Community, row.Chat)
	}
	switch {
	case err != nil:
		return c.broken(ctx, row, "lost topic not noted", err)
	case g.Topic == 0:
		return c.ended(row, "failed_refused", c.box.Failed(ctx, row, "topic"))
	default:
		return c.ended(row, "later", c.box.Later(ctx, row, c.clk.Now(), false))
	}
}

// Admin reports whether an account administers a group. Who is not known there
// does not.
func (b *Bot) Admin(ctx context.Context, chat, account int64) (bool, error) {
	var member struct {
		Status string `json:"status"`
	}
	err := b.call.Call(ctx, "getChatMember", &tg.GetChatMemberParams{ChatID: chat, UserID: account}, &member)
	if refusedForGood(err) && !unauthorized(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%w: who administers a group: %w", errAgain, err)
	}
	return member.Status == "creator" || member.Status == "administrator", nil
}

// Serves reports whether this is the bot of a community.
func (b *Bot) Serves(community int64) bool { return b.community.ID == community }

// CommunityID is the number of the community that it serves.
func (b *Bot) CommunityID() int64 { return b.community.ID }
