package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// callWhom asks whoever hears both sides of a quarrel which of them to call; two is
// false where there is only one.
func (h *House) callWhom(ctx context.Context, v Visit, id int64) (r Reply, two bool, err error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if _, refused := v.Refused(err); refused {
		return Reply{}, false, nil // the verb says why
	} else if err != nil {
		return Reply{}, false, fmt.Errorf("call about case %d: %w", id, err)
	}
	if c.Other == 0 || c.Holder != v.Person.ID {
		return Reply{}, false, nil
	}
	s := v.say("sealed.call_whom", "no", c.Number)
	for _, side := range []cases.Side{cases.OneSide, cases.TheOther} {
		s.Rows = append(s.Rows, []dialog.Button{{
			Label: fit(h.sideName(ctx, v, c, side), alone), Data: fmt.Sprintf("m.callside.%d.%d", id, side),
		}})
	}
	return Reply{Screen: s, Where: Apart, Beside: true}, true, nil
}

// callSide gives the number of one side, "<case>.<side>".
func (h *House) callSide(ctx context.Context, v Visit, value string) (Reply, error) {
	id, side, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	call := h.Cases.Call
	if side == "2" {
		call = h.Cases.CallOther
	}
	p, err := call(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("call a side of case %d: %w", id, err)
	}
	return v.number(p), nil
}
