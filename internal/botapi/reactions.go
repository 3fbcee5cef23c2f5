package botapi

import (
	"fmt"
	"slices"
	"strings"
)

// emojis are the reactions that everybody can give; a bot may give one to a
// message.
var emojis = strings.Fields("👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 " +
	"😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡")

// Reaction is an emoji that somebody has put on a message.
type Reaction struct {
	Emoji string
	From  int64 // a person, or the bot
}

type reactionShape struct {
	Type  string `json:"type"`
	Emoji string `json:"emoji"`
}

type reactionUpdateShape struct {
	Chat      chatShape       `json:"chat"`
	MessageID int64           `json:"message_id"`
	User      user            `json:"user"`
	Date      int64           `json:"date"`
	Old       []reactionShape `json:"old_reaction"`
	New       []reactionShape `json:"new_reaction"`
}

// setMessageReaction puts the bot's emoji on a message, or takes it away.
func (b *Bot) setMessageReaction(a *args) (reply, *apiError) {
	wanted, err := a.reactions()
	if err != nil {
		return reply{}, err
	}
	c, m, err := b.messageOf(a, "message to react", forReading)
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: c.id, messages: []int64{m.id}, result: true}
	switch {
	case len(wanted) > 1:
		return answer, bad("REACTIONS_TOO_MANY")
	case len(wanted) == 1 && !slices.Contains(emojis, wanted[0]):
		return answer, bad("REACTION_INVALID")
	case c.blocked:
		return answer, c.writable("")
	}
	m.react(b.self.ID, wanted)
	b.changed()
	return answer, nil
}

// reactions reads the parameter: emojis as they are, custom ones as a word
// that is no emoji, since a bot may give none of its own choice.
func (a *args) reactions() ([]string, *apiError) {
	if a.str("reaction") == "" {
		return []string{}, nil
	}
	value, broken := decodeJSON(a.str("reaction"))
	if broken != nil {
		return nil, bad("Can't parse reaction types JSON object")
	}
	list, ok := value.([]any)
	if !ok {
		return nil, bad("Expected an Array of ReactionType")
	}
	wanted := make([]string, len(list))
	for i, item := range list {
		var err error
		if wanted[i], err = readReaction(item); err != nil {
			return nil, within("Can't parse ReactionType", err)
		}
	}
	return wanted, nil
}

func readReaction(item any) (string, error) {
	fields, ok := item.(map[string]any)
	if !ok {
		return "", told("expected an Object")
	}
	o := object(fields)
	switch kind, err := o.mustStr("type"); {
	case err != nil:
		return "", err
	case kind == "emoji":
		emoji, err := o.mustStr("emoji")
		return strings.ReplaceAll(emoji, "\ufe0f", ""), err
	case kind == "custom_emoji":
		_, err := o.mustInt("custom_emoji_id")
		return kind, err
	}
	return "", told("invalid reaction type specified")
}

// react puts emojis in place of those that the same one had on the message.
func (m *message) react(who int64, wanted []string) (before []string) {
	kept := []Reaction{}
	for _, r := range m.reactions {
		if r.From == who {
			before = append(before, r.Emoji)
			continue
		}
		kept = append(kept, r)
	}
	for _, emoji := range wanted {
		kept = append(kept, Reaction{emoji, who})
	}
	m.reactions = kept
	return before
}

// React puts an emoji on a message, or takes the person's one away where it
// is "". The bot hears of it only if it asked for message_reaction, and in a
// group only as an administrator.
func (p *Phone) React(messageID int64, emoji string) error {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	m := p.chat.byID[messageID]
	if m == nil {
		return fmt.Errorf("chat %d shows no message %d", p.chat.id, messageID)
	}
	wanted := []string{}
	if emoji != "" {
		if !slices.Contains(emojis, emoji) {
			return fmt.Errorf("no reaction %q", emoji)
		}
		wanted = append(wanted, emoji)
	}
	before := m.react(p.account.ID, wanted)
	if g := p.chat.group; g == nil || g.self().administers() {
		p.bot.push("message_reaction", reactionUpdateShape{
			Chat: p.chat.shape(), MessageID: m.id, User: p.account.user(), Date: p.bot.now().Unix(),
			Old: reactionShapes(before), New: reactionShapes(wanted),
		}, messageLifetime)
	}
	p.bot.changed()
	return nil
}

func reactionShapes(list []string) []reactionShape {
	shapes := make([]reactionShape, len(list))
	for i, emoji := range list {
		shapes[i] = reactionShape{"emoji", emoji}
	}
	return shapes
}
