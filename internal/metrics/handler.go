package metrics

import (
	"net"
	"net/http"
	"net/netip"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler shows the counts in the text form of Prometheus to callers on this
// machine and in private networks, and to nobody else: 403.
func (m *Metrics) Handler() http.Handler {
	if m == nil {
		return http.NotFoundHandler()
	}
	show := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !private(r) {
			http.Error(w, "for private callers only", http.StatusForbidden)
			return
		}
		show.ServeHTTP(w, r)
	})
}

// handedOn are the headers of what a proxy hands on: its own address says
// nothing about who asks.
var handedOn = []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"}

func private(r *http.Request) bool {
	for _, name := range handedOn {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	addr = addr.Unmap()
	return err == nil && (addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast())
}
