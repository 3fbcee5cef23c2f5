package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// leave says what leaving means, and asks once.
func (h *House) leave(ctx context.Context, v Visit) (Reply, error) {
	if v.Person.Presence == people.Left { // nothing is left to ask
		return Reply{Screen: v.say("leave.done"), Ends: true}, nil
	}
	s := v.say("leave.ask")
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("leave.yes"), Data: "m.leave.yes", Style: dialog.Danger}}}
	if len(v.Actor.Roles) > 1 { // more than a resident
		held, err := h.Cases.Holding(ctx, v.Actor)
		if err != nil {
			return Reply{}, fmt.Errorf("holding: %w", err)
		}
		s.Text = v.Texts.T("leave.ask_role")
		if len(held) > 0 {
			s.Text = v.Texts.T("leave.ask_held", "n", len(held))
		}
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("leave.resign"), Data: "m.leave.resign"}})
	}
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("leave.no"), Data: "m.leave.no"}})
	return show(s), nil
}

// leaveTap is the answer.
func (h *House) leaveTap(ctx context.Context, v Visit, value string) (Reply, error) {
	switch value {
	case "yes":
		if err := h.People.Leave(ctx, v.Actor); err != nil {
			return Reply{}, fmt.Errorf("leave: %w", err)
		}
		return Reply{Screen: v.say("leave.done"), Ends: true}, nil
	case "resign":
		if err := h.People.Resign(ctx, v.Actor); err != nil {
			return Reply{}, fmt.Errorf("resign: %w", err)
		}
		return Reply{Screen: v.say("leave.resigned"), Fresh: true}, nil
	default:
		return show(v.say("leave.stayed")), nil
	}
}
