package flow

import (
	"context"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// The link by which the other side of a quarrel comes.

// openSide is the link of the other side.
func (h *House) openSide(ctx context.Context, v Visit, token string) (Reply, error) {
	c, err := h.Cases.OpenSide(ctx, v.Actor, token)
	if text, ok := v.Refused(err); ok {
		return show(dialog.Screen{Text: text, Menu: v.Person.Known()}), nil
	} else if err != nil {
		return Reply{}, err
	}
	if !v.Person.Known() {
		return h.welcome(ctx, v, "side."+number(c.ID), "")
	}
	return show(h.sideScreen(ctx, v, c)), nil
}

// afterSideLink goes on with the link after the introduction of who opened it.
func (h *House) afterSideLink(ctx context.Context, v Visit, of string) (Reply, bool, error) {
	id, err := strconv.ParseInt(of, 10, 64)
	if err != nil {
		return Reply{}, false, nil //nolint:nilerr // a draft that cannot be read asks for nothing more
	}
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, false, nil //nolint:nilerr // it is not theirs any more
	}
	return show(h.sideScreen(ctx, v, c)), true, nil
}

func (h *House) tellCame(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	s := v.say("sealed.came", "no", c.Number, "name", h.name(ctx, v, c.Other))
	s.Rows = caseRows(v, c, "sealed.sides", "sides")
	return s
}

// tellLinkOver says to who hears both that nobody came by the link, and offers a new one.
func (h *House) tellLinkOver(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Other != 0 {
		return h.tellCame(ctx, v, c, told{})
	}
	s := v.say("sealed.link_over", "no", c.Number)
	s.Rows = caseRows(v, c, "sealed.link_new", "sidelink", "sealed.sides", "sides")
	return s
}

// newSideLink makes a link without a question.
func (h *House) newSideLink(ctx context.Context, v Visit, id int64) (Reply, error) {
	token, err := h.Cases.InviteByLink(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("a new link for case %d: %w", id, err)
	}
	s, err := h.linkScreen(ctx, v, "side_"+token, "sealed.link")
	return Reply{Screen: s, Where: Spent}, err
}
