package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// block stops somebody's nonsense, and unblock takes in again what they bring; their
// card says which it is.
func (h *House) block(ctx context.Context, v Visit, person int64) (Reply, error) {
	if err := h.People.Block(ctx, v.Actor, person); err != nil {
		return Reply{}, fmt.Errorf("block: %w", err)
	}
	s, err := h.card(ctx, v, person)
	return show(s), err
}

func (h *House) unblock(ctx context.Context, v Visit, person int64) (Reply, error) {
	if err := h.People.Unblock(ctx, v.Actor, person); err != nil {
		return Reply{}, fmt.Errorf("unblock: %w", err)
	}
	s, err := h.card(ctx, v, person)
	return show(s), err
}

// blockButtons are what may be done about somebody's nonsense.
func blockButtons(v Visit, c people.Card, now people.Actor) []dialog.Button {
	switch {
	case c.Gone() || c.ID == now.Person || !now.May(access.Block, c.Rel):
		return nil
	case c.Blocked():
		return []dialog.Button{{Label: v.Texts.T("block.again"), Data: personData("unblock", c.ID)}}
	case c.Telegram == 0:
		return nil
	}
	return []dialog.Button{{Label: v.Texts.T("block.stop"), Data: personData("block", c.ID)}}
}

// mute reports whether nothing that this person writes, shows or says of a case is taken
// in: they are not asked for words then. What is a danger is.
func (v Visit) mute(c cases.Case) bool { return v.shutOut() && c.Danger == "" }

func (v Visit) shutOut() bool { return v.Person.Blocked() && !v.Actor.Holds() }

// blocked is the kind word to who is blocked, with the number to call.
func (v Visit) blocked() Reply {
	return show(v.say("refused.case.blocked", "phone", phoneWords(v)))
}
