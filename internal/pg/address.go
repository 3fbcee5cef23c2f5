package pg

import (
	"errors"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/lib/pq"
)

// limits are added to an address where it does not set them: times in
// milliseconds, the connect timeout in seconds.
var limits = []struct{ name, value string }{
	{"connect_timeout", "5"},
	{"statement_timeout", "5000"},
	{"lock_timeout", "2000"},
	{"idle_in_transaction_session_timeout", "15000"},
	{"timezone", "UTC"},
	// A query is planned once on each connection, maybe while its table is small:
	// the plan must still be good when the table has grown. Where no index
	// serves, the table is read all the same; its price, then made up, is no
	// reason to compile it.
	{"enable_seqscan", "off"},
	{"jit", "off"},
}

// complete adds what an address leaves open. Its errors never repeat the
// address, which may hold a password.
func complete(address string) (string, error) {
	config, err := pq.NewConfig(address)
	if err != nil {
		return "", quiet(err)
	}
	missing := limits
	if os.Getenv("PGSSLMODE") == "" {
		missing = append([]struct{ name, value string }{{"sslmode", sslmode(config)}}, limits...)
	}
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return completeURL(address, missing)
	}
	for _, m := range missing {
		if !regexp.MustCompile(`(?i)(^|\s)` + m.name + `\s*=`).MatchString(address) {
			address += " " + m.name + "=" + m.value
		}
	}
	return strings.TrimSpace(address), nil
}

func completeURL(address string, missing []struct{ name, value string }) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", quiet(err)
	}
	q := u.Query()
	for _, m := range missing {
		if !q.Has(m.name) {
			q.Set(m.name, m.value)
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// sslmode is verify-full, except where no network lies between.
func sslmode(c pq.Config) string {
	hosts := []string{c.Host}
	for _, m := range c.Multi {
		hosts = append(hosts, m.Host)
	}
	for _, host := range hosts {
		if !local(host) {
			return "verify-full"
		}
	}
	return "disable"
}

func local(host string) bool {
	if host == "" || host == "localhost" || strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}

// quiet cuts the address out of an error about it.
func quiet(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return errors.New("the address is not a valid URL (is a character of the password not percent-encoded?)")
	}
	return errors.New("the address is not understood: write postgres://user:password@host:5432/database")
}
