package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// ownEvent begins the name of a file with the event of a notice, for somebody's calendar.
const ownEvent = "event."

// eventVerbs are the buttons of who announced an event.
func (h *House) eventVerbs() map[string]verb {
	return map[string]verb{"nguests": h.guests, "noff": onID(h.asksOff)}
}

// addComing adds whether somebody comes to an event, and what they can say now.
func (h *House) addComing(ctx context.Context, v Visit, n notices.Notice, said notices.Said, noted func(string, ...any), answer func(label, verb string, more ...string)) error {
	off, why, err := h.Notices.Off(ctx, n)
	switch {
	case err != nil:
		return fmt.Errorf("event: %w", err)
	case off != nil:
		noted("event.off", "why", why)
		return nil
	case !n.Happens.Starts.After(v.Now):
		noted("event.begun")
		return nil
	}
	switch said.Comes.State {
	case notices.Comes:
		noted("event.coming")
		answer(v.Texts.T("event.not_after_all"), stays)
		answer(v.Texts.T("event.calendar"), "nfile")
	case notices.Waits:
		noted("event.waiting", "n", said.Comes.Turn)
		answer(v.Texts.T("event.not_after_all"), stays)
	case notices.NotThen:
		noted("event.not")
		answer(v.Texts.T("board.come"), comesToEvent)
	default:
		answer(v.Texts.T("board.come"), comesToEvent)
		answer(v.Texts.T("board.stay"), stays)
	}
	return nil
}

// sendsCalendar sends the file for the calendar of a phone.
func (h *House) sendsCalendar(_ context.Context, v Visit, value string) (Reply, error) {
	id, _, ok := pair(value) // for whom it is makes no difference
	if !ok {
		return v.toast("tap.old"), nil
	}
	s := v.say("event.file")
	s.File = ownEvent + number(id) + "." + number(v.Person.ID)
	return Reply{Screen: s, Where: Apart, Beside: true}, nil
}

// eventFile makes that file: "12.34" is the notice and its reader.
func (h *House) eventFile(ctx context.Context, in int64, of string) (name string, data []byte, err error) {
	id, reader, ok := pair(of)
	if !ok {
		return "", nil, fmt.Errorf("no event is called %q", of)
	}
	v, err := h.readerOf(ctx, in, reader)
	if err != nil {
		return "", nil, err
	}
	n, err := h.Notices.Read(ctx, in, id)
	if err != nil {
		return "", nil, err
	}
	data, err = h.Notices.Calendar(ctx, in, id, v.noticeTitle(n))
	return v.Texts.T("event.file_name") + ".ics", data, err
}

// tellEvent tells somebody of an event to which they, or for whom they act, come.
func (h *House) tellEvent(key string) noticeTopic {
	return func(ctx context.Context, v Visit, n notices.Notice, a toldNotice) (dialog.Screen, error) {
		if n.Happens == nil || n.State == notices.Withdrawn {
			return dialog.Screen{Gone: true}, nil
		}
		off, why, err := h.Notices.Off(ctx, n)
		if err != nil {
			return dialog.Screen{}, err
		}
		say := key
		if off != nil {
			say = "event.told_off"
		}
		s := v.say(say, "title", v.noticeTitle(n), "at", n.Happens.Starts, "place", n.Happens.Place, "why", why)
		if off == nil {
			row(&s, v.Texts.T("event.open"), "nshow", number(n.ID), number(a.Person))
		}
		return h.ofWhom(ctx, v, s, a.Person), nil
	}
}

// tellSignedUp tells somebody that another said for them whether they come.
func (h *House) tellSignedUp(ctx context.Context, v Visit, n notices.Notice, a toldNotice) (dialog.Screen, error) {
	if n.Happens == nil {
		return dialog.Screen{Gone: true}, nil
	}
	s := v.say("event.for_you."+a.Is, "title", v.noticeTitle(n), "name", h.name(ctx, v, a.By), "at", n.Happens.Starts)
	row(&s, v.Texts.T("event.open"), "nshow", number(n.ID))
	s.Silent = true
	return s, nil
}

// guests shows who comes to an event: "12", and a page behind it.
func (h *House) guests(ctx context.Context, v Visit, value string) (Reply, error) {
	id, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	all, err := h.Notices.Guests(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	count := map[notices.Coming]int{}
	for _, g := range all {
		count[g.State]++
	}
	lines := []string{v.Texts.T("event.guests", "title", v.noticeTitle(n), "coming", count[notices.Comes], "waiting", count[notices.Waits], "not", count[notices.NotThen])}
	from, until := pageOf(at, len(all))
	for _, g := range all[from:until] {
		lines = append(lines, v.Texts.T("event.guest."+string(g.State), "name", g.Name, "n", g.Turn))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	v.pages(&s, "nguests."+number(id), from, until, len(all))
	off, _, err := h.Notices.Off(ctx, n)
	if err == nil && off == nil && n.Happens.Ends.After(v.Now) {
		row(&s, v.Texts.T("event.call_off"), "noff", number(id))
	}
	v.back(&s, "notice", number(id))
	return show(s), err
}

// asksOff asks why an event does not take place.
func (h *House) asksOff(ctx context.Context, v Visit, id int64) (Reply, error) {
	if _, err := h.Notices.Find(ctx, v.Actor, id); err != nil {
		return Reply{}, err
	}
	return Reply{Dialog: "eventoff", Where: Spent, Prefill: eventOffDraft{By: v.who(), Notice: id}}, nil
}

// eventOffDraft is why an event does not take place.
type eventOffDraft struct {
	By     who    `json:"by"`
	Notice int64  `json:"n"`
	Why    string `json:"why,omitempty"`
}

func eventOffFlow(h *House) *dialog.Flow[eventOffDraft] {
	return dialog.New("eventoff",
		func(ctx context.Context, d *eventOffDraft, t dialog.Turn) (dialog.Screen, error) {
			v, err := h.visit(ctx, d.By, t)
			if err != nil {
				return dialog.Screen{}, err
			}
			err = h.Notices.CallOff(ctx, v.Actor, d.Notice, d.Why)
			if text, ok := v.Refused(err); ok {
				return dialog.Screen{Text: text}, nil
			} else if err != nil {
				return dialog.Screen{}, err
			}
			return v.say("event.called_off"), nil
		},
		dialog.Text("why", func(d *eventOffDraft) *string { return &d.Why }, 1, 200),
	).NoSummary()
}
