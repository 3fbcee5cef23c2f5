package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// SafetyText is what is said to a danger at once, before anything is stored, with
// the number that is called in that community.
func SafetyText(t dialog.Texts, in community.Community, d Danger) string {
	return t.T("danger.text."+d.Kind, "number", in.Number(d.Kind))
}

// Danger does what follows the safety text: rings everybody on duty, or asks
// whether it is happening now.
func (h *House) Danger(ctx context.Context, v Visit, d Danger, ev dialog.Event) (Reply, error) {
	report := cases.Report{Key: v.Key, Danger: d.Kind, Words: ev.Text, Urgent: true, Place: home(v)}
	if ev.Media != nil {
		report.Words, report.Media = ev.Media.Caption, kept([]dialog.Media{*ev.Media})
	}
	if c, ok, err := h.ringing(ctx, v); err != nil {
		return Reply{}, err
	} else if ok && c.Danger == d.Kind {
		return h.joinAlarm(ctx, v, c, ev)
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
	s := v.say(key, "number", v.Community.Number(c.Danger))
	s.Rows = [][]dialog.Button{
		{{Label: v.Texts.T("danger.now"), Data: CaseData("now", c.ID), Style: dialog.Danger}},
		{{Label: v.Texts.T("danger.not_now"), Data: CaseData("notnow", c.ID)}},
	}
	return s
}

// rung says who was rung: never that somebody comes before somebody tapped.
func (h *House) rung(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	duty, err := h.Roster.Ring(ctx, v.Community.ID, c.Area)
	reached := 0
	for _, p := range duty {
		if p.Telegram != 0 && p.Reachable && p.ID != v.Person.ID {
			reached++
		}
	}
	if err != nil || reached == 0 {
		return v.say("danger.nobody", "number", v.Community.Number(c.Danger), "phone", phoneWords(v))
	}
	key := "danger.rung"
	if c.Place.Building == 0 && c.Place.Spot == "" && c.Place.Note == "" {
		key = "danger.rung_where"
	}
	return v.say(key, "n", reached, "no", c.Number, "number", v.Community.Number(c.Danger))
}

func (h *House) alarmNow(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.AlarmYes(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("alarm %d: %w", id, err)
	}
	return show(h.rung(ctx, v, c)), nil
}

func (h *House) alarmOver(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.AlarmNo(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("no alarm %d: %w", id, err)
	}
	return h.calm(ctx, v, c)
}

// calm goes on after a No: what was shown with it may still be a report, bare
// words were not meant as one.
func (h *House) calm(ctx context.Context, v Visit, c cases.Case) (Reply, error) {
	if len(h.mediaOf(ctx, v, c.ID, cases.Before)) > 0 {
		return show(h.draftCard(ctx, v, c)), nil
	}
	if err := h.Cases.Drop(ctx, v.Actor, c.ID); err != nil {
		return Reply{}, fmt.Errorf("drop case %d: %w", c.ID, err)
	}
	return show(v.say("danger.over", "phone", phoneWords(v))), nil
}

// ringing is the alarm that this person raised a moment ago; ok is false where
// there is none.
func (h *House) ringing(ctx context.Context, v Visit) (c cases.Case, ok bool, err error) {
	mine, err := h.Cases.Mine(ctx, v.Actor)
	if err != nil {
		return cases.Case{}, false, fmt.Errorf("mine: %w", err)
	}
	for _, c := range mine {
		going := c.Status == cases.Open || c.Status == cases.Assigned || c.Status == cases.Taken
		if going && c.Urgent && c.Danger != "" && c.Reporter == v.Person.ID && v.Now.Before(c.OpenedAt.Add(cases.Unanswered)) {
			return c, true, nil
		}
	}
	return cases.Case{}, false, nil
}

// joinAlarm adds what comes after a cry for help to it: where it is, a photo,
// a voice message. Nobody in danger is asked whether that is a report.
func (h *House) joinAlarm(ctx context.Context, v Visit, c cases.Case, ev dialog.Event) (Reply, error) {
	note := cases.Note{Key: v.Key, Words: ev.Text}
	switch {
	case ev.Media != nil:
		note.Media, note.Words = kept([]dialog.Media{*ev.Media}), ev.Media.Caption
	case ev.Location != nil:
		note.Words = v.point(ev.Location)
	}
	if _, err := h.Cases.Join(ctx, v.Actor, c.ID, note); err != nil {
		return Reply{}, fmt.Errorf("join alarm %d: %w", c.ID, err)
	}
	return show(v.say("danger.joined", "no", c.Number, "number", v.Community.Number(c.Danger))), nil
}

// point is a place on the map in words.
func (v Visit) point(p *dialog.Point) string {
	return v.Texts.T("outside.location", "lat", degrees(p.Lat), "lon", degrees(p.Lon))
}
