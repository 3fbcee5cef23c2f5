package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// What a member's photo is for.
const (
	proofDone     = "done"
	proofProgress = "progress"
	proofReport   = "report"
)

// proofDraft is how a member shows what was done: by the card's Done, or by a
// photo that comes by itself while cases are held.
type proofDraft struct {
	By     who            `json:"by"`
	Single bool           `json:"single,omitempty"` // only one case can be meant
	Sent   []dialog.Media `json:"sent,omitempty"`   // the photo that came first
	Case   string         `json:"case,omitempty"`
	As     string         `json:"as,omitempty"`
	Media  []dialog.Media `json:"media,omitempty"`
	News   dialog.Words   `json:"news,omitzero"`
	Why    string         `json:"why,omitempty"`
}

func proofFlow(h *House) *dialog.Flow[proofDraft] {
	is := func(as string) func(*proofDraft) bool { return func(d *proofDraft) bool { return d.As == as } }
	caseNo := func(ctx context.Context, d *proofDraft, t dialog.Turn) ([]any, error) {
		return []any{"case", h.caseTitle(ctx, d.By, d.Case, t)}, nil
	}
	return dialog.New("proof", h.sendProof,
		dialog.Pick("case", func(d *proofDraft) *string { return &d.Case }, h.heldOptions).Hidden(),
		dialog.Pick("as", func(d *proofDraft) *string { return &d.As },
			func(_ context.Context, d *proofDraft, _ dialog.Turn) ([]dialog.Option, error) {
				options := []dialog.Option{{Value: proofDone}, {Value: proofProgress}}
				if d.Single && len(d.Sent) > 0 {
					options = append(options, dialog.Option{Value: proofReport})
				}
				return options, nil
			}).
			When(func(d *proofDraft) bool { return d.Case != proofReport }).Fill(caseNo).Hidden(),
		dialog.Photos("photo", func(d *proofDraft) *[]dialog.Media { return &d.Media }, 1).
			When(func(d *proofDraft) bool { return d.As == proofDone && len(d.Sent) == 0 }).Fill(caseNo).Optional(),
		dialog.Choice("why", func(d *proofDraft) *string { return &d.Why }, cases.Reasons...).
			When(func(d *proofDraft) bool { return is(proofDone)(d) && len(d.Sent) == 0 && len(d.Media) == 0 }),
		dialog.Tell("news", func(d *proofDraft) *dialog.Words { return &d.News }, 1, cases.MaxWords).
			When(func(d *proofDraft) bool { return is(proofProgress)(d) && len(d.Sent) == 0 }).Fill(caseNo),
	).NoSummary().Says("proof.title", "proof.as.opt.done", "proof.as.opt.progress", "proof.as.opt.report",
		"proof.case.held", "proof.case.report", "proof.progress_kept", "proof.progress_told", "proof.done_told", "proof.done_own", "proof.more_held")
}

// heldOptions are the cases a photo can be for, and a new report.
func (h *House) heldOptions(ctx context.Context, d *proofDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	held, err := h.Cases.Holding(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("held cases: %w", err)
	}
	var options []dialog.Option
	for _, c := range held {
		options = append(options, dialog.Option{
			Value: strconv.FormatInt(c.ID, 10),
			Label: t.Texts.T("proof.case.held", "no", c.Number, "kind", h.kindOrPlace(ctx, v, c)),
		})
	}
	return append(options, dialog.Option{Value: proofReport, Label: t.Texts.T("proof.case.report")}), nil
}

// kindOrPlace tells cases apart on a button: by what they are about, or where
// nobody named that yet, by the entrance.
func (h *House) kindOrPlace(ctx context.Context, v Visit, c cases.Case) string {
	if c.Kind != "" || c.Danger != "" || c.Place.Building == 0 {
		return kindWords(v, c)
	}
	b, err := h.Communities.Building(ctx, v.Community.ID, c.Place.Building)
	if err != nil { // the number alone will do
		return kindWords(v, c)
	}
	return v.Texts.T("place.short", "building", b.Name, "entrance", c.Place.Entrance)
}

func (h *House) caseTitle(ctx context.Context, by who, id string, t dialog.Turn) string {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return ""
	}
	c, err := h.Cases.Read(ctx, by.Community, n)
	if err != nil {
		return id // the question can be answered without the title
	}
	v, err := h.visit(ctx, by, t)
	if err != nil {
		return id
	}
	return t.Texts.T("proof.title", "no", c.Number, "kind", kindWords(v, c))
}

func (h *House) sendProof(ctx context.Context, d *proofDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	var s dialog.Screen
	switch {
	case d.Case == proofReport || d.As == proofReport:
		s, err = h.proofIsReport(ctx, v, d, t.Key)
	default:
		s, err = h.proofOfCase(ctx, v, d, t.Key)
	}
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	}
	return s, err
}

// progressKept says that what is new was noted, and who is told of it.
func (h *House) progressKept(ctx context.Context, v Visit, c cases.Case) string {
	p, _, err := h.People.Reader(ctx, v.Community.ID, c.For)
	if err != nil || c.Private != "" || p.ID == v.Person.ID || p.Telegram == 0 || !p.Reachable {
		return v.Texts.T("proof.progress_kept", "no", c.Number)
	}
	return v.Texts.T("proof.progress_told", "no", c.Number, "name", h.name(ctx, v, c.For))
}

func (h *House) proofOfCase(ctx context.Context, v Visit, d *proofDraft, key string) (dialog.Screen, error) {
	id, err := strconv.ParseInt(d.Case, 10, 64)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("proof of case: %w", err)
	}
	note := cases.Note{Key: key, Media: kept(slices.Concat(d.Sent, d.Media, d.News.Media)), Words: d.News.Text, Reason: d.Why}
	if d.As == proofProgress {
		c, err := h.Cases.Progress(ctx, v.Actor, id, note)
		if err != nil {
			return dialog.Screen{}, fmt.Errorf("progress of case %d: %w", id, err)
		}
		s := h.memberCard(ctx, v, c)
		s.Text = h.progressKept(ctx, v, c) + "\n" + s.Text
		s.Media = nil
		return s, nil
	}
	c, err := h.Cases.ReportDone(ctx, v.Actor, id, note)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("report case %d done: %w", id, err)
	}
	return h.doneScreen(ctx, v, c)
}

// doneScreen says who is asked now, and what is left to do today.
func (h *House) doneScreen(ctx context.Context, v Visit, c cases.Case) (dialog.Screen, error) {
	held, err := h.Cases.Holding(ctx, v.Actor)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("held cases: %w", err)
	}
	s := v.say("proof.done_told", "no", c.Number, "name", h.name(ctx, v, c.For))
	if c.For == v.Person.ID { // nobody judges their own work
		s = v.say("proof.done_own", "no", c.Number)
	}
	if c.Private != "" && !h.isReached(ctx, v, c.For) { // nobody else may ask
		s = v.say("sealed.ask_yourself", "no", c.Number, "name", h.name(ctx, v, c.For))
		s.Rows = h.wordRows(ctx, v, c)
	}
	if len(held) > 0 {
		s.Text += "\n" + v.Texts.T("proof.more_held", "n", len(held))
	}
	for _, other := range held[:min(len(held), mineShown)] {
		s.Rows = append(s.Rows, []dialog.Button{{Label: h.line(ctx, v, other), Data: CaseData("show", other.ID)}})
	}
	s.Rows = append(s.Rows, caseRows(v, c, "more.undo", "undo")...)
	return s, nil
}

func (h *House) proofIsReport(ctx context.Context, v Visit, d *proofDraft, key string) (dialog.Screen, error) {
	if len(d.Sent) == 0 {
		return dialog.Screen{}, errors.New("a report from a photo without a photo")
	}
	c, err := h.Cases.Draft(ctx, v.Actor, cases.NewDraft{
		Key: key, Media: kept(d.Sent), Words: d.Sent[0].Caption, Album: d.Sent[0].Album, Own: true,
	})
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("draft: %w", err)
	}
	return h.draftCard(ctx, v, c), nil
}

// startProof opens the dialog for one case, as done or as progress.
func (h *House) startProof(as string) func(context.Context, Visit, int64) (Reply, error) {
	return func(ctx context.Context, v Visit, id int64) (Reply, error) {
		c, err := h.Cases.Find(ctx, v.Actor, id)
		if err != nil {
			return Reply{}, fmt.Errorf("case %d: %w", id, err)
		}
		if c.Holder != v.Person.ID || c.Status != cases.Taken && c.Status != cases.Waiting {
			return show(h.caseScreen(ctx, v, c)), nil
		}
		return Reply{Dialog: "proof", Where: Apart, Prefill: proofDraft{
			By: v.who(), Case: strconv.FormatInt(id, 10), As: as,
		}}, nil
	}
}

// photoOfMember asks what a photo is for that comes while cases are held; ok
// is false where none is.
func (h *House) photoOfMember(ctx context.Context, v Visit, ev dialog.Event) (Reply, bool, error) {
	if !v.Actor.Staff() || ev.Media.Kind == dialog.Voice {
		return Reply{}, false, nil
	}
	held, err := h.Cases.Holding(ctx, v.Actor)
	if err != nil {
		return Reply{}, false, fmt.Errorf("held cases: %w", err)
	}
	if len(held) == 0 {
		return Reply{}, false, nil
	}
	d := proofDraft{By: v.who(), Sent: []dialog.Media{*ev.Media}}
	if len(held) == 1 {
		d.Single, d.Case = true, strconv.FormatInt(held[0].ID, 10)
	}
	return Reply{Dialog: "proof", Prefill: d}, true, nil
}
