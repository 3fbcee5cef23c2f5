package flow

import (
	"context"
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// askVerbs are the buttons by which who decides is asked, and answers.
func (h *House) askVerbs() map[string]verb {
	return map[string]verb{
		"hask": onID(h.startsStranger), "haskwho": h.asksAbout, "hover": onID(h.startsOverride),
		"hmay": onID(h.answersMay(true)), "hmaynot": onID(h.answersMay(false)),
	}
}

// kins are what people are to a child, for whom nobody has to write a name.
var kins = []string{"grandmother", "grandfather", "aunt", "neighbour"}

// kinName is a name as it was written, or what somebody is to the child.
func (v Visit) kinName(name string) string {
	if slices.Contains(kins, name) {
		return v.Texts.T("care.hall.kin." + name)
	}
	return name
}

// strangerDraft is somebody who is not on a child's list.
type strangerDraft struct {
	By    who    `json:"by"`
	Child int64  `json:"child"`
	Kid   string `json:"kid"`
	Name  string `json:"name,omitempty"`
}

func (h *House) startsStranger(ctx context.Context, v Visit, child int64) (Reply, error) {
	d, err := h.Childcare.Door(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Dialog: "stranger", Where: Spent, Prefill: strangerDraft{By: v.who(), Child: child, Kid: d.Name}}, nil
}

// strangerFlow asks who stands there, by one tap or by name, and then asks at home.
func strangerFlow(h *House) *dialog.Flow[strangerDraft] {
	return dialog.New("stranger",
		func(ctx context.Context, d *strangerDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			r, err := h.asksHome(ctx, v, d.Child, d.Name)
			if text, no := v.Refused(err); no {
				return dialog.Screen{Text: text}, nil
			}
			return r.Screen, err
		},
		dialog.Text("name", func(d *strangerDraft) *string { return &d.Name }, 1, maxName).
			Suggest(func(_ context.Context, _ *strangerDraft, t dialog.Turn) ([]dialog.Option, error) {
				var all []dialog.Option
				for _, kin := range kins {
					all = append(all, dialog.Option{Value: kin, Label: t.Texts.T("care.hall.kin." + kin)})
				}
				return all, nil
			}).
			Fill(func(_ context.Context, d *strangerDraft, _ dialog.Turn) ([]any, error) {
				return []any{"child", d.Kid}, nil
			}),
	).NoSummary()
}

// asksAbout asks at home about one who is on the list.
func (h *House) asksAbout(ctx context.Context, v Visit, value string) (Reply, error) {
	l, _, ok := leaving(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	d, err := h.Childcare.Door(ctx, v.Actor, l.Child)
	if err != nil {
		return Reply{}, err
	}
	return h.asksHome(ctx, v, l.Child, nameAt(d, l))
}

// asksHome asks who decides, and says that the answer comes by itself. Somebody who is
// on no list any more has no name: the carer says who stands there.
func (h *House) asksHome(ctx context.Context, v Visit, child int64, name string) (Reply, error) {
	if name == "" {
		return h.atLeaving(ctx, v, child)
	}
	if _, err := h.Childcare.Ask(ctx, v.Actor, child, name); err != nil {
		return Reply{}, err
	}
	d, err := h.Childcare.Door(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Screen: v.waitScreen(d), Beside: true}, nil
}

// waitScreen is the same whoever stands there, and whatever is done about it.
func (v Visit) waitScreen(d childcare.Door) dialog.Screen {
	s := v.say("care.hall.wait", "name", d.Name)
	row(&s, v.Texts.T("care.hall.others"), "hleave")
	return s
}

// askedRow says how it stands with a question, and gives the child where it was answered
// with yes.
func (v Visit) askedRow(s *dialog.Screen, d childcare.Door) {
	if d.Ask == nil || d.Ask.UsedAt != nil {
		return
	}
	who := v.whoAsked(*d.Ask)
	switch {
	case d.Ask.Yes:
		s.Text = v.Texts.T("care.hall.said_yes", "who", who, "name", d.Name)
		row(s, named(v.Texts, "care.hall.give", who), "hyes", number(d.Child), number(d.Ask.ID))
	case d.Ask.AnsweredAt != nil:
		s.Text = v.Texts.T("care.hall.said_no", "who", who, "name", d.Name)
	default:
		s.Text += "\n" + v.Texts.T("care.hall.asked", "who", who)
	}
}

// whoAsked is for whom it was asked.
func (v Visit) whoAsked(a childcare.Ask) string {
	return v.kinName(a.Name)
}

// answersMay answers whether somebody may have a child.
func (h *House) answersMay(yes bool) func(context.Context, Visit, int64) (Reply, error) {
	return func(ctx context.Context, v Visit, ask int64) (Reply, error) {
		a, err := h.Childcare.Answered(ctx, v.Actor, ask, yes)
		if err != nil {
			return Reply{}, err
		}
		return show(h.mayAnswered(ctx, v, a)), nil
	}
}

// mayAnswered is what became of a question, for who decides.
func (h *House) mayAnswered(ctx context.Context, v Visit, a childcare.Ask) dialog.Screen {
	key := "care.hall.may_no"
	if a.Yes {
		key = "care.hall.may_yes"
	}
	s := v.say(key, "who", v.whoAsked(a), "name", h.name(ctx, v, a.Child))
	if a.Yes && a.UsedAt == nil {
		row(&s, v.Texts.T("care.hall.may_stop"), "hmaynot", number(a.ID))
	}
	return s
}

// overrideDraft is the word of the lead.
type overrideDraft struct {
	By    who    `json:"by"`
	Child int64  `json:"child"`
	Kid   string `json:"kid"`
	Whom  string `json:"whom,omitempty"`
	Why   string `json:"why,omitempty"`
}

func (h *House) startsOverride(ctx context.Context, v Visit, child int64) (Reply, error) {
	d, err := h.Childcare.Door(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Dialog: "override", Where: Spent, Prefill: overrideDraft{By: v.who(), Child: child, Kid: d.Name}}, nil
}

// overrideFlow gives a child to somebody at the lead's word: to whom, and why, which the
// family reads. It is read back before it counts.
func overrideFlow(h *House) *dialog.Flow[overrideDraft] {
	kid := func(_ context.Context, d *overrideDraft, _ dialog.Turn) ([]any, error) {
		return []any{"child", d.Kid}, nil
	}
	return dialog.New("override", h.overrides,
		dialog.Text("whom", func(d *overrideDraft) *string { return &d.Whom }, 1, maxName).Fill(kid).
			Suggest(h.onListOf),
		dialog.Text("why", func(d *overrideDraft) *string { return &d.Why }, 1, 200).Fill(kid),
	)
}

// onListOf are those on a child's list whom the register knows.
func (h *House) onListOf(ctx context.Context, d *overrideDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	door, err := h.Childcare.Door(ctx, v.Actor, d.Child)
	if err != nil {
		return nil, err
	}
	var all []dialog.Option
	for _, c := range door.Collectors {
		all = append(all, dialog.Option{Value: c.Name, Label: fit(c.Name, alone)})
	}
	return all, nil
}

func (h *House) overrides(ctx context.Context, d *overrideDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	o := childcare.Overriding{Child: d.Child, Name: d.Whom, Reason: d.Why}
	door, err := h.Childcare.Door(ctx, v.Actor, d.Child)
	if err == nil {
		for _, c := range door.Collectors {
			if c.Name == d.Whom && c.Person != 0 {
				o.Person, o.Name = c.Person, ""
			}
		}
		var c childcare.Custody
		if c, err = h.Childcare.Override(ctx, v.Actor, o); err == nil {
			return h.leftScreen(ctx, v, c, door.Name)
		}
	}
	if text, no := v.Refused(err); no {
		return dialog.Screen{Text: text}, nil
	}
	return dialog.Screen{}, err
}

// minutesLate are in how many minutes who is late says to be there.
var minutesLate = []int{10, 20, 40}

// lateRows let who is late say when they are there.
func (v Visit) lateRows(s *dialog.Screen, child int64) {
	for _, n := range minutesLate {
		row(s, v.Texts.T("care.hall.in_minutes", "n", n), "hcoming", number(child), strconv.Itoa(n))
	}
}
