package flow

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/paper"
	"github.com/linli-bot/linli/internal/roster"
)

// printedWith is the sheet on paper with who works for the meal and when each of them
// comes, for whoever may read names.
func (h *House) printedWith(ctx context.Context, v Visit, sheet lunch.Sheet) (paper.Paper, error) {
	p := v.printed(sheet)
	if sheet.Nameless {
		return p, nil
	}
	crew, err := h.Roster.Crew(ctx, v.Community.ID, sheet.Day.Day)
	if err != nil {
		return p, fmt.Errorf("draw a paper: %w", err)
	}
	if part := v.crewPart(crew, func(id int64) string { return h.name(ctx, v, id) }); len(part.Lines) > 0 {
		own := len(v.sheetPaper(sheet).Parts) // behind the kitchen's own, before the doors
		p.Parts = slices.Insert(p.Parts, own, part)
	}
	return p, nil
}

// crewPart is a line for each who works for a meal: which work, and when they come.
func (v Visit) crewPart(crew []roster.Held, name func(id int64) string) paper.Part {
	part := paper.Part{Head: v.Texts.T("kitchen.paper_crew")}
	for _, p := range crew {
		part.Lines = append(part.Lines, paper.Line{
			Text:  v.Texts.T("kitchen.sheet_word", "name", name(p.Person), "words", v.slot(p.In.Slot)),
			Right: clockOf(p.In.ArriveAt.In(v.Zone)).String(),
		})
	}
	return part
}
