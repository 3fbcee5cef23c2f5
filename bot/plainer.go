package bot

import (
	"context"

	"github.com/go-telegram/bot/models"

	"github.com/linli-bot/linli/internal/dialog"
)

// drawing is what of a screen Telegram can refuse to read: its text with the
// formatting, and what is under it.
type drawing struct {
	text  string
	mode  models.ParseMode
	below models.ReplyMarkup
	bare  string // the text without formatting
}

func drawn(s dialog.Screen, below models.ReplyMarkup) drawing {
	return drawing{text: markup(s.Text), mode: models.ParseModeHTML, below: below, bare: s.Text}
}

// plainer sends a drawing, and where Telegram refuses its formatting or what is
// under it, once more without that: the words are to arrive all the same. It is
// a fault of ours, and so logged as one.
func (b *Bot) plainer(ctx context.Context, chat int64, d drawing, send func(d drawing) (int64, error)) (int64, error) {
	id, err := send(d)
	if badMarkup(err) && d.mode != "" {
		b.log.ErrorContext(ctx, "formatting refused", "chat", chat)
		d.text, d.mode = d.bare, ""
		id, err = send(d)
	}
	if badButtons(err) && d.below != nil {
		b.log.ErrorContext(ctx, "buttons refused", "chat", chat, "error", err)
		d.below = nil
		id, err = send(d)
	}
	return id, err
}
