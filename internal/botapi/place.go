package botapi

import (
	"math"
	"strconv"
	"strings"
)

// sendLocation sends a place, or a live one that the bot would move.
func (b *Bot) sendLocation(a *args) (reply, *apiError) {
	for _, name := range []string{"latitude", "longitude"} {
		if strings.TrimSpace(a.str(name)) == "" {
			return reply{}, bad("%s is empty", name)
		}
	}
	place := &locationShape{
		Point:      Point{Latitude: a.float("latitude"), Longitude: a.float("longitude")},
		Accuracy:   min(max(a.float("horizontal_accuracy"), 0), 1500),
		LivePeriod: int(a.int("live_period", 0, -1<<31, 1<<31-1)),
		Heading:    int(a.int("heading", 0, -1<<31, 1<<31-1)),
		Radius:     int(a.int("proximity_alert_radius", 0, -1<<31, 1<<31-1)),
	}
	return b.send(a, draft{kind: "location", fill: func(m *message) *apiError {
		if err := place.check(); err != nil {
			return err
		}
		m.location = place
		return nil
	}})
}

// float reads a number; what cannot be read is 0, as on the server.
func (a *args) float(name string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(a.str(name)), 64)
	if err != nil {
		return 0
	}
	return n
}

// forever is the live period of a place that moves until it is stopped.
const forever = math.MaxInt32

// check is what the inner server says to a place (tdlib/td Location.cpp).
// What belongs to a live one is dropped where it is none.
func (l *locationShape) check() *apiError {
	switch {
	case !(math.Abs(l.Latitude) <= 90 && math.Abs(l.Longitude) <= 180): // so that a NaN is none either
		return bad("Invalid location specified")
	case l.LivePeriod != 0 && l.LivePeriod != forever && (l.LivePeriod < 60 || l.LivePeriod > 86_400):
		return bad("Wrong live location period specified")
	case l.Heading < 0 || l.Heading > 360:
		return bad("Wrong live location heading specified")
	case l.Radius < 0 || l.Radius > 100_000:
		return bad("Wrong live location proximity alert radius specified")
	case l.LivePeriod == 0:
		l.Heading, l.Radius = 0, 0
	}
	return nil
}
