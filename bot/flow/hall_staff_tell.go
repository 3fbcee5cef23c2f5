package flow

import (
	"context"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
)

func (h *House) tellHolds(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s := v.say("care.hall.told_holds", "who", h.name(ctx, v, a.Person), "n", a.N)
	row(&s, v.Texts.T("care.hall.open"), "hall")
	return s, nil
}

// tellFell tells whoever runs the hall of the children that are in their hands now.
func (h *House) tellFell(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	s := v.say("care.hall.told_fell", "who", h.name(ctx, v, a.Person), "n", a.N)
	row(&s, v.Texts.T("care.hall.open"), "hall")
	return s, nil
}

// tellWorry tells the one person who is to hear it, and nobody else.
func (h *House) tellWorry(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	return v.say("care.hall.told_worry", "name", h.name(ctx, v, a.Child), "who", h.name(ctx, v, a.By)), nil
}

// tellShort tells the lead the day before that a sitting is short of hands.
func (h *House) tellShort(ctx context.Context, v Visit, a toldCare) (dialog.Screen, error) {
	day := dateOf(a.Day)
	ahead, err := h.Childcare.Ahead(ctx, v.Actor, 3)
	if _, no := v.Refused(err); no {
		return dialog.Screen{Gone: true}, nil
	}
	if err != nil {
		return dialog.Screen{}, err
	}
	for _, d := range ahead {
		for _, st := range d.Sittings {
			if d.Day.Day.Format(time.DateOnly) != day.Format(time.DateOnly) || a.Sitting != 0 && st.ID != a.Sitting || a.Sitting == 0 && !st.Short() {
				continue
			}
			return v.say("care.hall.told_short", "day", dayIn(day, v.Zone), "at", clockOf(st.StartsAt.In(v.Zone)), "has", st.Hands, "needs", st.Needs), nil
		}
	}
	return v.say("care.hall.told_short_day", "day", dayIn(day, v.Zone)), nil
}
