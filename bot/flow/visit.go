package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/today"
)

// visitVerbs are the buttons of a visit, "m.visit.<visit>.<answer>".
func (h *House) visitVerbs() map[string]verb {
	return map[string]verb{"visit": h.visited}
}

// visitFound is what the buttons of a visit say; the rest of them ask for something.
var visitFound = map[string]cases.Finding{
	"fixed":  {Found: cases.FoundHeld},
	"half":   {Found: cases.FoundHalf},
	"not":    {Found: cases.FoundNot},
	"nobody": {Found: cases.Nobody},
	"there":  {Found: cases.DoneThere},
	"week":   {Found: cases.AskLater, After: 7 * 24 * time.Hour},
	"weeks":  {Found: cases.AskLater, After: 14 * 24 * time.Hour},
}

// visitScreen is a case that somebody is to look at: why, the story, as it was and
// as it was left.
func (h *House) visitScreen(ctx context.Context, v Visit, of cases.ToVisit) dialog.Screen {
	lines := []string{v.Texts.T("visit.why." + string(of.Visit.Kind)), h.story(ctx, v, of.Case)}
	if of.DoneAt != nil {
		lines = append(lines, v.Texts.T("visit.did", "name", h.name(ctx, v, of.Holder), "at", *of.DoneAt))
	}
	if of.Visit.Tried > 0 {
		lines = append(lines, v.Texts.T("visit.tried"))
	}
	before, after := h.mediaOf(ctx, v, of.ID, cases.Before), h.mediaOf(ctx, v, of.ID, cases.After)
	return dialog.Screen{
		Card:  of.ID,
		Text:  strings.Join(lines, "\n"),
		Media: shown(append(firstPicture(before), after[max(0, len(after)-1):]...)),
		Rows:  visitRows(v, of),
	}
}

func visitRows(v Visit, of cases.ToVisit) [][]dialog.Button {
	answers := []string{"fixed", "half", "not", "seen", "nobody", "call", "pass"}
	switch {
	case of.Visit.Kind == cases.OtherBody:
		answers = []string{"there", "week", "weeks", "nowhere", "pass"}
	case of.Place.Spot == spotHome:
		answers = []string{"fixed", "half", "not", "nobody", "call", "pass"}
	}
	var rows [][]dialog.Button
	for _, answer := range answers {
		if answer == "pass" && of.Visit.Person != v.Person.ID {
			continue
		}
		as := answer
		if answer == "nowhere" {
			as = "not"
		}
		rows = append(rows, []dialog.Button{{Label: v.Texts.T("visit.answer." + answer), Data: fmt.Sprintf("m.visit.%d.%s", of.Visit.ID, as)}})
	}
	rows[0][0].Style = dialog.Primary
	return rows
}

// visited shows a visit, or takes in what somebody found there.
func (h *House) visited(ctx context.Context, v Visit, value string) (Reply, error) {
	id, answer, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	finding, found := visitFound[answer]
	switch {
	case found:
		return h.noteVisit(ctx, v, id, finding)
	case answer == "seen":
		return h.startSeen(ctx, v, id)
	case answer == "call":
		return h.callOnVisit(ctx, v, id)
	case answer == "pass":
		return h.passVisit(ctx, v, id)
	}
	of, err := h.Cases.FindVisit(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("visit %d: %w", id, err)
	}
	if of.Visit.Outcome != "" {
		return Reply{Screen: v.say("told.visit_over", "no", of.Number), Where: Apart, Beside: true}, nil
	}
	return Reply{Screen: h.visitScreen(ctx, v, of), Where: Apart, Beside: true}, nil
}

// noteVisit writes down what was found; a word about it can follow.
func (h *House) noteVisit(ctx context.Context, v Visit, id int64, f cases.Finding) (Reply, error) {
	c, err := h.Cases.Visited(ctx, v.Actor, id, f)
	if err != nil {
		return Reply{}, fmt.Errorf("visit %d: %w", id, err)
	}
	key := "visit.noted." + string(f.Found)
	if c.Status == cases.Unconfirmed {
		key = "visit.noted.unconfirmed"
	}
	s := v.say(key, "no", c.Number, "name", h.name(ctx, v, c.Holder), "by", v.Now.Add(f.After))
	if c.Status == cases.Taken || c.Status == cases.Held && f.Found == cases.FoundHeld {
		s.Rows = caseRows(v, c, "visit.word", "word")
	}
	return show(s), nil
}

// callOnVisit sends the number below: the card stays, for what is said then.
func (h *House) callOnVisit(ctx context.Context, v Visit, id int64) (Reply, error) {
	p, err := h.Cases.CallOnVisit(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("call on visit %d: %w", id, err)
	}
	return Reply{Screen: v.numberOf(p), Where: Apart, Beside: true}, nil
}

// numberOf tells somebody's number, or that they left none.
func (v Visit) numberOf(p people.Person) dialog.Screen {
	if p.Phone == "" {
		return v.say("card.no_phone", "name", p.Name)
	}
	return v.say("card.phone", "name", p.Name, "phone", p.Phone)
}

func (h *House) passVisit(ctx context.Context, v Visit, id int64) (Reply, error) {
	of, err := h.Cases.PassVisit(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("pass visit %d: %w", id, err)
	}
	return show(v.say("visit.passed", "no", of.Number, "name", h.name(ctx, v, of.Visit.Person))), nil
}

// visitErrands are the cases at which somebody is to look.
type visitErrands struct{ h *House }

func (d visitErrands) errands(ctx context.Context, v Visit) ([]errand, error) {
	some, err := d.h.Cases.Visits(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("visits: %w", err)
	}
	of := make([]cases.Case, len(some))
	for i, s := range some {
		of[i] = s.Case
	}
	doors, err := d.h.doors(ctx, v, of)
	if err != nil {
		return nil, err
	}
	all := make([]errand, len(some))
	for i, s := range some {
		at := today.Errand{Due: s.Visit.DueAt, Building: doors[i].Building, Entrance: doors[i].Entrance, Flat: doors[i].Flat}
		kind := fit(kindWords(v, s.Case), func(kind string) string { return v.Texts.T("visit.button", "no", s.Number, "kind", kind) })
		all[i] = errand{
			at:     at,
			line:   v.Texts.T("visit.line", "case", d.h.caseLine(ctx, v, s.Case)),
			button: dialog.Button{Label: kind, Data: "m.visit." + strconv.FormatInt(s.Visit.ID, 10)},
		}
	}
	return all, nil
}
