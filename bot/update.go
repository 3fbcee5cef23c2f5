package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/dialog"
)

// update is what the bot reads of Telegram's Update. Decoding no more than
// this keeps an unknown kind of anything else from stopping the bot.
type update struct {
	ID       int64       `json:"update_id"`
	Message  *message    `json:"message"`
	Edited   *message    `json:"edited_message"`
	Callback *callback   `json:"callback_query"`
	Member   *membership `json:"my_chat_member"`
	own                  // not of Telegram
}

// membership is a change of what the bot may do in a chat.
type membership struct {
	Chat chat `json:"chat"`
	From user `json:"from"`
	New  struct {
		Status   string `json:"status"`
		IsMember *bool  `json:"is_member"`         // of somebody restricted
		CanSend  *bool  `json:"can_send_messages"` // likewise
		CanPost  *bool  `json:"can_post_messages"` // of an administrator of a channel
	} `json:"new_chat_member"`
}

type chat struct {
	ID    int64  `json:"id"`
	Type  string `json:"type"`
	Title string `json:"title"` // of a group
}

type user struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Language  string `json:"language_code"`
}

type file struct {
	ID       string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
}

type document struct {
	file
	Name string `json:"file_name"`
	Size int64  `json:"file_size"`
}

type message struct {
	ID      int64  `json:"message_id"`
	From    *user  `json:"from"`
	Chat    chat   `json:"chat"`
	Date    int64  `json:"date"`
	Text    string `json:"text"`
	Caption string `json:"caption"`
	Album   string `json:"media_group_id"`
	groupPart
	Photo    []file          `json:"photo"`
	Video    *file           `json:"video"`
	Voice    *file           `json:"voice"`
	Document *document       `json:"document"`
	Forward  json.RawMessage `json:"forward_origin"`
	Answers  *message        `json:"reply_to_message"`
	Location *struct {
		Lat float64 `json:"latitude"`
		Lon float64 `json:"longitude"`
	} `json:"location"`
	Contact *struct {
		Phone string `json:"phone_number"`
		User  int64  `json:"user_id"`
	} `json:"contact"`
	Markup struct {
		Rows [][]struct {
			Data string `json:"callback_data"`
		} `json:"inline_keyboard"`
	} `json:"reply_markup"`
}

// shows reports whether the message still has the button with that data: it
// may have changed since the person saw it.
func (m *message) shows(data string) bool {
	for _, row := range m.Markup.Rows {
		for _, b := range row {
			if b.Data == data {
				return true
			}
		}
	}
	return false
}

type callback struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

func readUpdate(body []byte) (update, error) {
	var u update
	if err := json.Unmarshal(body, &u); err != nil {
		return update{}, fmt.Errorf("decode update: %w", err)
	}
	return u, nil
}

// lane is the chat in whose order an update is worked through: a person's taps
// and messages share one, as they share one dialog.
func (u *update) lane() int64 {
	switch {
	case u.Message != nil:
		return u.Message.Chat.ID
	case u.Edited != nil:
		return u.Edited.Chat.ID
	case u.Callback != nil && u.Callback.Message != nil:
		return u.Callback.Message.Chat.ID
	case u.Callback != nil:
		return u.Callback.From.ID
	case u.Member != nil:
		return u.Member.Chat.ID
	default:
		return 0
	}
}

// kind names what an update is, for counting.
func (u *update) kind() string {
	switch {
	case u.Message != nil:
		return "message"
	case u.Edited != nil:
		return "edited_message"
	case u.Callback != nil:
		return "callback_query"
	case u.Member != nil:
		return "my_chat_member"
	default:
		return "other"
	}
}

// sender is the person who wrote or tapped in a private chat; nil for groups,
// channels, other bots and kinds of updates that nobody sent.
func (u *update) sender() *user {
	switch {
	case u.Message != nil && u.Message.Chat.Type == "private" && u.Message.From != nil && !u.Message.From.IsBot:
		return u.Message.From
	case u.Edited != nil && u.Edited.Chat.Type == "private" && u.Edited.From != nil && !u.Edited.From.IsBot:
		return u.Edited.From
	case u.Callback != nil && (u.Callback.Message == nil || u.Callback.Message.Chat.Type == "private"):
		return &u.Callback.From
	default:
		return nil
	}
}

// event is the update as a conversation sees it.
func (u *update) event(now time.Time, zone *time.Location) dialog.Event {
	ev := dialog.Event{Now: now, Zone: zone}
	if u.Again != nil {
		return ev
	}
	if u.Callback != nil {
		ev.Tap = u.Callback.Data
		return ev
	}
	if u.Edited != nil { // only its words can have changed; a place that moves is nobody's word
		ev.Text = clean(u.Edited.Text + u.Edited.Caption)
		return ev
	}
	m := u.Message
	ev.Forwarded = len(m.Forward) > 0
	ev.Album = m.Album
	switch {
	case m.Text != "":
		ev.Text = clean(m.Text)
	case len(m.Photo) > 0:
		ev.Media = m.media(dialog.Photo, m.Photo[len(m.Photo)-1]) // the last is the largest
	case m.Video != nil:
		ev.Media = m.media(dialog.Video, *m.Video)
	case m.Voice != nil:
		ev.Media = m.media(dialog.Voice, *m.Voice)
	case m.Document != nil:
		ev.Document = &dialog.Document{FileID: m.Document.ID, UniqueID: m.Document.UniqueID, Name: clean(m.Document.Name), Size: m.Document.Size, Caption: clean(m.Caption)}
	case m.Location != nil:
		ev.Location = &dialog.Point{Lat: m.Location.Lat, Lon: m.Location.Lon}
	case m.Contact != nil:
		ev.Contact = &dialog.Contact{Phone: m.Contact.Phone, Own: m.From != nil && m.Contact.User == m.From.ID}
	default:
		ev.Other = true
	}
	return ev
}

func (m *message) media(kind string, f file) *dialog.Media {
	return &dialog.Media{Kind: kind, FileID: f.ID, UniqueID: f.UniqueID, Caption: clean(m.Caption), Album: m.Album}
}

// command splits "/start@linli_bot at_b3u2" into "start" and "at_b3u2". Text
// after a command that takes none is not lost: it stays in rest.
func (u *update) command() (name, rest string, ok bool) {
	if u.Message == nil || !strings.HasPrefix(u.Message.Text, "/") || len(u.Message.Forward) > 0 {
		return "", "", false
	}
	name, rest, _ = strings.Cut(strings.TrimPrefix(u.Message.Text, "/"), " ")
	name, _, _ = strings.Cut(name, "@")
	if name == "" {
		return "", "", false
	}
	return strings.ToLower(name), strings.TrimSpace(clean(rest)), true
}

// clean drops what cannot be stored or could mislead a reader: broken UTF-8,
// NUL and other control characters, and marks that turn the reading direction.
func clean(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20 || r == 0x7f:
			return -1
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return -1
		default:
			return r
		}
	}, text)
}

// quoted is the message of the bot's that this one answers; ok is false where it
// answers none.
func (m *message) quoted() (q flow.Quoted, id int64, ok bool) {
	if m == nil || m.Answers == nil || m.Answers.From == nil || !m.Answers.From.IsBot {
		return q, 0, false
	}
	q.Text = clean(m.Answers.Text + m.Answers.Caption)
	for _, row := range m.Answers.Markup.Rows {
		for _, b := range row {
			q.Buttons = append(q.Buttons, b.Data)
		}
	}
	return q, m.Answers.ID, true
}
