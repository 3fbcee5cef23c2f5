package flow

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/register"
)

// sheetDraft is a spreadsheet of the register that somebody sent, and what
// loading it would come to.
type sheetDraft struct {
	By     who             `json:"by"`
	File   dialog.Document `json:"file,omitzero"`
	Counts register.Counts `json:"counts,omitzero"`
	Lines  string          `json:"lines,omitempty"` // the doubles, in words
	Load   string          `json:"load,omitempty"`
}

// sheetFlow asks for the file, shows what loading it comes to, and loads it.
func sheetFlow(h *House) *dialog.Flow[sheetDraft] {
	return dialog.New("sheet", h.load,
		dialog.File("file", func(d *sheetDraft) *dialog.Document { return &d.File }, register.MaxBytes).
			Check(h.dryRun, "refused", "faults", "nothing").
			Beside(func(_ *sheetDraft, t dialog.Turn) []dialog.Button {
				return []dialog.Button{{Label: t.Texts.T("sheet.empty"), Data: "m.template"}}
			}),
		dialog.Choice("load", func(d *sheetDraft) *string { return &d.Load }, "yes").
			Fill(func(_ context.Context, d *sheetDraft, _ dialog.Turn) ([]any, error) {
				return append(counted(d.Counts), "lines", d.Lines), nil
			}),
	).NoSummary().Says("sheet.loaded")
}

func counted(c register.Counts) []any {
	return []any{"new", c.New, "changed", c.Changed, "same", c.Unchanged, "doubles", c.Doubles}
}

// sheetLines is how many faults or doubles one screen names.
const sheetLines = 5

// dryRun looks at the file, and keeps what it comes to for the question.
func (h *House) dryRun(ctx context.Context, d *sheetDraft, t dialog.Turn) error {
	v, sheet, err := h.fetched(ctx, d, t)
	if err != nil {
		return err
	}
	plan, err := h.Register.DryRun(ctx, v.Actor, sheet)
	if text, ok := v.Refused(err); ok {
		return dialog.Reject("refused", "why", text)
	} else if err != nil {
		return fmt.Errorf("look at the sheet: %w", err)
	}
	d.Counts, d.Lines = plan.Counts(), ""
	if len(plan.Faults) > 0 {
		return dialog.Reject("faults", "count", len(plan.Faults), "lines", FaultWords(t.Texts, plan.Faults, sheetLines))
	}
	if len(plan.Doubles) > 0 {
		d.Lines = "\n" + DoubleWords(t.Texts, plan.Doubles, sheetLines)
	}
	if len(plan.New)+len(plan.Changed) == 0 && d.Load == "" {
		return dialog.Reject("nothing", "lines", d.Lines)
	}
	return nil
}

func (h *House) fetched(ctx context.Context, d *sheetDraft, t dialog.Turn) (Visit, register.Sheet, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return Visit{}, register.Sheet{}, err
	}
	data, err := h.Fetch(ctx, v.Community.ID, d.File.FileID, register.MaxBytes)
	if err != nil {
		return Visit{}, register.Sheet{}, fmt.Errorf("fetch the sheet: %w", err)
	}
	return v, register.Sheet{Name: d.File.Name, Data: data, Words: SheetWords(h.allTexts(t.Now, t.Zone))}, nil
}

// load loads the file; the session is the key of what it does.
func (h *House) load(ctx context.Context, d *sheetDraft, t dialog.Turn) (dialog.Screen, error) {
	v, sheet, err := h.fetched(ctx, d, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	counts, err := h.Register.Load(ctx, v.Actor, t.Key, sheet)
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("load the sheet: %w", err)
	}
	s := v.say("sheet.loaded", counted(counts)...)
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("people.another"), Data: "m.people"}}}
	return s, nil
}

// FaultWords tells the first of some faults, each by its row and column.
func FaultWords(t dialog.Texts, faults []register.Fault, most int) string {
	var lines []string
	for _, f := range faults[:min(most, len(faults))] {
		what := t.T("sheet.fault."+f.Code, f.Args...)
		lines = append(lines, t.T("sheet.row", "row", f.Row, "column", t.T("sheet.column."+string(f.Column)), "what", what))
	}
	return strings.Join(append(lines, more(t, len(faults), most)...), "\n")
}

// DoubleWords tells the first of some doubles.
func DoubleWords(t dialog.Texts, doubles []register.Double, most int) string {
	var lines []string
	for _, d := range doubles[:min(most, len(doubles))] {
		of := t.T("sheet.on_register")
		if d.Of != 0 {
			of = t.T("sheet.in_row", "row", d.Of)
		}
		lines = append(lines, t.T("sheet.double."+d.Why, "row", d.Row, "name", shorten(d.Name, maxName), "of", of))
	}
	return strings.Join(append(lines, more(t, len(doubles), most)...), "\n")
}

func more(t dialog.Texts, all, most int) []string {
	if all <= most {
		return nil
	}
	return []string{t.T("sheet.more", "rest", all-most)}
}

// SheetWords are the words that a sheet may use, in all languages.
func SheetWords(all []dialog.Texts) register.Words {
	w := register.Words{Headings: map[register.Column][]string{}, Tags: map[string][]string{}, Languages: map[string][]string{}}
	for _, t := range all {
		for _, c := range register.Columns {
			w.Headings[c] = append(w.Headings[c], t.T("sheet.column."+string(c)))
		}
		for _, tag := range people.Tags {
			w.Tags[tag] = append(w.Tags[tag], t.T("tag."+tag))
		}
		for _, code := range spokenCodes {
			w.Languages[code] = append(w.Languages[code], t.T("spoken."+code))
		}
		w.Yes = append(w.Yes, t.T("yes.yes"), t.T("sheet.yes"))
		w.Examples = append(w.Examples, t.T("sheet.example.name"))
	}
	return w
}

func (h *House) allTexts(now time.Time, zone *time.Location) []dialog.Texts {
	all := make([]dialog.Texts, len(h.Languages))
	for i, lang := range h.Languages {
		all[i] = h.Texts(lang, now, zone)
	}
	return all
}

// withTemplates are the house's files with the empty sheet, and a list of holidays
// to begin with, in every language.
func (h *House) withTemplates() map[string]func() (string, []byte, error) {
	files := map[string]func() (string, []byte, error){}
	maps.Copy(files, h.Files)
	for _, lang := range h.Languages {
		files["holidays."+lang] = func() (string, []byte, error) { return holidaysExample(h.Texts(lang, time.Time{}, time.UTC)) }
		files["sheet."+lang] = func() (string, []byte, error) { return sheetTemplate(h.Texts(lang, time.Time{}, time.UTC)) }
	}
	return files
}

func sheetTemplate(t dialog.Texts) (name string, data []byte, err error) {
	var headings, example []string
	for _, c := range register.Columns {
		headings = append(headings, t.T("sheet.column."+string(c)))
		example = append(example, t.T("sheet.example."+string(c)))
	}
	data, err = register.Template(headings, example)
	return t.T("sheet.file_name") + ".xlsx", data, err
}

// loads reports whether somebody may load the register.
func (v Visit) loads() bool { return v.Actor.May(access.Import, access.SameCommunity) }

func (v Visit) startSheet(file dialog.Document) Reply {
	return Reply{Dialog: "sheet", Prefill: sheetDraft{By: v.who(), File: file}}
}

// sheet asks for the filled list.
func (h *House) sheet(_ context.Context, v Visit, _ string) (Reply, error) {
	if !v.loads() {
		return v.toast("tap.old"), nil
	}
	return v.startSheet(dialog.Document{}), nil
}

// template gives the empty list, beside the question that waits.
func (h *House) template(_ context.Context, v Visit, _ string) (Reply, error) {
	if !v.loads() {
		return v.toast("tap.old"), nil
	}
	s := v.say("sheet.template")
	s.File = "sheet." + v.Texts.T("sheet.lang")
	return Reply{Screen: s, Where: Apart, Beside: true}, nil
}
