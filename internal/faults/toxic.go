package faults

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// wires are what lies between linli and the proxies before its servers: they
// can be slow, cut into pieces, or silent.
type wires struct {
	postgres, redis, telegram *toxiproxy.Proxy
}

func (s *Stage) openWires() error {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	for _, w := range []struct {
		name string
		to   string
		wire **toxiproxy.Proxy
	}{
		{"postgres", s.pgProxy.Addr(), &s.wires.postgres},
		{"redis", s.rdbProxy.Addr(), &s.wires.redis},
		{"telegram", s.server.Listener.Addr().String(), &s.wires.telegram},
	} {
		p := toxiproxy.NewProxy(server, w.name, "127.0.0.1:0", w.to)
		if err := p.Start(); err != nil {
			return fmt.Errorf("a wire to %s: %w", w.name, err)
		}
		s.stops = append(s.stops, func() error { p.Stop(); return nil })
		*w.wire = p
	}
	return nil
}

// address is where linli finds a server: at the near end of the wire, if there
// is one.
func address(wire *toxiproxy.Proxy, server string) string {
	if wire == nil {
		return server
	}
	return wire.Listen
}

// toxic makes a wire bad until it is mended. In both directions.
func toxic(wire *toxiproxy.Proxy, kind, attributes string) (mend func(context.Context) error, err error) {
	var names []string
	mend = func(ctx context.Context) error {
		var errs []error
		for _, name := range names {
			errs = append(errs, wire.Toxics.RemoveToxic(ctx, name))
		}
		return errors.Join(errs...)
	}
	for _, stream := range []string{"upstream", "downstream"} {
		name := kind + "_" + stream
		body := fmt.Sprintf(`{"name": %q, "type": %q, "stream": %q, "attributes": {%s}}`, name, kind, stream, attributes)
		if _, err := wire.Toxics.AddToxicJson(strings.NewReader(body)); err != nil {
			return mend, fmt.Errorf("make a wire %s: %w", kind, err)
		}
		names = append(names, name)
	}
	return mend, nil
}

// badFor is how long a wire stays bad.
const badFor = 2 * time.Second

// Toxics are what can befall the wires: of a stage that has them.
func Toxics() []Blow {
	var list []Blow
	for _, w := range []struct {
		name string
		of   func(*Stage) *toxiproxy.Proxy
	}{
		{"postgres", func(s *Stage) *toxiproxy.Proxy { return s.wires.postgres }},
		{"redis", func(s *Stage) *toxiproxy.Proxy { return s.wires.redis }},
		{"telegram", func(s *Stage) *toxiproxy.Proxy { return s.wires.telegram }},
	} {
		for _, bad := range []struct{ name, kind, attributes string }{
			{"is slow", "latency", `"latency": 250, "jitter": 150`},
			{"comes in pieces", "slicer", `"average_size": 40, "size_variation": 30, "delay": 200`},
			{"is silent and then gone", "timeout", `"timeout": 1500`},
			{"drops what passes", "timeout", `"timeout": 0`},
		} {
			list = append(list, Blow{"the wire to " + w.name + " " + bad.name, func(ctx context.Context, s *Stage) error {
				s.blow()
				mend, err := toxic(w.of(s), bad.kind, bad.attributes)
				if err != nil {
					return err
				}
				s.pause(ctx, badFor)
				return mend(ctx)
			}})
		}
	}
	return list
}
