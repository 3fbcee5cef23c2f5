package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// likely are hours that one tap sets, as a change reads them, with the key of
// their label.
type likely struct{ hours, key string }

var (
	likelyDuty  = []likely{{"8:00-18:00", "hours.8_18"}, {"8:30-17:30", "hours.830_1730"}, {"9:00-17:00", "hours.9_17"}}
	likelyQuiet = []likely{{"20:30-7:30", "hours.2030_730"}, {"22:00-7:00", "hours.22_7"}, {"21:00-8:00", "hours.21_8"}}
)

// timesPage shows when the office works, and when it is quiet.
func (h *House) timesPage(_ context.Context, v Visit, _ string) (dialog.Screen, error) {
	c := v.Community
	s := v.say("settings.times_are", "from", calendar.Clock(c.DutyFrom), "until", calendar.Clock(c.DutyUntil), "quiet", v.quietWords(c.QuietFrom, c.QuietUntil))
	row(&s, v.Texts.T("settings.duty"), "town", "duty")
	row(&s, v.Texts.T("settings.town_quiet"), "town", "quiet")
	row(&s, v.Texts.T("settings.holidays"), "town", "holidays")
	v.back(&s, "town")
	return s, nil
}

// quietWords tells from when until when it is quiet.
func (v Visit) quietWords(from, until int) string {
	if from == until {
		return v.Texts.T("quiet.never")
	}
	return v.Texts.T("quiet.between", "from", calendar.Clock(from), "until", calendar.Clock(until))
}

func (h *House) dutyPage(_ context.Context, v Visit, _ string) (dialog.Screen, error) {
	s := v.say("settings.duty_ask")
	for _, l := range likelyDuty {
		row(&s, v.Texts.T(l.key), "set", string(community.DutyAre), "", "", l.hours)
	}
	row(&s, v.Texts.T("settings.write"), "ask", string(community.DutyAre))
	v.back(&s, "town", "times")
	return s, nil
}

func (h *House) quietPage(_ context.Context, v Visit, _ string) (dialog.Screen, error) {
	s := v.say("settings.quiet_ask")
	for _, l := range likelyQuiet {
		row(&s, v.Texts.T(l.key), "set", string(community.QuietAre), "", "", l.hours)
	}
	row(&s, v.Texts.T("settings.no_quiet"), "set", string(community.QuietAre), "", "", community.NoQuiet)
	row(&s, v.Texts.T("settings.write"), "ask", string(community.QuietAre))
	v.back(&s, "town", "times")
	return s, nil
}

// asCommunity is the tap of who wants the same quiet hours as everybody.
const asCommunity = "usual"

// quietTap shows when somebody is left in peace, or changes it: "" shows it.
func (h *House) quietTap(ctx context.Context, v Visit, value string) (Reply, error) {
	if !v.Person.Known() {
		return h.welcome(ctx, v, "", "")
	}
	if value == "" {
		return show(v.ownQuiet()), nil
	}
	var quiet *people.Quiet
	if value != asCommunity {
		from, until, err := community.ReadQuietHours(value)
		if err != nil {
			return Reply{}, err
		}
		quiet = &people.Quiet{From: from, Until: until}
	}
	p, err := h.People.SetQuiet(ctx, v.Actor, quiet)
	if err != nil {
		return Reply{}, fmt.Errorf("set quiet: %w", err)
	}
	v.Person = p
	s := v.ownQuiet()
	s.Toast = v.Texts.T("settings.noted")
	return Reply{Screen: s, Fresh: true}, nil
}

// ownQuiet asks somebody when they want to be left in peace, and says how it is.
func (v Visit) ownQuiet() dialog.Screen {
	from, until := v.Community.QuietFrom, v.Community.QuietUntil
	if v.Person.QuietFrom != nil && v.Person.QuietUntil != nil {
		from, until = *v.Person.QuietFrom, *v.Person.QuietUntil
	}
	s := v.say("quiet.ask", "now", v.quietWords(from, until))
	if from == until {
		s = v.say("quiet.ask_never")
	}
	row(&s, v.Texts.T("quiet.usual"), "quiet", asCommunity)
	for _, l := range likelyQuiet {
		if l.hours != v.Community.QuietHours() { // that is what everybody has here
			row(&s, v.Texts.T(l.key), "quiet", l.hours)
		}
	}
	row(&s, v.Texts.T("quiet.ring"), "quiet", community.NoQuiet)
	v.back(&s, "settings")
	return s
}
