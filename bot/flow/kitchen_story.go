package flow

import (
	"context"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/lunch"
)

// lunchStory are the lines of what the kitchen knows of who an urgent case is about: for
// whoever goes there. A card is better drawn without them than not at all.
func (h *House) lunchStory(ctx context.Context, v Visit, c cases.Case) []string {
	if c.Channel != cases.AtDoor || !c.Urgent {
		return nil
	}
	st, err := h.Lunch.StoryOf(ctx, v.Community.ID, c.ID)
	if err != nil {
		return nil
	}
	o := st.Order
	key, at := "kitchen.story.unreached", in(o.Day, v.Zone)
	if o.OutcomeAt != nil {
		at = *o.OutcomeAt
	}
	if o.WorriedAt != nil {
		key, at = "kitchen.story.worried", *o.WorriedAt
	}
	lines := []string{v.Texts.T(key, "at", dated(at), "n", o.Tries)}
	if o.WorriedAt != nil && o.Tries > 0 {
		lines = append(lines, v.Texts.T("kitchen.story.shut", "n", o.Tries))
	}
	if o.Outcome != lunch.NoOutcome {
		lines = append(lines, v.Texts.T("kitchen.story.since", "is", v.Texts.T("kitchen.became."+string(o.Outcome))))
	}
	if before := v.pastMeals(st.Before); before != "" {
		lines = append(lines, v.Texts.T("kitchen.story.before", "meals", before))
	} else {
		lines = append(lines, v.Texts.T("kitchen.story.first"))
	}
	var known []string
	if st.Alone {
		known = append(known, v.Texts.T("kitchen.paper_alone"))
	}
	known = append(known, v.diets(lunch.Label{Diet: st.Diet})...)
	if st.Notes != "" {
		known = append(known, st.Notes)
	}
	if len(known) > 0 {
		lines = append(lines, listed(v.Texts, known))
	}
	return lines
}

// pastMeals are some meals of the days before.
func (v Visit) pastMeals(some []lunch.Past) string {
	var words []string
	for _, p := range some {
		is := v.became(lunch.Meal{Outcome: p.Outcome, Tries: p.Tries})
		if is == "" {
			is = v.Texts.T("kitchen.became.unknown")
		}
		words = append(words, v.Texts.T("kitchen.story.meal", "day", dayIn(p.Day, v.Zone), "is", is))
	}
	return listed(v.Texts, words)
}
