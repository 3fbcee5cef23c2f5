package flow

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// What the keys of a list say. Each names its list, and a child: what was tapped without
// a network means the same when it arrives.
const (
	hallAll  = "care.hall.key.all"       // all of a list are here
	hallBut  = "care.hall.key.but"       // all but one child
	hallNot  = "care.hall.key.not"       // a child is not at the gate
	hallHere = "care.hall.key.here"      // a child is here
	hallCame = "care.hall.key.after_all" // one is here of whom somebody said that it does not come
	hallTo   = "care.hall.key.to"        // all of a list are at school, with whom the key names
	hallWhom = "care.hall.key.to_whom"   // the same, with whom nobody was named before
	hallList = "care.hall.key.list"      // shows the day
)

// mostHallKeys is for how many children one keyboard has keys.
const mostHallKeys = 30

// mostTakerKeys is for how many at a school one keyboard has keys.
const mostTakerKeys = 3

// rollKeys are the keys of a list: all of it on top, and one for each child, two in a row
// where they are short.
func (v Visit) rollKeys(d hallDay, r roll) [][]dialog.Key {
	var rows [][]dialog.Key
	if len(r.left) > 0 {
		rows = append(rows, []dialog.Key{{Text: v.keyText(hallAll, d, r, childcare.OnList{})}})
	}
	if len(r.left) > 0 && r.at == atSchool {
		rows = append(rows, v.takerKeys(d, r)...)
	}
	var each []dialog.Key
	key := func(name string, c childcare.OnList) {
		each = append(each, dialog.Key{Text: v.keyText(name, d, r, c)})
	}
	for _, c := range r.left[:min(len(r.left), mostHallKeys)] {
		switch {
		case r.at == atGate:
			key(hallNot, c)
		case r.at == atHall:
			key(hallHere, c)
			if r.brings() && !c.NotYet && !v.Now.Before(r.Sitting.StartsAt) {
				key(hallNot, c)
			}
		case len(r.left) > 1:
			key(hallBut, c)
		}
	}
	if r.at == atGate || r.at == atHall {
		for _, c := range r.Children {
			switch _, left := byName(r.left, c.Child); {
			case !left && (c.Missing || c.NotYet):
				key(hallHere, c)
			case c.Absent != childcare.Present:
				key(hallCame, c)
			}
		}
	}
	return append(append(rows, inPairs(each)...), []dialog.Key{{Text: v.Texts.T(hallList)}})
}

// takerKeys are beside "all here" at a school: who there took them. Nobody has to be named.
func (v Visit) takerKeys(d hallDay, r roll) [][]dialog.Key {
	var keys []dialog.Key
	names := d.takers[r.Sitting.SchoolName]
	for _, name := range names[:min(len(names), mostTakerKeys)] {
		keys = append(keys, dialog.Key{Text: v.keyText(hallTo, d, r, childcare.OnList{Name: name})})
	}
	return inPairs(append(keys, dialog.Key{Text: v.keyText(hallWhom, d, r, childcare.OnList{})}))
}

// shortKey is how wide a key is at most of which two stand in a row: in Latin letters, of
// which a Chinese one has two.
const shortKey = 20

// inPairs lays keys two in a row where both are short.
func inPairs(keys []dialog.Key) (rows [][]dialog.Key) {
	for _, k := range keys {
		if last := len(rows) - 1; last >= 0 && len(rows[last]) == 1 && wide(k.Text) <= shortKey && wide(rows[last][0].Text) <= shortKey {
			rows[last] = append(rows[last], k)
			continue
		}
		rows = append(rows, []dialog.Key{k})
	}
	return rows
}

// wide is how wide a text is, in Latin letters.
func wide(text string) (n int) {
	for _, r := range text {
		if n++; unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// keyText is what a key of a list says. What is said most is short: at a gate who is not
// there, and in the hall who is.
func (v Visit) keyText(key string, d hallDay, r roll, c childcare.OnList) string {
	name := v.called(d, c)
	at := v.rollCode(d, r)
	if key == hallTo || key == hallWhom {
		return v.Texts.T(key, "at", v.hourOf(r, d.together(r, func(childcare.OnList) bool { return true })), "name", c.Name)
	}
	if key == hallNot && r.at == atGate || key == hallHere && r.at == atHall {
		at = v.hourOf(r, d.together(r, func(o childcare.OnList) bool { return o.Child != c.Child && v.called(d, o) == name }))
	}
	return v.Texts.T(key, "at", at, "name", name)
}

// rollCode is what a list is called where there is little room: its hour and its place,
// with the school where two begin together.
func (v Visit) rollCode(d hallDay, r roll) string {
	at := v.hourOf(r, d.together(r, func(childcare.OnList) bool { return true }))
	return v.Texts.T("care.hall.code."+string(r.at), "at", at)
}

// hourOf is when a list begins, with its school where the hour alone does not say which.
func (v Visit) hourOf(r roll, which bool) string {
	at := clockOf(r.Sitting.StartsAt.In(v.Zone)).String()
	if which {
		at += " " + r.Sitting.SchoolName
	}
	return at
}

// together reports whether another list of the kind begins with one, and has such a child.
func (d hallDay) together(r roll, has func(childcare.OnList) bool) bool {
	return slices.ContainsFunc(d.lists, func(l childcare.List) bool {
		is, as := l.Sitting, r.Sitting
		return is.ID != as.ID && is.Pattern.What == as.Pattern.What && is.StartsAt.Equal(as.StartsAt) && slices.ContainsFunc(l.Children, has)
	})
}

// called is what a child is called on a day: its name, with the class where two have the
// name, and a number where they are in one class.
func (v Visit) called(d hallDay, c childcare.OnList) string {
	var same []childcare.OnList
	for _, l := range d.lists {
		for _, o := range l.Children {
			if _, twice := byName(same, o.Child); o.Name == c.Name && !twice {
				same = append(same, o)
			}
		}
	}
	if len(same) < 2 {
		return c.Name
	}
	class := v.classWords(c.Grade, c.Class)
	var words []string
	if class != "" {
		words = append(words, class)
	}
	same = slices.DeleteFunc(same, func(o childcare.OnList) bool { return v.classWords(o.Grade, o.Class) != class })
	slices.SortFunc(same, func(a, b childcare.OnList) int { return cmp.Compare(a.Child, b.Child) })
	if at := slices.IndexFunc(same, func(o childcare.OnList) bool { return o.Child == c.Child }); len(same) > 1 {
		words = append(words, strconv.Itoa(at+1))
	}
	return v.Texts.T("care.hall.line", "name", c.Name, "words", listed(v.Texts, words))
}

// hallWords reports whether a text sounds like a key of a list, in any language.
func (h *House) hallWords(v Visit, text string) bool {
	const hole = "⁂"
	for _, lang := range h.Languages {
		words := h.Texts(lang, v.Now, v.Zone)
		for _, key := range []string{hallAll, hallBut, hallNot, hallHere, hallCame, hallTo, hallWhom, hallList} {
			if strings.Contains(words.T(key, "at", "", "name", hole), hole) && !strings.ContainsFunc(text, unicode.IsDigit) {
				continue // one of a child names the hour
			}
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
			if Same(text, in.keyText(key, d, r, c)) ||
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
			return func(ctx context.Context) (Reply, error) { return h.counted(ctx, v, r, "") }
		}
		if r.at == atSchool {
			if is(hallWhom, r, childcare.OnList{}) {
				return func(context.Context) (Reply, error) { return v.startsTaken(d, r), nil }
			}
			for _, name := range d.takers[r.Sitting.SchoolName] {
				if is(hallTo, r, childcare.OnList{Name: name}) {
					return func(ctx context.Context) (Reply, error) { return h.counted(ctx, v, r, name) }
				}
			}
		}
		for _, c := range r.Children {
			switch {
			case is(hallNot, r, c):
				return func(ctx context.Context) (Reply, error) { return h.notAtGate(ctx, v, r, c) }
			case is(hallHere, r, c), is(hallCame, r, c):
				return func(ctx context.Context) (Reply, error) { return h.childIsHere(ctx, v, r, c) }
			case is(hallBut, r, c):
				return func(ctx context.Context) (Reply, error) { return h.counted(ctx, v, r, "", c.Child) }
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
