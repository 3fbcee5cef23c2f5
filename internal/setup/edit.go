package setup

import (
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/refusal"
)

// Edit is one change as a phone asks for it: areas and buildings are named by
// their numbers, which stay when they are called otherwise.
type Edit struct {
	What community.What `json:"w"`
	ID   int64          `json:"i,omitempty"` // of the area or building; of a building that is added or moved, the area's, 0 for the only one
	Of   string         `json:"o,omitempty"` // the kind, role or danger; the names of buildings that are added, like 1-12
	Lang string         `json:"l,omitempty"`
	Is   string         `json:"v,omitempty"`
}

// BuildingsHere moves buildings to the area of an edit, many at once: Is are
// their names, like 1-12.
const BuildingsHere community.What = "buildings_here"

// firstHours is by when people hear of a kind that somebody just named.
const firstHours = 72

// changes is what an edit comes to in a town. What is so already, as after a
// turn that is played again, comes to nothing.
func (e Edit) changes(t community.Town) ([]community.Change, error) {
	c := community.Change{What: e.What, Of: e.Of, Lang: e.Lang, Is: e.Is}
	var err error
	switch e.What {
	case community.KindAdded:
		return e.newKind(t), nil
	case community.BuildingAdded:
		return e.newBuildings(t)
	case BuildingsHere:
		return e.moved(t)
	case community.AreaAdded:
		return []community.Change{newArea(t, e.Is)}, nil
	case community.AreaRenamed, community.AreaRemoved:
		c.Of, err = areaName(t, e.ID)
	case community.BuildingRenamed, community.EntrancesAre, community.BuildingRemoved:
		c.Of, err = buildingName(t, e.ID)
	case community.BuildingMoved:
		if c.Of, err = buildingName(t, e.ID); err != nil {
			return nil, err
		}
		to, _ := strconv.ParseInt(e.Is, 10, 64) // no number is no area
		c.Is = ""
		c.In, err = areaName(t, to)
	}
	if err != nil {
		return nil, err
	}
	return []community.Change{c}, nil
}

// newArea makes the first area that gets a name out of the one that had none:
// its members and buildings stay with it.
func newArea(t community.Town, name string) community.Change {
	if len(t.Areas) == 1 && t.Areas[0].Name == "" {
		return community.Change{What: community.AreaRenamed, Is: name}
	}
	return community.Change{What: community.AreaAdded, Of: name}
}

func (e Edit) newBuildings(t community.Town) ([]community.Change, error) {
	names, err := Numbers(e.Of)
	if err != nil {
		return nil, err
	}
	area := ""
	switch {
	case e.ID != 0:
		if area, err = areaName(t, e.ID); err != nil {
			return nil, err
		}
	case len(t.Areas) > 1:
		return nil, refusal.New(refusal.Invalid, "community.which_area")
	case len(t.Areas) == 1:
		area = t.Areas[0].Name
	}
	changes := make([]community.Change, len(names))
	for i, name := range names {
		changes[i] = community.Change{What: community.BuildingAdded, Of: name, In: area, Is: e.Is}
	}
	return changes, nil
}

// moved moves buildings that are there to an area.
func (e Edit) moved(t community.Town) ([]community.Change, error) {
	area, err := areaName(t, e.ID)
	if err != nil {
		return nil, err
	}
	names, err := Numbers(e.Is)
	if err != nil {
		return nil, err
	}
	changes := make([]community.Change, len(names))
	for i, name := range names {
		if !slices.ContainsFunc(t.Buildings, func(b community.Building) bool { return b.Name == name }) {
			return nil, refusal.New(refusal.NotFound, "setup.no_building", "name", name)
		}
		changes[i] = community.Change{What: community.BuildingMoved, Of: name, In: area}
	}
	return changes, nil
}

// newKind names a kind that is not there yet; it gets a code of its own.
func (e Edit) newKind(t community.Town) []community.Change {
	names := community.Names{e.Lang: e.Is}
	if _, there := kindCalled(t.Kinds, names); there {
		return nil
	}
	code := freeCode(t.Kinds)
	return []community.Change{
		{What: community.KindAdded, Of: code, Is: strconv.Itoa(firstHours)},
		{What: community.KindNamed, Of: code, Lang: e.Lang, Is: e.Is},
	}
}

// kindCalled finds the kind that has one of some names of its own.
func kindCalled(kinds community.Kinds, names community.Names) (community.Kind, bool) {
	i := slices.IndexFunc(kinds, func(k community.Kind) bool {
		for lang, name := range names {
			if name != "" && strings.EqualFold(k.Names[lang], name) {
				return true
			}
		}
		return false
	})
	if i < 0 {
		return community.Kind{}, false
	}
	return kinds[i], true
}

// freeCode is the code of a kind that has only a name.
func freeCode(kinds community.Kinds) string {
	for n := 1; ; n++ {
		code := "own_" + strconv.Itoa(n)
		if _, there := kinds.Find(code); !there {
			return code
		}
	}
}

func areaName(t community.Town, id int64) (string, error) {
	i := slices.IndexFunc(t.Areas, func(a community.Area) bool { return a.ID == id })
	if i < 0 {
		return "", refusal.New(refusal.NotFound, "community.no_area")
	}
	return t.Areas[i].Name, nil
}

func buildingName(t community.Town, id int64) (string, error) {
	i := slices.IndexFunc(t.Buildings, func(b community.Building) bool { return b.ID == id })
	if i < 0 {
		return "", refusal.New(refusal.NotFound, "community.no_building")
	}
	return t.Buildings[i].Name, nil
}
