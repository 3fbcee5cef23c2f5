package flow

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// Outside answers what arrives while no dialog is open, in the order of the
// house's rules: words that equal a button of an open question, courtesies,
// a member's photo, one's own photo, video or voice, and then the rest, which
// is asked about first.
func (h *House) Outside(ctx context.Context, v Visit, ev dialog.Event) (Reply, error) {
	if tells := ev.Text != "" || ev.Media != nil || ev.Location != nil; tells && !ev.Forwarded && !h.courtesy(v, ev.Text) {
		if c, ok, err := h.ringing(ctx, v); err != nil {
			return Reply{}, err
		} else if ok {
			return h.joinAlarm(ctx, v, c, ev)
		}
	}
	switch {
	case ev.Text != "" && !ev.Forwarded:
		return h.typed(ctx, v, ev)
	case ev.Media != nil && !ev.Forwarded:
		return h.ownMedia(ctx, v, ev)
	case !v.Person.Known():
		return h.welcome(ctx, v, "", "")
	case ev.Media != nil:
		return h.startReport(ctx, v, dialog.Words{Text: ev.Media.Caption, Media: []dialog.Media{*ev.Media}}, true), nil
	case ev.Text != "":
		return h.startReport(ctx, v, dialog.Words{Text: ev.Text}, true), nil
	case ev.Location != nil:
		return h.asksPlace(ctx, v, ev)
	case ev.Document != nil && v.loads():
		return v.startSheet(*ev.Document), nil
	default:
		return Reply{Screen: h.withMenu(v, "outside.unreadable", "phone", phoneWords(v)), Beside: true}, nil
	}
}

func (h *House) typed(ctx context.Context, v Visit, ev dialog.Event) (Reply, error) {
	if !v.Person.Known() {
		return h.welcome(ctx, v, "", "")
	}
	meant, err := h.openButtons(ctx, v, ev.Text)
	if err != nil {
		return Reply{}, err
	}
	if len(meant) == 1 {
		return h.Tapped(ctx, v, meant[0])
	}
	if s, ok, err := h.asksWhose(ctx, v, meant); ok || err != nil {
		return Reply{Screen: s}, err
	}
	if r, ok, err := h.lunchTyped(ctx, v, ev.Text); ok || err != nil {
		return r, err
	}
	c, n, known, err := h.byNumberIn(ctx, v, ev.Text)
	if err != nil {
		return Reply{}, fmt.Errorf("a case by its number: %w", err)
	}
	if known && n.asks {
		return Reply{Screen: h.caseScreen(ctx, v, c), Beside: true}, nil
	}
	if !known && (n.asks || n.alone) {
		if r, found, err := h.followedByNumber(ctx, v, n.no); found || err != nil {
			return r, err
		}
	}
	if answered, ok, err := h.answersAsked(ctx, v, ev); ok || err != nil {
		return answered, err
	}
	if h.courtesy(v, ev.Text) {
		return Reply{Screen: h.withMenu(v, "outside.courtesy"), Beside: true}, nil
	}
	if joined, ok, err := h.joinDraft(ctx, v, ev); ok || err != nil {
		return joined, err
	}
	switch {
	case n.alone && known:
		return Reply{Screen: h.caseScreen(ctx, v, c), Beside: true}, nil
	case n.alone:
		return Reply{Screen: h.withMenu(v, "case.none_such"), Beside: true}, nil
	}
	asked, ok, err := h.asksWhich(ctx, v, dialog.Words{Text: ev.Text}, c.ID)
	if err == nil && !ok && known {
		asked, ok, err = h.asksWhich(ctx, v, dialog.Words{Text: ev.Text}, 0)
	}
	if ok || err != nil {
		return asked, err
	}
	return h.startReport(ctx, v, dialog.Words{Text: ev.Text}, true), nil
}

func (h *House) ownMedia(ctx context.Context, v Visit, ev dialog.Event) (Reply, error) {
	if v.Person.Known() {
		if asked, ok, err := h.photoOfMember(ctx, v, ev); ok || err != nil {
			return asked, err
		}
		if answered, ok, err := h.answersAsked(ctx, v, ev); ok || err != nil {
			return answered, err
		}
	}
	if r, ok, err := h.lunchSpoken(ctx, v, ev); ok || err != nil {
		return r, err
	}
	return h.photoFirst(ctx, v, ev)
}

// asksPlace takes a location as the place of the draft that is open; alone it
// is no report.
func (h *House) asksPlace(ctx context.Context, v Visit, ev dialog.Event) (Reply, error) {
	open, err := h.Cases.OpenDraft(ctx, v.Actor)
	if _, none := v.Refused(err); none {
		return h.placeAlone(ctx, v, ev)
	} else if err != nil {
		return Reply{}, fmt.Errorf("open draft: %w", err)
	}
	at := open.Place
	at.Lat, at.Lon = &ev.Location.Lat, &ev.Location.Lon
	at.Spot = spotOther
	c, err := h.Cases.Place(ctx, v.Actor, open.ID, at)
	if err != nil {
		return Reply{}, fmt.Errorf("place case %d: %w", open.ID, err)
	}
	return show(h.draftCard(ctx, v, c)), nil
}

// placeAlone takes a location as an answer, or asks what it is about.
func (h *House) placeAlone(ctx context.Context, v Visit, ev dialog.Event) (Reply, error) {
	if answered, ok, err := h.answersAsked(ctx, v, ev); ok || err != nil {
		return answered, err
	}
	what := dialog.Words{Text: v.point(ev.Location)}
	if asked, ok, err := h.asksWhich(ctx, v, what, 0); ok || err != nil {
		return asked, err
	}
	return h.startReport(ctx, v, what, true), nil
}

// MeansYes reports whether a text says yes to what is asked, in any language.
func (h *House) MeansYes(v Visit, text string) bool { return h.oneOf(v, text, "yes", yeses) }

var yeses = []string{"yes", "right", "sure", "fine", "good", "please", "send", "mm"}

// courtesies are words that ask for nothing but a kind sign back.
func (h *House) courtesy(v Visit, text string) bool {
	return h.oneOf(v, text, "courtesy", courtesies)
}

// oneOf reports whether a text is one of some words, in any language.
func (h *House) oneOf(v Visit, text, family string, codes []string) bool {
	for _, lang := range h.Languages {
		words := h.Texts(lang, v.Now, v.Zone)
		for _, code := range codes {
			if Same(text, words.T(family+"."+code)) {
				return true
			}
		}
	}
	return false
}

var courtesies = []string{"thanks", "many_thanks", "thank_you", "hello", "hi", "good_morning", "ok", "good", "bye", "received", "trouble"}

// openButtons are the buttons of waiting questions that typed words equal, in any
// language.
func (h *House) openButtons(ctx context.Context, v Visit, text string) (found []string, err error) {
	waiting, err := h.openQuestions(ctx, v)
	if err != nil {
		return nil, err
	}
	yes := h.MeansYes(v, text)
	for _, lang := range h.Languages {
		in := v
		in.Texts = h.Texts(lang, v.Now, v.Zone)
		for _, c := range waiting {
			for _, row := range h.questionRows(ctx, in, c) {
				verb, _, _ := readCaseData(row[0].Data)
				meant := Same(text, row[0].Label) || yes && verb == "send" || Same(text, in.answerOf(c, row[0].Label))
				if meant && !slices.Contains(found, row[0].Data) {
					found = append(found, row[0].Data)
				}
			}
		}
	}
	asked, err := h.familyButton(ctx, v, text, yes)
	return append(found, asked...), err
}

// asksWhose asks to which of several matters a word belongs that answers each of them
// alike: "fixed", where two were reported done. Ok is false where that is not so.
func (h *House) asksWhose(ctx context.Context, v Visit, meant []string) (s dialog.Screen, ok bool, err error) {
	if len(meant) < 2 {
		return dialog.Screen{}, false, nil
	}
	s = v.say("which.answer")
	says := ""
	for _, data := range meant[:min(len(meant), perPage)] {
		verb, id, isCase := readCaseData(data)
		if !isCase || says != "" && verb != says {
			return dialog.Screen{}, false, nil
		}
		says = verb
		c, err := h.Cases.Find(ctx, v.Actor, id)
		if err != nil {
			return dialog.Screen{}, false, fmt.Errorf("whose answer: %w", err)
		}
		if c.Status == cases.Draft {
			return dialog.Screen{}, false, nil
		}
		s.Rows = append(s.Rows, []dialog.Button{{Label: h.numbered(ctx, v, c), Data: data}})
	}
	return s, true, nil
}

// numbered is a matter on a button: its number, and what it is.
func (h *House) numbered(ctx context.Context, v Visit, c cases.Case) string {
	return fit(h.kindOrPlace(ctx, v, c), func(kind string) string { return v.Texts.T("proof.case.held", "no", c.Number, "kind", kind) })
}

// questionRows are the answers to what a case asks of this person.
func (h *House) questionRows(ctx context.Context, v Visit, c cases.Case) [][]dialog.Button {
	switch {
	case c.Status == cases.Draft:
		return h.draftRows(ctx, v, c)
	case c.Holder == v.Person.ID:
		return memberRows(v, c)
	default:
		return checkRows(v, c)
	}
}

// openQuestions are the cases that wait for an answer of this person: a draft,
// "does it hold?", and what a member holds.
func (h *House) openQuestions(ctx context.Context, v Visit) ([]cases.Case, error) {
	waiting, err := h.Cases.Mine(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("mine: %w", err)
	}
	waiting = slices.DeleteFunc(waiting, func(c cases.Case) bool {
		return c.Status != cases.Done || !v.isAsked(c)
	})
	if v.Actor.Holds() {
		held, err := h.Cases.Holding(ctx, v.Actor)
		if err != nil {
			return nil, fmt.Errorf("holding: %w", err)
		}
		waiting = append(waiting, held...)
	}
	open, err := h.Cases.OpenDraft(ctx, v.Actor)
	if _, none := v.Refused(err); none {
		return waiting, nil
	} else if err != nil {
		return nil, fmt.Errorf("open draft: %w", err)
	}
	return append(waiting, open), nil
}

// Tapped answers a button of a card or a menu. What the tap may do is decided
// by the verb, for the person who taps.
func (h *House) Tapped(ctx context.Context, v Visit, data string) (Reply, error) {
	verb, id, ok := readCaseData(data)
	if !ok {
		return h.menuTap(ctx, v, data)
	}
	act := h.life.verbs[verb]
	if act == nil {
		return v.toast("tap.old"), nil
	}
	reply, err := act(ctx, v, id)
	if text, ok := v.Refused(err); ok {
		return h.tooLate(ctx, v, id, text), nil
	}
	return reply, err
}

// ownVerbs are the buttons on the way from a report to the resident's word,
// "c.<verb>.<case>".
func (h *House) ownVerbs() map[string]caseVerb {
	return map[string]caseVerb{
		"send": h.sendDraft, "drop": h.dropDraft, "place": h.elsewhere, "back": h.takeBack, "show": h.showCase,
		"take": h.take, "call": h.callResident,
		"done": h.startProof(proofDone), "progress": h.startProof(proofProgress),
		"fixed": h.fixed, "half": h.notFixed(cases.Half), "not": h.notFixed(cases.NotFixed),
		"whom": h.forWhom, "now": h.alarmNow, "notnow": h.alarmOver,
	}
}

// Buttons lists what the data of buttons outside dialogs begin with, before
// their value: for whoever wants to try them all.
func (h *House) Buttons() []string {
	var all []string
	for verb := range h.life.verbs {
		all = append(all, "c."+verb)
	}
	for verb := range h.verbs {
		all = append(all, "m."+verb)
	}
	slices.Sort(all)
	return all
}

// tooLate answers a tap that can no longer do what it says: why not, and how
// the matter stands now.
func (h *House) tooLate(ctx context.Context, v Visit, id int64, why string) Reply {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{Screen: dialog.Screen{Text: why, Toast: why}}
	}
	s := h.caseScreen(ctx, v, c)
	s.Toast = why
	return show(s)
}
