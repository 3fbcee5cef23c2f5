package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// looksAtNotice shows a notice as it will look, in each language in which it is written
// and in a group, and says below whom it reaches and what is to be known before it goes.
func (h *House) looksAtNotice(ctx context.Context, d *noticeDraft, t dialog.Turn) ([]dialog.Screen, []any, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, nil, err
	}
	n := d.preview(t, h.otherLanguage(d.Language, v.Community.Language))
	size, err := h.Notices.Size(ctx, v.Actor, n.For)
	if text, ok := v.Refused(err); ok {
		return nil, nil, dialog.Reject("refused", "why", text)
	} else if err != nil {
		return nil, nil, fmt.Errorf("whom a notice reaches: %w", err)
	}
	if size.People+size.Offline+size.Groups == 0 {
		return nil, nil, dialog.Reject("nobody")
	}
	lines, err := h.namesLine(ctx, v, n, size)
	if err != nil {
		return nil, nil, err
	}
	lines = slices.Concat(lines, []string{v.reachLine(size), v.whenLine(n, size.Takes)}, h.missesLines(v, n, size))
	return h.looksOf(v, n, size), []any{"lines", strings.Join(lines, "\n")}, nil
}

// looksOf are the looks of a notice: what a person has, in each of its languages, and what
// a group has where it is not the same.
func (h *House) looksOf(v Visit, n notices.Notice, size notices.Size) []dialog.Screen {
	var looks []dialog.Screen
	for _, lang := range h.Languages {
		if n.Texts[lang] == "" {
			continue
		}
		reader := v
		reader.Person.Language, reader.Texts = lang, h.Texts(lang, v.Now, v.Zone)
		if n.For.People {
			looks = append(looks, mere(reader.noticeScreen(n)))
		} else {
			looks = append(looks, mere(reader.postScreen(n)))
		}
	}
	if n.For.People && size.Groups > 0 && n.Answer != notices.NoAnswer {
		post := mere(v.postScreen(n))
		post.Text = v.Texts.T("announce.in_group") + "\n" + post.Text
		looks = append(looks, post)
	}
	return looks
}

// mere is a screen that only shows what another will look like.
func mere(s dialog.Screen) dialog.Screen {
	s.Pin = false
	for _, row := range s.Rows {
		for i := range row {
			row[i].Data, row[i].URL = "m.nlook", ""
		}
	}
	return s
}

// namesLine warns of names and flats in what groups read.
func (h *House) namesLine(ctx context.Context, v Visit, n notices.Notice, size notices.Size) ([]string, error) {
	if !n.For.Groups || size.Groups == 0 {
		return nil, nil
	}
	names, err := h.Notices.Names(ctx, v.Actor, n.Texts)
	if err != nil {
		return nil, fmt.Errorf("names in a notice: %w", err)
	}
	if len(names) == 0 {
		return nil, nil
	}
	return []string{v.Texts.T("announce.names", "names", listed(v.Texts, names))}, nil
}

// missesLines say how many read another language, and whom Telegram does not reach.
func (h *House) missesLines(v Visit, n notices.Notice, size notices.Size) []string {
	var lines []string
	for _, lang := range h.Languages {
		if readers := size.Language[lang]; readers > 0 && n.Texts[lang] == "" {
			lines = append(lines, v.Texts.T("announce.without", "n", readers, "language", v.Texts.T("lang."+lang)))
		}
	}
	if size.Offline > 0 {
		lines = append(lines, v.Texts.T("announce.offline", "n", size.Offline))
	}
	return lines
}

// reachLine says how many a notice reaches.
func (v Visit) reachLine(size notices.Size) string {
	parts := []string{}
	if size.People > 0 {
		parts = append(parts, v.Texts.T("announce.people", "n", size.People))
	}
	if size.Groups > 0 {
		parts = append(parts, v.Texts.T("announce.groups", "n", size.Groups))
	}
	return v.Texts.T("announce.reach", "whom", listed(v.Texts, parts))
}

// whenLine says when a notice begins to go, and how long that takes.
func (v Visit) whenLine(n notices.Notice, takes time.Duration) string {
	minutes := int((takes + time.Minute - 1) / time.Minute)
	switch {
	case n.Weight == notices.Urgent:
		return v.Texts.T("announce.at_once", "n", minutes)
	case n.At.After(v.Now):
		return v.Texts.T("announce.later", "n", minutes, "at", n.At)
	}
	return v.Texts.T("announce.soon", "n", minutes)
}

// confirmsNotice sets a notice, and shows how it can be stopped.
func (h *House) confirmsNotice(ctx context.Context, d *noticeDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	n, err := h.Notices.Confirm(ctx, v.Actor, d.notice(t.Key, h.otherLanguage(d.Language, v.Community.Language)))
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{}, dialog.Reject("refused", "why", text)
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("confirm a notice: %w", err)
	}
	if n.State != notices.Set { // it is going, and its author sees how far it comes
		return v.say("announce.goes", "title", v.noticeTitle(n)), nil
	}
	return h.noticePage(ctx, v, n)
}
