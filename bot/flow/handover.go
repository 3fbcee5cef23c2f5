package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// handed is what the outbox keeps of a message about a hand-over.
type handed struct {
	Hand int64 `json:"hand"`
}

// renderHand draws the messages about what is left at the end of a shift.
func (h *House) renderHand(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var a handed
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	o, err := h.Cases.ReadHandOver(ctx, v.Actor, a.Hand)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	switch topic {
	case "hand.asked", "hand.gone":
		return h.handScreen(ctx, v, o, ""), nil
	case "hand.taken":
		s := v.say("hand.taken", "name", h.name(ctx, v, o.TakenBy), "n", len(o.Cases))
		s.Silent = true
		return s, nil
	case "hand.kept":
		s := h.keptScreen(ctx, v, o)
		s.Silent = o.Giver == v.Person.ID // their shift is over: it is to be known, not to be done
		return s, nil
	}
	return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
}

// lapse ends a hand-over that nobody took.
func (h *House) lapse(ctx context.Context, community int64, args []byte) error {
	var a handed
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("lapse a hand-over: %w", err)
	}
	return h.Cases.LapseHandOver(ctx, community, a.Hand)
}

// handScreen is a hand-over as it stands for one of those who come next.
func (h *House) handScreen(ctx context.Context, v Visit, o cases.HandOver, at string) dialog.Screen {
	giver := h.name(ctx, v, o.Giver)
	o.Cases = h.inOrder(ctx, v, o.Cases)
	switch {
	case o.TakenBy == v.Person.ID:
		s := v.say("hand.yours", "name", giver, "n", len(o.Cases))
		h.listHanded(ctx, v, &s, o, at, func(c cases.Case) string { return CaseData("show", c.ID) })
		return s
	case o.TakenBy != 0:
		return v.say("hand.gone", "giver", giver, "name", h.name(ctx, v, o.TakenBy))
	case o.KeptAt != nil:
		return v.say("hand.gone_kept", "name", giver)
	case len(o.Cases) == 0:
		return v.say("hand.nothing", "name", giver)
	}
	s := v.say("hand.asked", "name", giver, "n", len(o.Cases))
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("hand.take", "n", len(o.Cases)), Data: fmt.Sprintf("m.overtake.%d", o.ID), Style: dialog.Primary}}}
	h.listHanded(ctx, v, &s, o, at, func(c cases.Case) string { return fmt.Sprintf("m.overcase.%d.%d", o.ID, c.ID) })
	return s
}

// listHanded adds a line and a button for each case of a hand-over.
func (h *House) listHanded(ctx context.Context, v Visit, s *dialog.Screen, o cases.HandOver, at string, data func(c cases.Case) string) {
	lines := []string{s.Text}
	var buttons []dialog.Button
	from, until := pageOf(at, len(o.Cases))
	for i, c := range o.Cases {
		buttons = append(buttons, numbered(v, c, data(c)))
		if i >= from && i < until {
			lines = append(lines, h.caseLine(ctx, v, c))
		}
	}
	s.Text = strings.Join(lines, "\n")
	v.list(s, fmt.Sprintf("over.%d", o.ID), at, buttons)
}

// keptScreen tells the giver, and who is in charge, what nobody took over. Who is
// in charge can give it to somebody at once.
func (h *House) keptScreen(ctx context.Context, v Visit, o cases.HandOver) dialog.Screen {
	if len(o.Cases) == 0 { // settled before it was told
		return v.say("hand.nothing", "name", h.name(ctx, v, o.Giver))
	}
	s := v.say("hand.kept", "name", h.name(ctx, v, o.Giver), "n", len(o.Cases))
	if o.Giver == v.Person.ID {
		s = v.say("hand.kept_yours", "n", len(o.Cases))
	}
	lines, gives := []string{s.Text}, v.Actor.May(access.Give, access.SameCommunity)
	for _, c := range h.inOrder(ctx, v, o.Cases)[:min(perPage, len(o.Cases))] {
		lines = append(lines, h.caseLine(ctx, v, c))
		button := numbered(v, c, CaseData("show", c.ID))
		if gives {
			button = dialog.Button{Label: v.Texts.T("hand.give", "no", c.Number), Data: fmt.Sprintf("m.give.%d.%s", c.ID, anew)}
		}
		s.Rows = append(s.Rows, []dialog.Button{button})
	}
	s.Text = strings.Join(lines, "\n")
	switch {
	case len(o.Cases) <= perPage:
	case gives:
		row(&s, v.Texts.T("dialog.more"), "morning", "not_taken")
	default:
		row(&s, v.Texts.T("dialog.more"), "today", "1")
	}
	return s
}

// takeHand takes over what is left of it, by one tap.
func (h *House) takeHand(ctx context.Context, v Visit, value string) (Reply, error) {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	o, err := h.Cases.TakeOver(ctx, v.Actor, id)
	if late, refused := v.Refused(err); refused {
		return h.handLate(ctx, v, id, late)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("take over %d: %w", id, err)
	}
	if err := h.Roster.Seen(ctx, v.Actor); err != nil { // who acts is there
		return Reply{}, fmt.Errorf("take over %d: %w", id, err)
	}
	s := h.handScreen(ctx, v, o, "")
	s.Toast = v.Texts.T("hand.took", "name", h.name(ctx, v, o.Giver))
	return Reply{Screen: s, Beside: true}, nil
}

// handLate answers a tap that comes too late: why, and how it stands now.
func (h *House) handLate(ctx context.Context, v Visit, id int64, why string) (Reply, error) {
	s := dialog.Screen{Text: why}
	o, err := h.Cases.HandOver(ctx, v.Actor, id)
	if err == nil {
		s = h.handScreen(ctx, v, o, "")
	} else if _, refused := v.Refused(err); !refused {
		return Reply{}, fmt.Errorf("take over %d: %w", id, err)
	}
	s.Toast = why
	return Reply{Screen: s, Beside: true}, nil
}

// seeHand shows another page of a hand-over, "<id>.<page>".
func (h *House) seeHand(ctx context.Context, v Visit, value string) (Reply, error) {
	first, at, _ := strings.Cut(value, ".")
	id, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	o, err := h.Cases.HandOver(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("hand-over %d: %w", id, err)
	}
	return Reply{Screen: h.handScreen(ctx, v, o, at), Beside: true}, nil
}

// seeHanded shows one case of a hand-over to who may take it, "<id>.<case>".
func (h *House) seeHanded(ctx context.Context, v Visit, value string) (Reply, error) {
	first, second, _ := strings.Cut(value, ".")
	id, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	of, err := strconv.ParseInt(second, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	o, err := h.Cases.HandOver(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("hand-over %d: %w", id, err)
	}
	c, ok := byID(o.Cases, of)
	if !ok {
		return Reply{Screen: h.handScreen(ctx, v, o, ""), Beside: true}, nil
	}
	s := h.memberCard(ctx, v, c)
	if c.Holder != v.Person.ID {
		s.Rows = nil
	}
	return Reply{Screen: s, Where: Apart, Beside: true}, nil
}
