package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// memberCard is a case as the member on duty sees it: the whole story, and
// what can be done next.
func (h *House) memberCard(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	return dialog.Screen{
		Card:  c.ID,
		Text:  h.story(ctx, v, c),
		Media: h.cardMedia(ctx, v, c.ID),
		Rows:  h.withListening(ctx, v, c, append(memberRows(v, c), h.tendedRows(ctx, v, c)...)),
	}
}

// memberRows are what a member can do about a case next; the first is the way on.
func memberRows(v Visit, c cases.Case) [][]dialog.Button {
	var rows [][]dialog.Button
	switch {
	case c.Mediated() && c.Holder == v.Person.ID && mediates(c):
		rows = caseRows(v, c, "sealed.sides", "sides", "card.call", "call")
		if c.Status == cases.Taken || c.Status == cases.Waiting {
			rows = append(rows, caseRows(v, c, "card.more", "more")...)
		}
	case c.Status == cases.Taken && c.Holder == v.Person.ID:
		rows = caseRows(v, c, "card.done", "done", "card.progress", "progress", "card.more", "more")
	case c.Status == cases.Waiting && c.Holder == v.Person.ID:
		rows = caseRows(v, c, "card.go_on", "goon", "card.done", "done", "card.more", "more")
	case c.Status == cases.Proposed && c.Holder == v.Person.ID && c.Why == cases.NotSo:
		return nil // tendedRows
	case c.Status == cases.Proposed && c.Holder == v.Person.ID:
		return caseRows(v, c, "more.undo", "undo")
	case c.Status == cases.Duplicate && c.Holder == v.Person.ID:
		return caseRows(v, c, "near.split", "split")
	case c.Status == cases.Open, c.Status == cases.Assigned:
		rows = caseRows(v, c, "card.take", "take", "card.pass", "pass", "card.call", "call", "card.more", "more")
	default:
		return nil
	}
	rows[0][0].Style = dialog.Primary
	if v.mayBeNotSo(c) {
		rows = slices.Insert(rows, len(rows)-1, caseRows(v, c, "notso.button", "notso")...)
	}
	if unnamed(c) {
		rows = append(rows, caseRows(v, c, "clocks.what", "what")...)
	}
	return append(rows, whenRow(v, c)...)
}

// caseRows are buttons about a case, one a row: pairs of the label's key and
// the verb.
func caseRows(v Visit, c cases.Case, pairs ...string) [][]dialog.Button {
	var rows [][]dialog.Button
	for i := 0; i+1 < len(pairs); i += 2 {
		rows = append(rows, []dialog.Button{{Label: v.Texts.T(pairs[i]), Data: CaseData(pairs[i+1], c.ID)}})
	}
	return rows
}

// story tells in dates, as the card stays in the chat: number, kind, place, flat, who and since when, then the words.
func (h *House) story(ctx context.Context, v Visit, c cases.Case) string {
	lines := []string{v.Texts.T("card.head", "no", c.Number, "kind", kindWords(v, c), "place", h.placeWords(ctx, v, c.Place))}
	if c.Place.Flat != "" {
		lines[0] += v.Texts.T("card.flat", "flat", c.Place.Flat)
	}
	switch {
	case c.Status == cases.Taken && c.Holder == v.Person.ID:
		lines = append(lines, v.Texts.T("card.yours"))
	case c.Status == cases.Done:
		lines = append(lines, v.Texts.T("card.reported_done"))
	case c.Status == cases.Held:
		lines = append(lines, v.Texts.T("card.held"))
	case c.Status == cases.Taken:
		lines = append(lines, v.Texts.T("card.taken_by", "name", h.name(ctx, v, c.Holder)))
	}
	if line := h.stateLine(ctx, v, c); line != "" {
		lines = append(lines, line)
	}
	lines = append(lines, v.clockLines(c)...)
	since := c.DraftedAt
	if c.OpenedAt != nil {
		since = *c.OpenedAt
	}
	lines = append(lines, v.Texts.T("card.who", "name", h.nameAndAge(ctx, v, c.For), "since", dated(since)))
	if p, _, err := h.People.Reader(ctx, v.Community.ID, c.For); err == nil && p.Gone() {
		lines = append(lines, v.Texts.T("card.gone"))
	}
	if c.Reporter != c.For {
		by := "card.by"
		if c.Channel != "" {
			by = "card.told." + string(c.Channel)
		}
		lines = append(lines, v.Texts.T(by, "name", h.name(ctx, v, c.Reporter)))
	}
	if c.Words != "" {
		lines = append(lines, v.Texts.T("card.words", "words", c.Words))
	}
	lines = append(lines, h.lunchStory(ctx, v, c)...)
	lines = append(lines, h.sharedLines(ctx, v, c)...)
	if c.Status == cases.Taken {
		if left := h.written(ctx, v, c.ID, cases.Rest); left != "" {
			lines = append(lines, v.Texts.T("card.left", "words", left))
		}
	}
	if at := c.Place; at.Lat != nil && at.Lon != nil {
		lines = append(lines, v.Texts.T("card.point", "lat", degrees(*at.Lat), "lon", degrees(*at.Lon)))
	}
	lines = append(lines, h.privateLines(ctx, v, c)...)
	if c.SelfSent {
		lines = append(lines, v.Texts.T("card.self_sent"))
	}
	if talk := h.talkOf(ctx, v, c.ID); talk != "" {
		lines = append(lines, talk)
	}
	return strings.Join(lines, "\n")
}

// clockLines tell by when it is to be done, when somebody comes, and that the clocks
// stand while it waits for the resident.
func (v Visit) clockLines(c cases.Case) []string {
	var lines []string
	if c.Status == cases.Taken && c.ComingAt != nil {
		lines = append(lines, v.Texts.T("clocks.comes_at", "at", dated(*c.ComingAt)))
	}
	switch {
	case c.Paused():
		lines = append(lines, v.Texts.T("clocks.paused"))
	case c.DoneBy != nil && (c.Status == cases.Taken || c.Status == cases.Waiting || c.Status == cases.Proposed && c.Private == ""): // it runs while another looks
		lines = append(lines, v.Texts.T("clocks.done_by", "by", dated(*c.DoneBy)))
	}
	return lines
}

// written is what was last written to a case at a stage, "" where nothing was;
// a card is better drawn without it than not at all.
func (h *House) written(ctx context.Context, v Visit, id int64, stage cases.Stage) string {
	notes, err := h.Cases.Notes(ctx, v.Community.ID, id)
	if err != nil {
		return ""
	}
	for _, n := range slices.Backward(notes) {
		if n.Stage == stage {
			return n.Words
		}
	}
	return ""
}

// degrees is exact to a metre.
func degrees(d float64) string { return strconv.FormatFloat(d, 'f', 5, 64) }

func (h *House) nameAndAge(ctx context.Context, v Visit, person int64) string {
	p, _, err := h.People.Reader(ctx, v.Community.ID, person)
	if err != nil {
		return v.Texts.T("person.office")
	}
	if p.BirthYear == 0 {
		return p.Name
	}
	return v.Texts.T("person.aged", "name", p.Name, "age", v.Now.Year()-p.BirthYear)
}

// The member's taps. The card that was tapped is shown again as it now stands.

func (h *House) take(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Take(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("take case %d: %w", id, err)
	}
	if err := h.Roster.Seen(ctx, v.Actor); err != nil { // who acts is there
		return Reply{}, fmt.Errorf("take case %d: %w", id, err)
	}
	s := h.memberCard(ctx, v, c)
	s.Toast = v.Texts.T("card.took")
	if !v.Person.Here() {
		s.Toast = v.Texts.T("card.took_away")
	}
	return show(s), nil
}

// callResident sends the number as a message of its own: numbers in a text can
// be tapped, buttons cannot dial.
func (h *House) callResident(ctx context.Context, v Visit, id int64) (Reply, error) {
	if r, two, err := h.callWhom(ctx, v, id); two || err != nil {
		return r, err
	}
	p, err := h.Cases.Call(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("call about case %d: %w", id, err)
	}
	return v.number(p), nil
}

// number is how somebody is phoned.
func (v Visit) number(p people.Person) Reply {
	if p.Phone == "" {
		return Reply{Screen: v.say("card.no_phone", "name", p.Name), Where: Apart, Beside: true}
	}
	return Reply{Screen: v.say("card.phone", "name", p.Name, "phone", p.Phone), Where: Apart, Beside: true}
}
