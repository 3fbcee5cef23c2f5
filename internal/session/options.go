package session

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// poolSize is how many turns may speak to Redis at once; the library's own
// measure, ten for each core, lets people wait on small machines.
const poolSize = 100

// bufferSize holds a state, and is an eighth of the library's: there are two for
// each of the many connections.
const bufferSize = 4 << 10

// Options reads a redis://, rediss:// or unix:// address into the options that
// a turn can live with: it waits a third of a second and not five, and never
// repeats a command by itself. A cluster is several ?addr=host:port, a sentinel
// has ?master_name=; other parameters are those of go-redis. The address is in
// no error, as it may hold a password.
func Options(address string) (*redis.UniversalOptions, error) {
	o, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled = true
	if o.PoolSize == 0 {
		o.PoolSize = poolSize
	}
	o.ReadTimeout, o.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	o.DialTimeout = 500 * time.Millisecond
	o.MaxRetries = -1 // a repeat after a lost reply would count twice
	o.DialerRetries, o.DialerRetryTimeout = 2, 50*time.Millisecond
	o.ReadBufferSize, o.WriteBufferSize = bufferSize, bufferSize
	o.DisableIdentity = true // nothing but greetings on a new connection
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o, nil
}

var errAddress = errors.New("redis address is not a redis://, rediss:// or unix:// URL that can be used")

func parseAddress(address string) (*redis.UniversalOptions, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errAddress
	}
	switch query := u.Query(); {
	case query.Has("master_name"):
		o, err := redis.ParseFailoverURL(address)
		if err != nil {
			return nil, errAddress
		}
		return &redis.UniversalOptions{
			Addrs: o.SentinelAddrs, MasterName: o.MasterName, DB: o.DB, TLSConfig: o.TLSConfig,
			Username: o.Username, Password: o.Password, Protocol: o.Protocol,
			SentinelUsername: o.SentinelUsername, SentinelPassword: o.SentinelPassword, PoolSize: o.PoolSize,
		}, nil
	case query.Has("addr"):
		o, err := redis.ParseClusterURL(address)
		if err != nil {
			return nil, errAddress
		}
		return &redis.UniversalOptions{
			Addrs: o.Addrs, IsClusterMode: true, TLSConfig: o.TLSConfig,
			Username: o.Username, Password: o.Password, Protocol: o.Protocol, PoolSize: o.PoolSize,
		}, nil
	}
	o, err := redis.ParseURL(address)
	if err != nil || o.Network == "unix" && !strings.HasPrefix(o.Addr, "/") {
		return nil, errAddress
	}
	return &redis.UniversalOptions{
		Addrs: []string{o.Addr}, DB: o.DB, TLSConfig: o.TLSConfig,
		Username: o.Username, Password: o.Password, Protocol: o.Protocol, PoolSize: o.PoolSize,
	}, nil
}
