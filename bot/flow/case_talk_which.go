package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// whichDraft is something said of which nobody knows what it is about.
type whichDraft struct {
	By    who          `json:"by"`
	Only  int64        `json:"only,omitempty"` // the case whose number stands in it
	What  dialog.Words `json:"what,omitzero"`
	Which string       `json:"which,omitempty"` // the number of a case, or one of the answers below
	Rest  string       `json:"rest,omitempty"`  // the number of a case, of those behind More
}

// of is what was tapped.
func (d *whichDraft) of() string {
	if d.Which == whichMore {
		return d.Rest
	}
	return d.Which
}

// What it can be about beside a matter that is open.
const (
	whichNew    = "new"
	whichPerson = "person"
	whichMore   = "more" // it is one of those that do not stand there yet
)

// askedLately is how long ago somebody can have been asked something of which they
// may speak now.
const askedLately = 24 * time.Hour

// mostMatters is how many matters are offered at once.
const mostMatters = 5

// whichFlow asks on which of somebody's open matters their words are. One tap
// carries them there; another begins a report with them, or asks for a person.
func whichFlow(h *House) *dialog.Flow[whichDraft] {
	return dialog.New("which", h.sendWhich,
		dialog.Pick("matter", func(d *whichDraft) *string { return &d.Which }, h.whichOptions),
		dialog.Pick("rest", func(d *whichDraft) *string { return &d.Rest }, h.whichRest).
			When(func(d *whichDraft) bool { return d.Which == whichMore }),
	).NoSummary().Says("which.new", "which.person", "proof.case.held")
}

func (h *House) whichOptions(ctx context.Context, d *whichDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	first, rest, err := h.whichMatters(ctx, v, d)
	if err != nil {
		return nil, err
	}
	options := h.matterOptions(ctx, v, first)
	if len(rest) > 0 {
		options = append(options, dialog.Option{Value: whichMore, Label: t.Texts.T("dialog.more")})
	}
	options = append(options, dialog.Option{Value: whichNew, Label: t.Texts.T("which.new")})
	if !v.Actor.Staff() {
		options = append(options, dialog.Option{Value: whichPerson, Label: t.Texts.T("which.person")})
	}
	return options, nil
}

func (h *House) whichRest(ctx context.Context, d *whichDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	_, rest, err := h.whichMatters(ctx, v, d)
	return h.matterOptions(ctx, v, rest), err
}

// whichMatters are those that are offered first, and those behind More.
func (h *House) whichMatters(ctx context.Context, v Visit, d *whichDraft) (first, rest []cases.Case, err error) {
	all, err := h.openMatters(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	if d.Only != 0 {
		all = slices.DeleteFunc(all, func(c cases.Case) bool { return c.ID != d.Only })
	}
	n := min(len(all), mostMatters)
	return all[:n], all[n:], nil
}

func (h *House) matterOptions(ctx context.Context, v Visit, matters []cases.Case) (options []dialog.Option) {
	for _, c := range matters {
		options = append(options, dialog.Option{Value: number(c.ID), Label: h.numbered(ctx, v, c)})
	}
	return options
}

// openMatters are the matters of which somebody can speak: their own and their
// family's that are not over, the newest first, what they hold, and last what ended
// and can still come back by their word. Those in which they were asked something come
// first. Who is blocked can speak of dangers alone.
func (h *House) openMatters(ctx context.Context, v Visit) ([]cases.Case, error) {
	mine, err := h.Cases.Mine(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("open matters: %w", err)
	}
	mine = slices.DeleteFunc(mine, func(c cases.Case) bool {
		return c.Status == cases.Draft || v.mute(c) || c.ClosedAt != nil && !v.comesBack(c)
	})
	asked, err := h.Cases.Asking(ctx, v.Community.ID, idsOf(mine), askedLately)
	if err != nil {
		return nil, err
	}
	rank := func(c cases.Case) int {
		switch {
		case slices.ContainsFunc(asked, func(s cases.Said) bool { return s.Case == c.ID }):
			return 0
		case c.ClosedAt == nil:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(mine, func(a, b cases.Case) int { return rank(a) - rank(b) })
	if !v.Actor.Staff() {
		return mine, nil
	}
	held, err := h.Cases.Holding(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("open matters: %w", err)
	}
	return append(slices.DeleteFunc(held, func(c cases.Case) bool { return slices.Contains(idsOf(mine), c.ID) }), mine...), nil
}

// comesBack reports whether what has ended goes on by one word of this person: it broke
// again, it did not hold, or they do not agree with how it ended.
func (v Visit) comesBack(c cases.Case) bool {
	if c.ClosedAt == nil || !v.answers(c) || v.Now.After(c.ClosedAt.Add(cases.Broken)) {
		return false
	}
	switch c.Status {
	case cases.Held, cases.Seen, cases.Unconfirmed:
		return true
	}
	return hasEnded(c) && c.DisputedAt == nil
}

func idsOf(all []cases.Case) []int64 {
	ids := make([]int64, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	return ids
}

// asksWhich asks what somebody's words are about who has open matters; ok is false
// for who has none.
func (h *House) asksWhich(ctx context.Context, v Visit, what dialog.Words, only int64) (r Reply, ok bool, err error) {
	matters, err := h.openMatters(ctx, v)
	if err != nil {
		return Reply{}, false, err
	}
	if only != 0 {
		matters = slices.DeleteFunc(matters, func(c cases.Case) bool { return c.ID != only })
	}
	if len(matters) == 0 {
		return Reply{}, false, nil
	}
	return Reply{Dialog: "which", Prefill: whichDraft{By: v.who(), Only: only, What: what}}, true, nil
}

// sendWhich carries the words to the matter that was tapped, and says how that one
// stands. What begins a report goes on with afterWhich.
func (h *House) sendWhich(ctx context.Context, d *whichDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	var s dialog.Screen
	switch d.of() {
	case whichNew:
		return dialog.Screen{}, nil
	case whichPerson:
		s, err = h.callMe(ctx, v, d, t.Key)
	default:
		s, err = h.saidWhich(ctx, v, d, t.Key)
	}
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	}
	return s, err
}

func (h *House) saidWhich(ctx context.Context, v Visit, d *whichDraft, key string) (dialog.Screen, error) {
	id, err := strconv.ParseInt(d.of(), 10, 64)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("say which: %w", err)
	}
	s, err := h.saidTo(ctx, v, id, cases.Note{Key: key, Words: shorten(d.What.Text, cases.MaxWords), Media: kept(d.What.Media)})
	if err != nil {
		return dialog.Screen{}, err
	}
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("say which: %w", err)
	}
	switch {
	case v.comesBack(c): // and these are the words by which it does
		now := h.caseScreen(ctx, v, c)
		s.Text, s.Rows = s.Text+"\n"+now.Text, now.Rows
	case v.isHome(c):
		s.Text += "\n" + h.stands(ctx, v, c).Text
	}
	return s, nil
}

// callMe puts the words before a person on duty, who is asked to telephone.
func (h *House) callMe(ctx context.Context, v Visit, d *whichDraft, key string) (dialog.Screen, error) {
	wish := h.Texts(v.Community.Language, v.Now, v.Zone).T("which.call_me")
	c, err := h.Cases.Open(ctx, v.Actor, cases.Report{
		Key: key, Place: home(v), Media: kept(d.What.Media), Words: shorten(strings.TrimSpace(wish+"\n"+d.What.Text), cases.MaxWords),
	})
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("ask somebody to call: %w", err)
	}
	if c.Holder == 0 {
		return v.say("receipt.open", "no", c.Number, "phone", phoneWords(v)), nil
	}
	s := v.say("which.called_for", "no", c.Number, "name", h.name(ctx, v, c.Holder), "phone", phoneWords(v))
	s.Rows = caseRows(v, c, "case.take_back", "back")
	return s, nil
}

// afterWhich begins a report with what was said, where it was of something new.
func (h *House) afterWhich(ctx context.Context, v Visit, ended dialog.Session) (Reply, bool, error) {
	var d whichDraft
	if err := json.Unmarshal(ended.Draft, &d); err != nil {
		return Reply{}, false, nil //nolint:nilerr // the dialog's own last word stands
	}
	if d.Which != whichNew {
		return Reply{}, false, nil
	}
	return h.startReport(ctx, v, d.What, false), true, nil
}

// keepsInWhich adds what comes while it is asked what the words are about.
func (h *House) keepsInWhich(ctx context.Context, v Visit, open *dialog.Session, ev dialog.Event) (note string, ok bool, err error) {
	var d whichDraft
	if err := json.Unmarshal(open.Draft, &d); err != nil {
		return "", false, nil //nolint:nilerr // the dialog finds out by itself, and begins again
	}
	turn := dialog.Turn{Texts: v.Texts, Now: v.Now, Zone: v.Zone, Guest: v}
	answers, err := h.whichOptions(ctx, &d, turn)
	if err != nil {
		return "", false, err
	}
	if rest, err := h.whichRest(ctx, &d, turn); err == nil { // else they are words, and kept
		answers = append(answers, rest...)
	}
	answers = append(answers, dialog.Option{Label: v.Texts.T("dialog.cancel")})
	if slices.ContainsFunc(answers, func(o dialog.Option) bool { return Same(ev.Text, o.Label) }) {
		return "", false, nil
	}
	switch {
	case ev.Media != nil && len(d.What.Media) < cases.MaxMedia:
		d.What.Media = append(d.What.Media, *ev.Media)
		d.What.Text = strings.TrimSpace(d.What.Text + "\n" + ev.Media.Caption)
	case ev.Text != "":
		d.What.Text = strings.TrimSpace(d.What.Text + "\n" + ev.Text)
	default:
		return "", false, nil
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return "", false, fmt.Errorf("keep what came beside: %w", err)
	}
	open.Draft = raw
	return v.Texts.T("which.kept"), true, nil
}

// RewordsOpen puts other words in the place of those of which the open dialog asks
// to what they belong.
func RewordsOpen(open *dialog.Session, text string) bool {
	var d whichDraft
	if open.Flow != "which" || json.Unmarshal(open.Draft, &d) != nil {
		return false
	}
	d.What.Text = text
	raw, err := json.Marshal(d)
	if err == nil {
		open.Draft = raw
	}
	return err == nil
}

// neithers are words that say that it is none of what was offered.
var neithers = []string{"neither", "none", "no", "person"}

// Worded turns what the open dialog takes in no other form into words: a place on
// the map that is told to somebody, "neither" for a person who helps.
func (h *House) Worded(v Visit, open *dialog.Session, ev dialog.Event) dialog.Event {
	if open == nil {
		return ev
	}
	switch {
	case ev.Location != nil && slices.Contains([]string{"say", "remark", "which"}, open.Flow):
		ev.Text, ev.Location = v.point(ev.Location), nil
	case open.Flow == "which" && !ev.Forwarded && !v.Actor.Staff() && h.oneOf(v, ev.Text, "neither", neithers):
		ev.Text = v.Texts.T("which.person")
	}
	return ev
}
