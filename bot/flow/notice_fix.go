package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// fixDraft is what a notice is to say from now on.
type fixDraft struct {
	By     who    `json:"by"`
	Notice int64  `json:"n"`
	Both   bool   `json:"both,omitempty"` // it says so in two languages
	Text   string `json:"t,omitempty"`
	Other  string `json:"t2,omitempty"`
}

// startsFix begins to correct a notice.
func (h *House) startsFix(ctx context.Context, v Visit, id int64) (Reply, error) {
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("correct notice %d: %w", id, err)
	}
	return Reply{Dialog: "noticefix", Where: Apart, Prefill: fixDraft{By: v.who(), Notice: id, Both: len(n.Texts) > 1}}, nil
}

// noticeFixFlow writes a notice anew for all who have it.
func noticeFixFlow(h *House) *dialog.Flow[fixDraft] {
	return dialog.New("noticefix", h.fixesNotice,
		dialog.Text("text", func(d *fixDraft) *string { return &d.Text }, 2, maxNotice),
		dialog.Text("second", func(d *fixDraft) *string { return &d.Other }, 2, maxNotice).When(func(d *fixDraft) bool { return d.Both }).Optional(),
	).Look(h.looksAtFix).Says("noticefix.send.refused")
}

// reworded is the notice as the draft says it.
func (h *House) reworded(ctx context.Context, v Visit, d *fixDraft) (notices.Notice, error) {
	n, err := h.Notices.Find(ctx, v.Actor, d.Notice)
	if err != nil {
		return n, fmt.Errorf("correct notice %d: %w", d.Notice, err)
	}
	n.Texts = notices.Words{n.Language: d.Text}
	if d.Other != "" {
		n.Texts[h.otherLanguage(n.Language, v.Community.Language)] = d.Other
	}
	n.Version++
	return n, nil
}

func (h *House) looksAtFix(ctx context.Context, d *fixDraft, t dialog.Turn) ([]dialog.Screen, []any, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, nil, err
	}
	n, err := h.reworded(ctx, v, d)
	if text, ok := v.Refused(err); ok {
		return nil, nil, dialog.Reject("refused", "why", text)
	} else if err != nil {
		return nil, nil, err
	}
	p, err := h.Notices.Progress(ctx, v.Actor, n.ID)
	if err != nil {
		return nil, nil, fmt.Errorf("how far notice %d has come: %w", n.ID, err)
	}
	size := notices.Size{People: p.Sent, Groups: p.GroupsSent}
	lines, err := h.namesLine(ctx, v, n, size)
	if err != nil {
		return nil, nil, err
	}
	return h.looksOf(v, n, size), []any{"lines", strings.Join(append(lines, v.reachLine(size)), "\n")}, nil
}

func (h *House) fixesNotice(ctx context.Context, d *fixDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	n, err := h.reworded(ctx, v, d)
	if err == nil {
		n, err = h.Notices.Correct(ctx, v.Actor, d.Notice, t.Key, n.Texts)
	}
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{}, dialog.Reject("refused", "why", text)
	} else if err != nil {
		return dialog.Screen{}, err
	}
	return h.noticePage(ctx, v, n)
}
