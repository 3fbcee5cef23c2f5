package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// unnamed reports whether nobody has said yet of what kind a case is.
func unnamed(c cases.Case) bool { return c.Kind == "" && c.Danger == "" && c.Private == "" }

// tellUnnamed asks of what kind a case is: one tap says so.
func (h *House) tellUnnamed(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if !unnamed(c) {
		return h.caseScreen(ctx, v, c)
	}
	return h.whatScreen(ctx, v, c, "")
}

// askWhat asks whoever has a card of what kind the case is.
func (h *House) askWhat(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("name case %d: %w", id, err)
	}
	if !unnamed(c) {
		return show(h.caseScreen(ctx, v, c)), nil
	}
	return show(h.whatScreen(ctx, v, c, "")), nil
}

// whatScreen shows a case with the kinds of which it can be. Who goes need not name it
// first.
func (h *House) whatScreen(ctx context.Context, v Visit, c cases.Case, at string) dialog.Screen {
	s := dialog.Screen{
		Card:  c.ID,
		Text:  h.story(ctx, v, c) + "\n" + v.Texts.T("clocks.what_ask"),
		Media: shown(h.mediaOf(ctx, v, c.ID, cases.Before)),
	}
	if at == "" && (c.Status == cases.Open || c.Status == cases.Assigned) {
		s.Rows = caseRows(v, c, "card.take", "take")
		s.Rows[0][0].Style = dialog.Primary
	}
	var buttons []dialog.Button
	for _, k := range v.Community.Kinds {
		if k.Offered {
			buttons = append(buttons, dialog.Button{Label: v.kind(k.Code), Data: fmt.Sprintf("m.isof.%d.%s", c.ID, k.Code)})
		}
	}
	v.list(&s, fmt.Sprintf("isof.%d.page", c.ID), at, buttons)
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("dialog.back"), Data: CaseData("card", c.ID)}})
	return s
}

// isOf notes of what kind a case is, or shows another page of the kinds. Whoever was
// slower sees what it is called by now.
func (h *House) isOf(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	if at, paged := strings.CutPrefix(rest, "page."); paged {
		c, err := h.Cases.FindToAmend(ctx, v.Actor, id)
		if err != nil {
			return Reply{}, fmt.Errorf("name case %d: %w", id, err)
		}
		if unnamed(c) {
			return show(h.whatScreen(ctx, v, c, at)), nil
		}
		return show(h.caseScreen(ctx, v, c)), nil
	}
	if r, private, err := h.sealNamed(ctx, v, id, rest); private {
		return r, err
	}
	c, err := h.Cases.Amend(ctx, v.Actor, id, cases.Amendment{Kind: rest, First: true})
	if err != nil {
		return Reply{}, fmt.Errorf("name case %d: %w", id, err)
	}
	s := h.memberCard(ctx, v, c)
	s.Toast = v.Texts.T("clocks.named", "kind", kindWords(v, c))
	return show(s), nil
}
