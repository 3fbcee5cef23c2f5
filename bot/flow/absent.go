package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// absent asks where somebody is instead of at home.
func (h *House) absent(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	c, now, err := h.People.See(ctx, v.Actor, id)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("absent: %w", err)
	}
	s := v.say("people.where", "name", c.Name)
	for _, b := range []struct {
		do        access.Action
		key, verb string
	}{
		{access.Pause, "people.away", "away"}, {access.Pause, "people.hospital", "hospital"},
		{access.End, "people.moved", "moved"}, {access.End, "people.died", "died"}, {access.SeePerson, "dialog.back", "p"},
	} {
		if now.May(b.do, c.Rel) {
			s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T(b.key), Data: personData(b.verb, c.ID)}})
		}
	}
	return s, nil
}

// awayDraft is until when somebody is away.
type awayDraft struct {
	By     who    `json:"by"`
	Person int64  `json:"p"`
	Until  string `json:"until,omitempty"`
	Week   string `json:"week,omitempty"` // the day with which it begins
	Day    string `json:"day,omitempty"`
}

func awayFlow(h *House) *dialog.Flow[awayDraft] {
	date := func(d *awayDraft) bool { return d.Until == "date" }
	return dialog.New("away", h.goAway,
		dialog.Choice("until", func(d *awayDraft) *string { return &d.Until }, "tomorrow", "week", "date", "unknown"),
		dialog.Pick("week", func(d *awayDraft) *string { return &d.Week },
			func(_ context.Context, _ *awayDraft, t dialog.Turn) ([]dialog.Option, error) {
				return days(t, startOfDay(t).AddDate(0, 0, 2), 7), nil
			}).When(date),
		dialog.Pick("day", func(d *awayDraft) *string { return &d.Day },
			func(_ context.Context, d *awayDraft, t dialog.Turn) ([]dialog.Option, error) {
				from, err := time.ParseInLocation(time.DateOnly, d.Week, t.Zone)
				if err != nil {
					return nil, dialog.Reject("pick")
				}
				return days(t, from, 1), nil
			}).When(date),
	).NoSummary()
}

func startOfDay(t dialog.Turn) time.Time {
	y, m, d := t.Now.In(t.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Zone)
}

// days are seven days to choose from, so many apart.
func days(t dialog.Turn, from time.Time, apart int) []dialog.Option {
	options := make([]dialog.Option, 7)
	for i := range options {
		at := from.AddDate(0, 0, i*apart)
		options[i] = dialog.Option{Value: at.Format(time.DateOnly), Label: t.Texts.T("people.day", "day", day(at))}
	}
	return options
}

// returns is the day of the return, nil where nobody knows.
func (d *awayDraft) returns(t dialog.Turn) (*time.Time, error) {
	at := startOfDay(t)
	switch d.Until {
	case "tomorrow":
		at = at.AddDate(0, 0, 1)
	case "week":
		at = at.AddDate(0, 0, 7)
	case "date":
		var err error
		if at, err = time.ParseInLocation(time.DateOnly, d.Day, t.Zone); err != nil {
			return nil, fmt.Errorf("day of return: %w", err)
		}
	default:
		return nil, nil //nolint:nilnil // nobody knows: that is an answer
	}
	return &at, nil
}

func (h *House) goAway(ctx context.Context, d *awayDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	until, err := d.returns(t)
	if err != nil {
		return dialog.Screen{}, err
	}
	p, err := h.People.Away(ctx, v.Actor, d.Person, until)
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("away: %w", err)
	}
	return v.noted(p), nil
}

// noted says what is known of somebody's presence now, and what follows; every
// change but the one that undoes it can be taken back.
func (v Visit) noted(p people.Person) dialog.Screen {
	s := v.say("people.told."+string(p.Presence), "name", p.Name)
	if p.Until != nil {
		s = v.say("people.told."+string(p.Presence)+"_until", "name", p.Name, "until", dayIn(*p.Until, v.Zone))
	}
	if undo := map[bool]string{true: "wrong", false: "back"}[p.Gone()]; !p.Here() {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("people.wrong"), Data: personData(undo, p.ID)}})
	}
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("people.card"), Data: personData("p", p.ID)}})
	return s
}

// awayStart asks until when.
func awayStart(_ context.Context, v Visit, id int64) (Reply, error) {
	return Reply{Dialog: "away", Prefill: awayDraft{By: v.who(), Person: id}}, nil
}

// becomes notes by one tap where somebody is.
func (v Visit) becomes(p people.Person, err error) (dialog.Screen, error) {
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("presence: %w", err)
	}
	return v.noted(p), nil
}

func (h *House) inHospital(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	return v.becomes(h.People.Hospital(ctx, v.Actor, id, nil))
}

func (h *House) isBack(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	return v.becomes(h.People.Back(ctx, v.Actor, id))
}

func (h *House) hasMoved(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	return v.becomes(h.People.Moved(ctx, v.Actor, id))
}

func (h *House) hasDied(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	return v.becomes(h.People.Died(ctx, v.Actor, id))
}

func (h *House) wasWrong(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	return v.becomes(h.People.NotGone(ctx, v.Actor, id))
}

// doBack ends somebody's pause when its last day is over.
func (h *House) doBack(ctx context.Context, community int64, args []byte) error {
	var a struct {
		Person int64 `json:"person"`
	}
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("do person.back: %w", err)
	}
	if err := h.People.ReturnIfDue(ctx, community, a.Person); err != nil {
		return fmt.Errorf("do person.back: %w", err)
	}
	return nil
}
