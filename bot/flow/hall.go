package flow

import (
	"context"
	"fmt"
	"slices"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// hallVerbs are the buttons of who minds children: "m.hroll.<sitting>.<where>", and those
// of a child, "m.hdoor.<child>".
func (h *House) hallVerbs() map[string]verb {
	return eachOnce(
		map[string]verb{
			"hall": h.hall, "hroll": h.showsRoll, "htake": h.takesOver, "hleave": h.showsLeaving, "hchild": onID(h.showsChild),
		},
		h.leaveVerbs(), h.askVerbs(), h.missingVerbs(), h.noteVerbs(), h.hallTalkVerbs(), h.hallPaperVerbs(), h.unsaidVerbs(),
	)
}

// minds reports whether somebody may be one who minds children: what they type may be a
// key of theirs.
func (v Visit) minds() bool {
	return v.runsCare() || v.Actor.Has(access.Carer, access.Childcare)
}

// hall shows whoever minds children what there is today, each with how many it is about.
func (h *House) hall(ctx context.Context, v Visit, _ string) (Reply, error) {
	s, err := h.hallScreen(ctx, v)
	return Reply{Screen: s, Beside: true}, err
}

func (h *House) hallScreen(ctx context.Context, v Visit) (dialog.Screen, error) {
	talks, err := h.talksToday(ctx, v)
	if err != nil {
		return dialog.Screen{}, err
	}
	d, err := h.hallDay(ctx, v)
	if _, no := v.Refused(err); no && len(talks) > 0 { // who counsels need not mind children
		d, err = hallDay{}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	s := v.say("care.hall.head", "n", len(d.children()), "mine", len(d.heldBy(v.Person.ID)))
	if len(d.children()) == 0 {
		s = v.say("care.hall.none")
	}
	for _, r := range d.rolls() {
		row(&s, v.Texts.T("care.hall.roll."+string(r.at), "at", clockOf(r.Sitting.StartsAt.In(v.Zone)).String(), "n", len(r.left)), "hroll", number(r.Sitting.ID), string(r.at))
	}
	v.missingRows(&s, d)
	for _, o := range d.others(v.Person.ID) {
		row(&s, named(v.Texts, "care.hall.take", h.name(ctx, v, o)), "htake", number(o))
	}
	if n := len(d.at(childcare.InHall)); n > 0 {
		row(&s, v.Texts.T("care.hall.leaves", "n", n), "hleave")
	}
	v.noteRows(&s, d)
	if len(talks) > 0 {
		row(&s, v.Texts.T("care.hall.talks", "n", len(talks)), "htalks")
	}
	if len(d.children()) > 0 {
		row(&s, v.Texts.T("care.hall.paper"), "hpaper", ofDay(v.thisDay()))
		row(&s, v.Texts.T("care.hall.was_paper"), "htyped", ofDay(v.thisDay()))
	}
	return s, nil
}

// mindsToday adds to a page the way to the children, where its reader minds some.
func (h *House) mindsToday(ctx context.Context, v Visit, s *dialog.Screen) error {
	if !v.minds() && !v.Actor.Has(access.Counsellor) {
		return nil
	}
	if _, err := h.Childcare.House(ctx, v.Community.ID); err != nil {
		_, none := v.Refused(err)
		if none {
			return nil
		}
		return fmt.Errorf("children of today: %w", err)
	}
	row(s, v.Texts.T("care.hall.open"), "hall")
	return nil
}

// takesOver takes all children that another holds, as one comes and the other goes.
func (h *House) takesOver(ctx context.Context, v Visit, value string) (Reply, error) {
	from, _, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	n, err := h.Childcare.TookOver(ctx, v.Actor, from)
	if err != nil {
		return Reply{}, err
	}
	s, err := h.hallScreen(ctx, v)
	s.Text = v.Texts.T("care.hall.took", "name", h.name(ctx, v, from), "n", n) + "\n" + s.Text
	return Reply{Screen: s, Beside: true}, err
}

// showsChild shows what who minds a child must know of it. That they looked is written
// down.
func (h *House) showsChild(ctx context.Context, v Visit, child int64) (Reply, error) {
	c, err := h.Childcare.Child(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("care.hall.file", "name", c.Name, "class", v.classWords(c.Grade, c.Class))
	if mind := v.mindOf(c.Diet, c.Allergy); mind != "" {
		s.Text += "\n" + v.Texts.T("care.hall.eats", "words", mind)
	}
	if c.Know != "" {
		s.Text += "\n" + v.Texts.T("care.hall.know", "words", c.Know)
	}
	row(&s, v.Texts.T("care.hall.worried"), "hworry", number(child))
	s.Rows[0][0].Style = dialog.Danger
	v.back(&s, "hdoor", number(child))
	return Reply{Screen: s, Beside: true}, nil
}

// classWords is where a child goes to school in a few words; "" where that is not known.
func (v Visit) classWords(grade int, class string) string {
	switch {
	case class != "":
		return class
	case grade > 0:
		return v.Texts.T("care.hall.grade", "grade", grade)
	}
	return ""
}

// absentWords say why a child does not come.
func (v Visit) absentWords(a childcare.Absence) string {
	switch a {
	case childcare.Ill:
		return v.Texts.T("care.hall.ill")
	case childcare.Away:
		return v.Texts.T("care.hall.gone_away")
	}
	return v.Texts.T("care.hall.stays_away")
}

// mindOf is what a child must not have, "" for nothing.
func (v Visit) mindOf(diet childcare.Codes[childcare.Diet], allergy string) string {
	var words []string
	for _, d := range diet {
		words = append(words, v.Texts.T("kitchen.diet."+string(d)))
	}
	if allergy != "" {
		words = append(words, allergy)
	}
	return listed(v.Texts, words)
}

// heldName is who answers for a child.
func (h *House) heldName(ctx context.Context, v Visit, c childcare.OnList) string {
	if c.HolderName != "" || c.Holder == 0 {
		return c.HolderName
	}
	return h.name(ctx, v, c.Holder)
}

// byName finds the child of a list.
func byName(all []childcare.OnList, child int64) (childcare.OnList, bool) {
	at := slices.IndexFunc(all, func(c childcare.OnList) bool { return c.Child == child })
	if at < 0 {
		return childcare.OnList{}, false
	}
	return all[at], true
}
