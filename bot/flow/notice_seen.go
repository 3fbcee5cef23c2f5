package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// replyVerbs are the buttons of who reads a notice: "m.<verb>.<notice>", of an option with
// its place behind it, and of an answer for another with that person at the end.
func (h *House) replyVerbs() map[string]verb {
	return map[string]verb{
		"notices": h.noticesNow, "nshow": h.opensNotice,
		seesNotice:   h.replies(0, h.sawNotice),
		needsHelp:    h.replies(0, h.needsHelpWith),
		givesVoice:   h.replies(1, h.saysTo),
		comesToEvent: h.replies(0, h.comesTo),
		stays:        h.replies(0, h.staysAway),
		"nfile":      h.sendsCalendar,
	}
}

// noticeReply is what a button under a notice says: of which notice, which option, and
// for whom; 0 is oneself.
type noticeReply struct {
	notice int64
	option int
	person int64
}

// replies answers a button under a notice, whose value has so many parts between the
// notice and the person, with the notice as it stands then.
func (h *House) replies(between int, do func(context.Context, Visit, noticeReply) error) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		var numbers [3]int64
		parts := strings.Split(value, ".")
		for i, part := range parts[:min(len(parts), len(numbers))] {
			n, err := strconv.ParseInt(part, 10, 64)
			if err != nil {
				return v.toast("tap.old"), nil
			}
			numbers[i] = n
		}
		if len(parts) <= between {
			return v.toast("tap.old"), nil
		}
		r := noticeReply{notice: numbers[0], option: int(numbers[1]), person: numbers[between+1]}
		if err := do(ctx, v, r); err != nil {
			return Reply{}, fmt.Errorf("reply to notice %d: %w", r.notice, err)
		}
		s, err := h.ownNotice(ctx, v, r.notice, r.person)
		return Reply{Screen: s, Beside: true}, err
	}
}

func (h *House) sawNotice(ctx context.Context, v Visit, r noticeReply) error {
	return h.Notices.Saw(ctx, v.Actor, r.notice, r.person)
}

func (h *House) needsHelpWith(ctx context.Context, v Visit, r noticeReply) error {
	n, err := h.Notices.Read(ctx, v.Community.ID, r.notice)
	if err == nil {
		_, _, err = h.Notices.Help(ctx, v.Actor, r.notice, r.person, v.helpWords(n))
	}
	return err
}

// helpWords tell whoever comes to what somebody needs help.
func (v Visit) helpWords(n notices.Notice) string {
	return v.Texts.T("notices.help_words", "text", v.wording(n, n.Texts))
}

func (h *House) saysTo(ctx context.Context, v Visit, r noticeReply) error {
	return h.Notices.Say(ctx, v.Actor, r.notice, r.person, r.option, notices.ByTap)
}

func (h *House) comesTo(ctx context.Context, v Visit, r noticeReply) error {
	_, err := h.Notices.SignUp(ctx, v.Actor, r.notice, r.person)
	return err
}

func (h *House) staysAway(ctx context.Context, v Visit, r noticeReply) error {
	_, err := h.Notices.NotComing(ctx, v.Actor, r.notice, r.person)
	return err
}

// noticesNow shows what is current for the reader and for whom they act.
func (h *House) noticesNow(ctx context.Context, v Visit, at string) (Reply, error) {
	all, err := h.Notices.Current(ctx, v.Actor)
	if err != nil {
		return Reply{}, err
	}
	mine, err := h.Notices.Mine(ctx, v.Actor)
	if err != nil {
		return Reply{}, err
	}
	if len(all)+len(mine) == 0 {
		return show(h.withMenu(v, "notices.none")), nil
	}
	s := v.say("notices.current")
	if len(mine) > 0 {
		row(&s, v.Texts.T("doors.to_doors"), "ndoors")
	}
	buttons := make([]dialog.Button, len(all))
	for i, n := range all {
		buttons[i] = dialog.Button{Label: fit(v.noticeTitle(n), alone), Data: "m.nshow." + number(n.ID)}
	}
	v.list(&s, "notices", at, buttons)
	return show(s), nil
}

// opensNotice shows a notice to who it concerns: "12", or "12.34" for whom the reader acts.
func (h *House) opensNotice(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	person, _, _ := pair(rest) // nobody is oneself
	s, err := h.ownNotice(ctx, v, id, person)
	return show(s), err
}

// noticeFromLink shows the notice of a link in a group; one that is not there is answered
// as a greeting.
func (h *House) noticeFromLink(ctx context.Context, v Visit, payload string) (Reply, error) {
	id, err := strconv.ParseInt(payload, 10, 64)
	if err != nil {
		return h.greet(ctx, v)
	}
	if !v.Person.Known() {
		return h.welcome(ctx, v, afterNotice+payload, "")
	}
	s, err := h.ownNotice(ctx, v, id, 0)
	if _, no := v.Refused(err); no {
		return h.greet(ctx, v)
	}
	return show(s), err
}

// afterNotice names, for a first contact, the notice that is shown behind it.
const afterNotice = "notice."

// afterNoticeLink shows it.
func (h *House) afterNoticeLink(ctx context.Context, v Visit, id string) (Reply, bool, error) {
	r, err := h.noticeFromLink(ctx, v, id)
	return r, err == nil, err
}

// ownNotice is a notice with what the reader has said of it, or somebody for whom they
// act, and what they can say now.
func (h *House) ownNotice(ctx context.Context, v Visit, id, person int64) (dialog.Screen, error) {
	n, err := h.Notices.Read(ctx, v.Community.ID, id)
	if err != nil {
		return dialog.Screen{}, err
	}
	if n.State == notices.Set { // nobody has been told it
		return dialog.Screen{}, access.NotFound()
	}
	if n.State == notices.Withdrawn {
		return v.say("board.withdrawn", "title", v.noticeTitle(n)), nil
	}
	all, err := h.Notices.Said(ctx, v.Actor, n)
	if err != nil {
		return dialog.Screen{}, err
	}
	s := dialog.Screen{Text: v.noticeText(n), Media: noticeMedia(n)}
	if len(all) == 0 {
		return s, nil
	}
	said := all[0]
	for _, one := range all {
		if one.Person.ID == person {
			said = one
		}
	}
	if said.Person.ID != v.Person.ID {
		s.Text = v.Texts.T("notices.for", "name", said.Person.Name) + "\n" + s.Text
	}
	if err := h.addSaid(ctx, v, n, said, &s); err != nil {
		return dialog.Screen{}, err
	}
	v.othersSay(n, all, said, &s)
	return s, nil
}

// othersSay adds those of the family who have said nothing of a notice.
func (v Visit) othersSay(n notices.Notice, all []notices.Said, now notices.Said, s *dialog.Screen) {
	for _, one := range all {
		if one.Person.ID == now.Person.ID || one.Answered(n) || n.Answer == notices.NoAnswer {
			continue
		}
		label := named(v.Texts, "notices.also_for", one.Person.Name)
		if one.Person.ID == v.Person.ID {
			label = v.Texts.T("notices.for_me")
		}
		row(s, label, "nshow", number(n.ID), number(one.Person.ID))
	}
}

// addSaid adds what somebody has said of a notice, and what they can say now.
func (h *House) addSaid(ctx context.Context, v Visit, n notices.Notice, said notices.Said, s *dialog.Screen) error {
	noted := func(key string, args ...any) { s.Text += "\n" + v.Texts.T(key, args...) }
	answer := func(label, verb string, more ...string) {
		parts := append([]string{verb, number(n.ID)}, more...)
		if said.Person.ID != v.Person.ID {
			parts = append(parts, number(said.Person.ID))
		}
		row(s, label, parts...)
	}
	switch n.Answer {
	case notices.Question:
		h.addVoice(v, n, said, noted, answer)
	case notices.Event:
		return h.addComing(ctx, v, n, said, noted, answer)
	case notices.Seen:
		return h.addSeen(ctx, v, said, s, noted, answer)
	case notices.NoAnswer:
	}
	return nil
}

// addSeen adds whether somebody knows, and the case of their call for help.
func (h *House) addSeen(ctx context.Context, v Visit, said notices.Said, s *dialog.Screen, noted func(string, ...any), answer func(label, verb string, more ...string)) error {
	if said.Case != 0 {
		c, err := h.Cases.Read(ctx, v.Community.ID, said.Case)
		if err != nil {
			return fmt.Errorf("call for help: %w", err)
		}
		noted("notices.helped", "no", c.Number)
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("notices.see_case", "no", c.Number), Data: CaseData("show", c.ID)}})
		return nil
	}
	if said.Knows == notices.Unknown {
		answer(v.Texts.T("board.seen"), seesNotice)
	} else {
		noted("notices.seen")
	}
	answer(v.Texts.T("board.help"), needsHelp)
	return nil
}
