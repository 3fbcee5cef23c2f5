package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// Quoted is a message of the bot's that somebody answers.
type Quoted struct {
	Subject string   // of the outbox: "case:12"; "" where it did not come from there
	Buttons []string // the data of its buttons
	Text    string
}

// About is the case that a message of the bot's is about, 0 where it is about none
// or more than one.
func (h *House) About(ctx context.Context, v Visit, q Quoted) (int64, error) {
	if id, err := strconv.ParseInt(strings.TrimPrefix(q.Subject, "case:"), 10, 64); err == nil && strings.HasPrefix(q.Subject, "case:") {
		return id, nil
	}
	var ids []int64
	for _, data := range q.Buttons {
		if _, id, ok := readCaseData(data); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > 0 {
		if len(ids) > 1 {
			return 0, nil
		}
		return ids[0], nil
	}
	first, _, _ := strings.Cut(q.Text, "\n")
	c, _, ok, err := h.byNumberIn(ctx, v, first)
	if !ok || err != nil {
		return 0, err
	}
	return c.ID, nil
}

// Answers takes in what somebody says in answer to a message of the bot's: it
// belongs to the case of that message. Ok is false where it does not.
func (h *House) Answers(ctx context.Context, v Visit, ev dialog.Event) (r Reply, ok bool, err error) {
	n, says := v.noteOf(ev)
	if v.About == 0 || !says || ev.Forwarded || !v.Person.Known() {
		return Reply{}, false, nil
	}
	c, err := h.Cases.Find(ctx, v.Actor, v.About)
	if _, refused := v.Refused(err); refused || c.Number == 0 {
		return Reply{}, false, nil
	} else if err != nil {
		return Reply{}, false, fmt.Errorf("answer about case %d: %w", v.About, err)
	}
	if ev.Text != "" {
		meant, err := h.openButtons(ctx, v, ev.Text)
		if err != nil {
			return Reply{}, false, err
		}
		if len(meant) > 1 { // what is answered says which of them
			meant = slices.DeleteFunc(meant, func(data string) bool { _, id, _ := readCaseData(data); return id != c.ID })
		}
		if len(meant) == 1 {
			r, err = h.Tapped(ctx, v, meant[0])
			return r, true, err
		}
		if h.courtesy(v, ev.Text) {
			return Reply{Screen: h.withMenu(v, "outside.courtesy"), Beside: true}, true, nil
		}
	}
	if c.Mediated() {
		return h.answersSide(ctx, v, c, n)
	}
	if ev.Media != nil && ev.Media.Kind != dialog.Voice && c.Holder == v.Person.ID && !v.isHome(c) && c.ClosedAt == nil && c.Status != cases.Done {
		return Reply{Dialog: "proof", Prefill: proofDraft{
			By: v.who(), Single: true, Case: number(c.ID), Sent: []dialog.Media{*ev.Media},
		}}, true, nil
	}
	s, err := h.saidTo(ctx, v, c.ID, n)
	if _, refused := v.Refused(err); refused && v.Actor.Staff() && !v.isHome(c) {
		s, err = h.remarked(ctx, v, c.ID, n)
	}
	if _, refused := v.Refused(err); refused {
		return Reply{}, false, nil
	}
	return Reply{Screen: s, Beside: true}, err == nil, err
}

// answersSide takes in what a side of a quarrel answers, for who hears both alone. Who
// hears both is asked which side they mean: the other would read it else.
func (h *House) answersSide(ctx context.Context, v Visit, c cases.Case, n cases.Note) (r Reply, ok bool, err error) {
	if c.Holder == v.Person.ID {
		s := v.say("sealed.tell_whom", "no", c.Number)
		row(&s, named(v.Texts, "sealed.tell", h.name(ctx, v, c.For)), "sidetell", number(c.ID), "1")
		if c.Other != 0 {
			row(&s, named(v.Texts, "sealed.tell", h.name(ctx, v, c.Other)), "sidetell", number(c.ID), "2")
		}
		return Reply{Screen: s, Beside: true}, true, nil
	}
	_, err = h.Cases.SpeakAsSide(ctx, v.Actor, c.ID, n)
	if _, refused := v.Refused(err); refused {
		return Reply{}, false, nil
	}
	return Reply{Screen: v.say("sealed.said", "name", h.name(ctx, v, c.Holder)), Beside: true}, err == nil, err
}

// How long what somebody on duty asked waits for an answer that does not say to what
// it belongs: a picture is soon one of something new.
const (
	answeredBy = 2 * time.Hour
	shownBy    = 30 * time.Minute
)

// answersAsked takes words, a picture, a voice message or a place as the answer to
// what somebody on duty asked last, where that was lately and in one matter alone.
// What came to a draft since then goes there.
func (h *House) answersAsked(ctx context.Context, v Visit, ev dialog.Event) (r Reply, ok bool, err error) {
	n, says := v.noteOf(ev)
	if !says || ev.Forwarded {
		return Reply{}, false, nil
	}
	mine, err := h.Cases.Mine(ctx, v.Actor)
	if err != nil {
		return Reply{}, false, fmt.Errorf("what was asked: %w", err)
	}
	mine = slices.DeleteFunc(mine, func(c cases.Case) bool { return c.Status == cases.Draft || !v.isAsked(c) || v.mute(c) })
	within := answeredBy
	if ev.Media != nil && ev.Media.Kind != dialog.Voice {
		within = shownBy
	}
	asked, err := h.Cases.Asking(ctx, v.Community.ID, idsOf(mine), within)
	if err != nil {
		return Reply{}, false, err
	}
	since := v.Now.Add(-within)
	if ev.Media == nil {
		since = time.Time{} // a question that a matter waits for stays open to words
	}
	asked = withWaiting(asked, mine, since)
	if len(asked) != 1 {
		return Reply{}, false, nil
	}
	open, err := h.Cases.OpenDraft(ctx, v.Actor)
	if _, none := v.Refused(err); err != nil && !none {
		return Reply{}, false, fmt.Errorf("open draft: %w", err)
	} else if !none && open.DraftedAt.After(asked[0].At) {
		return Reply{}, false, nil
	}
	s, err := h.saidTo(ctx, v, asked[0].Case, n)
	if err != nil {
		return Reply{}, false, err
	}
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("menu.report"), Data: "m.report"}})
	return Reply{Screen: s, Beside: true}, true, nil
}

// withWaiting adds the questions for whose answers matters have waited since a moment or
// later to what was asked lately, each matter once.
func withWaiting(asked []cases.Said, mine []cases.Case, since time.Time) []cases.Said {
	for _, c := range mine {
		if c.WaitFor != cases.ForResident || len(c.Pauses) == 0 || slices.ContainsFunc(asked, func(s cases.Said) bool { return s.Case == c.ID }) {
			continue
		}
		if from := c.Pauses[len(c.Pauses)-1].From; from.After(since) {
			asked = append(asked, cases.Said{Case: c.ID, At: from})
		}
	}
	return asked
}

// Reworded takes in that somebody changed a message that they sent before; of is
// the key of what it said. Ok is false where nobody knows to what it belonged.
func (h *House) Reworded(ctx context.Context, v Visit, of, text string) (r Reply, ok bool, err error) {
	c, err := h.Cases.Reword(ctx, v.Actor, of, cases.Note{Key: v.Key, Words: shorten(text, cases.MaxWords)})
	if _, refused := v.Refused(err); refused {
		return Reply{}, false, nil
	} else if err != nil {
		return Reply{}, false, fmt.Errorf("take in other words: %w", err)
	}
	if c.Status == cases.Draft {
		return show(h.draftCard(ctx, v, c)), true, nil
	}
	return Reply{Screen: v.say("talk.reworded", "no", c.Number), Beside: true}, true, nil
}

// belongs puts a draft to a matter that is there already: "<draft>.<case>".
func (h *House) belongs(ctx context.Context, v Visit, value string) (Reply, error) {
	draft, rest, ok := pair(value)
	id, err := strconv.ParseInt(rest, 10, 64)
	if !ok || err != nil {
		return v.toast("tap.old"), nil //nolint:nilerr // no such button was shown
	}
	c, err := h.Cases.Belongs(ctx, v.Actor, draft, id)
	if err != nil {
		return Reply{}, fmt.Errorf("put draft %d to case %d: %w", draft, id, err)
	}
	if c.Status != cases.Done {
		return v.joined(c), nil
	}
	s := h.caseScreen(ctx, v, c) // whether it held is asked anyway
	s.Text = v.Texts.T("draft.joined", "no", c.Number) + "\n" + s.Text
	return show(s), nil
}

// lateFor is how long after a report what comes may belong to it, as long as that is
// not over.
const lateFor = 3 * 24 * time.Hour

// belongsRow offers to put a draft to the newest matter that its reporter told a
// while ago: a photo that came late.
func (h *House) belongsRow(ctx context.Context, v Visit, draft cases.Case) [][]dialog.Button {
	if draft.Danger != "" || draft.Reporter != v.Person.ID {
		return nil
	}
	mine, err := h.Cases.Mine(ctx, v.Actor)
	if err != nil { // it can be sent all the same
		return nil
	}
	i := slices.IndexFunc(mine, func(c cases.Case) bool {
		return c.Status != cases.Draft && c.ClosedAt == nil && c.Reporter == v.Person.ID && c.OpenedAt != nil && v.Now.Before(c.OpenedAt.Add(lateFor))
	})
	if i < 0 {
		return nil
	}
	return [][]dialog.Button{{{
		Label: v.Texts.T("talk.belongs", "no", mine[i].Number), Data: "m.belongs." + number(draft.ID) + "." + number(mine[i].ID),
	}}}
}
