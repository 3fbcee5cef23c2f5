package config

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// webhookSecret is what Telegram takes as one. Source:
// core.telegram.org/bots/api#setwebhook.
var webhookSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// webhook reads where Telegram brings updates to and how it proves that it is
// Telegram: both, or neither. The real Telegram is stricter than a Bot API
// server of one's own.
func (r *reader) webhook(strict bool) (string, Secret) {
	address := strings.TrimRight(r.getenv("WEBHOOK_URL"), "/")
	secret, from := r.secret("WEBHOOK_SECRET")
	given := secret != "" || r.getenv("WEBHOOK_SECRET_FILE") != "" // a file that cannot be read is a fault of its own
	switch {
	case address == "" && !given:
		r.show("WEBHOOK_URL", "", "not set: polling")
		r.show("WEBHOOK_SECRET", "", "not set: polling")
		return "", Secret{}
	case address == "":
		r.fault("WEBHOOK_URL", "is not set, but WEBHOOK_SECRET is; set both, or neither to poll")
	case !given:
		r.fault("WEBHOOK_SECRET", "is not set, but WEBHOOK_URL is; set it to 1 to 256 of A-Z a-z 0-9 _ -, for example by openssl rand -hex 32")
	}
	if wrong := webhookAddress(address, strict); address != "" && wrong != "" {
		r.fault("WEBHOOK_URL", "%q is not %s", redact(address), wrong)
	}
	if secret != "" && !webhookSecret.MatchString(secret) {
		r.fault("WEBHOOK_SECRET", "is not 1 to 256 of A-Z a-z 0-9 _ -; openssl rand -hex 32 makes one")
	}
	r.show("WEBHOOK_URL", redact(address), "environment")
	r.show("WEBHOOK_SECRET", hidden, from)
	return address, NewSecret(secret)
}

// webhookPorts are those that the real Telegram calls. Source:
// core.telegram.org/bots/api#setwebhook.
var webhookPorts = []string{"", "443", "80", "88", "8443"}

func webhookAddress(value string, strict bool) string {
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "",
		u.Scheme != "https" && u.Scheme != "http":
		return "where Telegram can bring updates; write https://host or https://host/path"
	case u.Scheme == "http" && strict:
		return "where Telegram brings updates: it needs https"
	case u.Scheme == "http" && !near(u.Hostname()):
		return "safe on the way; write https:// (http:// only for a host on this machine or in a private network)"
	case strict && !slices.Contains(webhookPorts, u.Port()):
		return "where Telegram brings updates: it calls ports 443, 80, 88 and 8443 alone"
	}
	return ""
}

// near reports whether a host is on this machine or in a private network. A
// name without a dot can be found nowhere else.
func near(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsLoopback() || addr.IsPrivate()
	}
	return !strings.Contains(host, ".")
}
