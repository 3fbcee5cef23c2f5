package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// authorTopics are what the author of a notice hears of it.
func (h *House) authorTopics() map[string]noticeTopic {
	return map[string]noticeTopic{
		"notice.progress": func(ctx context.Context, v Visit, n notices.Notice, _ toldNotice) (dialog.Screen, error) {
			return h.noticePage(ctx, v, n)
		},
		"notice.repeats":    tellRepeats,
		"notice.uncertain":  h.tellUncertain,
		"notice.not_pinned": h.tellNotPinned,
	}
}

// tellRepeats tells the author silently that a notice is set once more, and how to end that.
func tellRepeats(_ context.Context, v Visit, n notices.Notice, _ toldNotice) (dialog.Screen, error) {
	if n.State != notices.Set {
		return dialog.Screen{Gone: true}, nil
	}
	s := v.say("announce.repeats", "title", v.noticeTitle(n), "at", n.At)
	row(&s, v.Texts.T("announce.no_repeat"), "nonce", number(n.ID))
	s.Silent = true
	return s, nil
}

// mostUnsure is how many people one message names.
const mostUnsure = 20

// tellUncertain names those of whom nobody knows whether the notice arrived.
func (h *House) tellUncertain(ctx context.Context, v Visit, n notices.Notice, _ toldNotice) (dialog.Screen, error) {
	doubt, err := h.Notices.Unsure(ctx, v.Actor, n.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("of whom nobody knows: %w", err)
	}
	var names []string
	for _, id := range doubt.People[:min(len(doubt.People), mostUnsure)] {
		p, _, err := h.People.Reader(ctx, v.Community.ID, id)
		if err != nil {
			return dialog.Screen{}, fmt.Errorf("of whom nobody knows: %w", err)
		}
		names = append(names, h.personLabel(ctx, v, p))
	}
	for _, id := range doubt.Groups {
		g, err := h.Groups.Read(ctx, v.Community.ID, id)
		if err != nil {
			return dialog.Screen{}, fmt.Errorf("of which group nobody knows: %w", err)
		}
		names = append(names, g.Title)
	}
	if len(names) == 0 {
		return dialog.Screen{Gone: true}, nil // it became known since
	}
	s := v.say("announce.uncertain", "title", v.noticeTitle(n), "names", listed(v.Texts, names), "count", len(doubt.People)+len(doubt.Groups))
	row(&s, v.Texts.T("announce.to_notice"), "notice", number(n.ID))
	return s, nil
}

// tellNotPinned tells the author that a group does not let the bot pin.
func (h *House) tellNotPinned(ctx context.Context, v Visit, n notices.Notice, a toldNotice) (dialog.Screen, error) {
	g, err := h.Groups.Read(ctx, v.Community.ID, a.Group)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("where a notice is not pinned: %w", err)
	}
	return v.say("announce.not_pinned", "title", v.noticeTitle(n), "group", g.Title), nil
}
