package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/setup"
)

// The pages of areas and buildings.

func (h *House) housesPage(ctx context.Context, v Visit, at string) (dialog.Screen, error) {
	buildings, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("buildings: %w", err)
	}
	s := v.say("settings.houses_ask", "n", len(buildings))
	var buttons []dialog.Button
	for _, b := range buildings {
		buttons = append(buttons, dialog.Button{
			Label: fit(buildingWords(v.Texts, b.Name), alone), Data: "m.town.house." + strconv.FormatInt(b.ID, 10),
		})
	}
	v.list(&s, "town.houses", at, buttons)
	row(&s, v.Texts.T("settings.add_houses"), "houses")
	row(&s, v.Texts.T("settings.areas"), "town", "areas")
	v.back(&s, "town")
	return s, nil
}

// house reads the building that a page is about, and the community's areas.
func (h *House) house(ctx context.Context, v Visit, id string) (b community.Building, areas []community.Area, err error) {
	n, _ := strconv.ParseInt(id, 10, 64) // no number is no building
	if b, err = h.Communities.Building(ctx, v.Community.ID, n); err != nil {
		return b, nil, fmt.Errorf("building %d: %w", n, err)
	}
	if areas, err = h.Communities.Areas(ctx, v.Community.ID); err != nil {
		return b, nil, fmt.Errorf("building %d: %w", n, err)
	}
	return b, areas, nil
}

func (h *House) housePage(ctx context.Context, v Visit, id string) (dialog.Screen, error) {
	b, areas, err := h.house(ctx, v, id)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("settings.house_is", "building", buildingWords(v.Texts, b.Name), "n", b.Entrances)
	if len(areas) > 1 {
		s = v.say("settings.house_in", "building", buildingWords(v.Texts, b.Name), "n", b.Entrances, "area", v.areaOf(areas, b.Area))
	}
	row(&s, v.Texts.T("settings.rename"), "ask", string(community.BuildingRenamed), id)
	row(&s, v.Texts.T("settings.entrances"), "town", "entrances", id)
	if len(areas) > 1 {
		row(&s, v.Texts.T("settings.move"), "town", "move", id)
	}
	row(&s, v.Texts.T("settings.remove"), "set", string(community.BuildingRemoved), id, "", "")
	v.back(&s, "town", "houses")
	return s, nil
}

// areaOf is what the area of a building is called.
func (v Visit) areaOf(areas []community.Area, id int64) string {
	for _, a := range areas {
		if a.ID == id {
			return v.areaWords(a)
		}
	}
	return ""
}

func (v Visit) areaWords(a community.Area) string {
	if a.Name == "" {
		return v.Texts.T("settings.unnamed_area")
	}
	return a.Name
}

// likelyEntrances is up to how many entrances are offered; more are written.
const likelyEntrances = 6

func (h *House) entrancesPage(ctx context.Context, v Visit, id string) (dialog.Screen, error) {
	b, _, err := h.house(ctx, v, id)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("settings.entrances_ask", "building", buildingWords(v.Texts, b.Name))
	for n := 1; n <= likelyEntrances; n++ {
		row(&s, v.Texts.T("settings.n_entrances", "n", n), "set", string(community.EntrancesAre), id, "", strconv.Itoa(n))
	}
	row(&s, v.Texts.T("settings.write"), "ask", string(community.EntrancesAre), id)
	v.back(&s, "town", "house", id)
	return s, nil
}

func (h *House) movePage(ctx context.Context, v Visit, of string) (dialog.Screen, error) {
	id, at, _ := strings.Cut(of, ".")
	b, areas, err := h.house(ctx, v, id)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("settings.move_ask", "building", buildingWords(v.Texts, b.Name))
	var buttons []dialog.Button
	for _, a := range areas {
		buttons = append(buttons, dialog.Button{
			Label: fit(v.areaWords(a), alone), Data: fmt.Sprintf("m.set.%s.%s..%d", community.BuildingMoved, id, a.ID),
		})
	}
	v.list(&s, "move."+id, at, buttons)
	v.back(&s, "town", "house", id)
	return s, nil
}

func (h *House) areasPage(ctx context.Context, v Visit, at string) (dialog.Screen, error) {
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("areas: %w", err)
	}
	divided := len(areas) > 1 || areas[0].Name != ""
	s := v.say("settings.areas_none")
	if divided {
		s = v.say("settings.areas_ask")
		var buttons []dialog.Button
		for _, a := range areas {
			buttons = append(buttons, dialog.Button{
				Label: fit(v.areaWords(a), alone), Data: "m.town.area." + strconv.FormatInt(a.ID, 10),
			})
		}
		v.list(&s, "town.areas", at, buttons)
	}
	row(&s, v.Texts.T("settings.add_area"), "ask", string(community.AreaAdded))
	v.back(&s, "town", "houses")
	return s, nil
}

func (h *House) areaPage(ctx context.Context, v Visit, id string) (dialog.Screen, error) {
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("areas: %w", err)
	}
	i := slices.IndexFunc(areas, func(a community.Area) bool { return strconv.FormatInt(a.ID, 10) == id })
	if i < 0 {
		return v.say("refused.community.no_area"), nil
	}
	buildings, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("buildings: %w", err)
	}
	n := 0
	for _, b := range buildings {
		if b.Area == areas[i].ID {
			n++
		}
	}
	s := v.say("settings.area_is", "area", v.areaWords(areas[i]), "n", n)
	row(&s, v.Texts.T("settings.rename"), "ask", string(community.AreaRenamed), id)
	if len(areas) > 1 {
		row(&s, v.Texts.T("settings.buildings_here"), "ask", string(setup.BuildingsHere), id)
		row(&s, v.Texts.T("settings.remove"), "set", string(community.AreaRemoved), id, "", "")
	}
	v.back(&s, "town", "areas")
	return s, nil
}
