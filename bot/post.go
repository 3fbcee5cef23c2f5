package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"github.com/linli-bot/linli/internal/dialog"
)

// posted is a message that Telegram took: its id and what is needed to change
// it later.
type posted struct {
	id   int64
	form string  // formText or formCaption
	with []int64 // the album that went ahead of it

	loose bool // it was to be pinned, and Telegram did not let the bot
}

// String is the form as the outbox keeps it: "text", "caption", "text 11 12".
func (p posted) String() string {
	words := []string{p.form}
	for _, id := range p.with {
		words = append(words, strconv.FormatInt(id, 10))
	}
	return strings.Join(words, " ")
}

func readPosted(id int64, kept string) posted {
	words := strings.Fields(kept)
	p := posted{id: id, form: formText}
	for i, w := range words {
		if i == 0 {
			p.form = w
		} else if n, err := strconv.ParseInt(w, 10, 64); err == nil {
			p.with = append(p.with, n)
		}
	}
	return p
}

// post sends a screen as a new message. Where Telegram says to wait, what went
// ahead is taken away again: it goes once more with the rest.
func (b *Bot) post(ctx context.Context, chat int64, s dialog.Screen, t dialog.Texts) (posted, error) {
	p, err := b.send(ctx, chat, s, t)
	if _, limited := retryAfter(err); limited && len(p.with) > 0 {
		if err := b.withdraw(ctx, chat, posted{id: p.with[0], with: p.with[1:]}); err != nil {
			b.log.WarnContext(ctx, "pictures stay without their text", "chat", chat, "error", err)
		}
	}
	if err == nil && s.Pin {
		p.loose = !b.pin(ctx, chat, p.id)
	}
	return p, err
}

// send sends a screen. Pictures or voices that Telegram refuses, as somebody
// can who takes no voice messages, keep nobody from the words.
func (b *Bot) send(ctx context.Context, chat int64, s dialog.Screen, t dialog.Texts) (posted, error) {
	p := posted{form: form(s)}
	var err error
	if s.Menu && chat > 0 {
		if s.Lunch, s.Care, err = b.house.HasKeys(ctx, b.community.ID, chat); err != nil {
			return p, err
		}
	}
	if p.form == formCaption {
		p.id, err = b.sendMedia(ctx, chat, s, t)
	} else {
		p.with, err = b.sendAlbum(ctx, chat, s)
	}
	switch {
	case errors.Is(err, tg.ErrorBadRequest):
		b.log.WarnContext(ctx, "pictures refused", "chat", chat, "error", err)
		p.form = formText
	case err != nil || p.form == formCaption:
		return p, err
	}
	p.id, err = b.plainer(ctx, chat, drawn(s, keyboard(s, t)), func(d drawing) (int64, error) {
		return b.sent(ctx, "sendMessage", &tg.SendMessageParams{
			ChatID: chat, Text: d.text, ParseMode: d.mode, DisableNotification: s.Silent, MessageThreadID: int(s.Topic), ReplyMarkup: d.below,
		})
	})
	return p, err
}

// sent makes a call that answers with the message it made.
func (b *Bot) sent(ctx context.Context, method string, params any) (int64, error) {
	var m struct {
		ID int64 `json:"message_id"`
	}
	err := b.call.Call(ctx, method, params, &m)
	return m.ID, err
}

// sendMedia sends one picture, video, voice message or file with the text under it.
func (b *Bot) sendMedia(ctx context.Context, chat int64, s dialog.Screen, t dialog.Texts) (int64, error) {
	if uploads(s) {
		return b.upload(ctx, chat, s, t)
	}
	file := &models.InputFileString{Data: s.Media[0].FileID}
	return b.plainer(ctx, chat, drawn(s, keyboard(s, t)), func(d drawing) (int64, error) {
		switch s.Media[0].Kind {
		case dialog.Video:
			return b.sent(ctx, "sendVideo", &tg.SendVideoParams{ChatID: chat, Video: file, Caption: d.text,
				ParseMode: d.mode, DisableNotification: s.Silent, MessageThreadID: int(s.Topic), ReplyMarkup: d.below})
		case dialog.Voice:
			return b.sent(ctx, "sendVoice", &tg.SendVoiceParams{ChatID: chat, Voice: file, Caption: d.text,
				ParseMode: d.mode, DisableNotification: s.Silent, MessageThreadID: int(s.Topic), ReplyMarkup: d.below})
		case dialog.Paper:
			return b.sent(ctx, "sendDocument", &tg.SendDocumentParams{ChatID: chat, Document: file, Caption: d.text,
				ParseMode: d.mode, DisableNotification: s.Silent, MessageThreadID: int(s.Topic), ReplyMarkup: d.below})
		default:
			return b.sent(ctx, "sendPhoto", &tg.SendPhotoParams{ChatID: chat, Photo: file, Caption: d.text,
				ParseMode: d.mode, DisableNotification: s.Silent, MessageThreadID: int(s.Topic), ReplyMarkup: d.below})
		}
	})
}

// sendAlbum sends what goes ahead of a text: pictures and videos together, as
// Telegram mixes nothing else with them, and each voice message and file alone.
func (b *Bot) sendAlbum(ctx context.Context, chat int64, s dialog.Screen) ([]int64, error) {
	var (
		album []models.InputMedia
		ids   []int64
	)
	for _, m := range s.Media {
		switch m.Kind {
		case dialog.Photo:
			album = append(album, &models.InputMediaPhoto{Media: m.FileID})
		case dialog.Video:
			album = append(album, &models.InputMediaVideo{Media: m.FileID})
		case dialog.Voice, dialog.Paper:
			id, err := b.sendMedia(ctx, chat, dialog.Screen{Media: []dialog.Media{m}, Silent: true, Topic: s.Topic}, nil)
			if err != nil {
				return ids, err
			}
			ids = append(ids, id)
		}
	}
	const most = 10
	for len(album) > 0 {
		n := min(len(album), most)
		var sent []struct {
			ID int64 `json:"message_id"`
		}
		err := b.call.Call(ctx, "sendMediaGroup",
			&tg.SendMediaGroupParams{ChatID: chat, Media: album[:n], DisableNotification: true, MessageThreadID: int(s.Topic)}, &sent)
		if err != nil {
			return ids, err
		}
		for _, m := range sent {
			ids = append(ids, m.ID)
		}
		album = album[n:]
	}
	return ids, nil
}

// edit puts a screen in the place of what a message shows. Its pictures stay,
// and where they do the text is cut to what fits under them.
func (b *Bot) edit(ctx context.Context, chat int64, p posted, s dialog.Screen) error {
	if text := []rune(s.Text); p.form == formCaption && len(text) > maxCaption {
		s.Text = string(text[:maxCaption-1]) + "…"
	}
	_, err := b.plainer(ctx, chat, drawn(s, buttons(s)), func(d drawing) (int64, error) {
		if p.form == formCaption {
			return p.id, b.call.Call(ctx, "editMessageCaption", &tg.EditMessageCaptionParams{
				ChatID: chat, MessageID: int(p.id), Caption: d.text, ParseMode: d.mode, ReplyMarkup: d.below,
			}, nil)
		}
		return p.id, b.call.Call(ctx, "editMessageText", &tg.EditMessageTextParams{
			ChatID: chat, MessageID: int(p.id), Text: d.text, ParseMode: d.mode, ReplyMarkup: d.below,
		}, nil)
	})
	if unchanged(err) {
		return nil
	}
	return err
}

// strip takes the buttons off a message that is no longer the present one. It
// is a courtesy: a button that stays is answered kindly when it is tapped.
func (b *Bot) strip(ctx context.Context, chat, id int64) {
	if err := b.bare(ctx, chat, id); err != nil && !gone(err) {
		b.log.WarnContext(ctx, "old buttons stay", "chat", chat, "error", err)
	}
}

// bare leaves a message its words and takes its buttons off.
func (b *Bot) bare(ctx context.Context, chat, id int64) error {
	err := b.call.Call(ctx, "editMessageReplyMarkup", &tg.EditMessageReplyMarkupParams{
		ChatID: chat, MessageID: int(id), ReplyMarkup: noButtons(),
	}, nil)
	if unchanged(err) {
		return nil
	}
	return err
}

// withdraw deletes a message and the album that went ahead of it.
func (b *Bot) withdraw(ctx context.Context, chat int64, p posted) error {
	for _, id := range append(p.with, p.id) {
		err := b.call.Call(ctx, "deleteMessage", &tg.DeleteMessageParams{ChatID: chat, MessageID: int(id)}, nil)
		if err != nil && !gone(err) {
			return err
		}
	}
	return nil
}

// answer ends the waiting of a tap with a short word, or none. A tap that is
// too old to be answered has done its work all the same.
func (b *Bot) answer(ctx context.Context, tap, toast string) {
	const most = 200
	if short := []rune(toast); len(short) > most {
		toast = string(short[:most])
	}
	var err error
	for pause := 200 * time.Millisecond; pause < time.Second; pause *= 2 {
		err = b.call.Call(ctx, "answerCallbackQuery", &tg.AnswerCallbackQueryParams{CallbackQueryID: tap, Text: toast}, nil)
		if _, limited := retryAfter(err); err == nil || limited || refusedForGood(err) || errors.Is(err, context.DeadlineExceeded) {
			break
		}
		b.pause(ctx, pause) // where the message arrives, the turn is over, and nothing else answers the tap
	}
	if err != nil && !refusedForGood(err) {
		b.log.WarnContext(ctx, "tap not answered", "error", err)
	}
}
