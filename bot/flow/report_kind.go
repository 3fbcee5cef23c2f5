package flow

import (
	"context"
	"slices"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

const (
	// kindsAtOnce is how many kinds stand on the first page, above the two buttons
	// that lead on.
	kindsAtOnce = 6
	// noneAt is where "none of these" stands among the others: at the end of their
	// first page.
	noneAt = 7

	kindElse   = "else"   // the others stand behind it
	kindPeople = "people" // what is private stands behind it
)

// kinds are what a report can be about.
func (h *House) kinds(ctx context.Context, d *reportDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	return v.kindOptions(), nil
}

// kindOptions are the first of the community's kinds at once, the others behind
// "something else", and what is private behind a button of its own: nobody reads over
// a shoulder that there is a quarrel. The order is the community's, and stays: whoever
// has learnt where the lamp stands finds it there.
func (v Visit) kindOptions() []dialog.Option {
	open, private := v.reported()
	other := dialog.Option{Value: community.KindOther, Label: v.Texts.T("report.kind.else"), Said: v.kind(community.KindOther)}
	if len(open) > kindsAtOnce {
		more := dialog.Option{Value: kindElse, Label: other.Label}
		other.Label = v.Texts.T("report.kind.none")
		rest := slices.Insert(open[kindsAtOnce:], min(noneAt, len(open)-kindsAtOnce), other)
		open = slices.Concat(open[:kindsAtOnce], []dialog.Option{more}, under(kindElse, rest))
	} else {
		open = append(open, other)
	}
	if len(private) > 1 {
		people := dialog.Option{Value: kindPeople, Label: v.Texts.T("report.kind.people")}
		private = append([]dialog.Option{people}, under(kindPeople, private)...)
	}
	return append(open, private...)
}

// under puts options behind another.
func under(lead string, opts []dialog.Option) []dialog.Option {
	for i := range opts {
		opts[i].Under = lead
	}
	return opts
}

// reported are the kinds that are offered here but for "other", in the community's
// order: those that everybody may see, and the private ones.
func (v Visit) reported() (open, private []dialog.Option) {
	for _, k := range v.Community.Kinds {
		switch o := (dialog.Option{Value: k.Code, Label: v.kind(k.Code)}); {
		case !k.Offered || k.Code == community.KindOther:
		case k.Private() != "":
			private = append(private, o)
		default:
			open = append(open, o)
		}
	}
	return open, private
}
