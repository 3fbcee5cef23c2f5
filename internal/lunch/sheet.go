package lunch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Sheet is what the kitchen cooks on a day, and for whom.
type Sheet struct {
	Day      Day
	Menu     Menu
	Count    Count
	Dishes   []Helping // in the order of the menu
	Diets    []Special // in the order in which they are offered
	Words    []Label   // with a word for the kitchen, a dislike, or a clash
	Labels   []Label   // one for each order, as somebody walks to the doors
	Run      []Entrance
	Guests   []Label      // who do not order, those together who get the same
	Others   []Differs    // what is different of those from the first sheet
	Late     []Correction // what is different from the first sheet
	Wishes   int          // that nobody has answered yet
	Nth      int          // of this sheet; from 2 on they are corrections, and 0 is before the cut-off
	Nameless bool         // whoever reads it carries nothing, and runs nothing
}

// Helping is how many portions there are of a dish.
type Helping struct {
	Dish     Dish
	Portions int
}

// Special is how many portions there are for who has a diet: somebody with two is in
// both.
type Special struct {
	Diet     Diet
	Portions int
}

// Entrance is where meals are carried, in the order of the doors; the people without a
// known door are behind all others.
type Entrance struct {
	Building int64
	House    string
	Entrance int
	Portions int
	Labels   []Label
}

// Portions is how many are cooked.
func (s Sheet) Portions() int { return s.Count.Portions + s.AtTable() }

// AtTable is how many of them are for guests.
func (s Sheet) AtTable() (n int) {
	for _, l := range s.Guests {
		n += l.Portions
	}
	return n
}

// Sheet reads what the kitchen cooks on a day: with names for whoever runs it and who
// carries on that day, without them for who cooks and helps. Before the cut-off it is as
// things stand.
func (s *Service) Sheet(ctx context.Context, actor people.Actor, day time.Time) (Sheet, error) {
	have, err := s.works(ctx, s.db, actor, day, Cook, Help, Carry)
	if err != nil {
		return Sheet{}, fmt.Errorf("read the sheet of %s: %w", day.Format(time.DateOnly), err)
	}
	sheet, err := s.readSheet(ctx, s.db, actor.Community, day)
	if err != nil {
		return Sheet{}, fmt.Errorf("read the sheet of %s: %w", day.Format(time.DateOnly), err)
	}
	if !slices.Contains(have, Carry) {
		return sheet.WithoutNames(), nil
	}
	return sheet, nil
}

// WithoutNames is the sheet for who cooks and helps: of a meal they know the diet and
// the word, and of people nothing.
func (s Sheet) WithoutNames() Sheet {
	strip := func(labels []Label) []Label {
		all := slices.Clone(labels)
		for i := range all {
			all[i].Name, all[i].Person, all[i].Door, all[i].Alone = "", 0, Door{}, false
		}
		return all
	}
	s.Labels, s.Words, s.Run, s.Nameless = strip(s.Labels), strip(s.Words), nil, true
	return s
}

// readSheet reads it for whoever may.
func (s *Service) readSheet(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (sheet Sheet, err error) {
	if sheet.Day, err = readDay(ctx, q, community, day); err != nil {
		return sheet, err
	}
	if sheet.Menu, err = readMenu(ctx, q, community, day); err != nil {
		return sheet, err
	}
	if sheet.Labels, err = readLabels(ctx, q, sheet.Day, sheet.Menu); err != nil {
		return sheet, err
	}
	guests, err := s.guests(ctx, q, community, day)
	if err != nil {
		return sheet, err
	}
	story, err := readStory(ctx, q, community, day)
	if err != nil {
		return sheet, err
	}
	err = sqlx.GetContext(ctx, q, &sheet.Wishes, `
		SELECT count(*) FROM lunch_wishes WHERE community_id = $1 AND day = $2 AND decided_at IS NULL`, community, day)
	if err != nil {
		return sheet, fmt.Errorf("count the wishes for %s: %w", day.Format(time.DateOnly), err)
	}
	slices.SortStableFunc(sheet.Labels, func(a, b Label) int { return a.Door.before(b.Door) })
	sheet.Late, sheet.Nth = story.corrections(), sheet.Day.Sheet
	sheet.Guests = tableOf(sheet.Menu, guests)
	if sheet.Nth > 0 {
		sheet.Others = differs(sheet.Day.FirstGuests, guests)
	}
	sheet.counts()
	sheet.Run = run(sheet.Labels)
	return sheet, nil
}

// counts counts the labels.
func (s *Sheet) counts() {
	s.Count = newCount()
	diets := map[Diet]int{}
	for _, l := range s.Labels {
		s.Count.add(part{Ordered, l.Mode, l.Choice, l.Portions})
	}
	choices := maps.Clone(s.Count.Choices)
	for _, l := range s.Guests {
		choices[l.Choice] += l.Portions
	}
	for _, l := range slices.Concat(s.Labels, s.Guests) {
		for _, diet := range l.Diet {
			diets[diet] += l.Portions
		}
		if l.Word != "" || l.Dislikes != "" || len(l.Clashes) > 0 {
			s.Words = append(s.Words, l)
		}
	}
	for _, x := range s.Menu {
		n := s.Portions()
		if x.Choice > 0 {
			n = choices[x.Choice]
		}
		s.Dishes = append(s.Dishes, Helping{x.Dish, n})
	}
	for _, diet := range Diets {
		if diets[diet] > 0 {
			s.Diets = append(s.Diets, Special{diet, diets[diet]})
		}
	}
}

// run is where meals are carried, by entrance.
func run(labels []Label) (all []Entrance) {
	for _, l := range labels {
		if l.Way != Bring {
			continue
		}
		last := len(all) - 1
		if last < 0 || all[last].Building != l.Door.Building || all[last].Entrance != l.Door.Entrance {
			all = append(all, Entrance{Building: l.Door.Building, House: l.Door.House, Entrance: l.Door.Entrance})
			last++
		}
		all[last].Portions += l.Portions
		all[last].Labels = append(all[last].Labels, l)
	}
	return all
}
