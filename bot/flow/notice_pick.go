package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/notices"
)

// noticeHomes are the buildings to which somebody may write: all of them, or those of
// their own areas.
func (h *House) noticeHomes(ctx context.Context, d *noticeDraft, t dialog.Turn) ([]dialog.Option, error) {
	if d.Everyone {
		some, err := h.buildings(ctx, d.By.Community, t)
		return append([]dialog.Option{{Value: allHouses}}, some...), err
	}
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	all, err := h.Communities.Buildings(ctx, d.By.Community)
	if err != nil {
		return nil, fmt.Errorf("buildings: %w", err)
	}
	var some []dialog.Option
	for _, b := range all {
		if slices.Contains(v.Actor.Areas, b.Area) {
			some = append(some, dialog.Option{Value: number(b.ID), Label: fit(buildingWords(t.Texts, b.Name), alone)})
		}
	}
	return some, nil
}

// noticeEntrances are those of the only building.
func (h *House) noticeEntrances(ctx context.Context, d *noticeDraft, t dialog.Turn) ([]dialog.Option, error) {
	return h.entrances(ctx, d.By.Community, d.Homes[0], t)
}

// noticeWeights are how much a notice may matter: what wakes everybody is for who may
// write to all.
func noticeWeights(_ context.Context, d *noticeDraft, t dialog.Turn) ([]dialog.Option, error) {
	weights := []notices.Weight{notices.Ordinary, notices.Important}
	if d.Everyone {
		weights = append(weights, notices.Urgent)
	}
	options := make([]dialog.Option, len(weights))
	for i, w := range weights {
		options[i] = dialog.Option{Value: string(w), Label: t.Texts.T("announce.weight." + string(w))}
	}
	return options, nil
}

func (h *House) noticeNarrowings(ctx context.Context, d *noticeDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	var options []dialog.Option
	for _, code := range narrowings() {
		options = append(options, dialog.Option{Value: code, Label: fit(v.narrowingWords(code), alone)})
	}
	return options, nil
}

func (v Visit) narrowingWords(code string) string {
	kind, rest, _ := strings.Cut(code, ".")
	switch kind {
	case "age":
		return v.Texts.T("announce.from_age", "age", rest)
	case "role":
		return roleWords(v, access.Role(rest))
	case "tag":
		return v.Texts.T("tag." + rest)
	default:
		return v.Texts.T("announce.booked")
	}
}

// noticeGroups are the groups that take notices.
func (h *House) noticeGroups(ctx context.Context, d *noticeDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	all, err := h.Groups.List(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("groups for a notice: %w", err)
	}
	options := []dialog.Option{{Value: allGroups}}
	for _, g := range all {
		if g.Tied() && g.Takes(groups.Notices) {
			options = append(options, dialog.Option{Value: number(g.ID), Label: groupLabel(v, g)})
		}
	}
	return options, nil
}
