package config

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func anything(string) string { return "" }

func oneOf(values ...string) check {
	return func(value string) string {
		if slices.Contains(values, strings.ToLower(value)) {
			return ""
		}
		return "one of " + strings.Join(values, ", ")
	}
}

func hostPort(value string) string {
	_, port, err := net.SplitHostPort(value)
	if n, e := strconv.Atoi(port); err != nil || e != nil || n < 0 || n > 65535 {
		return "an address to listen on; write host:port, for example 127.0.0.1:8080, or :8080 for every network"
	}
	return ""
}

func webAddress(value string) string {
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "the address of a Bot API server; write https://host or http://host:port"
	}
	return ""
}

func databaseAddress(value string) string {
	u, err := url.Parse(value)
	if err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return ""
	}
	if keyValue.MatchString(value) {
		return ""
	}
	return "is not the address of a Postgres; write postgres://user:password@host:5432/database (percent-encode other signs in the password)"
}

func redisAddress(value string) string {
	u, err := url.Parse(value)
	if err == nil && slices.Contains([]string{"redis", "rediss", "unix"}, u.Scheme) && u.Host+u.Path != "" {
		return ""
	}
	return "is not the address of a Redis; write redis://:password@host:6379/0, rediss:// for TLS, or unix:///path/redis.sock"
}

var (
	keyValue = regexp.MustCompile(`^\s*[a-z_]+\s*=`)
	// password finds one among key=value words and in a URL's query.
	password = regexp.MustCompile(`(?i)((?:^|[\s?&])(?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]*)`)
)

// redact hides the password in an address. What cannot be read as one is
// hidden whole where it holds an @.
func redact(value string) string {
	value = password.ReplaceAllString(value, "${1}"+hidden)
	if !strings.Contains(value, "@") {
		return value
	}
	u, err := url.Parse(value)
	if err != nil || u.User == nil {
		return hidden
	}
	if _, has := u.User.Password(); !has {
		return u.String()
	}
	name := u.User.Username()
	u.User = nil
	scheme, rest, _ := strings.Cut(u.String(), "//")
	return scheme + "//" + url.User(name).String() + ":" + hidden + "@" + rest
}
