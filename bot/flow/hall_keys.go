package flow

import (
	"context"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// What the keys of a list say. Each names its list, and a child: what was tapped without
// a network means the same when it arrives.
const (
	hallAll  = "care.hall.key.all"  // all of a list are here
	hallBut  = "care.hall.key.but"  // all but one child
	hallNot  = "care.hall.key.not"  // a child is not at the gate
	hallHere = "care.hall.key.here" // a child is here
	hallList = "care.hall.key.list" // shows the day
)

// mostHallKeys is for how many children one keyboard has keys.
const mostHallKeys = 30

// rollKeys are the keys of a list: all of it, and one for each child.
func (v Visit) rollKeys(d hallDay, r roll) [][]dialog.Key {
	key := func(name string, c childcare.OnList) []dialog.Key {
		return []dialog.Key{{Text: v.Texts.T(name, "at", v.rollCode(d, r), "name", nameOn(r, c))}}
	}
	var rows [][]dialog.Key
	if len(r.left) > 0 {
		rows = append(rows, key(hallAll, childcare.OnList{}))
	}
	for _, c := range r.left[:min(len(r.left), mostHallKeys)] {
		switch {
		case r.at == atGate:
			rows = append(rows, key(hallNot, c))
		case r.at == atHall:
			rows = append(rows, key(hallHere, c))
			if r.brings() && !c.NotYet && !v.Now.Before(r.Sitting.StartsAt) {
				rows = append(rows, key(hallNot, c))
			}
		case len(r.left) > 1:
			rows = append(rows, key(hallBut, c))
		}
	}
	if r.at == atGate || r.at == atHall {
		for _, c := range r.Children {
			if _, left := byName(r.left, c.Child); !left && (c.Missing || c.NotYet) {
				rows = append(rows, key(hallHere, c))
			}
		}
	}
	return append(rows, []dialog.Key{{Text: v.Texts.T(hallList)}})
}

// rollCode is what a list is called where there is little room: its hour and its place,
// with the school where two begin together.
func (v Visit) rollCode(d hallDay, r roll) string {
	at := clockOf(r.Sitting.StartsAt.In(v.Zone)).String()
	for _, o := range d.rolls() {
		if o.at == r.at && o.Sitting.ID != r.Sitting.ID && o.Sitting.StartsAt.Equal(r.Sitting.StartsAt) {
			at += " " + r.Sitting.SchoolName
			break
		}
	}
	return v.Texts.T("care.hall.code."+string(r.at), "at", at)
}

// nameOn is what a child is called on a list, with the class where two have the name.
func nameOn(r roll, c childcare.OnList) string {
	if slices.ContainsFunc(r.Children, func(o childcare.OnList) bool { return o.Child != c.Child && o.Name == c.Name }) {
		return c.Name + " " + c.Class
	}
	return c.Name
}

// hallWords reports whether a text sounds like a key of a list, in any language.
func (h *House) hallWords(v Visit, text string) bool {
	const hole = "⁂"
	for _, lang := range h.Languages {
		words := h.Texts(lang, v.Now, v.Zone)
		for _, key := range []string{hallAll, hallBut, hallNot, hallHere, hallList} {
			rest, all := plain(text), true
			for part := range strings.SplitSeq(plain(words.T(key, "at", hole, "name", hole)), hole) {
				_, after, has := strings.Cut(rest, part)
				rest, all = after, all && has
			}
			if all {
				return true
			}
		}
	}
	return false
}

// inHallKeys answers the keys of a list, typed or tapped; ok is false where a text is
// none, or whoever wrote it minds nobody today.
func (h *House) inHallKeys(ctx context.Context, v Visit, text string) (r Reply, ok bool, err error) {
	if !v.minds() || !h.hallWords(v, text) {
		return Reply{}, false, nil
	}
	d, err := h.hallDay(ctx, v)
	if _, no := v.Refused(err); no {
		return Reply{}, false, nil
	}
	if err != nil {
		return Reply{}, false, err
	}
	act := h.hallKey(v, d, text)
	if act == nil {
		return Reply{}, false, nil
	}
	r, err = act(ctx)
	if why, no := v.Refused(err); no {
		return Reply{Screen: dialog.Screen{Text: why}, Beside: true}, true, nil
	}
	if err != nil {
		return Reply{}, false, err
	}
	return r, true, h.Roster.Seen(ctx, v.Actor)
}

// hallKey is what a text says of a day: nil where it says nothing. "All here" alone is
// of the list that comes first.
func (h *House) hallKey(v Visit, d hallDay, text string) func(context.Context) (Reply, error) {
	is := func(key string, r roll, c childcare.OnList) bool {
		for _, lang := range h.Languages {
			in := v
			in.Texts = h.Texts(lang, v.Now, v.Zone)
			if Same(text, in.Texts.T(key, "at", in.rollCode(d, r), "name", nameOn(r, c))) ||
				key == hallAll && Same(text, in.Texts.T(key, "at", "")) {
				return true
			}
		}
		return false
	}
	for _, lang := range h.Languages {
		if Same(text, h.Texts(lang, v.Now, v.Zone).T(hallList)) {
			return func(ctx context.Context) (Reply, error) { return h.hall(ctx, v, "") }
		}
	}
	for _, r := range d.countable() {
		if is(hallAll, r, childcare.OnList{}) {
			return func(ctx context.Context) (Reply, error) { return h.counted(ctx, v, r) }
		}
		for _, c := range r.Children {
			switch {
			case is(hallNot, r, c):
				return func(ctx context.Context) (Reply, error) { return h.notAtGate(ctx, v, r, c) }
			case is(hallHere, r, c):
				return func(ctx context.Context) (Reply, error) { return h.childIsHere(ctx, v, r, c) }
			case is(hallBut, r, c):
				return func(ctx context.Context) (Reply, error) { return h.counted(ctx, v, r, c.Child) }
			}
		}
	}
	return nil
}

// countable are what there is to count, and behind it what was counted already: a key
// that is tapped once more says that nothing is left.
func (d hallDay) countable() []roll {
	all := d.rolls()
	for _, l := range d.lists {
		for _, at := range []spot{atGate, atHall, setsOff, atSchool} {
			if _, open := d.rollOf(l.Sitting.ID, at); !open && at.suits(l.Sitting.Pattern) {
				all = append(all, roll{List: l, at: at})
			}
		}
	}
	return all
}

// suits reports whether children are counted at a place for a pattern.
func (w spot) suits(p childcare.Pattern) bool {
	switch w {
	case atGate:
		return p.What == childcare.Fetch
	case atHall:
		return p.What != childcare.Back
	}
	return p.What == childcare.Back
}
