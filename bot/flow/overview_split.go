package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// share is one kind or one area: what was brought of it in a month and settled of
// that, and what is to be done of it now.
type share struct {
	key              string // a kind's code, that of a danger, or an area's number
	brought, settled int
	atWork, late     int
}

// splitAtMost is how many kinds or areas one screen tells.
const splitAtMost = 12

// split divides lives and piles by what life and pile are of; what has most stands
// first. Private cases are in none.
func split(lives []cases.Life, piles []cases.Pile, life func(cases.Life) string, pile func(cases.Pile) string) []share {
	all := map[string]*share{}
	at := func(key string) *share {
		if all[key] == nil {
			all[key] = &share{key: key}
		}
		return all[key]
	}
	for _, l := range cases.InPublic(lives) {
		s := at(life(l))
		s.brought++
		if l.Settled() {
			s.settled++
		}
	}
	for _, p := range piles {
		s := at(pile(p))
		s.atWork += p.AtWork
		s.late += p.Late
	}
	var ordered []share
	for _, s := range all {
		ordered = append(ordered, *s)
	}
	slices.SortFunc(ordered, func(a, b share) int {
		return cmp.Or(cmp.Compare(b.brought, a.brought), cmp.Compare(b.atWork, a.atWork), cmp.Compare(a.key, b.key))
	})
	return ordered
}

// dangers begins the key of what was dangerous, whatever its kind.
const dangers = "danger."

// kindKey is what a case counts as: its danger, or its kind.
func kindKey(kind, danger string) string {
	if danger != "" {
		return dangers + danger
	}
	return kind
}

// kindName is what a kind is called on its own, and a danger as one; what nobody has
// named yet is a report.
func kindName(v Visit, key string) string {
	if danger, is := strings.CutPrefix(key, dangers); is {
		return v.Texts.T("overview.danger", "kind", kindWords(v, cases.Case{Danger: danger}))
	}
	return kindWords(v, cases.Case{Kind: key})
}

func byKind(lives []cases.Life, piles []cases.Pile) []share {
	return split(lives, piles,
		func(l cases.Life) string { return kindKey(l.Kind, l.Danger) }, func(p cases.Pile) string { return kindKey(p.Kind, p.Danger) })
}

func (h *House) overviewKinds(ctx context.Context, v Visit, value string) (Reply, error) {
	return h.overviewSplit(ctx, v, value, splitBy{"overview.by_kind", byKind, func(code string) string { return kindName(v, code) }})
}

func (h *House) overviewAreas(ctx context.Context, v Visit, value string) (Reply, error) {
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("overview: %w", err)
	}
	names := map[string]string{}
	for _, a := range areas {
		names[number(a.ID)] = a.Name
	}
	by := func(lives []cases.Life, piles []cases.Pile) []share {
		return split(lives, piles, func(l cases.Life) string { return number(l.Area) }, func(p cases.Pile) string { return number(p.Area) })
	}
	return h.overviewSplit(ctx, v, value, splitBy{"overview.by_area", by, func(id string) string {
		return cmp.Or(names[id], v.Texts.T("overview.no_area"))
	}})
}

// splitBy is a way to divide, and what its parts are called.
type splitBy struct {
	head string
	by   func([]cases.Life, []cases.Pile) []share
	name func(key string) string
}

func (h *House) overviewSplit(ctx context.Context, v Visit, value string, of splitBy) (Reply, error) {
	month := v.monthIn(value)
	lives, err := h.livesIn(ctx, v, month)
	if err != nil {
		return Reply{}, err
	}
	piles, err := h.Cases.Piles(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("overview: %w", err)
	}
	lines := []string{v.Texts.T(of.head, "month", v.month(month))}
	all := of.by(lives, piles)
	for _, s := range all[:min(splitAtMost, len(all))] {
		line := v.Texts.T("overview.part", "name", of.name(s.key), "n", s.brought, "settled", s.settled)
		if s.atWork > 0 {
			line += v.Texts.T("overview.part_now", "n", s.atWork)
		}
		if s.late > 0 {
			line += v.Texts.T("overview.part_late", "n", s.late)
		}
		lines = append(lines, line)
	}
	if len(all) == 0 {
		lines = append(lines, v.Texts.T("overview.none"))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	v.back(&s, "overview", month.Format(monthForm))
	return Reply{Screen: s, Beside: true}, nil
}

// endsTold are the places where a case can stand, in the order in which they are told.
var endsTold = []cases.Status{
	cases.Held, cases.Seen, cases.Unconfirmed, cases.Referred, cases.Cannot, cases.Wish, cases.Duplicate, cases.Spam, cases.FoundNotSo,
}

// overviewEnds counts the ends of what was brought in a month, each apart, and what
// has none yet.
func (h *House) overviewEnds(ctx context.Context, v Visit, value string) (Reply, error) {
	month := v.monthIn(value)
	all, err := h.livesIn(ctx, v, month)
	if err != nil {
		return Reply{}, err
	}
	counts := cases.Stands(all)
	lines, rest := []string{v.Texts.T("overview.ends_head", "month", v.month(month), "n", len(all))}, len(all)
	for _, status := range endsTold {
		rest -= counts[status]
		if n := counts[status]; n > 0 {
			lines = append(lines, v.Texts.T("overview.end."+string(status), "n", n))
		}
	}
	if rest > 0 {
		lines = append(lines, v.Texts.T("overview.at_work", "n", rest))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	v.back(&s, "overview", month.Format(monthForm))
	return Reply{Screen: s, Beside: true}, nil
}
