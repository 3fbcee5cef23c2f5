package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/refusal"
)

// hallTalkVerbs are the buttons of who counsels: nobody else sees whom.
func (h *House) hallTalkVerbs() map[string]verb {
	return map[string]verb{
		"htalks": h.showsTalks, "htalk": h.atWork(onID(h.talkWith(true))), "htalked": h.atWork(onID(h.talkWith(false))),
	}
}

// talksToday are who comes to the reader today, who counsels; of anybody else there are
// none.
func (h *House) talksToday(ctx context.Context, v Visit) ([]childcare.TalkOf, error) {
	if !v.Actor.Has(access.Counsellor) {
		return nil, nil
	}
	all, err := h.Childcare.Talks(ctx, v.Actor, v.thisDay())
	if _, no := v.Refused(err); no {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("talks of today: %w", err)
	}
	return all, nil
}

// showsTalks shows them, each with where the child is, and what can be done.
func (h *House) showsTalks(ctx context.Context, v Visit, _ string) (Reply, error) {
	all, err := h.talksToday(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	if len(all) == 0 {
		return show(v.say("care.hall.no_talks")), nil
	}
	s := v.say("care.hall.talks_head")
	lines := []string{s.Text}
	for _, t := range all {
		lines = append(lines, v.Texts.T("care.hall.talk", "at", clockOf(t.Sitting.StartsAt.In(v.Zone)), "name", t.Name))
		switch {
		case t.Place == childcare.InHall && t.Holder == v.Person.ID:
			row(&s, named(v.Texts, "care.hall.talk_ends", t.Name), "htalked", number(t.Booking.ID))
		case t.Booking.Outcome == childcare.NoOutcome:
			row(&s, named(v.Texts, "care.hall.talk_begins", t.Name), "htalk", number(t.Booking.ID))
		}
	}
	s.Text = strings.Join(lines, "\n")
	v.back(&s, "hall")
	return Reply{Screen: s, Beside: true}, nil
}

// talkWith notes that a talk begins, or that it is over.
func (h *House) talkWith(begins bool) func(context.Context, Visit, int64) (Reply, error) {
	return func(ctx context.Context, v Visit, booking int64) (Reply, error) {
		do := h.Childcare.TalkEnds
		if begins {
			do = h.Childcare.TalkBegins
		}
		err := do(ctx, v.Actor, booking)
		if r, no := refusal.As(err); no && r.Key == "care.by_the_door" {
			return h.leavesTalk(ctx, v, booking)
		}
		if err != nil {
			return Reply{}, err
		}
		return h.showsTalks(ctx, v, "")
	}
}

// leavesTalk shows the door to who counsels a child that was brought by its family.
func (h *House) leavesTalk(ctx context.Context, v Visit, booking int64) (Reply, error) {
	all, err := h.talksToday(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	for _, t := range all {
		if t.Booking.ID == booking {
			return h.atLeaving(ctx, v, t.Booking.Child)
		}
	}
	return h.showsTalks(ctx, v, "")
}
