package bot

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Webhook is where Telegram brings updates by itself. The zero one is none.
type Webhook struct {
	URL    string // of this bot
	Secret string // that Telegram repeats with each update
}

const (
	mostBody    = 1 << 20          // of one update
	bodyWithin  = 10 * time.Second // it has arrived by then
	hookAtOnce  = 100              // updates that Telegram brings side by side, its most
	heardEvery  = 20 * time.Second // between notes that updates come in
	lateTrouble = time.Minute      // an older failure to deliver is over
)

// Receive takes an update that Telegram brings: 200 says that it is committed,
// and anything else makes Telegram bring it again.
func (b *Bot) Receive(w http.ResponseWriter, r *http.Request) {
	given := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
	if b.webhook.URL == "" || subtle.ConstantTimeCompare([]byte(given), []byte(b.webhook.Secret)) != 1 {
		http.Error(w, "unauthorized", http.StatusUnauthorized)
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(b.real.Now().Add(bodyWithin)) // where it cannot be set, the size still bounds it
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		b.log.WarnContext(r.Context(), "an update too large was refused")
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "not read", http.StatusBadRequest)
		return
	}
	if err := b.store(r.Context(), []received{arrived(body)}); err != nil {
		if !errors.Is(err, errEnding) {
			b.log.WarnContext(r.Context(), "taking an update in failed", "error", err)
		}
		http.Error(w, "try again", http.StatusServiceUnavailable)
	}
}

// hook tells Telegram where to bring updates, and looks now and then whether
// they arrive.
func (b *Bot) hook(ctx context.Context) error {
	for pause := time.Second; ctx.Err() == nil; pause = min(2*pause, time.Minute) {
		err := b.call.Call(ctx, "setWebhook", map[string]any{
			"url": b.webhook.URL, "secret_token": b.webhook.Secret, "allowed_updates": kinds, "max_connections": hookAtOnce,
		}, nil)
		if err == nil {
			break
		}
		b.log.WarnContext(ctx, "webhook not set", "error", err)
		if wait, ok := retryAfter(err); ok {
			pause = wait
		}
		b.pause(ctx, pause)
	}
	for ctx.Err() == nil {
		arrives, drained := b.arrives(ctx)
		if arrives {
			b.heard(ctx, drained)
		}
		b.pause(ctx, heardEvery)
	}
	return nil
}

// arrives asks Telegram whether updates reach us, and whether none wait.
func (b *Bot) arrives(ctx context.Context) (arrives, drained bool) {
	var info struct {
		URL     string `json:"url"`
		Pending int    `json:"pending_update_count"`
		Failed  int64  `json:"last_error_date"`
		Why     string `json:"last_error_message"`
	}
	if err := b.call.Call(ctx, "getWebhookInfo", struct{}{}, &info); err != nil {
		b.log.WarnContext(ctx, "telegram not asked about the webhook", "error", err)
		return false, false
	}
	b.polled.Store(b.real.Now().Unix()) // Telegram is there: what it could not bring may be another replica's doing
	if info.URL != b.webhook.URL {
		b.log.ErrorContext(ctx, "somebody else took the webhook of this bot away: it is set again at the next start")
		return false, false
	}
	failing := info.Pending > 0 && b.real.Now().Sub(time.Unix(info.Failed, 0)) < lateTrouble
	if failing {
		b.log.ErrorContext(ctx, "telegram cannot bring updates", "waiting", info.Pending, "why", info.Why)
	}
	return !failing, info.Pending == 0
}

// Webhooks serves POST …/{bot}, the path of each bot being its number.
func Webhooks(bots ...*Bot) http.Handler {
	byNumber := map[string]*Bot{}
	for _, b := range bots {
		byNumber[strconv.FormatInt(b.community.Bot, 10)] = b
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := byNumber[r.PathValue("bot")]
		if b == nil {
			http.Error(w, "unauthorized", http.StatusUnauthorized)
			return
		}
		b.Receive(w, r)
	})
}
