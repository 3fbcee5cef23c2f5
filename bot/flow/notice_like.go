package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// A like is a notice that comes again and again, with words in every language.
type like struct {
	code   string
	weight notices.Weight
	answer notices.Answer
	times  bool // its words say from when until when
}

// likes are what is announced most, in the order in which it is offered.
var likes = []like{
	{"water", notices.Important, notices.Seen, true},
	{"power", notices.Important, notices.Seen, true},
	{"lift", notices.Important, notices.Seen, true},
	{"heating", notices.Important, notices.Seen, true},
	{"storm", notices.Important, notices.Seen, false},
	{"clinic", notices.Ordinary, notices.Event, false},
	{"market", notices.Ordinary, notices.Event, false},
	{"singing", notices.Ordinary, notices.Event, false},
}

func likeOf(code string) (like, bool) {
	i := slices.IndexFunc(likes, func(l like) bool { return l.code == code })
	if i < 0 {
		return like{}, false
	}
	return likes[i], true
}

// noticeLikes offers what to begin from: what is announced everywhere, and what somebody
// here kept.
func (h *House) noticeLikes(ctx context.Context, v Visit, at string) (Reply, error) {
	if !notices.May(v.Actor) {
		return v.toast("tap.old"), nil
	}
	kept, err := h.Notices.Templates(ctx, v.Actor)
	if err != nil {
		return Reply{}, fmt.Errorf("templates: %w", err)
	}
	var buttons []dialog.Button
	for _, n := range kept {
		buttons = append(buttons, dialog.Button{Label: fit(n.Template, alone), Data: "m.ncopy." + number(n.ID)})
	}
	for _, l := range likes {
		buttons = append(buttons, dialog.Button{Label: v.Texts.T("announce.like." + l.code), Data: "m.nlike." + l.code})
	}
	s := v.say("announce.like_ask")
	v.list(&s, "nlikes", at, buttons)
	v.back(&s, "nlist")
	return show(s), nil
}

// noticeFromLike begins from one of them. From when until when it is comes first, where
// its words say that: they are written then in every language.
func (h *House) noticeFromLike(_ context.Context, v Visit, code string) (Reply, error) {
	l, ok := likeOf(code)
	switch {
	case !ok || !notices.May(v.Actor):
		return v.toast("tap.old"), nil
	case l.times:
		return Reply{Dialog: "noticetime", Where: Spent, Prefill: timesDraft{By: v.who(), Like: code}}, nil
	}
	return Reply{Dialog: "notice", Where: Spent, Prefill: h.likeDraft(v, l)}, nil
}

// likeDraft is a draft with the words of a like; span is from when until when, by language.
func (h *House) likeDraft(v Visit, l like, between ...string) noticeDraft {
	d := v.newNotice()
	d.Weight, d.Answer = string(l.weight), string(l.answer)
	d.Text = h.likeWords(v, l, d.Language, between...)
	if other := h.otherLanguage(d.Language, v.Community.Language); other != "" {
		d.Other = h.likeWords(v, l, other, between...)
	}
	return d
}

// likeWords are the words of a like in a language; between are from when and until when.
func (h *House) likeWords(v Visit, l like, lang string, between ...string) string {
	v.Texts = h.Texts(lang, v.Now, v.Zone)
	span := ""
	if len(between) == 2 {
		span = v.lasts(momentOf(between[0]), momentOf(between[1]))
	}
	return strings.TrimSpace(v.Texts.T("announce.words."+l.code, "span", span))
}

// timesDraft is from when until when something is.
type timesDraft struct {
	By    who    `json:"by"`
	Like  string `json:"like"`
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

// noticeTimeFlow asks from when until when, before the notice is written by itself.
func noticeTimeFlow() *dialog.Flow[timesDraft] {
	return dialog.New("noticetime",
		func(context.Context, *timesDraft, dialog.Turn) (dialog.Screen, error) { return dialog.Screen{}, nil },
		momentStep("from", func(d *timesDraft) *string { return &d.From }, func(_ *timesDraft, t dialog.Turn) []time.Time {
			return onDays(t, dayClock{0, 14 * 60}, dayClock{1, 8 * 60}, dayClock{1, 9 * 60}, dayClock{1, 13 * 60})
		}).Fill(func(_ context.Context, d *timesDraft, t dialog.Turn) ([]any, error) {
			return []any{"what", t.Texts.T("announce.like." + d.Like)}, nil
		}),
		momentStep("until", func(d *timesDraft) *string { return &d.Until }, func(d *timesDraft, t dialog.Turn) []time.Time {
			from := momentOf(d.From).In(t.Zone)
			return []time.Time{from.Add(2 * time.Hour), from.Add(4 * time.Hour), from.Add(6 * time.Hour), from.Add(8 * time.Hour)}
		}).Check(func(_ context.Context, d *timesDraft, _ dialog.Turn) error {
			if !momentOf(d.Until).After(momentOf(d.From)) {
				return dialog.Reject("before")
			}
			return nil
		}, "before"),
	).NoSummary()
}

// afterTimes goes on to the notice, with its words.
func (h *House) afterTimes(_ context.Context, v Visit, ended dialog.Session) (Reply, bool, error) {
	var d timesDraft
	if err := json.Unmarshal(ended.Draft, &d); err != nil {
		return Reply{}, false, fmt.Errorf("times of a notice: %w", err)
	}
	l, ok := likeOf(d.Like)
	if !ok || d.Until == "" { // it was cancelled
		return Reply{}, false, nil
	}
	return Reply{Dialog: "notice", Where: Spent, Prefill: h.likeDraft(v, l, d.From, d.Until)}, true, nil
}
