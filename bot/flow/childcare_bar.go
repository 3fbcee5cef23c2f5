package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// barDraft is somebody who never may have a child.
type barDraft struct {
	By     who        `json:"by"`
	Child  int64      `json:"child"`
	Kid    string     `json:"kid"`
	Among  []barrable `json:"among,omitempty"`
	Whom   string     `json:"whom,omitempty"` // a name, or "#1" of those among whom it was tapped
	Lead   bool       `json:"lead,omitempty"`
	Why    string     `json:"why,omitempty"`
	Reason string     `json:"reason,omitempty"` // of the lead, who owes one
}

// barrable is somebody who is written of a child already.
type barrable struct {
	Person  int64  `json:"person,omitempty"`
	Name    string `json:"name"`
	Decides bool   `json:"decides,omitempty"`
}

// whom is who was tapped, or whose name was written.
func (d *barDraft) whom() barrable {
	at, tapped := strings.CutPrefix(d.Whom, "#")
	if n, err := strconv.Atoi(at); tapped && err == nil && n >= 0 && n < len(d.Among) {
		return d.Among[n]
	}
	return barrable{Name: d.Whom}
}

// startsBarring begins to bar somebody from a child: whoever is on its list is one tap, and
// for the lead who decides for it too.
func (h *House) startsBarring(ctx context.Context, v Visit, child int64) (Reply, error) {
	may, err := h.writesOf(ctx, v, child)
	if err != nil || !may {
		return v.toast("tap.old"), err
	}
	all, err := h.Childcare.Collectors(ctx, v.Actor, child, v.thisDay())
	if err != nil {
		return Reply{}, fmt.Errorf("whom to bar from child %d: %w", child, err)
	}
	d := barDraft{By: v.who(), Child: child, Kid: h.name(ctx, v, child), Lead: v.runsCare()}
	for _, c := range all {
		if !c.Barred && (!c.Guardian || d.Lead) && c.Person != v.Person.ID {
			d.Among = append(d.Among, barrable{Person: c.Person, Name: c.Name, Decides: c.Guardian})
		}
	}
	return Reply{Dialog: "barred", Where: Spent, Prefill: d}, nil
}

// barredFlow asks who must never have a child. It is no small thing: it is read back.
func barredFlow(h *House) *dialog.Flow[barDraft] {
	return dialog.New("barred", h.keepsBarred,
		dialog.Text("name", func(d *barDraft) *string { return &d.Whom }, 1, maxName).
			Suggest(func(_ context.Context, d *barDraft, t dialog.Turn) ([]dialog.Option, error) {
				var all []dialog.Option
				for i, one := range d.Among {
					label := fit(one.Name, alone)
					if one.Decides {
						label = named(t.Texts, "care.home.decides", one.Name)
					}
					all = append(all, dialog.Option{Value: "#" + strconv.Itoa(i), Label: label})
				}
				return all, nil
			}).
			Show(func(d *barDraft, _ dialog.Turn) string { return d.whom().Name }).
			Fill(func(_ context.Context, d *barDraft, _ dialog.Turn) ([]any, error) { return []any{"name", d.Kid}, nil }),
		dialog.Text("why", func(d *barDraft) *string { return &d.Why }, 1, 200).Optional().
			When(func(d *barDraft) bool { return !d.Lead }),
		dialog.Text("reason", func(d *barDraft) *string { return &d.Reason }, 1, 200).
			When(func(d *barDraft) bool { return d.Lead }),
	).Says("care.home.decides", "dialog.and")
}

func (h *House) keepsBarred(ctx context.Context, d *barDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	whom := d.whom()
	c := childcare.Collector{Child: d.Child, Person: whom.Person, Name: whom.Name, Barred: true, Why: d.Why + d.Reason}
	if _, err = h.Childcare.AddCollector(ctx, v.Actor, c); err == nil {
		r, err := h.mayFetch(ctx, v, d.Child)
		return r.Screen, err
	}
	if text, no := v.Refused(err); no {
		return dialog.Screen{Text: text}, nil
	}
	return dialog.Screen{}, fmt.Errorf("bar somebody from child %d: %w", d.Child, err)
}
