package flow

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// The pages of the kinds of problems.

func (h *House) kindsPage(_ context.Context, v Visit, at string) (dialog.Screen, error) {
	s := v.say("settings.kinds_ask")
	var buttons []dialog.Button
	for _, k := range v.Community.Kinds {
		label := v.kind(k.Code)
		if !k.Offered {
			label = v.Texts.T("settings.hidden", "kind", label)
		}
		buttons = append(buttons, dialog.Button{Label: label, Data: "m.town.kind." + k.Code})
	}
	v.list(&s, "town.kinds", at, buttons)
	row(&s, v.Texts.T("settings.add_kind"), "ask", string(community.KindAdded))
	v.back(&s, "town")
	return s, nil
}

func (h *House) kindPage(_ context.Context, v Visit, code string) (dialog.Screen, error) {
	i := slices.IndexFunc(v.Community.Kinds, func(k community.Kind) bool { return k.Code == code })
	if i < 0 {
		return v.say("refused.community.no_kind"), nil
	}
	k := v.Community.Kinds[i]
	key := "settings.kind_is"
	if !k.Offered {
		key = "settings.kind_hidden"
	}
	s := v.say(key, "kind", v.kind(code), "hours", v.hoursWords(k.Hours))
	for _, lang := range h.ownFirst(v.Person.Language) {
		row(&s, h.nameIn(v, lang), "ask", string(community.KindNamed), code, lang)
	}
	s.Text += "\n" + v.kindClocks(k)
	row(&s, v.Texts.T("settings.hours"), "town", "hours", code)
	row(&s, v.Texts.T("settings.take"), "town", "take", code)
	row(&s, v.Texts.T("settings.do"), "town", "do", code)
	if code != community.KindOther {
		if i > 0 {
			row(&s, v.Texts.T("settings.up"), "up", code)
		}
		if k.Offered {
			row(&s, v.Texts.T("settings.hide"), "set", string(community.KindOffered), code, "", "false")
		} else {
			row(&s, v.Texts.T("settings.show"), "set", string(community.KindOffered), code, "", "true")
		}
	}
	if _, usual := community.DefaultKinds.Find(code); usual && len(k.Names) > 0 {
		row(&s, v.Texts.T("settings.reset"), "usual", "kind", code)
	}
	v.back(&s, "town", "kinds", strconv.Itoa(i/perPage))
	return s, nil
}

// likelyHours are offered; any other number is written.
var likelyHours = []int{4, 24, 48, 72, 168}

func (h *House) hoursPage(_ context.Context, v Visit, code string) (dialog.Screen, error) {
	s := v.say("settings.hours_ask", "kind", v.kind(code))
	for _, n := range likelyHours {
		row(&s, v.hoursWords(n), "set", string(community.KindDue), code, "", strconv.Itoa(n))
	}
	row(&s, v.Texts.T("settings.write"), "ask", string(community.KindDue), code)
	v.back(&s, "town", "kind", code)
	return s, nil
}

// kindClocks tells how soon things of a kind are taken and done.
func (v Visit) kindClocks(k community.Kind) string {
	key := "settings.kind_clock_wall"
	if k.Duty {
		key = "settings.kind_clock_duty"
	}
	return v.Texts.T("settings.kind_clocks", "take", v.minutesWords(k.Take), "do", v.hoursWords(k.Do), "clock", v.Texts.T(key))
}

// likelyMinutes and likelyDo are offered; any other number is written.
var (
	likelyMinutes = []int{30, 60, 120, 240}
	likelyDo      = []int{24, 72, 168, 360}
)

// takePage asks how soon somebody is to take things of a kind.
func (h *House) takePage(_ context.Context, v Visit, code string) (dialog.Screen, error) {
	s := v.say("settings.take_ask", "kind", v.kind(code))
	for _, n := range likelyMinutes {
		row(&s, v.minutesWords(n), "set", string(community.KindTake), code, "", strconv.Itoa(n))
	}
	row(&s, v.Texts.T("settings.write"), "ask", string(community.KindTake), code)
	v.back(&s, "town", "kind", code)
	return s, nil
}

// doPage asks how soon things of a kind are to be done, and by which clock.
func (h *House) doPage(_ context.Context, v Visit, code string) (dialog.Screen, error) {
	s := v.say("settings.do_ask", "kind", v.kind(code))
	for _, n := range likelyDo {
		row(&s, v.hoursWords(n), "set", string(community.KindDo), code, "", strconv.Itoa(n))
	}
	row(&s, v.Texts.T("settings.write"), "ask", string(community.KindDo), code)
	if k, _ := v.Community.Kinds.Find(code); k.Duty {
		row(&s, v.Texts.T("settings.by_wall"), "set", string(community.KindClock), code, "", community.ByWall)
	} else {
		row(&s, v.Texts.T("settings.by_duty"), "set", string(community.KindClock), code, "", community.ByDuty)
	}
	v.back(&s, "town", "kind", code)
	return s, nil
}

// minutesWords is a time in hours where it is so many whole ones.
func (v Visit) minutesWords(minutes int) string {
	if minutes%60 == 0 {
		return v.Texts.T("settings.in_hours", "n", minutes/60)
	}
	return v.Texts.T("settings.in_minutes", "n", minutes)
}

// hoursWords is a time in days where it is so many whole ones.
func (v Visit) hoursWords(hours int) string {
	if hours%24 == 0 {
		return v.Texts.T("settings.in_days", "n", hours/24)
	}
	return v.Texts.T("settings.in_hours", "n", hours)
}

// kindUp lets a kind change places with the one before it.
func kindUp(kinds community.Kinds, code string) string {
	codes := make([]string, len(kinds))
	for i, k := range kinds {
		codes[i] = k.Code
	}
	if i := slices.Index(codes, code); i > 0 {
		codes[i-1], codes[i] = codes[i], codes[i-1]
	}
	return strings.Join(codes, ",")
}

// wordsOf joins words for reading.
func (v Visit) wordsOf(words []string) string {
	if len(words) == 0 {
		return v.Texts.T("dialog.none")
	}
	return listed(v.Texts, words)
}
