package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// forMe is the answer "for me".
const forMe = "me"

// whom is for whom a report is; 0 is for whoever tells it.
func (d *reportDraft) whom() int64 {
	id, _ := strconv.ParseInt(d.Whom, 10, 64) // forMe is nobody else
	return id
}

// whomOptions are for whom somebody may report, the one for whom they last did
// first; what is written down on duty is for that one person.
func (h *House) whomOptions(ctx context.Context, d *reportDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	if d.Duty {
		p, err := h.People.ReportsFor(ctx, v.Actor, d.whom())
		if _, refused := v.Refused(err); refused {
			return nil, nil
		} else if err != nil {
			return nil, fmt.Errorf("for whom: %w", err)
		}
		return []dialog.Option{whomOption(t.Texts, p)}, nil
	}
	options := []dialog.Option{{Value: forMe, Label: t.Texts.T("whom.me")}}
	for _, id := range v.Actor.For {
		p, _, err := h.People.Reader(ctx, v.Community.ID, id)
		if err != nil {
			return nil, fmt.Errorf("for whom: %w", err)
		}
		options = append(options, whomOption(t.Texts, p))
	}
	return options, nil
}

func whomOption(t dialog.Texts, p people.Person) dialog.Option {
	return dialog.Option{Value: strconv.FormatInt(p.ID, 10), Label: named(t, "whom.for", p.Name)}
}

// resident is whom something is for; 0 is who is here.
func (h *House) resident(ctx context.Context, v Visit, id int64) (people.Person, error) {
	if id == 0 || id == v.Person.ID {
		return v.Person, nil
	}
	p, _, err := h.People.Reader(ctx, v.Community.ID, id)
	if err != nil {
		return people.Person{}, fmt.Errorf("resident %d: %w", id, err)
	}
	return p, nil
}

// flats are those of whom the flat is known: it is not asked. One who cannot be
// read now is asked once more.
func (h *House) flats(ctx context.Context, v Visit, of []int64) []string {
	var known []string
	if v.Person.Flat != "" {
		known = append(known, forMe)
	}
	for _, id := range of {
		if p, err := h.resident(ctx, v, id); err == nil && p.Flat != "" {
			known = append(known, strconv.FormatInt(id, 10))
		}
	}
	return known
}

// reportFor begins a report that is written down on duty for somebody.
func (h *House) reportFor(ctx context.Context, v Visit, value string) (Reply, error) {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	p, err := h.People.ReportsFor(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("report for person %d: %w", id, err)
	}
	if p.ID == v.Person.ID {
		return h.startReport(ctx, v, dialog.Words{}, false), nil
	}
	return Reply{Dialog: "report", Where: Apart, Prefill: reportDraft{
		By: v.who(), Duty: true, Whom: strconv.FormatInt(p.ID, 10), Flats: h.flats(ctx, v, []int64{p.ID}),
	}}, nil
}

// whomRows offers the next for whom a photo may be: those for whom one acts, by
// turns, and oneself again.
func (h *House) whomRows(ctx context.Context, v Visit, c cases.Case) [][]dialog.Button {
	next, ok := nextWhom(v, c)
	switch {
	case !ok:
		return nil
	case next == v.Person.ID:
		return caseRows(v, c, "whom.me", "whom")
	}
	row := dialog.Button{Label: named(v.Texts, "whom.for", h.name(ctx, v, next)), Data: CaseData("whom", c.ID)}
	return [][]dialog.Button{{row}}
}

func nextWhom(v Visit, c cases.Case) (next int64, ok bool) {
	if len(v.Actor.For) == 0 {
		return v.Person.ID, c.For != v.Person.ID
	}
	round := append(slices.Clone(v.Actor.For), v.Person.ID)
	return round[(slices.Index(round, c.For)+1)%len(round)], true
}

// forWhom says that the photo is for the next.
func (h *House) forWhom(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("find case %d: %w", id, err)
	}
	next, ok := nextWhom(v, c)
	if !ok || c.Reporter != v.Person.ID {
		return v.toast("refused.access.not_found"), nil
	}
	if c, err = h.Cases.Whom(ctx, v.Actor, id, next); err != nil {
		return Reply{}, fmt.Errorf("for whom is case %d: %w", id, err)
	}
	return show(h.caseScreen(ctx, v, c)), nil
}

// answers reports whether the person may say of a case whether it holds.
func (v Visit) answers(c cases.Case) bool {
	return c.For == v.Person.ID || c.Private == "" && slices.Contains(v.Actor.For, c.For) && c.Holder != v.Person.ID
}

// isAsked reports whether the person was asked whether a case holds: whom it is
// for, and who brought it for them.
func (v Visit) isAsked(c cases.Case) bool {
	return c.For == v.Person.ID || c.Reporter == v.Person.ID && v.answers(c)
}

// between is the line that says for whom a case is, or who reported it, to
// those two and to who acts for them.
func (h *House) between(ctx context.Context, v Visit, c cases.Case) string {
	switch {
	case c.For == v.Person.ID && c.Reporter != c.For:
		return "\n" + v.Texts.T("whom.by", "name", h.name(ctx, v, c.Reporter))
	case c.For != v.Person.ID && (c.Reporter == v.Person.ID || slices.Contains(v.Actor.For, c.For)):
		return "\n" + v.Texts.T("whom.of", "name", h.name(ctx, v, c.For))
	default:
		return ""
	}
}

// What the one acted for hears, and how who acts hears of the other: without a
// sound, and with the name.

func (h *House) tellForYou(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	if c.Status == cases.TakenBack {
		return h.tellTakenBackBy(ctx, v, c, a)
	}
	key := "told.for_you"
	if c.Danger == "" && c.Kind == "" {
		key = "told.for_you_unnamed"
	}
	s := v.say(key, "no", c.Number, "who", h.name(ctx, v, a.By), "kind", kindWords(v, c), "place", h.placeWords(ctx, v, c.Place))
	s.Silent = true
	if c.CanTakeBack(v.Now) {
		s.Rows = caseRows(v, c, "case.take_back", "back")
	}
	return s
}

func (h *House) tellTakenBackBy(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := v.say("told.taken_back_by", "no", c.Number, "who", h.name(ctx, v, a.By))
	s.Silent = true
	return s
}

func (h *House) tellAnswered(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	if a.Code == "neighbour" { // nobody's name goes from one home to the other
		return h.heldElsewhere(ctx, v, c, c)
	}
	key := "told.answered." + a.Outcome
	if a.By == v.Person.ID { // whoever asked them wrote it down
		key = "told.answered_yours." + a.Outcome
	}
	return v.say(key, "no", c.Number, "kind", kindWords(v, c), "who", h.name(ctx, v, a.By))
}
