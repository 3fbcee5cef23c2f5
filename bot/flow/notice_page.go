package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
)

// announceVerbs are the buttons of who writes notices.
func (h *House) announceVerbs() map[string]verb {
	return map[string]verb{
		"nlist": h.noticeList, "nwrite": h.writesNotice, "nlikes": h.noticeLikes, "nlike": h.noticeFromLike,
		"ncopy": onID(h.copiesNotice), "notice": onID(h.showsNotice), "nlook": looksOnly,
		"nstop": h.onNotice(h.Notices.Stop), "npause": h.onNotice(h.Notices.Pause), "ngo": h.onNotice(h.Notices.GoOn),
		"nfix": onID(h.startsFix), "nback": onID(h.asksBack), "nbackyes": h.onNotice(h.Notices.Withdraw), "nonce": onID(h.repeatsNoMore),
	}
}

// looksOnly answers a button of a preview.
func looksOnly(_ context.Context, v Visit, _ string) (Reply, error) {
	return v.toast("announce.only_looks"), nil
}

// notice shows what somebody who writes notices can do, and the ones there are.
func (h *House) notice(ctx context.Context, v Visit) (Reply, error) {
	if !notices.May(v.Actor) {
		return show(h.withMenu(v, "command.unknown")), nil
	}
	return h.noticeList(ctx, v, "")
}

func (h *House) noticeList(ctx context.Context, v Visit, at string) (Reply, error) {
	all, err := h.Notices.List(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("list notices: %w", err)
	}
	s := v.say("announce.page")
	row(&s, v.Texts.T("announce.write"), "nwrite")
	row(&s, v.Texts.T("announce.likes"), "nlikes")
	buttons := make([]dialog.Button, len(all))
	for i, n := range all {
		buttons[i] = dialog.Button{Label: v.noticeLabel(n), Data: "m.notice." + number(n.ID)}
	}
	if len(all) > 0 {
		s.Text += "\n" + v.Texts.T("announce.earlier")
	}
	v.list(&s, "nlist", at, buttons)
	return show(s), nil
}

// noticeLabel is a notice on a button: where it stands, if it is not over, and how it
// begins.
func (v Visit) noticeLabel(n notices.Notice) string {
	return fit(v.noticeTitle(n), func(title string) string {
		if n.State == notices.Out {
			return title
		}
		return v.Texts.T("announce.mark."+string(n.State), "title", title)
	})
}

func (h *House) showsNotice(ctx context.Context, v Visit, id int64) (Reply, error) {
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("show notice %d: %w", id, err)
	}
	s, err := h.noticePage(ctx, v, n)
	if err == nil {
		v.toList(&s, "nlist")
	}
	return show(s), err
}

// onNotice answers a button that changes a notice, with how it stands now.
func (h *House) onNotice(do func(context.Context, people.Actor, int64) (notices.Notice, error)) verb {
	return onID(func(ctx context.Context, v Visit, id int64) (Reply, error) {
		n, err := do(ctx, v.Actor, id)
		if err != nil {
			return Reply{}, fmt.Errorf("change notice %d: %w", id, err)
		}
		s, err := h.noticePage(ctx, v, n)
		return show(s), err
	})
}

// noticePage is how a notice stands, for who writes them, with what can be done about it.
func (h *House) noticePage(ctx context.Context, v Visit, n notices.Notice) (dialog.Screen, error) {
	s := v.say("announce.state."+string(n.State), "title", v.noticeTitle(n))
	if n.State == notices.Set {
		s.Text += "\n" + v.startLine(n)
	} else if n.StartedAt != nil {
		p, err := h.Notices.Progress(ctx, v.Actor, n.ID)
		if err != nil {
			return dialog.Screen{}, fmt.Errorf("page of notice %d: %w", n.ID, err)
		}
		s.Text += "\n" + strings.Join(v.progressLines(n, p), "\n")
	}
	id := number(n.ID)
	switch n.State {
	case notices.Set:
		row(&s, v.Texts.T("announce.stop"), "nstop", id)
	case notices.Going:
		row(&s, v.Texts.T("announce.pause"), "npause", id)
		row(&s, v.Texts.T("announce.stop"), "nstop", id)
	case notices.Paused:
		row(&s, v.Texts.T("announce.go_on"), "ngo", id)
		row(&s, v.Texts.T("announce.stop"), "nstop", id)
	case notices.Out, notices.Stopped, notices.Withdrawn: // nothing is left to stop
	}
	if n.StartedAt != nil && n.State != notices.Withdrawn {
		v.knownRows(&s, n)
		row(&s, v.Texts.T("announce.fix"), "nfix", id)
		row(&s, v.Texts.T("announce.back"), "nback", id)
	}
	if n.State == notices.Out || n.State == notices.Stopped || n.State == notices.Withdrawn {
		row(&s, v.Texts.T("announce.copy"), "ncopy", id)
	}
	return s, nil
}

// startLine says when a notice that is set begins to go.
func (v Visit) startLine(n notices.Notice) string {
	if n.At.Sub(v.Now) <= notices.Grace {
		return v.Texts.T("announce.starts_soon", "at", clockOf(n.At.In(v.Zone)))
	}
	return v.Texts.T("announce.starts", "at", n.At)
}

// progressLines tell how far a notice has come.
func (v Visit) progressLines(n notices.Notice, p notices.Progress) []string {
	var lines []string
	if p.People > 0 {
		lines = append(lines, v.Texts.T("announce.sent", "sent", p.Sent, "people", p.People))
	}
	if p.Seen > 0 || n.Answer == notices.Seen && p.Sent > 0 {
		lines = append(lines, v.Texts.T("announce.seen", "seen", p.Seen))
	}
	if p.Groups > 0 {
		lines = append(lines, v.Texts.T("announce.posted", "sent", p.GroupsSent, "groups", p.Groups))
	}
	failed := map[string]int{}
	for reason, count := range p.Failed {
		if !slices.Contains(failures, reason) {
			reason = failures[len(failures)-1]
		}
		failed[reason] += count
	}
	for _, reason := range failures {
		if failed[reason] > 0 {
			lines = append(lines, v.Texts.T("announce.failed."+reason, "count", failed[reason]))
		}
	}
	if p.Uncertain > 0 {
		lines = append(lines, v.Texts.T("announce.unsure", "count", p.Uncertain))
	}
	if p.Withdrawn > 0 {
		lines = append(lines, v.Texts.T("announce.not_sent", "count", p.Withdrawn))
	}
	if p.Waiting > 0 && n.State == notices.Going {
		lines = append(lines, v.Texts.T("announce.left", "n", int((p.Left+time.Minute-1)/time.Minute)))
	}
	return lines
}

// failures are the reasons for which a notice does not reach somebody, the last for all
// that have no words of their own.
var failures = []string{notices.NoTelegram, notices.Blocked, "else"}

// writesNotice begins a new notice.
func (h *House) writesNotice(_ context.Context, v Visit, _ string) (Reply, error) {
	if !notices.May(v.Actor) {
		return v.toast("tap.old"), nil
	}
	return Reply{Dialog: "notice", Where: Spent, Prefill: v.newNotice()}, nil
}

// copiesNotice begins one that says what an earlier one said.
func (h *House) copiesNotice(ctx context.Context, v Visit, id int64) (Reply, error) {
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("copy notice %d: %w", id, err)
	}
	return Reply{Dialog: "notice", Where: Spent, Prefill: v.noticeLike(n, h.otherLanguage(n.Language, v.Community.Language))}, nil
}

// asksBack asks whether a notice is to be taken back from all who have it.
func (h *House) asksBack(ctx context.Context, v Visit, id int64) (Reply, error) {
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("take back notice %d: %w", id, err)
	}
	s := v.say("announce.back_ask", "title", v.noticeTitle(n))
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("announce.back_yes"), Data: "m.nbackyes." + number(id), Style: dialog.Danger}}}
	v.back(&s, "notice", number(id))
	return show(s), nil
}

// repeatsNoMore stops the notice by which another comes again, while it waits.
func (h *House) repeatsNoMore(ctx context.Context, v Visit, id int64) (Reply, error) {
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err == nil && n.State != notices.Set && n.State != notices.Stopped {
		return v.toast("tap.old"), nil
	}
	if err == nil {
		n, err = h.Notices.Stop(ctx, v.Actor, id)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("repeat notice %d no more: %w", id, err)
	}
	return show(v.say("announce.repeats_no_more", "title", v.noticeTitle(n))), nil
}
