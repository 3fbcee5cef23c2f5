package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// numbers are the emergency numbers by kind of danger, as they are in China.
var numbers = map[string]string{"fire": "119", "gas": "119", "hurt": "120", "trapped": "119", "crime": "110"}

// SafetyText is what is said to a danger at once, before anything is stored.
func SafetyText(t dialog.Texts, d Danger) string {
	return t.T("danger.text."+d.Kind, "number", numbers[d.Kind])
}

// Danger does what follows the safety text: rings everybody on duty, or asks
// whether it is happening now.
func (h *House) Danger(ctx context.Context, v Visit, d Danger, ev dialog.Event) (Reply, error) {
	report := cases.Report{Key: v.Key, Danger: d.Kind, Words: ev.Text, Urgent: true, Place: home(v)}
	if ev.Media != nil {
		report.Words, report.Media = ev.Media.Caption, kept([]dialog.Media{*ev.Media})
	}
	if d.Alarm == Clear {
		c, err := h.Cases.Alarm(ctx, v.Actor, report)
		if err != nil {
			return Reply{}, fmt.Errorf("alarm: %w", err)
		}
		return show(h.rung(ctx, v, c)), nil
	}
	c, err := h.Cases.AskAlarm(ctx, v.Actor, report, d.Alarm == Unsure)
	if err != nil {
		return Reply{}, fmt.Errorf("ask about a danger: %w", err)
	}
	key := "danger.ask"
	if d.Alarm == Unsure {
		key = "danger.ask_rings"
	}
	return show(h.alarmQuestion(v, c, key)), nil
}

func (h *House) alarmQuestion(v Visit, c cases.Case, key string) dialog.Screen {
	s := v.say(key, "number", numbers[c.Danger])
	s.Rows = [][]dialog.Button{
		{{Label: v.Texts.T("danger.now"), Data: caseData("now", c.ID), Style: dialog.Danger}},
		{{Label: v.Texts.T("danger.not_now"), Data: caseData("notnow", c.ID)}},
	}
	return s
}

// rung says who was rung: never that somebody comes before somebody tapped.
func (h *House) rung(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	duty, err := h.People.OnDuty(ctx, v.Community.ID, c.Area)
	reached := 0
	for _, p := range duty {
		if p.Telegram != 0 && p.Reachable && p.ID != v.Person.ID {
			reached++
		}
	}
	if err != nil || reached == 0 {
		return v.say("danger.nobody", "number", numbers[c.Danger], "phone", phoneWords(v))
	}
	return v.say("danger.rung", "n", reached, "no", c.Number, "number", numbers[c.Danger])
}

func (h *House) alarmNow(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.AlarmYes(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("alarm %d: %w", id, err)
	}
	return show(h.rung(ctx, v, c)), nil
}

func (h *House) alarmOver(ctx context.Context, v Visit, id int64) (Reply, error) {
	if _, err := h.Cases.AlarmNo(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("no alarm %d: %w", id, err)
	}
	return show(h.withMenu(v, "danger.over", "phone", phoneWords(v))), nil
}
