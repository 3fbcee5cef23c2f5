package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/lunch"
)

// tellDoor tells what is at the door of who eats there; whoever runs the kitchen is told
// the number too.
func (h *House) tellDoor(key string) lunchTopic {
	return func(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
		s := v.say(key, "name", h.name(ctx, v, a.Person))
		if !v.runsKitchen() {
			return s, nil
		}
		p, _, err := h.People.Reader(ctx, v.Community.ID, a.Person)
		if err == nil && p.Phone != "" {
			s.Text += "\n" + p.Phone
		}
		return s, nil // it is better told without the number than not at all
	}
}

// tellDoors tells of how many doors nobody has said anything, with the way to them.
func (h *House) tellDoors(_ context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	s := v.say("kitchen.told_doors", "n", a.N)
	row(&s, v.Texts.T("kitchen.run.open"), "krun", ofDay(dateOf(a.Day)))
	return s, nil
}

// tellAgain asks who carries to try a door once more; one of which somebody has said
// something since is told as it stands.
func (h *House) tellAgain(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	d, err := h.doorOf(ctx, v, a.Order)
	if _, no := v.Refused(err); no {
		return dialog.Screen{Gone: true}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	m := d.of()
	if m.Outcome != lunch.NoOutcome || m.Case != 0 || m.Tries != 1 {
		return dialog.Screen{Text: v.doorLine(m)}, nil
	}
	s := v.say("kitchen.told_again", "door", v.doorCode(d.at(), m), "name", m.Name)
	row(&s, v.Texts.T("kitchen.door.gave"), "kgave", number(a.Order))
	row(&s, v.Texts.T("kitchen.door.shut_again"), "kshut", number(a.Order))
	return s, h.offerInstead(ctx, v, &s, a.Order)
}

// offerInstead adds the neighbours with whom a meal may be left, and that who stands there
// is worried.
func (h *House) offerInstead(ctx context.Context, v Visit, s *dialog.Screen, order int64) error {
	some, err := h.Lunch.Neighbours(ctx, v.Actor, order)
	if err != nil {
		return err
	}
	for _, n := range some {
		row(s, named(v.Texts, "kitchen.door.with", n.Name), "kwith", number(order), number(n.Person))
	}
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("kitchen.door.worried"), Data: "m.kworry." + number(order), Style: dialog.Danger}})
	return nil
}

// gaveIt notes that a meal is with who eats it.
func (h *House) gaveIt(ctx context.Context, v Visit, order int64) (Reply, error) {
	if _, err := h.Lunch.Deliver(ctx, v.Actor, order, lunch.Delivered); err != nil {
		return Reply{}, err
	}
	return h.doorSaid(ctx, v, order)
}

// leftWith notes with which neighbour a meal is: "12.34".
func (h *House) leftWith(ctx context.Context, v Visit, value string) (Reply, error) {
	order, rest, ok := pair(value)
	person, _, also := pair(rest)
	if !ok || !also {
		return v.toast("tap.old"), nil
	}
	if _, err := h.Lunch.LeftWith(ctx, v.Actor, order, person); err != nil {
		return Reply{}, err
	}
	return h.doorSaid(ctx, v, order)
}

// doorSaid shows a door as it stands now, and how many are left.
func (h *House) doorSaid(ctx context.Context, v Visit, order int64) (Reply, error) {
	d, err := h.doorOf(ctx, v, order)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("kitchen.door.said", "door", v.doorLine(d.of()), "n", doorsLeft(d.stops))
	row(&s, v.Texts.T("kitchen.run.open"), "krun", ofDay(d.day))
	return Reply{Screen: s, Beside: true}, nil
}

// shutDoor notes that nobody opened: the number, a neighbour, and a second try.
func (h *House) shutDoor(ctx context.Context, v Visit, order int64) (Reply, error) {
	o, err := h.Lunch.NobodyOpened(ctx, v.Actor, order)
	if err != nil {
		return Reply{}, err
	}
	d, err := h.doorOf(ctx, v, order)
	if err != nil {
		return Reply{}, err
	}
	m := d.of()
	phone := m.Phone
	if phone == "" {
		phone = v.Texts.T("kitchen.no_phone")
	}
	key := "kitchen.door.shut"
	switch {
	case o.Tries > 1 && o.Case != 0:
		return Reply{Screen: v.say("kitchen.door.rung", "name", m.Name, "phone", phone), Beside: true}, nil
	case o.Tries > 1:
		key = "kitchen.door.shut_twice"
	}
	s := v.say(key, "door", v.doorCode(d.at(), m), "name", m.Name, "phone", phone)
	row(&s, v.Texts.T("kitchen.door.gave"), "kgave", number(order))
	return Reply{Screen: s, Beside: true}, h.offerInstead(ctx, v, &s, order)
}

// worries rings everybody on duty about who lives there.
func (h *House) worries(ctx context.Context, v Visit, order int64) (Reply, error) {
	if _, err := h.Lunch.Worried(ctx, v.Actor, order); err != nil {
		return Reply{}, err
	}
	d, err := h.doorOf(ctx, v, order)
	if err != nil {
		return Reply{}, err
	}
	m := d.of()
	phone := m.Phone
	if phone == "" {
		phone = v.Texts.T("kitchen.no_phone")
	}
	return Reply{Screen: v.say("kitchen.door.worry", "name", m.Name, "phone", phone), Beside: true}, nil
}

// tellWith tells who eats at whose door their meal is.
func (h *House) tellWith(ctx context.Context, v Visit, a toldLunch) (dialog.Screen, error) {
	p, _, err := h.People.Reader(ctx, v.Community.ID, a.By)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("with whom a meal is: %w", err)
	}
	if p.Flat == "" {
		return h.ofWhom(ctx, v, v.say("lunch.told_with", "name", p.Name), a.Person), nil
	}
	return h.ofWhom(ctx, v, v.say("lunch.told_with_at", "name", p.Name, "flat", p.Flat), a.Person), nil
}
