package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// trail is where a child has been today, as it went on, without where it was before.
func (h *House) trail(ctx context.Context, v Visit, child int64) ([]childcare.Custody, error) {
	all, err := h.Childcare.Where(ctx, v.Actor, child, v.thisDay())
	if err != nil {
		return nil, fmt.Errorf("trail of child %d: %w", child, err)
	}
	return slices.DeleteFunc(all, func(c childcare.Custody) bool {
		return c.How == childcare.Begin && c.Giver == 0 && c.GiverName == ""
	}), nil
}

// leadsTrail puts where a child is now above a screen, with the way to its day so far.
func (h *House) leadsTrail(ctx context.Context, v Visit, s *dialog.Screen, c childcare.Child) error {
	all, err := h.trail(ctx, v, c.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	s.Text = h.isNow(ctx, v, c.Name, all[len(all)-1]) + "\n\n" + s.Text
	row(s, v.Texts.T("care.trail.button", "name", c.Name), "cctrail", number(c.ID))
	return nil
}

// isNow says where a child is, and who answers for it.
func (h *House) isNow(ctx context.Context, v Visit, name string, c childcare.Custody) string {
	return v.Texts.T("care.trail.now."+string(c.Place), "name", name, "who", h.heldNameOf(ctx, v, c), "at", clockOf(c.Since.In(v.Zone)))
}

// careTrail shows the day of a child so far: each hand-over with who gave it and who has it.
func (h *House) careTrail(ctx context.Context, v Visit, child int64) (Reply, error) {
	all, err := h.trail(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	name := h.name(ctx, v, child)
	lines := []string{v.Texts.T("care.trail.head", "name", name)}
	for _, c := range all {
		key, from, to := "care.trail.line", h.gaveName(ctx, v, c), h.heldNameOf(ctx, v, c)
		if from == to {
			key = "care.trail.same"
		}
		lines = append(lines, v.Texts.T(key, "at", clockOf(c.Since.In(v.Zone)), "from", from, "to", to, "where", v.Texts.T("care.trail.where."+string(c.Place))))
	}
	if len(all) == 0 {
		lines = append(lines, v.Texts.T("care.trail.none"))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	v.back(&s, "cc", number(child))
	return show(s), nil
}

// gaveName is who had a child before.
func (h *House) gaveName(ctx context.Context, v Visit, c childcare.Custody) string {
	if c.Giver == 0 {
		return v.kinName(c.GiverName)
	}
	return h.name(ctx, v, c.Giver)
}
