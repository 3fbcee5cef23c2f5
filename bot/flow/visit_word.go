package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
)

// seenDraft is what somebody saw on the spot.
type seenDraft struct {
	By    who            `json:"by"`
	Visit int64          `json:"visit"`
	Photo []dialog.Media `json:"photo,omitempty"`
}

// startSeen asks for a photo of what somebody sees.
func (h *House) startSeen(ctx context.Context, v Visit, id int64) (Reply, error) {
	of, err := h.Cases.FindVisit(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("visit %d: %w", id, err)
	}
	if of.Visit.Outcome != "" {
		return show(v.say("told.visit_over", "no", of.Number)), nil
	}
	return Reply{Dialog: "seen", Where: Apart, Prefill: seenDraft{By: v.who(), Visit: id}}, nil
}

func seenFlow(h *House) *dialog.Flow[seenDraft] {
	return dialog.New("seen",
		func(ctx context.Context, d *seenDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			c, err := h.Cases.SawIt(ctx, v.Actor, d.Visit, cases.Note{Media: kept(d.Photo)})
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("saw it on visit %d: %w", d.Visit, err)
			}
			return v.say("seen.noted", "no", c.Number), nil
		},
		dialog.Photos("photo", func(d *seenDraft) *[]dialog.Media { return &d.Photo }, 1),
	).NoSummary().Says("seen.noted")
}

// wordDraft is a word about how it is now.
type wordDraft struct {
	By   who          `json:"by"`
	Case int64        `json:"case"`
	What dialog.Words `json:"what,omitzero"`
}

// startWord asks for a word beside an answer that was given: one's own, or what
// somebody said at their door.
func (h *House) startWord(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("a word about case %d: %w", id, err)
	}
	if v.mute(c) {
		return v.blocked(), nil
	}
	return Reply{Dialog: "word", Where: Spent, Prefill: wordDraft{By: v.who(), Case: id}}, nil
}

func wordFlow(h *House) *dialog.Flow[wordDraft] {
	return dialog.New("word",
		func(ctx context.Context, d *wordDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			c, err := h.keepWord(ctx, v, d, t.Key)
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, fmt.Errorf("a word about case %d: %w", d.Case, err)
			}
			return v.say("word.told", "name", h.name(ctx, v, c.Holder)), nil
		},
		dialog.Tell("what", func(d *wordDraft) *dialog.Words { return &d.What }, 1, cases.MaxWords),
	).NoSummary().Says("word.told")
}

// keepWord adds it as one's own where the case is one's own to answer for.
func (h *House) keepWord(ctx context.Context, v Visit, d *wordDraft, key string) (cases.Case, error) {
	c, err := h.Cases.Read(ctx, d.By.Community, d.Case)
	if err != nil {
		return cases.Case{}, err
	}
	note := cases.Note{Key: key, Media: kept(d.What.Media), Words: d.What.Text}
	if v.answers(c) {
		return h.Cases.Left(ctx, v.Actor, d.Case, note)
	}
	return h.Cases.LeftFor(ctx, v.Actor, d.Case, note)
}
