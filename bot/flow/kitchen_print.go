package flow

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/paper"
)

// sheetPaper is what is cooked on a day: by dish, by way, by diet, and what to mind.
func (v Visit) sheetPaper(s lunch.Sheet) paper.Paper {
	p := paper.Paper{
		Title: v.Texts.T("kitchen.paper_title", "day", dayIn(s.Day.Day, v.Zone), "portions", s.Portions()),
		At:    s.Day.ClosesAt,
	}
	add := func(head string, lines []paper.Line) {
		if len(lines) > 0 {
			p.Parts = append(p.Parts, paper.Part{Head: v.Texts.T(head), Lines: lines})
		}
	}
	if s.Nth > 1 {
		p.Parts = append(p.Parts, paper.Part{Lines: []paper.Line{{Text: v.Texts.T("kitchen.paper_nth", "n", s.Nth)}}})
	}
	add("kitchen.paper_late", v.lateLines(s))
	var dishes, ways, diets, words []paper.Line
	for _, d := range s.Dishes {
		dishes = append(dishes, tally(d.Dish.Name, d.Portions))
	}
	for _, way := range lunch.Modes {
		if n := portionsBy(s, way); n > 0 {
			ways = append(ways, tally(v.Texts.T("kitchen.by."+string(way)), n))
		}
	}
	if n := s.AtTable(); n > 0 {
		ways = append(ways, tally(v.Texts.T("kitchen.guests"), n))
	}
	for _, d := range s.Diets {
		diets = append(diets, tally(v.Texts.T("kitchen.diet."+string(d.Diet)), d.Portions))
	}
	for _, l := range s.Words {
		if text := v.labelWords(l); text != "" {
			words = append(words, tally(v.ofMeal(l, text), l.Portions))
		}
	}
	add("kitchen.paper_dishes", dishes)
	add("kitchen.paper_ways", ways)
	add("kitchen.paper_diets", diets)
	add("kitchen.paper_words", words)
	return p
}

// tally is a line with a number.
func tally(text string, n int) paper.Line {
	return paper.Line{Text: text, Right: strconv.Itoa(n)}
}

// portionsBy counts what reaches people in a way on this day.
func portionsBy(s lunch.Sheet, way lunch.Mode) (n int) {
	for _, l := range s.Labels {
		if l.Way == way {
			n += l.Portions
		}
	}
	return n
}

// ofMeal says of whom a word is, for who knows the names.
func (v Visit) ofMeal(l lunch.Label, text string) string {
	name := v.whoseMeal(l)
	if name == "" {
		return text
	}
	return v.Texts.T("kitchen.sheet_word", "name", name, "words", text)
}

func (v Visit) lateLines(s lunch.Sheet) (lines []paper.Line) {
	for _, c := range s.Late {
		name := sheetName(s, c.Order)
		lines = append(lines, paper.Line{Text: v.Texts.T("kitchen.sheet_late", "name", name, "was", c.Was, "is", c.Is)})
	}
	for _, text := range v.guestsChanged(s) {
		lines = append(lines, paper.Line{Text: text})
	}
	return lines
}

// runFile draws the round with the numbers to call, for who carries it.
func (h *House) runFile(ctx context.Context, v Visit, sheet lunch.Sheet) (name string, data []byte, err error) {
	stops, err := h.Lunch.Run(ctx, v.Actor, sheet.Day.Day)
	if err != nil {
		return "", nil, fmt.Errorf("draw a round: %w", err)
	}
	data, err = v.runPaper(sheet, stops).PDF()
	return v.Texts.T("kitchen.paper_run_file", "day", sheet.Day.Day.Format(time.DateOnly)) + ".pdf", data, err
}

// runPaper is the round by entrance, a line for each door with its number below.
func (v Visit) runPaper(sheet lunch.Sheet, stops []lunch.Stop) paper.Paper {
	n := 0
	p := paper.Paper{At: sheet.Day.ClosesAt}
	for _, s := range stops {
		part := paper.Part{Head: v.stairs(lunch.Entrance{Building: s.Building, House: s.House, Entrance: s.Entrance})}
		for _, m := range s.Meals {
			part.Lines = append(part.Lines, tally(v.atDoor(m.Label), m.Portions))
			if m.Phone != "" {
				part.Lines = append(part.Lines, paper.Line{Text: v.Texts.T("kitchen.paper_phone", "phone", m.Phone)})
			}
			n += m.Portions
		}
		p.Parts = append(p.Parts, part)
	}
	p.Title = v.Texts.T("kitchen.paper_run_title", "day", dayIn(sheet.Day.Day, v.Zone), "portions", n)
	return p
}

// printed is the sheet with the run behind it, by entrance, for who carries.
func (v Visit) printed(s lunch.Sheet) paper.Paper {
	p := v.sheetPaper(s)
	for _, e := range s.Run {
		part := paper.Part{Head: v.stairs(e)}
		for _, l := range e.Labels {
			part.Lines = append(part.Lines, tally(v.atDoor(l), l.Portions))
		}
		p.Parts = append(p.Parts, part)
	}
	return p
}

func (v Visit) stairs(e lunch.Entrance) string {
	switch {
	case e.Building == 0:
		return v.Texts.T("kitchen.paper_nowhere")
	case e.Entrance == 0:
		return buildingWords(v.Texts, e.House)
	}
	return v.Texts.T("kitchen.paper_stairs", "building", buildingWords(v.Texts, e.House), "entrance", e.Entrance)
}

// atDoor is one meal as who carries it reads it.
func (v Visit) atDoor(l lunch.Label) string {
	text := v.Texts.T("kitchen.paper_door", "flat", l.Door.Flat, "name", l.Name)
	if mind := v.mind(l); mind != "" {
		return v.Texts.T("kitchen.sheet_word", "name", text, "words", mind)
	}
	return text
}

// mind is what to think of at a door, "" for nothing.
func (v Visit) mind(l lunch.Label) string {
	more := v.diets(l)
	if l.Alone {
		more = append(more, v.Texts.T("kitchen.paper_alone"))
	}
	if l.Door.Notes != "" {
		more = append(more, l.Door.Notes)
	}
	return listed(v.Texts, more)
}

func (v Visit) diets(l lunch.Label) (words []string) {
	for _, d := range l.Diet {
		words = append(words, v.Texts.T("kitchen.diet."+string(d)))
	}
	return words
}

// stickers are the labels of a day: one for each meal, of two portions two.
func (v Visit) stickers(s lunch.Sheet) (all []paper.Label) {
	for _, l := range s.Labels {
		for n := range l.Portions {
			all = append(all, v.sticker(l, n+1))
		}
	}
	return all
}

// sticker is the label of the n-th meal of an order.
func (v Visit) sticker(l lunch.Label, n int) paper.Label {
	big := v.Texts.T("kitchen.label_door", "building", l.Door.House, "entrance", l.Door.Entrance, "flat", l.Door.Flat)
	switch {
	case l.Way != lunch.Bring:
		big = v.Texts.T("kitchen.sticker." + string(l.Way))
	case l.Door.Building == 0:
		big = v.Texts.T("kitchen.paper_nowhere")
	}
	name := l.Name
	if l.Portions > 1 {
		name += " " + v.Texts.T("kitchen.label_of", "n", n, "of", l.Portions)
	}
	p := paper.Label{Big: big, Lines: []string{name}}
	for _, words := range []string{listed(v.Texts, v.diets(l)), v.labelWords(l)} {
		if words != "" {
			p.Lines = append(p.Lines, words)
		}
	}
	return p
}
