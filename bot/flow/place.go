package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// spotBuilding is the answer "another building", asked for next.
const spotBuilding = "building"

// where is the place of a trouble as a dialog asks for it.
type where struct {
	Spot      string       `json:"s,omitempty"`
	Building  string       `json:"b,omitempty"`
	Entrance  string       `json:"e,omitempty"`
	Flat      string       `json:"f,omitempty"`
	Note      dialog.Words `json:"n,omitzero"`
	FlatKnown bool         `json:"k,omitempty"` // nobody is asked for it twice
}

// Spots of a known home, beside spotBuilding.
const (
	spotOwn      = "entrance"
	spotHome     = community.SpotHome
	spotOutdoors = community.SpotOutdoors
	spotOther    = community.SpotOther
)

// place turns the answers into the place that a case is kept with; home is
// where the person lives.
func (w where) place(home community.Place) community.Place {
	p := community.Place{Note: w.Note.Text}
	switch w.Spot {
	case spotOwn:
		p.Building, p.Entrance, p.Spot = home.Building, home.Entrance, community.SpotOwn
	case spotHome:
		p.Building, p.Entrance, p.Spot = home.Building, home.Entrance, community.SpotHome
		p.Flat = home.Flat
		if w.Flat != "" {
			p.Flat = w.Flat
		}
	case spotBuilding:
		p.Building, _ = strconv.ParseInt(w.Building, 10, 64) // the step offers ids only; 0 is no building
		p.Entrance, _ = strconv.Atoi(w.Entrance)
	default:
		p.Spot = w.Spot
	}
	return p
}

// placeSteps asks where it is: nothing is typed by those whose home is known.
func placeSteps[D any](h *House, by func(*D) who, at func(*D) *where) []dialog.Step[D] {
	spot := func(is string) func(*D) bool { return func(d *D) bool { return at(d).Spot == is } }
	return []dialog.Step[D]{
		dialog.Pick("place", func(d *D) *string { return &at(d).Spot },
			func(ctx context.Context, d *D, t dialog.Turn) ([]dialog.Option, error) { return h.spots(ctx, by(d), t) }),
		dialog.Pick("building", func(d *D) *string { return &at(d).Building },
			func(ctx context.Context, d *D, t dialog.Turn) ([]dialog.Option, error) {
				return h.buildings(ctx, by(d).Community, t)
			}).When(spot(spotBuilding)),
		dialog.Pick("entrance", func(d *D) *string { return &at(d).Entrance },
			func(ctx context.Context, d *D, t dialog.Turn) ([]dialog.Option, error) {
				return h.entrances(ctx, by(d).Community, at(d).Building, t)
			}).When(spot(spotBuilding)).Optional(),
		dialog.Text("flat", func(d *D) *string { return &at(d).Flat }, 1, 12).
			When(func(d *D) bool { return at(d).Spot == spotHome && !at(d).FlatKnown }).Optional(),
		dialog.Tell("where", func(d *D) *dialog.Words { return &at(d).Note }, 1, 200).When(spot(spotOther)).Optional(),
	}
}

// spots are the places that can be chosen: one's own first, where it is known.
func (h *House) spots(ctx context.Context, by who, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, by, t)
	if err != nil {
		return nil, err
	}
	buildings, err := h.Communities.Buildings(ctx, by.Community)
	if err != nil {
		return nil, fmt.Errorf("spots: %w", err)
	}
	var options []dialog.Option
	if v.Person.Settled() {
		home := h.placeWords(ctx, v, home(v))
		options = append(options,
			dialog.Option{Value: spotOwn, Label: home},
			dialog.Option{Value: spotHome, Label: t.Texts.T("place.home")},
		)
	}
	options = append(options, dialog.Option{Value: spotOutdoors, Label: t.Texts.T("place.outdoors")})
	if len(buildings) > 0 {
		options = append(options, dialog.Option{Value: spotBuilding, Label: t.Texts.T("place.building")})
	}
	return append(options, dialog.Option{Value: spotOther, Label: t.Texts.T("place.elsewhere")}), nil
}

func home(v Visit) community.Place {
	return community.Place{Building: v.Person.Building, Entrance: v.Person.Entrance, Flat: v.Person.Flat}
}

func (h *House) buildings(ctx context.Context, in int64, t dialog.Turn) ([]dialog.Option, error) {
	buildings, err := h.Communities.Buildings(ctx, in)
	if err != nil {
		return nil, fmt.Errorf("buildings: %w", err)
	}
	options := make([]dialog.Option, len(buildings))
	for i, b := range buildings {
		options[i] = dialog.Option{Value: strconv.FormatInt(b.ID, 10), Label: buildingWords(t.Texts, b.Name)}
	}
	return options, nil
}

func (h *House) entrances(ctx context.Context, in int64, building string, t dialog.Turn) ([]dialog.Option, error) {
	id, err := strconv.ParseInt(building, 10, 64)
	if err != nil {
		return nil, dialog.Reject("pick")
	}
	b, err := h.Communities.Building(ctx, in, id)
	if err != nil {
		return nil, fmt.Errorf("entrances: %w", err)
	}
	options := make([]dialog.Option, b.Entrances)
	for i := range options {
		options[i] = dialog.Option{Value: strconv.Itoa(i + 1), Label: t.Texts.T("place.entrance_no", "entrance", i+1)}
	}
	return options, nil
}

// buildingWords is a building as people call it: a number gets its word, a
// name stands by itself.
func buildingWords(t dialog.Texts, name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return !unicode.IsDigit(r) }) < 0 {
		return t.T("place.building_no", "building", name)
	}
	return name
}

// placeWords tells a place in a few words; a place that is not known is told
// as such. A flat is left out: it is told only to the member who goes there.
func (h *House) placeWords(ctx context.Context, v Visit, p community.Place) string {
	words := make([]string, 0, 3)
	if p.Building != 0 {
		b, err := h.Communities.Building(ctx, v.Community.ID, p.Building)
		if err == nil { // a building that is gone leaves the rest of the place
			words = append(words, buildingWords(v.Texts, b.Name))
		}
		if p.Entrance != 0 {
			words = append(words, v.Texts.T("place.entrance_no", "entrance", p.Entrance))
		}
	}
	switch p.Spot {
	case community.SpotHome:
		words = append(words, v.Texts.T("place.at_home"))
	case community.SpotOutdoors:
		words = append(words, v.Texts.T("place.outdoors"))
	}
	if p.Note != "" {
		words = append(words, p.Note)
	}
	if len(words) == 0 {
		return v.Texts.T("place.unknown")
	}
	told := words[0]
	for _, then := range words[1:] {
		told = v.Texts.T("place.pair", "first", told, "then", then)
	}
	return told
}

// placeDraft is the dialog in which a report that began with a photo gets
// another place.
type placeDraft struct {
	By   who   `json:"by"`
	Case int64 `json:"case"`
	At   where `json:"at"`
}

func placeFlow(h *House) *dialog.Flow[placeDraft] {
	return dialog.New("elsewhere",
		func(ctx context.Context, d *placeDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			c, err := h.Cases.Place(ctx, v.Actor, d.Case, d.At.place(home(v)))
			if text, ok := v.Refused(err); ok {
				return h.tooLate(ctx, v, d.Case, text).Screen, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("place case %d: %w", d.Case, err)
			}
			return h.draftCard(ctx, v, c), nil
		},
		placeSteps(h, func(d *placeDraft) who { return d.By }, func(d *placeDraft) *where { return &d.At })...,
	).NoSummary()
}
