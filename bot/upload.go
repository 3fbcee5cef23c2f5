package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/skip2/go-qrcode"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/trace"
)

// qrSide is how wide a QR code is drawn, in pixels: to be scanned from a phone
// held at arm's length.
const qrSide = 512

// upload sends what is made here: a link as a QR code, a picture, or a file of the
// house.
func (b *Bot) upload(ctx context.Context, chat int64, s dialog.Screen, t dialog.Texts) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	name, data, err := b.made(ctx, s)
	if err != nil {
		return 0, err
	}
	return b.plainer(ctx, chat, drawn(s, keyboard(s, t)), func(d drawing) (int64, error) {
		file := &models.InputFileUpload{Filename: name, Data: bytes.NewReader(data)}
		var m *models.Message
		var err error
		if s.QR != "" || strings.HasSuffix(name, ".png") {
			m, err = b.call.library.SendPhoto(ctx, &tg.SendPhotoParams{ChatID: chat, Photo: file, Caption: d.text,
				ParseMode: d.mode, DisableNotification: s.Silent, MessageThreadID: int(s.Topic), ReplyMarkup: d.below})
		} else {
			m, err = b.call.library.SendDocument(ctx, &tg.SendDocumentParams{ChatID: chat, Document: file, Caption: d.text,
				ParseMode: d.mode, DisableNotification: s.Silent, MessageThreadID: int(s.Topic), ReplyMarkup: d.below})
		}
		if err != nil {
			return 0, fmt.Errorf("upload: %w", err)
		}
		return int64(m.ID), nil
	})
}

func (b *Bot) made(ctx context.Context, s dialog.Screen) (name string, data []byte, err error) {
	if s.QR != "" {
		data, err = qrcode.Encode(s.QR, qrcode.Medium, qrSide)
		return "link.png", data, err
	}
	return b.house.File(ctx, b.community.ID, s.File)
}

// carrier carries the library's calls: over the caller's connections, and
// without the address, which holds the token, in its errors.
type carrier struct{ c *Caller }

// Do makes one call.
func (w carrier) Do(req *http.Request) (*http.Response, error) {
	if w.c.traced {
		req.Header.Set(trace.Header, trace.ID(req.Context()))
	}
	return w.c.wire.RoundTrip(req)
}

// Download reads a file that somebody sent, of at most most bytes.
func (c *Caller) Download(ctx context.Context, fileID string, most int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var at struct {
		Path string `json:"file_path"`
	}
	if err := c.Call(ctx, "getFile", map[string]any{"file_id": fileID}, &at); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.files+at.Path, nil)
	if err != nil {
		return nil, fmt.Errorf("download: the server's address cannot be used")
	}
	res, err := c.wire.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("download: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // what matters of it is read below
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("download: %w", &statusError{res.StatusCode, "no file"})
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("download: %w", err)
	case int64(len(data)) > most:
		return nil, fmt.Errorf("download: more than %d bytes", most)
	}
	return data, nil
}

// Fetch reads a file that somebody sent, of at most most bytes.
func (b *Bot) Fetch(ctx context.Context, fileID string, most int64) ([]byte, error) {
	return b.call.Download(ctx, fileID, most)
}
