package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// CaseData is the data of a button under a case's card.
func CaseData(verb string, id int64) string { return "c." + verb + "." + strconv.FormatInt(id, 10) }

// readCaseData is the way back; ok is false for anything else.
func readCaseData(data string) (verb string, id int64, ok bool) {
	parts := strings.Split(data, ".")
	if len(parts) != 3 || parts[0] != "c" {
		return "", 0, false
	}
	id, err := strconv.ParseInt(parts[2], 10, 64)
	return parts[1], id, err == nil
}

// outboxVerbs are the verbs that stand only under what the outbox sends or knows.
var outboxVerbs = []string{"take", "pass", "agree", "refuse", "fixed", "half", "not"}

// SubjectAsked is the subject, as the outbox knows it, of the question that a button
// answers; ok is false where the outbox asked nothing.
func SubjectAsked(data string) (subject string, ok bool) {
	verb, id, ok := readCaseData(data)
	return cases.Subject(id), ok && slices.Contains(outboxVerbs, verb)
}

// IsCard reports whether a tap belongs to a card rather than to a dialog.
func IsCard(data string) bool { return strings.HasPrefix(data, "c.") || strings.HasPrefix(data, "m.") }

// standing are the verbs that wait for no answer: a receipt's, a list's, and
// those of a member's card. What can be done about a case stays under it for as
// long as it can be done, however many others come below.
var standing = []string{"back", "show", "take", "pass", "call", "done", "progress", "near", "unfollow", "say", "ask", "remark", "heard", "when", "what"}

// Asks reports whether a screen waits for an answer.
func Asks(s dialog.Screen) bool {
	for _, row := range s.Rows {
		if row[0].URL != "" { // it leads elsewhere
			continue
		}
		verb, _, ok := readCaseData(row[0].Data)
		if ok && !slices.Contains(standing, verb) || !IsCard(row[0].Data) {
			return true
		}
	}
	return false
}

// Settles reports whether news of a case answers the question that a button
// belongs to: a draft that was sent asks no more.
func Settles(topic, data string, args []byte) bool {
	var a told
	if json.Unmarshal(args, &a) != nil {
		return false
	}
	verb, id, ok := readCaseData(data)
	for _, asks := range []string{"m.same.", "m.belongs."} { // a neighbour's, or one's own of before
		if of, same := strings.CutPrefix(data, asks); same {
			verb = "send"
			id, _, ok = pair(of)
		}
	}
	sent := topic == "case.receipt" || topic == "case.dropped"
	return ok && id == a.Case && sent && (verb == "send" || verb == "now")
}

// photoFirst keeps a person's own photo, video or voice as a report in the
// making. It is in Postgres before "got it" is said.
func (h *House) photoFirst(ctx context.Context, v Visit, ev dialog.Event) (Reply, error) {
	if joined, ok, err := h.joinDraft(ctx, v, ev); ok || err != nil {
		return joined, err
	}
	c, err := h.Cases.Draft(ctx, v.Actor, cases.NewDraft{
		Key:   v.Key,
		Media: kept([]dialog.Media{*ev.Media}),
		Words: ev.Media.Caption,
		Album: ev.Media.Album,
		Own:   !ev.Forwarded,
	})
	if err != nil {
		return Reply{}, fmt.Errorf("draft: %w", err)
	}
	if !v.Person.Known() {
		return h.welcome(ctx, v, "", v.Texts.T("draft.kept"))
	}
	return h.draftReply(ctx, v, c), nil
}

// draftReply shows a draft, or what became of it where its album came late.
func (h *House) draftReply(ctx context.Context, v Visit, c cases.Case) Reply {
	if c.Status != cases.Draft {
		return v.joined(c)
	}
	return show(h.draftCard(ctx, v, c))
}

// joinDraft adds what comes within the quiet time to the draft that is open.
func (h *House) joinDraft(ctx context.Context, v Visit, ev dialog.Event) (Reply, bool, error) {
	open, err := h.Cases.OpenDraft(ctx, v.Actor)
	if _, ok := v.Refused(err); ok {
		return Reply{}, false, nil
	} else if err != nil {
		return Reply{}, false, fmt.Errorf("open draft: %w", err)
	}
	note := cases.Note{Key: v.Key, Words: ev.Text}
	if ev.Media != nil {
		note.Media, note.Words = kept([]dialog.Media{*ev.Media}), ev.Media.Caption
	}
	c, err := h.Cases.Join(ctx, v.Actor, open.ID, note)
	if text, ok := v.Refused(err); ok {
		return show(dialog.Screen{Text: text}), true, nil
	} else if err != nil {
		return Reply{}, false, fmt.Errorf("join draft %d: %w", open.ID, err)
	}
	if !v.Person.Known() {
		r, err := h.welcome(ctx, v, "", v.Texts.T("draft.kept"))
		return r, true, err
	}
	return h.draftReply(ctx, v, c), true, nil
}

func (v Visit) joined(c cases.Case) Reply {
	return show(v.say("draft.joined", "no", c.Number))
}

// draftCard asks whether the photo is to be sent, and says what happens if
// nobody answers.
func (h *House) draftCard(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	key := "draft.ask"
	switch {
	case nowhere(c):
		key = "draft.ask_nowhere"
	case c.SelfSends:
		key = "draft.ask_sends"
	}
	media := h.mediaOf(ctx, v, c.ID, cases.Before)
	got := v.Texts.T("draft.got")
	switch {
	case len(media) > 1:
		got = v.Texts.T("draft.got_more", "n", len(media))
	case len(media) == 1 && media[0].Kind == dialog.Voice:
		got = v.Texts.T("draft.got_voice")
	}
	if c.For != c.Reporter {
		got = v.Texts.T("draft.for_whom", "got", got, "name", h.name(ctx, v, c.For))
	}
	s := v.say(key, "got", got, "place", h.placeWords(ctx, v, c.Place))
	s.Rows = h.draftRows(ctx, v, c)
	return s
}

func (h *House) draftRows(ctx context.Context, v Visit, c cases.Case) [][]dialog.Button {
	where := "draft.elsewhere"
	if nowhere(c) {
		where = "draft.where"
	}
	rows := append(caseRows(v, c, "draft.send", "send"), h.belongsRow(ctx, v, c)...)
	rows = append(rows, caseRows(v, c, where, "place")...)
	if c.Reporter == v.Person.ID {
		rows = append(rows, h.whomRows(ctx, v, c)...)
	}
	rows = append(rows, caseRows(v, c, "draft.drop", "drop")...)
	rows[0][0].Style = dialog.Primary
	return rows
}

// nowhere reports whether nobody said yet where it is.
func nowhere(c cases.Case) bool { return c.Place.Building == 0 && c.Place.Spot == "" }

// mediaOf lists a case's media of one stage; a card is better drawn without
// its pictures than not at all.
func (h *House) mediaOf(ctx context.Context, v Visit, id int64, stages ...cases.Stage) []cases.Media {
	all, err := h.Cases.Media(ctx, v.Community.ID, id)
	if err != nil {
		return nil
	}
	var list []cases.Media
	for _, stage := range stages {
		for _, m := range all {
			if m.Stage == stage {
				list = append(list, m)
			}
		}
	}
	return list
}

// sendDraft, dropDraft and takeBack are the resident's taps on a report.
func (h *House) sendDraft(ctx context.Context, v Visit, id int64) (Reply, error) {
	like, err := h.Cases.Near(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("send case %d: %w", id, err)
	}
	if len(like) == 0 {
		return h.sendOwn(ctx, v, id)
	}
	draft, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("send case %d: %w", id, err)
	}
	return Reply{Screen: h.nearQuestion(ctx, v, draft, like[0]), Where: Spent}, nil // an edit could not bring the picture
}

func (h *House) dropDraft(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err == nil {
		err = h.Cases.Drop(ctx, v.Actor, id)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("drop case %d: %w", id, err)
	}
	if c.Reporter != v.Person.ID {
		return show(v.say("told.unsent_dropped", "name", h.name(ctx, v, c.Reporter))), nil
	}
	return show(v.say("draft.dropped")), nil
}

// elsewhere asks where it is. Meanwhile it does not send itself: the place that
// was guessed is wrong.
func (h *House) elsewhere(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Hold(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("hold case %d: %w", id, err)
	}
	p, err := h.resident(ctx, v, c.For)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Dialog: "elsewhere", Prefill: placeDraft{By: v.who(), Case: id, For: p.ID, FlatKnown: p.Flat != ""}}, nil
}

func (h *House) takeBack(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.TakeBack(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("take back case %d: %w", id, err)
	}
	return show(v.say("case.taken_back_done", "no", c.Number)), nil
}

// waiting is my newest report that is not sent; ok is false where there is none.
func (h *House) waiting(ctx context.Context, v Visit) (c cases.Case, ok bool, err error) {
	mine, err := h.Cases.Mine(ctx, v.Actor)
	if err != nil {
		return cases.Case{}, false, fmt.Errorf("mine: %w", err)
	}
	for _, c := range mine {
		if c.Status == cases.Draft && c.Reporter == v.Person.ID {
			return c, true, nil
		}
	}
	return cases.Case{}, false, nil
}
