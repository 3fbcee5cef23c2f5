package botapi

import (
	"fmt"
	"net/netip"
	"strings"
)

// userLink reads tg://user?id=…, which mentions a person.
func userLink(link string) (int64, bool) {
	lower := strings.ToLower(link)
	for _, prefix := range []string{"tg://user?id=", "tg:user?id="} {
		if rest, ok := strings.CutPrefix(lower, prefix); ok {
			id := toInteger(rest)
			return id, id > 0
		}
	}
	return 0, false
}

// checkLink tells whether Telegram takes a link (tdlib/td LinkManager.cpp
// and HttpUrl.cpp) and completes it: example.com becomes
// http://example.com/.
func checkLink(link string) (string, error) {
	for _, scheme := range []string{"tg", "ton", "tonsite"} {
		if len(link) > len(scheme) && strings.EqualFold(link[:len(scheme)+1], scheme+":") {
			return checkAppLink(scheme, strings.TrimPrefix(link[len(scheme)+1:], "//"))
		}
	}
	protocol, host, rest, err := splitLink(link)
	if err != nil {
		return "", err
	}
	if !strings.Contains(host, ".") && host[0] != '[' {
		return "", told("Wrong HTTP URL")
	}
	return protocol + "://" + host + rest, nil
}

func checkAppLink(scheme, link string) (string, error) {
	_, host, rest, err := splitLink(link)
	if err != nil {
		return "", err
	}
	for i := range len(host) {
		if c := host[i]; !isAlnum(c) && c != '-' && c != '_' && (scheme != "tonsite" || c != '.') {
			return "", told("Unallowed characters in URL host")
		}
	}
	if strings.HasPrefix(rest, "/?") {
		rest = rest[1:]
	}
	return scheme + "://" + host + rest, nil
}

// splitLink gives protocol, host (in small letters, with user and port) and
// the rest, which begins with a slash.
func splitLink(link string) (protocol, host, rest string, err error) {
	protocol = "http"
	if before, after, found := strings.Cut(link, "://"); found {
		protocol, link = strings.ToLower(before), after
		if protocol != "http" && protocol != "https" {
			return "", "", "", told("Unsupported URL protocol")
		}
	}
	host = link
	if i := strings.IndexAny(link, "/?#"); i >= 0 {
		host, rest = link[:i], strings.TrimRight(link[i:], " \t\r\n\x00\v")
	}
	if err := checkHost(host); err != nil {
		return "", "", "", err
	}
	if !strings.HasPrefix(rest, "/") {
		rest = "/" + rest
	}
	var escaped strings.Builder
	for i := range len(rest) {
		if rest[i] <= ' ' {
			fmt.Fprintf(&escaped, "%%%02X", rest[i])
			continue
		}
		escaped.WriteByte(rest[i])
	}
	return protocol, strings.ToLower(host), escaped.String(), nil
}

func checkHost(whole string) error {
	host := whole
	if colon := strings.LastIndexByte(whole, ':'); colon > strings.LastIndexAny(whole, "@]") {
		if port := toInteger(whole[colon+1:]); port <= 0 || port > 65535 {
			return told("Wrong port number specified in the URL")
		}
		host = whole[:colon]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	switch {
	case host == "":
		return told("URL host is empty")
	case host == ".":
		return told("Host is invalid")
	case host[0] == '[':
		if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err != nil {
			return told("Wrong IPv6 address specified in the URL")
		}
		return nil
	}
	for i := range len(host) {
		if c := host[i]; c < 128 && !isAlnum(c) && strings.IndexByte(".-_!$,~*'();&+=%", c) < 0 {
			return told("Disallowed character in URL host")
		}
	}
	return nil
}
