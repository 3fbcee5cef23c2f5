package botapi

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Webhooks says how updates are brought to the programs that ask for it.
type Webhooks struct {
	// Strict holds to the public server's rules: https, ports 80, 88, 443 and
	// 8443, no reserved addresses. Otherwise any address will do, as with a
	// Bot API server of one's own in local mode.
	Strict bool
	// Second is how long a second of the waits between attempts lasts, in real
	// time; 0: a second.
	Second time.Duration
	// Timeout is how long an answer may take, in real time; 0: a minute.
	Timeout time.Duration
	// Transport carries the requests; nil: one that goes straight there.
	Transport http.RoundTripper
}

// Figures of webhooks (telegram-bot-api Client.cpp:15726-16090).
const (
	defaultConnections = 40
	maxConnections     = 100
	maxSecret          = 256
)

// hookSettings are what a program can choose of its webhook; the zero value
// is no webhook.
type hookSettings struct {
	url, secret, ip string
	connections     int
	certificate     string // PEM; "" where the usual authorities will do
}

func readHook(a *args, address string) hookSettings {
	if address == "" {
		return hookSettings{}
	}
	certificate, given := a.files["certificate"]
	if name, attached := strings.CutPrefix(a.str("certificate"), "attach://"); attached && !given {
		certificate = a.files[name]
	}
	return hookSettings{
		url: address, secret: a.str("secret_token"), ip: a.str("ip_address"), certificate: string(certificate.data),
		connections: int(a.int("max_connections", defaultConnections, 1, maxConnections)),
	}
}

// setWebhook has updates brought to an address; without one it is
// deleteWebhook.
func (b *Bot) setWebhook(a *args) (reply, *apiError) { return b.changeHook(a, a.str("url")) }

// deleteWebhook goes back to polling.
func (b *Bot) deleteWebhook(a *args) (reply, *apiError) { return b.changeHook(a, "") }

func (b *Bot) changeHook(a *args, address string) (reply, *apiError) {
	if now := b.server.real.Now(); address != "" {
		if now.Before(b.hookAgain) {
			return reply{}, tooMany(time.Second)
		}
		b.hookAgain = now.Add(b.server.webhooks.Second)
	}
	want, drop, was := readHook(a, address), a.bool("drop_pending_updates"), b.hook != nil
	if (was && b.hook.hookSettings == want || !was && address == "") && want.certificate == "" && !drop {
		b.queue.allow(a.str("allowed_updates"))
		return reply{result: true, description: either(address == "", "Webhook is already deleted", "Webhook is already set")}, nil
	}
	if address != "" {
		b.queue.abort("terminated by setWebhook request")
	}
	b.unhook()
	if drop {
		b.queue.updates, b.queue.mess.held = nil, nil
	}
	if address == "" {
		return reply{result: true, description: either(was, "Webhook was deleted", "Webhook is already deleted")}, nil
	}
	where, err := want.check()
	if err != nil {
		return reply{}, err
	}
	b.queue.allow(a.str("allowed_updates"))
	if err := b.server.webhooks.reach(want, where); err != nil {
		return reply{}, fail(400, "Bad Request: bad webhook: "+err.Error())
	}
	return reply{result: true, description: "Webhook was set"}, b.startHook(want, where)
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// check reads the address, which is https where it does not say.
func (h hookSettings) check() (*url.URL, *apiError) {
	address := h.url
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	where, err := url.Parse(address)
	if err != nil || where.Hostname() == "" || where.Scheme != "http" && where.Scheme != "https" {
		return nil, bad("invalid webhook URL specified")
	}
	if port, err := strconv.Atoi(where.Port()); where.Port() != "" && (err != nil || port < 1 || port > 65535) {
		return nil, bad("invalid webhook URL specified")
	}
	switch {
	case len(h.secret) > maxSecret:
		return nil, bad("secret token is too long")
	case strings.ContainsFunc(h.secret, func(r rune) bool { return !isTokenLetter(r) }):
		return nil, bad("secret token contains unallowed characters")
	}
	return where, nil
}

func isTokenLetter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-'
}

// getWebhookInfo tells where updates go, how many wait, and what went wrong
// last.
func (b *Bot) getWebhookInfo(*args) (reply, *apiError) {
	info := map[string]any{"url": "", "has_custom_certificate": false, "pending_update_count": b.pending()}
	if allowed := b.queue.allowed; !slices.Equal(allowed, defaultAllowed()) {
		info["allowed_updates"] = allowed
	}
	h := b.hook
	if h == nil {
		return reply{result: info}, nil
	}
	info["url"], info["has_custom_certificate"], info["max_connections"] = h.url, h.certificate != "", h.connections
	info["ip_address"] = h.address
	if h.failure != "" {
		info["last_error_date"], info["last_error_message"] = h.failedAt.Unix(), h.failure
	}
	return reply{result: info}, nil
}

// WebhookURL is where the bot's updates are brought; "" where it polls.
func (b *Bot) WebhookURL() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.hook == nil {
		return ""
	}
	return b.hook.where.String()
}
