package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// spotBuilding is the answer "another building", asked for next.
const spotBuilding = "building"

// where is the place of a trouble as a dialog asks for it.
type where struct {
	Spot     string       `json:"s,omitempty"`
	Building string       `json:"b,omitempty"`
	Entrance string       `json:"e,omitempty"`
	Flat     string       `json:"f,omitempty"`
	Note     dialog.Words `json:"n,omitzero"`
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

// placing is how a dialog asks for a place: who asks, whose home may be meant,
// and where the answer is kept.
type placing[D any] struct {
	by   func(*D) who
	home func(*D) int64 // whose home; 0: one's own
	at   func(*D) *where
	flat func(*D) bool // the flat is known
	none func(*D) bool // no place is asked for: it is about people
}

// placeSteps asks where it is: nothing is typed by those whose home is known.
func placeSteps[D any](h *House, p placing[D]) []dialog.Step[D] {
	by, at := p.by, p.at
	spot := func(is string) func(*D) bool { return func(d *D) bool { return at(d).Spot == is } }
	return []dialog.Step[D]{
		dialog.Pick("place", func(d *D) *string { return &at(d).Spot },
			func(ctx context.Context, d *D, t dialog.Turn) ([]dialog.Option, error) {
				return h.spots(ctx, by(d), p.home(d), t)
			}).When(func(d *D) bool { return p.none == nil || !p.none(d) }),
		dialog.Pick("building", func(d *D) *string { return &at(d).Building },
			func(ctx context.Context, d *D, t dialog.Turn) ([]dialog.Option, error) {
				return h.buildings(ctx, by(d).Community, t)
			}).When(spot(spotBuilding)),
		dialog.Pick("entrance", func(d *D) *string { return &at(d).Entrance },
			func(ctx context.Context, d *D, t dialog.Turn) ([]dialog.Option, error) {
				return h.entrances(ctx, by(d).Community, at(d).Building, t)
			}).When(spot(spotBuilding)).Optional(),
		dialog.Text("flat", func(d *D) *string { return &at(d).Flat }, 1, 12).
			When(func(d *D) bool { return at(d).Spot == spotHome && !p.flat(d) }).Optional().
			Check(func(_ context.Context, d *D, _ dialog.Turn) error { return aFlat(at(d).Flat) }, "short"),
		dialog.Tell("where", func(d *D) *dialog.Words { return &at(d).Note }, 1, 200).When(spot(spotOther)).Optional(),
	}
}

// aFlat refuses what is no flat: what somebody says of their trouble would stand as
// their door on every card.
func aFlat(said string) error {
	if !strings.ContainsFunc(said, unicode.IsDigit) && !strings.ContainsAny(said, "零一二三四五六七八九十户室") {
		return dialog.Reject("short")
	}
	return nil
}

// spots are the places that can be chosen: first the home of whom it is for,
// where it is known.
func (h *House) spots(ctx context.Context, by who, of int64, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, by, t)
	if err != nil {
		return nil, err
	}
	p, err := h.resident(ctx, v, of)
	if err != nil {
		return nil, err
	}
	buildings, err := h.Communities.Buildings(ctx, by.Community)
	if err != nil {
		return nil, fmt.Errorf("spots: %w", err)
	}
	var options []dialog.Option
	if p.Settled() {
		at := t.Texts.T("place.home")
		if p.ID != v.Person.ID {
			at = named(t.Texts, "place.home_of", p.Name)
		}
		options = append(options,
			dialog.Option{Value: spotOwn, Label: h.placeWords(ctx, v, homeOf(p))},
			dialog.Option{Value: spotHome, Label: at},
		)
	}
	options = append(options, dialog.Option{Value: spotOutdoors, Label: t.Texts.T("place.outdoors")})
	if len(buildings) > 0 {
		options = append(options, dialog.Option{Value: spotBuilding, Label: t.Texts.T("place.building")})
	}
	return append(options, dialog.Option{Value: spotOther, Label: t.Texts.T("place.elsewhere")}), nil
}

func home(v Visit) community.Place { return homeOf(v.Person) }

func homeOf(p people.Person) community.Place {
	return community.Place{Building: p.Building, Entrance: p.Entrance, Flat: p.Flat}
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
	By        who   `json:"by"`
	Case      int64 `json:"case"`
	For       int64 `json:"for,omitempty"` // whose home may be meant
	FlatKnown bool  `json:"flat,omitempty"`
	At        where `json:"at"`
}

func placeFlow(h *House) *dialog.Flow[placeDraft] {
	return dialog.New("elsewhere",
		func(ctx context.Context, d *placeDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			p, err := h.resident(ctx, v, d.For)
			if err != nil {
				return dialog.Screen{}, err
			}
			c, err := h.Cases.Place(ctx, v.Actor, d.Case, d.At.place(homeOf(p)))
			if text, ok := v.Refused(err); ok {
				return h.tooLate(ctx, v, d.Case, text).Screen, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("place case %d: %w", d.Case, err)
			}
			return h.draftCard(ctx, v, c), nil
		},
		placeSteps(h, placing[placeDraft]{
			by:   func(d *placeDraft) who { return d.By },
			home: func(d *placeDraft) int64 { return d.For },
			at:   func(d *placeDraft) *where { return &d.At },
			flat: func(d *placeDraft) bool { return d.FlatKnown },
		})...,
	).NoSummary()
}
