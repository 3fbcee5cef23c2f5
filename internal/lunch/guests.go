package lunch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// Guest eats of what is cooked and orders nothing: no more is known of them than what
// the cook must know.
type Guest struct {
	Diet Codes[Diet]
	Word string // for the kitchen
}

// Tables knows who else eats on a day of what the kitchen cooks, as the children of the
// small dining hall do.
type Tables interface {
	Guests(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]Guest, error)
	// LunchOff hears that nothing is cooked on a day, LunchOn that it is after all.
	LunchOff(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error
	LunchOn(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error
}

// Feeds lets the kitchen cook for those too; without it there are none. It is set while
// linli is wired.
func (s *Service) Feeds(some Tables) { s.tables = some }

// Mark is what the cook must know of a guest, as a day keeps it: the diets, and of the word
// only what tells it from others. "" is somebody who eats everything.
type Mark string

func (g Guest) mark() Mark {
	var diets []string
	for _, d := range g.Diet {
		diets = append(diets, string(d))
	}
	m := strings.Join(diets, ",")
	if g.Word != "" {
		sum := sha256.Sum256([]byte(g.Word))
		m += "/" + hex.EncodeToString(sum[:8])
	}
	return Mark(m)
}

// guest is what is known of a guest from their mark: there was a word, and not which.
func (m Mark) guest() (g Guest, worded bool) {
	diets, _, worded := strings.Cut(string(m), "/")
	for _, d := range Diets {
		if slices.Contains(strings.Split(diets, ","), string(d)) {
			g.Diet = append(g.Diet, d)
		}
	}
	return g, worded
}

// marksOf are the marks of guests, in one order whatever theirs is.
func marksOf(some []Guest) Codes[Mark] {
	all := Codes[Mark]{}
	for _, g := range some {
		all = append(all, g.mark())
	}
	slices.Sort(all)
	return all
}

// Differs is that there are more guests, or fewer, of whom the cook must know the same.
type Differs struct {
	Guest
	Worded bool // they have a word; of those who are no more nobody knows which
	More   int  // below zero: so many fewer
}

// differs are the differences of guests from what they were: those who are more before
// those who are fewer.
func differs(was Codes[Mark], is []Guest) (all []Differs) {
	n := map[Mark]int{}
	for _, m := range was {
		n[m]--
	}
	known := map[Mark]Guest{}
	for _, g := range is {
		n[g.mark()]++
		known[g.mark()] = g
	}
	for _, m := range slices.Sorted(maps.Keys(n)) {
		if m == "" || n[m] == 0 {
			continue
		}
		d := Differs{More: n[m]}
		d.Guest, d.Worded = m.guest()
		if g, is := known[m]; is {
			d.Guest = g
		}
		all = append(all, d)
	}
	slices.SortStableFunc(all, func(a, b Differs) int { return cmp.Compare(b.More, a.More) })
	return all
}

// GuestsChanged tells the kitchen that others eat now than its sheet of a day says, or as
// many of whom it must know something else. It is for whoever knows them, and asks nobody's
// permission; before the cut-off there is no sheet, and repeated it tells nothing.
func (s *Service) GuestsChanged(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time) error {
	d, err := lockDay(ctx, tx, community, day, true)
	if isNotFound(err) || err == nil && d.State != Closed {
		return nil // it cooks nothing that day, or will count them at its cut-off
	}
	if err != nil {
		return err
	}
	b, err := s.open(ctx, tx, d, 0)
	if err != nil {
		return err
	}
	was := b.day.Guests
	if err := b.countGuests(ctx); err != nil || slices.Equal(b.day.Guests, was) {
		return err
	}
	if err := b.noted(ctx, "guests", detail{"was": len(was), "is": len(b.day.Guests)}); err != nil {
		return err
	}
	return b.corrected(ctx, nil)
}

// CooksNot reports whether there is a kitchen, and it cooks nothing on a day.
func (s *Service) CooksNot(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (bool, error) {
	if _, err := readKitchen(ctx, q, community); err != nil {
		if isNotFound(err) {
			err = nil
		}
		return false, err
	}
	d, err := readDay(ctx, q, community, day)
	if isNotFound(err) {
		return true, nil
	}
	return d.State == CalledOff, err
}

// guests are those who eat on a day.
func (s *Service) guests(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]Guest, error) {
	if s.tables == nil {
		return nil, nil
	}
	all, err := s.tables.Guests(ctx, q, community, day)
	if err != nil {
		return nil, fmt.Errorf("read who else eats on %s: %w", day.Format(time.DateOnly), err)
	}
	return all, nil
}

// countGuests keeps which guests the sheet of the day has; the first sheet keeps its own
// beside them.
func (b *book) countGuests(ctx context.Context) error {
	some, err := b.s.guests(ctx, b.tx, b.day.Community, b.day.Day)
	if err != nil {
		return err
	}
	err = b.tx.QueryRowxContext(ctx, `
		UPDATE lunch_days SET guests = $3, first_guests = coalesce(first_guests, $3) WHERE community_id = $1 AND day = $2
		RETURNING guests, first_guests`, b.day.Community, b.day.Day, marksOf(some)).Scan(&b.day.Guests, &b.day.FirstGuests)
	if err != nil {
		return fmt.Errorf("count the guests of %s: %w", b.name(), err)
	}
	return nil
}

// tableOf are guests as meals: those together who get the same.
func tableOf(m Menu, some []Guest) (all []Label) {
	same := map[string]int{}
	for _, g := range some {
		choice, _ := m.Suits(g.Diet) // where nothing suits, the clash is on the sheet
		key := fmt.Sprint(choice, g.Diet, g.Word)
		if at, known := same[key]; known {
			all[at].Portions++
			continue
		}
		same[key] = len(all)
		all = append(all, Label{Choice: choice, Portions: 1, Diet: g.Diet, Word: g.Word, Clashes: Clashes(m.Of(choice), g.Diet)})
	}
	return all
}
