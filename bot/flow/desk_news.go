package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
)

// newsCalls tells by phone how a case stands, where no message reaches whose it is.
type newsCalls struct{ h *House }

func (d newsCalls) waiting(ctx context.Context, v Visit) ([]phoned, error) {
	all, err := d.h.Cases.ToTell(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	list := make([]phoned, len(all))
	for i, c := range all {
		list[i] = phoned{
			id: c.ID, person: c.For, tries: c.Tries, answers: []string{"told"},
			text: v.Texts.T("desk.news", "news", d.h.howStands(ctx, v, c.Case)),
		}
		switch {
		case hasEnded(c.Case) && c.DisputedAt == nil:
			list[i].answers = append(list[i].answers, "disagrees")
		case c.BreaksAgain(v.Now) && c.Holder != v.Person.ID:
			list[i].answers = append(list[i].answers, "again")
		}
		if of, double := d.h.whole(ctx, v, c.Case); double && of.Status == cases.Done {
			list[i].answers = held
			list[i].text = v.Texts.T("desk.case", "no", c.Number, "kind", kindWords(v, c.Case), "name", d.h.name(ctx, v, of.Holder))
		}
	}
	return list, nil
}

// howStands is how a case stands, in the words in which its resident reads it.
func (h *House) howStands(ctx context.Context, v Visit, c cases.Case) string {
	if c.Status == cases.Seen || c.Status == cases.Unconfirmed {
		return h.lateScreen(v, c).Text
	}
	if of, double := h.whole(ctx, v, c); double && of.Status == cases.Held {
		return h.heldElsewhere(ctx, v, of, c).Text
	} else if double {
		return h.standsNear(ctx, v, of, c).Text
	}
	c.Reporter = c.For // who wrote it down is not who is told
	if hasEnded(c) {
		return h.endedScreen(ctx, v, c).Text // with why
	}
	return h.stands(ctx, v, c).Text
}

func (d newsCalls) answered(ctx context.Context, v Visit, id int64, answer string) error {
	var err error
	outcome, said := outcomes[answer]
	switch {
	case answer == noReply:
		_, err = d.h.Cases.NotTold(ctx, v.Actor, id)
	case said: // of what theirs is a double of
		_, err = d.h.Cases.AnswerFor(ctx, v.Actor, id, outcome)
	case answer == "disagrees":
		_, err = d.h.Cases.DisagreeFor(ctx, v.Actor, id)
	case answer == "again":
		_, err = d.h.Cases.AgainFor(ctx, v.Actor, id)
	default:
		_, err = d.h.Cases.ToldByPhone(ctx, v.Actor, id)
	}
	return err
}
