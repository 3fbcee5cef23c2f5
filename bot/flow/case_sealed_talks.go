package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// What is said in a dialog of a private case.
const (
	saysOwn   = "own"   // one's own side, to who hears both
	saysTo    = "to"    // something to one side alone
	notesTalk = "notes" // that one spoke with somebody
)

// hearingDraft is something that is said, or noted, in a private case.
type hearingDraft struct {
	By   who          `json:"by"`
	Case int64        `json:"case"`
	Does string       `json:"does"`
	Side int          `json:"side,omitempty"`
	Whom string       `json:"whom,omitempty"` // of a note: with whom one spoke
	Met  cases.Met    `json:"met,omitempty"`
	Note dialog.Words `json:"note,omitzero"`
	What dialog.Words `json:"what,omitzero"`
}

// said is what was written or spoken, whichever was asked for.
func (d *hearingDraft) said() dialog.Words {
	if d.Does == notesTalk {
		return d.Note
	}
	return d.What
}

// hearingFlow asks for words, a voice message or pictures for one person alone; of
// a talk also with whom it was, and where.
func hearingFlow(h *House) *dialog.Flow[hearingDraft] {
	notes := func(d *hearingDraft) bool { return d.Does == notesTalk }
	return dialog.New("hearing", h.sendHearing,
		dialog.Pick("whom", func(d *hearingDraft) *string { return &d.Whom }, h.whomTalked).When(notes),
		dialog.Choice("met", func(d *hearingDraft) *cases.Met { return &d.Met }, cases.Meetings...).When(notes),
		dialog.Tell("note", func(d *hearingDraft) *dialog.Words { return &d.Note }, 1, cases.MaxWords).When(notes).Optional(),
		dialog.Tell("what", func(d *hearingDraft) *dialog.Words { return &d.What }, 1, cases.MaxWords).
			When(func(d *hearingDraft) bool { return !notes(d) }).
			Fill(func(ctx context.Context, d *hearingDraft, t dialog.Turn) ([]any, error) {
				v, c, err := h.heardCase(ctx, d.By, d.Case, t)
				if err != nil {
					return nil, err
				}
				return []any{"name", h.hearsIt(ctx, v, c, d)}, nil
			}),
	).NoSummary().Says("sealed.said", "sealed.noted", "sealed.both")
}

// heardCase reads a case for one of those whom it concerns.
func (h *House) heardCase(ctx context.Context, by who, id int64, t dialog.Turn) (Visit, cases.Case, error) {
	v, err := h.visit(ctx, by, t)
	if err != nil {
		return Visit{}, cases.Case{}, err
	}
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Visit{}, cases.Case{}, fmt.Errorf("case %d: %w", id, err)
	}
	return v, c, nil
}

// hearsIt is who alone gets what is said.
func (h *House) hearsIt(ctx context.Context, v Visit, c cases.Case, d *hearingDraft) string {
	if d.Does == saysOwn {
		return h.name(ctx, v, c.Holder)
	}
	return h.sideName(ctx, v, c, cases.Side(d.Side))
}

func (h *House) whomTalked(ctx context.Context, d *hearingDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, c, err := h.heardCase(ctx, d.By, d.Case, t)
	if err != nil {
		return nil, err
	}
	options := []dialog.Option{{Value: "1", Label: fit(h.name(ctx, v, c.For), alone)}}
	if c.Other != 0 {
		options = append(options,
			dialog.Option{Value: "2", Label: fit(h.name(ctx, v, c.Other), alone)},
			dialog.Option{Value: "0", Label: t.Texts.T("sealed.both")})
	}
	return options, nil
}

func (h *House) sendHearing(ctx context.Context, d *hearingDraft, t dialog.Turn) (dialog.Screen, error) {
	v, c, err := h.heardCase(ctx, d.By, d.Case, t)
	if text, ok := v.Refused(err); ok && v.Texts != nil {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, err
	}
	note := cases.Note{Key: t.Key, Media: kept(d.said().Media), Words: d.said().Text}
	switch d.Does {
	case saysOwn:
		_, err = h.Cases.SpeakAsSide(ctx, v.Actor, c.ID, note)
	case saysTo:
		_, err = h.Cases.TellSide(ctx, v.Actor, c.ID, cases.Side(d.Side), note)
	default:
		side, _ := strconv.Atoi(d.Whom) // the step offers numbers only
		_, err = h.Cases.NoteTalk(ctx, v.Actor, c.ID, cases.Heard{Side: cases.Side(side), Met: d.Met}, note)
	}
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("hear case %d: %w", c.ID, err)
	}
	if d.Does == notesTalk {
		s, err := h.sidesScreen(ctx, v, c)
		s.Text = v.Texts.T("sealed.noted") + "\n" + s.Text
		return s, err
	}
	s := v.say("sealed.said", "name", h.hearsIt(ctx, v, c, d))
	if d.Does == saysTo {
		s.Rows = caseRows(v, c, "sealed.sides", "sides")
	}
	return s, nil
}

// speakUp lets one side speak to who hears both.
func (h *House) speakUp(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("speak in case %d: %w", id, err)
	}
	if c.Private == "" || c.SideOf(v.Person.ID) == cases.Both {
		return Reply{}, access.NotFound()
	}
	if v.mute(c) {
		r := v.blocked()
		r.Where, r.Beside = Apart, true
		return r, nil
	}
	return Reply{Dialog: "hearing", Where: Apart, Prefill: hearingDraft{By: v.who(), Case: id, Does: saysOwn}}, nil
}

// speaksAsSide reports whether what somebody says of a private case is one side of it.
func speaksAsSide(v Visit, c cases.Case) bool {
	return c.Mediated() && c.ClosedAt == nil && c.Status != cases.Open && c.SideOf(v.Person.ID) != cases.Both
}

// saidAsSide carries what one side says to who hears both, and to nobody else.
func (h *House) saidAsSide(ctx context.Context, v Visit, c cases.Case, n cases.Note) (dialog.Screen, error) {
	if _, err := h.Cases.SpeakAsSide(ctx, v.Actor, c.ID, n); err != nil {
		return dialog.Screen{}, fmt.Errorf("speak in case %d: %w", c.ID, err)
	}
	return v.say("sealed.said", "name", h.name(ctx, v, c.Holder)), nil
}

// tellOneSide lets who hears both speak to one side alone, "<case>.<side>".
func (h *House) tellOneSide(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	side, err := strconv.Atoi(rest)
	if !ok || err != nil || side != 1 && side != 2 {
		return v.toast("tap.old"), nil
	}
	if _, err := h.Cases.FindMediated(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("speak to a side of case %d: %w", id, err)
	}
	return Reply{Dialog: "hearing", Where: Apart, Prefill: hearingDraft{By: v.who(), Case: id, Does: saysTo, Side: side}}, nil
}

// noteTalk notes that who hears both spoke with somebody.
func (h *House) noteTalk(ctx context.Context, v Visit, id int64) (Reply, error) {
	if _, err := h.Cases.FindMediated(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("note a talk of case %d: %w", id, err)
	}
	return Reply{Dialog: "hearing", Where: Apart, Prefill: hearingDraft{By: v.who(), Case: id, Does: notesTalk}}, nil
}

// agreementDraft is what both sides are to agree to.
type agreementDraft struct {
	By    who    `json:"by"`
	Case  int64  `json:"case"`
	Words string `json:"words,omitempty"`
	Day   string `json:"day,omitempty"` // so many days from today
}

// keptDays are when it can be asked whether an agreement was kept.
var keptDays = []string{"7", "14", "30", "90"}

func agreementFlow(h *House) *dialog.Flow[agreementDraft] {
	return dialog.New("agreement", h.sendAgreement,
		dialog.Text("words", func(d *agreementDraft) *string { return &d.Words }, 1, cases.MaxAgreement),
		dialog.Pick("day", func(d *agreementDraft) *string { return &d.Day },
			func(_ context.Context, _ *agreementDraft, t dialog.Turn) ([]dialog.Option, error) {
				options := make([]dialog.Option, len(keptDays))
				for i, n := range keptDays {
					in, _ := strconv.Atoi(n) // a constant of this file
					options[i] = dialog.Option{Value: n, Label: t.Texts.T("sealed.in_days", "n", in)}
				}
				return options, nil
			}),
	).Says("sealed.asked_both", "sealed.in_days")
}

func (h *House) sendAgreement(ctx context.Context, d *agreementDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	in, _ := strconv.Atoi(d.Day) // the step offers numbers only
	y, m, day := t.Now.In(t.Zone).Date()
	on := time.Date(y, m, day+in, 0, 0, 0, 0, time.UTC)
	c, err := h.Cases.Settle(ctx, v.Actor, d.Case, cases.Agreement{Words: d.Words, KeptOn: on}, t.Key)
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("settle case %d: %w", d.Case, err)
	}
	s := v.say("sealed.asked_both", "one", h.name(ctx, v, c.For), "other", h.name(ctx, v, c.Other))
	s.Rows = caseRows(v, c, "sealed.sides", "sides")
	return s, nil
}

func (h *House) settleAsk(ctx context.Context, v Visit, id int64) (Reply, error) {
	if _, err := h.Cases.FindMediated(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("settle case %d: %w", id, err)
	}
	return Reply{Dialog: "agreement", Where: Apart, Prefill: agreementDraft{By: v.who(), Case: id}}, nil
}

// Ways in which the other side is asked.
const (
	fromRegister = "register"
	byLink       = "link"
)

// otherDraft is who the other side is.
type otherDraft struct {
	By    who    `json:"by"`
	Case  int64  `json:"case"`
	How   string `json:"how,omitempty"`
	Query string `json:"query,omitempty"`
	Who   string `json:"whom,omitempty"`
	Sure  string `json:"sure,omitempty"`
}

// otherSideFlow asks for the other side: somebody on the register, or a link that
// is shown at the door or sent on.
func otherSideFlow(h *House) *dialog.Flow[otherDraft] {
	known := func(d *otherDraft) bool { return d.How == fromRegister }
	return dialog.New("otherside", h.sendOther,
		dialog.Choice("how", func(d *otherDraft) *string { return &d.How }, fromRegister, byLink).Hidden(),
		dialog.Text("query", func(d *otherDraft) *string { return &d.Query }, 1, maxName).When(known),
		dialog.Pick("who", func(d *otherDraft) *string { return &d.Who }, h.otherOptions).When(known).Anew("query"),
		dialog.Choice("sure", func(d *otherDraft) *string { return &d.Sure }, "yes").When(known).Fill(h.otherWhom).Hidden(),
	).NoSummary().Says("sealed.invited", "sealed.link")
}

// otherWhom is who would be asked, and where they live: what is sent to the wrong one
// cannot be unsaid.
func (h *House) otherWhom(ctx context.Context, d *otherDraft, t dialog.Turn) ([]any, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	id, _ := strconv.ParseInt(d.Who, 10, 64) // the step offers numbers only
	p, _, err := h.People.Reader(ctx, v.Community.ID, id)
	if err != nil {
		return nil, fmt.Errorf("who is the other side: %w", err)
	}
	return []any{"name", p.Name, "home", h.homeWords(ctx, v, p, people.Household{})}, nil
}

func (h *House) otherOptions(ctx context.Context, d *otherDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	some, err := h.Cases.Neighbours(ctx, v.Actor, d.Case, d.Query)
	if _, refused := v.Refused(err); refused {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("who is the other side: %w", err)
	}
	options := make([]dialog.Option, len(some))
	for i, n := range some {
		label := fit(n.Name, func(name string) string { return strings.TrimSpace(name + " " + n.Flat) })
		options[i] = dialog.Option{Value: number(n.Person), Label: label}
	}
	return options, nil
}

func (h *House) sendOther(ctx context.Context, d *otherDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	var s dialog.Screen
	if d.How == byLink {
		var token string
		if token, err = h.Cases.InviteByLink(ctx, v.Actor, d.Case); err == nil {
			return h.linkScreen(ctx, v, "side_"+token, "sealed.link")
		}
	} else {
		var c cases.Case
		person, _ := strconv.ParseInt(d.Who, 10, 64) // the step offers numbers only
		if c, err = h.Cases.Invite(ctx, v.Actor, d.Case, person); err == nil {
			s = v.say("sealed.invited", "name", h.name(ctx, v, person))
			s.Rows = caseRows(v, c, "sealed.sides", "sides")
		}
	}
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("invite the other side of case %d: %w", d.Case, err)
	}
	return s, nil
}

func (h *House) otherAsk(ctx context.Context, v Visit, id int64) (Reply, error) {
	if _, err := h.Cases.FindMediated(ctx, v.Actor, id); err != nil {
		return Reply{}, fmt.Errorf("invite the other side of case %d: %w", id, err)
	}
	return Reply{Dialog: "otherside", Where: Apart, Prefill: otherDraft{By: v.who(), Case: id}}, nil
}
