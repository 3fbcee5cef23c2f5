package lunch

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// Label is what is written on a meal: of an order with two portions on both.
type Label struct {
	Order    int64
	Person   int64
	Name     string // for whoever runs the kitchen, and who carries
	Door     Door
	Mode     Mode // as it was ordered
	Way      Mode // as it reaches them on this day
	Choice   int
	Portions int
	Diet     Codes[Diet]
	Dislikes string
	Word     string  // for the kitchen
	Clashes  []Clash // of what they get with their diet
	Alone    bool    // they live alone
}

// Door is where a meal goes.
type Door struct {
	Building int64  // 0: nobody knows where they live
	House    string // its name
	Entrance int    // 0: not known
	Floor    int    // 0: not known
	Flat     string
	Notes    string // about the door
}

// before orders doors as somebody walks: house, entrance, floor, flat; those that
// nobody knows are behind all others.
func (d Door) before(e Door) int {
	unknown := func(d Door) int {
		if d.Building == 0 {
			return 1
		}
		return 0
	}
	return cmp.Or(
		unknown(d)-unknown(e), byNumber(d.House, e.House), cmp.Compare(d.Building, e.Building),
		cmp.Compare(d.Entrance, e.Entrance), cmp.Compare(d.Floor, e.Floor), byNumber(d.Flat, e.Flat),
	)
}

// byNumber orders names as people count: 3 before 12, and 5A before 12.
func byNumber(a, b string) int {
	digits := func(s string) int {
		end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if end < 0 {
			end = len(s)
		}
		return number(s[:end])
	}
	return cmp.Or(cmp.Compare(digits(a), digits(b)), strings.Compare(a, b))
}

// readLabels reads those of all who have a place on a day, as somebody walks to their
// doors.
func readLabels(ctx context.Context, q sqlx.QueryerContext, d Day, m Menu) ([]Label, error) {
	var rows []struct {
		Label
		Door
	}
	err := sqlx.SelectContext(ctx, q, &rows, `
		SELECT o.id AS "order", o.person_id AS person, p.name, o.mode, o.choice, o.portions, e.diet, e.dislikes, o.word,
			'alone' = ANY (p.tags) AS alone, coalesce(p.building_id, 0) AS building, coalesce(b.name, '') AS house,
			coalesce(p.entrance, 0) AS entrance, coalesce(h.floor, 0) AS floor, p.flat, coalesce(h.door_notes, '') AS notes
		FROM lunch_orders o
		JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		JOIN diners e ON e.community_id = o.community_id AND e.person_id = o.person_id
		LEFT JOIN buildings b ON b.community_id = p.community_id AND b.id = p.building_id
		LEFT JOIN households h ON h.community_id = p.community_id AND h.id = p.household_id
		WHERE o.community_id = $1 AND o.day = $2 AND o.state = 'ordered' ORDER BY o.id`, d.Community, d.Day)
	if err != nil {
		return nil, fmt.Errorf("read the meals of %s: %w", d.Day.Format(time.DateOnly), err)
	}
	all := make([]Label, len(rows))
	for i, r := range rows {
		l := r.Label
		l.Door, l.Way = r.Door, d.Way(l.Mode)
		l.Clashes = Clashes(m.Of(l.Choice), l.Diet)
		all[i] = l
	}
	return all, nil
}
