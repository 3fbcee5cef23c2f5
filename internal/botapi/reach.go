package botapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
)

// reserved are the networks that the public server does not call besides
// those that netip knows (tdlib/td IPAddress.cpp, is_reserved).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("224.0.0.0/3"),
}

// reach tells why an address cannot be a webhook's. Names are not looked up:
// there is no way out from here.
func (o Webhooks) reach(h hookSettings, where *url.URL) error {
	switch port := where.Port(); {
	case !o.Strict:
	case where.Scheme != "https":
		return told("An HTTPS URL must be provided for webhook")
	case port != "" && port != "443" && port != "80" && port != "88" && port != "8443":
		return told("Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	if h.ip != "" {
		ip, err := netip.ParseAddr(h.ip)
		if err != nil {
			return told("Invalid IP address specified")
		}
		return o.callable(ip)
	}
	if ip, known := addressOf(where); known {
		return o.callable(ip)
	}
	return nil
}

func addressOf(where *url.URL) (netip.Addr, bool) {
	host := where.Hostname()
	if host == "localhost" {
		host = "127.0.0.1"
	}
	ip, err := netip.ParseAddr(host)
	return ip, err == nil
}

func (o Webhooks) callable(ip netip.Addr) error {
	switch {
	case !o.Strict:
		return nil
	case !ip.Is4():
		return told("IPv6-only addresses are not allowed")
	case ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast():
		return told("IP address %s is reserved", ip)
	}
	for _, network := range reserved {
		if network.Contains(ip) {
			return told("IP address %s is reserved", ip)
		}
	}
	return nil
}

// client makes the caller of a webhook. Redirects are an answer like any
// other, and not followed.
func (o Webhooks) client(h hookSettings) *http.Client {
	return &http.Client{
		Transport: o.transport(h), Timeout: o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (o Webhooks) transport(h hookSettings) http.RoundTripper {
	if o.Transport != nil {
		return o.Transport
	}
	t := &http.Transport{MaxIdleConnsPerHost: h.connections, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	if h.certificate != "" {
		t.TLSClientConfig.RootCAs = x509.NewCertPool()
		t.TLSClientConfig.RootCAs.AppendCertsFromPEM([]byte(h.certificate)) // a broken one trusts nobody
	}
	if h.ip != "" {
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(h.ip, port))
		}
	}
	return t
}

// wireFailure is what getWebhookInfo says of a request without an answer.
func wireFailure(err error) string {
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return "SSL error {error:0A000086:SSL routines::certificate verify failed}"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Connection refused"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "Read timeout expired"
	}
	return "Connection closed"
}
