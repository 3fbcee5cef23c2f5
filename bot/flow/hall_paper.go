package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/paper"
	"github.com/linli-bot/linli/internal/refusal"
)

// ownHall is how the list of a day is called, before "<day>.<person>": it is made for that
// person, who sees of it what they may.
const ownHall = "hall:"

// hallPaperVerbs are the buttons of a day without a network.
func (h *House) hallPaperVerbs() map[string]verb {
	return map[string]verb{"hpaper": h.onKitchenDay(h.printsHall), "htyped": h.onKitchenDay(h.startsTyped), "honpaper": h.onKitchenDay(h.onPaperToday)}
}

// printsHall brings the list of a day, to be printed.
func (h *House) printsHall(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	if _, err := h.Childcare.Sheet(ctx, v.Actor, day); err != nil {
		return Reply{}, err
	}
	s := v.say("care.hall.printed", "day", dayIn(day, v.Zone))
	s.File = ownHall + ofDay(day) + "." + number(v.Person.ID)
	row(&s, v.Texts.T("care.hall.paper_today"), "honpaper", ofDay(day))
	return Reply{Screen: s, Where: Apart, Beside: true}, nil
}

// onPaperToday says that a day is written on paper: nobody is rung because nothing is
// tapped.
func (h *House) onPaperToday(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	if err := h.Childcare.OnPaper(ctx, v.Actor, day); err != nil {
		return Reply{}, err
	}
	s := v.say("care.hall.paper_on")
	row(&s, v.Texts.T("care.hall.was_paper"), "htyped", ofDay(day))
	return Reply{Screen: s, Beside: true}, nil
}

// hallFile draws it, as things stand.
func (h *House) hallFile(ctx context.Context, in int64, of string) (name string, data []byte, err error) {
	text, person, _ := strings.Cut(of, ".")
	day, err := time.Parse("20060102", text)
	if err != nil {
		return "", nil, fmt.Errorf("no list is called %q: %w", of, err)
	}
	v, err := h.readerOf(ctx, in, person)
	if err != nil {
		return "", nil, err
	}
	sheet, err := h.Childcare.Sheet(ctx, v.Actor, day)
	if err != nil {
		return "", nil, fmt.Errorf("draw the list of a day: %w", err)
	}
	data, err = v.hallPaper(sheet).PDF()
	return v.Texts.T("care.hall.paper_file", "day", day.Format(time.DateOnly)) + ".pdf", data, err
}

// hallPaper is a day on paper: each list with boxes, then each child with its number and
// who may have it, by letter, as they are typed in afterwards.
func (v Visit) hallPaper(sheet childcare.Sheet) paper.Paper {
	p := paper.Paper{Title: v.Texts.T("care.hall.paper_title", "day", dayIn(sheet.Day.Day, v.Zone)), At: sheet.Day.ClosesAt}
	numbers := numbersOn(sheet)
	for _, l := range sheet.Lists {
		what := l.Sitting.Pattern.What
		if what == childcare.Counselled {
			continue
		}
		part := paper.Part{Head: v.Texts.T("care.hall.paper_list", "at", clockOf(l.Sitting.StartsAt.In(v.Zone)), "what", v.Texts.T("care.hall.what."+string(what)))}
		if l.Sitting.SchoolName != "" {
			part.Head += " " + l.Sitting.SchoolName
		}
		for _, c := range l.Children {
			part.Lines = append(part.Lines, paper.Line{Text: v.onPaperLine(slices.Index(numbers, c.Child)+1, c), Right: v.boxOf(c)})
		}
		p.Parts = append(p.Parts, part)
	}
	leaves := paper.Part{Head: v.Texts.T("care.hall.paper_leave")}
	for i, child := range numbers {
		c, _ := onSheet(sheet, child)
		leaves.Lines = append(leaves.Lines, paper.Line{Text: strconv.Itoa(i+1) + " " + c.Name, Right: "__:__"})
		var who []string
		for n, o := range sheet.Collectors[child] {
			who = append(who, strings.TrimSpace(letterOf(n)+" "+o.Name+" "+o.Phone))
		}
		leaves.Lines = append(leaves.Lines, paper.Line{Text: "    " + strings.Join(who, "   ")})
	}
	leaves.Lines = append(leaves.Lines, paper.Line{Text: v.Texts.T("care.hall.paper_how")})
	p.Parts = append(p.Parts, leaves)
	return p
}

// numbersOn are the children of a sheet, in the order of their numbers: by name.
func numbersOn(sheet childcare.Sheet) (children []int64) {
	for _, c := range (hallDay{sheet.Lists}).children() {
		children = append(children, c.Child)
	}
	return children
}

// onSheet finds a child of a sheet.
func onSheet(sheet childcare.Sheet, child int64) (childcare.OnList, bool) {
	return byName((hallDay{sheet.Lists}).children(), child)
}

// letterOf is who may have a child on paper: a, b, c…
func letterOf(n int) string { return string(rune('a' + n)) }

func (v Visit) onPaperLine(n int, c childcare.OnList) string {
	var words []string
	for _, w := range []string{v.classWords(c.Grade, c.Class), v.mindOf(c.Diet, c.Allergy), c.Know} {
		if w != "" {
			words = append(words, w)
		}
	}
	if c.Absent != childcare.Present {
		return v.Texts.T("care.hall.line", "name", c.Name, "words", v.absentWords(c.Absent))
	}
	name := strconv.Itoa(n) + " " + c.Name
	if len(words) == 0 {
		return name
	}
	return v.Texts.T("care.hall.line", "name", name, "words", listed(v.Texts, words))
}

// boxOf is where a child is ticked on paper.
func (v Visit) boxOf(c childcare.OnList) string {
	if c.Absent != childcare.Present {
		return "–"
	}
	return "□"
}

// typedDraft is what was noted on paper.
type typedDraft struct {
	By    who    `json:"by"`
	Day   string `json:"day"`
	Lines string `json:"lines,omitempty"`
}

func (h *House) startsTyped(ctx context.Context, v Visit, day time.Time) (Reply, error) {
	if _, err := h.Childcare.Sheet(ctx, v.Actor, day); err != nil {
		return Reply{}, err
	}
	return Reply{Dialog: "onpaper", Where: Spent, Prefill: typedDraft{By: v.who(), Day: day.Format(time.DateOnly)}}, nil
}

// typedFlow takes in one go what was noted on paper, by the numbers and letters of the
// printed list.
func typedFlow(h *House) *dialog.Flow[typedDraft] {
	return dialog.New("onpaper", h.typesIn,
		dialog.Text("lines", func(d *typedDraft) *string { return &d.Lines }, 1, 3000).
			Check(func(ctx context.Context, d *typedDraft, t dialog.Turn) error {
				_, _, err := h.onPaperNoted(ctx, d, t)
				return err
			}, "line"),
	).NoSummary().Says("care.hall.typed", "onpaper.send.wrong")
}

// onPaperNoted reads the lines as what happened.
func (h *House) onPaperNoted(ctx context.Context, d *typedDraft, t dialog.Turn) (Visit, []childcare.Typed, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return v, nil, err
	}
	sheet, err := h.Childcare.Sheet(ctx, v.Actor, dateOf(d.Day))
	if err != nil {
		return v, nil, err
	}
	lines, wrong := readPaper(d.Lines, sheet, v.Zone)
	if wrong != "" {
		return v, nil, dialog.Reject("line", "line", wrong)
	}
	return v, lines, nil
}

func (h *House) typesIn(ctx context.Context, d *typedDraft, t dialog.Turn) (dialog.Screen, error) {
	v, lines, err := h.onPaperNoted(ctx, d, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	n, err := h.Childcare.TypedIn(ctx, v.Actor, dateOf(d.Day), lines)
	if r, no := refusal.As(err); no && r.Key == "care.typed_wrong" {
		return dialog.Screen{}, dialog.Reject("wrong", "name", h.onLine(ctx, v, lines, r), "why", v.whyOf(r))
	}
	if text, no := v.Refused(err); no {
		return dialog.Screen{Text: text}, nil
	}
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("type in a day: %w", err)
	}
	s := v.say("care.hall.typed", "n", n)
	v.back(&s, "hall")
	return s, nil
}

// argOf is an argument of a refusal.
func argOf(r *refusal.Refusal, name string) any {
	for i := 0; i+1 < len(r.Args); i += 2 {
		if r.Args[i] == name {
			return r.Args[i+1]
		}
	}
	return nil
}

// onLine is the child of the line that cannot be.
func (h *House) onLine(ctx context.Context, v Visit, lines []childcare.Typed, r *refusal.Refusal) string {
	n, _ := argOf(r, "line").(int)
	if n < 1 || n > len(lines) {
		return ""
	}
	b, err := h.Childcare.Booking(ctx, v.Actor, lines[n-1].Booking)
	if err != nil { // it is better told without the name than not at all
		return ""
	}
	return h.name(ctx, v, b.Child)
}

// whyOf says why a line cannot be.
func (v Visit) whyOf(r *refusal.Refusal) string {
	key, _ := argOf(r, "why").(string)
	return v.Texts.T("refused."+key, "phone", phoneWords(v), "name", "", "left", 0)
}
