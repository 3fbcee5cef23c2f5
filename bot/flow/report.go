package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// reportDraft is what a resident has told so far.
type reportDraft struct {
	By    who            `json:"by"`
	Sure  string         `json:"sure,omitempty"`
	Asked bool           `json:"asked,omitempty"` // it began with words that may be no report
	Acts  bool           `json:"acts,omitempty"`  // there are others for whom they may report
	Whom  string         `json:"whom,omitempty"`  // forMe, or the number of a person
	Duty  bool           `json:"duty,omitempty"`  // it is written down on duty for Whom
	Flats []string       `json:"flats,omitempty"` // of Whom: those whose flat is known
	Told  cases.Channel  `json:"told,omitempty"`  // on duty: how Whom told it
	Kind  string         `json:"kind,omitempty"`
	About string         `json:"about,omitempty"` // of a complaint: nobodyNamed, or the number of a person
	Sees  string         `json:"sees,omitempty"`  // who alone sees what is private was read
	At    where          `json:"at"`
	What  dialog.Words   `json:"what,omitzero"`
	More  []dialog.Media `json:"more,omitempty"`
}

// reportFlow asks kind, place, what it is and for a photo, then opens a case.
func reportFlow(h *House) *dialog.Flow[reportDraft] {
	steps := []dialog.Step[reportDraft]{
		dialog.Choice("sure", func(d *reportDraft) *string { return &d.Sure }, "yes").
			When(func(d *reportDraft) bool { return d.Asked }).Hidden(),
		dialog.Pick("whom", func(d *reportDraft) *string { return &d.Whom }, h.whomOptions).
			When(func(d *reportDraft) bool { return d.Acts || d.Duty }),
		dialog.Choice("told", func(d *reportDraft) *cases.Channel { return &d.Told }, cases.Channels...).
			When(func(d *reportDraft) bool { return d.Duty }),
		dialog.Pick("kind", func(d *reportDraft) *string { return &d.Kind }, h.kinds).Check(h.isHeard, "nobody"),
	}
	steps = append(steps, privateSteps(h)...)
	steps = append(steps, placeSteps(h, placing[reportDraft]{
		by:   func(d *reportDraft) who { return d.By },
		home: (*reportDraft).whom,
		at:   func(d *reportDraft) *where { return &d.At },
		flat: func(d *reportDraft) bool { return slices.Contains(d.Flats, cmp.Or(d.Whom, forMe)) },
		none: (*reportDraft).private,
	})...)
	steps = append(steps,
		dialog.Tell("what", func(d *reportDraft) *dialog.Words { return &d.What }, 1, cases.MaxWords),
		dialog.Photos("photo", func(d *reportDraft) *[]dialog.Media { return &d.More }, maxPhotos).
			When((*reportDraft).asksPhoto).
			Optional(),
	)
	return dialog.New("report", h.sendReport, steps...).Says("report.kind.else", "report.kind.none", "report.kind.people")
}

// maxPhotos is how many pictures a guided report takes.
const maxPhotos = 5

// Keeps takes in what the open question did not ask for and is of use all the
// same: the photo or voice message that comes out of its turn. The question
// stays; note is said above it, and the session carries what was kept.
func (h *House) Keeps(ctx context.Context, v Visit, open *dialog.Session, ev dialog.Event) (note string, ok bool, err error) {
	if open.Flow == "which" && !ev.Forwarded {
		return h.keepsInWhich(ctx, v, open, ev)
	}
	if ev.Media == nil || ev.Forwarded {
		return "", false, nil
	}
	switch open.Flow {
	case "welcome":
		return h.keepsFirst(ctx, v, ev)
	case "report":
		return v.keepsInReport(open, ev)
	default:
		return "", false, nil
	}
}

func (v Visit) keepsInReport(open *dialog.Session, ev dialog.Event) (note string, ok bool, err error) {
	var d reportDraft
	if err := json.Unmarshal(open.Draft, &d); err != nil {
		return "", false, nil //nolint:nilerr // the dialog finds out by itself, and begins again
	}
	note = "report.kept"
	if ev.Media.Kind == dialog.Voice {
		note, ok = "report.kept_voice", d.keepsVoice(open, *ev.Media)
	} else {
		ok = d.keepsPhoto(open, *ev.Media)
	}
	if !ok {
		return "", false, nil
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return "", false, fmt.Errorf("keep what came early: %w", err)
	}
	open.Draft = raw
	return v.Texts.T(note), true, nil
}

// beforeWhat are the steps that come before anybody asks what is wrong, and the
// summary: neither of them asks for media.
var beforeWhat = []string{"sure", "whom", "told", "kind", "about", "sees", "place", "building", "entrance", "flat", ""}

func (d *reportDraft) keepsPhoto(open *dialog.Session, m dialog.Media) bool {
	if !slices.Contains(beforeWhat, open.At) || len(d.More) >= maxPhotos || !d.asksPhoto() {
		return false
	}
	d.More = append(d.More, m)
	return true
}

// keepsVoice takes a voice message for what is wrong, whatever is asked now;
// told once, it is not asked again.
func (d *reportDraft) keepsVoice(open *dialog.Session, m dialog.Media) bool {
	if !slices.Contains(append(beforeWhat, "photo"), open.At) || len(d.What.Media) >= maxPhotos {
		return false
	}
	d.What.Media = append(d.What.Media, m)
	if !slices.Contains(open.Done, "what") {
		open.Done = append(open.Done, "what")
	}
	return true
}

// words is what was told, with what was written under the photos.
func (d *reportDraft) words() string {
	lines := []string{d.What.Text}
	for _, m := range d.More {
		lines = append(lines, m.Caption)
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
	return shorten(strings.Join(lines, "\n"), cases.MaxWords)
}

// asksPhoto reports whether photos are asked for: one is kept, or words and voice
// messages leave room for one.
func (d *reportDraft) asksPhoto() bool {
	return len(d.More) > 0 || len(d.What.Media) == 0 || d.What.Media[0].Kind == dialog.Voice
}

// sendReport opens the case. The session's id is its key: a repeated Send
// opens nothing twice and shows the same receipt.
func (h *House) sendReport(ctx context.Context, d *reportDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	p, err := h.resident(ctx, v, d.whom())
	if err != nil {
		return dialog.Screen{}, err
	}
	report := cases.Report{
		Key:     t.Key,
		Kind:    d.Kind,
		About:   d.about(),
		For:     p.ID,
		Channel: d.Told,
		Place:   d.At.place(homeOf(p)),
		Words:   d.words(),
		Media:   append(kept(d.What.Media), append(kept(d.At.Note.Media), kept(d.More)...)...),
	}
	like, err := h.Cases.NearReport(ctx, v.Actor, report)
	if _, refused := v.Refused(err); err != nil && !refused { // what cannot stand is refused below
		return dialog.Screen{}, fmt.Errorf("send report: %w", err)
	}
	bring := h.Cases.Open
	if len(like) > 0 {
		bring = h.Cases.Keep
	}
	c, err := bring(ctx, v.Actor, report)
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("send report: %w", err)
	}
	if d.At.Spot == spotHome && d.At.Flat != "" && p.ID == v.Person.ID {
		if _, err := h.People.SetFlat(ctx, v.Actor, d.At.Flat); err != nil {
			return dialog.Screen{}, fmt.Errorf("keep the flat: %w", err)
		}
	}
	switch {
	case c.Status != cases.Draft:
		return h.receipt(ctx, v, c), nil
	case len(like) > 0:
		return h.nearQuestion(ctx, v, c, like[0]), nil
	}
	return h.draftCard(ctx, v, c), nil // a repeat, after what it was like is over
}

// kept turns what a dialog collected into what a case keeps.
func kept(media []dialog.Media) []cases.Media {
	list := make([]cases.Media, len(media))
	for i, m := range media {
		list[i] = cases.Media{Kind: m.Kind, FileID: m.FileID, UniqueID: m.UniqueID}
	}
	return list
}

// shown is the way back: a case's media as a screen carries them.
func shown(media []cases.Media) []dialog.Media {
	list := make([]dialog.Media, len(media))
	for i, m := range media {
		list[i] = dialog.Media{Kind: m.Kind, FileID: m.FileID, UniqueID: m.UniqueID}
	}
	return list
}

// startReport opens the guided report; words and media that came before it are
// kept, and asked about first where nobody said that they are a report.
func (h *House) startReport(ctx context.Context, v Visit, what dialog.Words, asked bool) Reply {
	if v.shutOut() {
		return v.blocked()
	}
	return Reply{Dialog: "report", Prefill: reportDraft{
		By:    v.who(),
		Asked: asked,
		Acts:  len(v.Actor.For) > 0,
		Flats: h.flats(ctx, v, v.Actor.For),
		What:  what,
	}}
}

// receipt tells the number, who looks at it and by when.
func (h *House) receipt(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	if c.Urgent && c.Danger != "" {
		return h.rung(ctx, v, c)
	}
	if c.Private != "" {
		return h.privateReceipt(ctx, v, c)
	}
	s := v.say("receipt.sent", "no", c.Number, "by", *c.DueAt, "holder", h.name(ctx, v, c.Holder))
	switch whom := h.name(ctx, v, c.For); {
	case c.Holder == 0:
		s = v.say("receipt.open", "no", c.Number, "phone", phoneWords(v))
	case c.For == c.Reporter && h.spoken(ctx, v, c):
		s = v.say("receipt.voice", "no", c.Number, "by", *c.DueAt, "holder", h.name(ctx, v, c.Holder))
	case c.For != c.Reporter:
		s = v.say("receipt.sent_for", "no", c.Number, "by", *c.DueAt, "holder", h.name(ctx, v, c.Holder), "name", whom)
	}
	s.Rows = [][]dialog.Button{
		{{Label: v.Texts.T("case.take_back"), Data: CaseData("back", c.ID)}},
		{{Label: v.Texts.T("menu.mine"), Data: "m.mine"}},
	}
	return s
}

// name is what a person is called; nobody has no name, and one whose record
// cannot be read is called by the office.
func (h *House) name(ctx context.Context, v Visit, person int64) string {
	if person == 0 {
		return v.Texts.T("person.nobody")
	}
	p, _, err := h.People.Reader(ctx, v.Community.ID, person)
	if err != nil || p.Name == "" {
		return v.Texts.T("person.office")
	}
	return p.Name
}

// phoneWords is the number to call where the bot does not help further.
func phoneWords(v Visit) string {
	if v.Community.OfficePhone != "" {
		return v.Community.OfficePhone
	}
	return v.Texts.T("person.no_phone")
}
