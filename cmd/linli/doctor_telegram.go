package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/internal/config"
)

func (d *doctor) telegram(ctx context.Context) {
	d.telegramsClock(ctx)
	for _, token := range d.config.BotTokens {
		d.bot(ctx, token)
	}
}

const unreachable = "see whether this machine reaches the internet; where Telegram is blocked set HTTPS_PROXY=http://host:port, or TELEGRAM_API_URL to a server elsewhere"

// telegramsClock compares the clock with the Date of an answer. It names no
// bot: the front page is enough.
func (d *doctor) telegramsClock(ctx context.Context) {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, d.config.TelegramAPIURL+"/", http.NoBody)
	if err != nil {
		return // config has looked at it
	}
	client := &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	asked := d.real.Now()
	res, err := client.Do(req)
	if err != nil {
		d.wrong(unreachable, "it cannot be reached: %v", err)
		return
	}
	_ = res.Body.Close() // a HEAD has none
	took := d.real.Now().Sub(asked)
	at, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		d.note("nothing: a Bot API server of your own need not tell the time", "it does not say what time it is")
		return
	}
	d.apart("Telegram", at.Sub(asked), took+time.Second) // it tells whole seconds
}

// bot asks for one bot, twice: the first call brings up the connection.
func (d *doctor) bot(ctx context.Context, token config.Secret) {
	id, err := botID(token)
	if err != nil {
		return // config has looked at it
	}
	caller := bot.NewCaller(d.config.TelegramAPIURL, token.Reveal())
	defer caller.Close()
	began := d.real.Now()
	me, err := caller.Me(ctx)
	first := d.real.Now()
	if err != nil {
		d.wrong(adviceOnBot(bot.Ended(err)), "bot %d: %v", id, err)
		return
	}
	var hook webhook
	if err := caller.Call(ctx, "getWebhookInfo", struct{}{}, &hook); err != nil {
		d.wrong(adviceOnBot(bot.Ended(err)), "bot %d: %v", id, err)
		return
	}
	again := d.real.Now().Sub(first)
	said := fmt.Sprintf("bot %d is @%s; it answers in %s, and in %s on a kept connection",
		id, me.Username, answered(first.Sub(began)), answered(again))
	const slow = 2 * time.Second
	if again > slow {
		d.note("look for a nearer proxy or Bot API server: people wait that long for every answer", "%s", said)
	} else {
		d.fine("%s", said)
	}
	d.webhook(id, hook)
}

// answered is how long an answer took: nothing comes in no time.
func answered(took time.Duration) time.Duration {
	return max(took.Round(time.Millisecond), time.Millisecond)
}

func adviceOnBot(ended string) string {
	switch ended {
	case "401", "404":
		return "the token is wrong or was revoked: copy it again from @BotFather (/mybots, API Token) into BOT_TOKEN"
	case "409":
		return "another program takes this bot's updates: stop it, or delete its webhook; one bot serves one linli"
	case "429":
		return "too much was asked: wait a minute and ask again"
	}
	return unreachable
}

// webhook is what Telegram says of a bot's webhook.
type webhook struct {
	URL       string `json:"url"`
	Pending   int    `json:"pending_update_count"`
	ErrorAt   int64  `json:"last_error_date"`
	LastError string `json:"last_error_message"`
}

// webhook compares how updates are to be brought with how they are.
func (d *doctor) webhook(id int64, hook webhook) {
	wanted := d.config.WebhookURL
	is := "elsewhere"
	if u, err := url.Parse(hook.URL); err == nil && u.Host != "" {
		is = u.Host // the path may hold somebody's secret
	}
	switch {
	case wanted == "" && hook.URL != "":
		d.wrong("stop the program that set it and its webhook goes when linli serve starts; or set WEBHOOK_URL to use webhooks here",
			"bot %d: a webhook to %s is set, while linli is to poll: Telegram answers 409 to polling", id, is)
	case wanted != "" && hook.URL == "":
		d.note("nothing: linli serve sets it as it starts", "bot %d: no webhook is set yet", id)
	case wanted != "" && !strings.HasPrefix(hook.URL, wanted+"/"):
		d.wrong("stop the program that set it, and start linli serve again: it sets its own", "bot %d: the webhook leads to %s, not to WEBHOOK_URL", id, is)
	case wanted != "":
		d.fine("bot %d: its webhook leads to %s", id, is)
	default:
		d.fine("bot %d: updates are polled", id)
	}
	if since := d.real.Now().Sub(time.Unix(hook.ErrorAt, 0)); wanted != "" && hook.LastError != "" && since < time.Hour {
		d.wrong("see whether WEBHOOK_URL leads to linli serve from outside, with a certificate that is valid",
			"bot %d: Telegram could not bring updates %s ago: %s", id, since.Round(time.Second), hook.LastError)
	}
	const many = 100
	if hook.Pending > many {
		d.note("see whether linli serve runs: they are brought or asked for once it does", "bot %d: %d updates wait at Telegram", id, hook.Pending)
	}
}
