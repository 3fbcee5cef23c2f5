package bot

import (
	"html"
	"strings"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/dialog"
)

// maxCaption is Telegram's limit for the text under a picture, in characters.
const maxCaption = 1024

// markup draws a screen's text as HTML: people's words are escaped here and
// nowhere else, and the first of several lines stands out, as it is what a
// notification shows.
func markup(text string) string {
	first, rest, several := strings.Cut(html.EscapeString(text), "\n")
	if !several {
		return first
	}
	return "<b>" + first + "</b>\n" + rest
}

// buttons draws the rows under a message; nil where there are none.
func buttons(s dialog.Screen) models.ReplyMarkup {
	if len(s.Rows) == 0 {
		return nil
	}
	rows := make([][]models.InlineKeyboardButton, len(s.Rows))
	for i, row := range s.Rows {
		rows[i] = make([]models.InlineKeyboardButton, len(row))
		for j, b := range row {
			rows[i][j] = models.InlineKeyboardButton{Text: b.Label, CallbackData: b.Data, URL: b.URL, Style: b.Style}
		}
	}
	return models.InlineKeyboardMarkup{InlineKeyboard: rows}
}

// noButtons takes the buttons off a message. It is not the zero markup, which
// Telegram refuses.
func noButtons() models.ReplyMarkup {
	return models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{}}
}

// keyboard draws what a new message brings along: its buttons, the keys that a
// question needs, or the person's menu.
func keyboard(s dialog.Screen, t dialog.Texts) models.ReplyMarkup {
	switch {
	case len(s.Rows) > 0:
		return buttons(s)
	case len(s.Keyboard) > 0:
		return models.ReplyKeyboardMarkup{Keyboard: keys(s.Keyboard), ResizeKeyboard: true}
	case s.Menu:
		return models.ReplyKeyboardMarkup{Keyboard: keys(flow.MenuRows(t, s.Lunch, s.Care)), ResizeKeyboard: true, IsPersistent: true}
	default:
		return nil
	}
}

func keys(rows [][]dialog.Key) [][]models.KeyboardButton {
	drawn := make([][]models.KeyboardButton, len(rows))
	for i, row := range rows {
		drawn[i] = make([]models.KeyboardButton, len(row))
		for j, k := range row {
			drawn[i][j] = models.KeyboardButton{Text: k.Text, RequestContact: k.Contact, RequestLocation: k.Location}
		}
	}
	return drawn
}

// Forms of a message: how it can be edited later.
const (
	formText    = "text"
	formCaption = "caption"
)

// uploads reports whether a screen brings a picture or a file of our making.
func uploads(s dialog.Screen) bool { return s.QR != "" || s.File != "" }

// form is how a screen is sent. One picture, video or voice message carries
// the text as its caption; several go ahead of it as an album.
func form(s dialog.Screen) string {
	if uploads(s) || len(s.Media) == 1 && utf8.RuneCountInString(s.Text) <= maxCaption {
		return formCaption
	}
	return formText
}

// formOf is how a message that came back with a tap can be edited.
func formOf(m *message) string {
	if len(m.Photo) > 0 || m.Video != nil || m.Voice != nil || m.Document != nil {
		return formCaption
	}
	return formText
}

// canEdit reports whether a screen can replace what a message shows: one with a
// reply keyboard never can, nor one too long to stand under a picture.
func canEdit(s dialog.Screen, m *message) bool {
	return !s.Menu && len(s.Keyboard) == 0 && !uploads(s) && (formOf(m) != formCaption || utf8.RuneCountInString(s.Text) <= maxCaption)
}
