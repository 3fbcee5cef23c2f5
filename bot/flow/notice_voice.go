package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// resultVerbs are the buttons of who asked something.
func (h *House) resultVerbs() map[string]verb {
	return map[string]verb{"nresult": onID(h.showsResult), "nnames": h.namesVoices, "npublish": onID(h.publishesResult), "nfollow": onID(h.writesFollow)}
}

// addVoice adds what somebody, or their household, has answered, and the answers there are.
func (h *House) addVoice(v Visit, n notices.Notice, said notices.Said, noted func(string, ...any), answer func(label, verb string, more ...string)) {
	if said.Choice >= 0 && said.Choice < len(n.Options) {
		noted("notices.voiced", "option", v.wording(n, n.Options[said.Choice]))
	}
	if !n.Until.After(v.Now) || n.State == notices.Stopped {
		noted("notices.closed")
		return
	}
	for i, o := range n.Options {
		if i != said.Choice {
			answer(fit(v.wording(n, o), alone), givesVoice, strconv.Itoa(i))
		}
	}
}

// showsResult shows what a question has come to, to who may announce the like.
func (h *House) showsResult(ctx context.Context, v Visit, id int64) (Reply, error) {
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	s, err := h.resultScreen(ctx, v, n)
	return show(s), err
}

// resultScreen is what a question has come to; once it has closed all can be told.
func (h *House) resultScreen(ctx context.Context, v Visit, n notices.Notice) (dialog.Screen, error) {
	r, err := h.Notices.Result(ctx, v.Community.ID, n.ID)
	if err != nil {
		return dialog.Screen{}, err
	}
	key := "result.so_far"
	if !n.Until.After(v.Now) {
		key = "result.closed"
	}
	s := dialog.Screen{Text: v.Texts.T(key, "title", v.noticeTitle(n)) + "\n" + v.resultWords(r)}
	if n.Named {
		row(&s, v.Texts.T("result.names"), "nnames", number(n.ID))
	}
	switch {
	case n.PublishedAt != nil:
		s.Text += "\n" + v.Texts.T("result.published")
	case !n.Until.After(v.Now):
		row(&s, v.Texts.T("result.publish"), "npublish", number(n.ID))
	}
	return s, nil
}

// namesVoices shows who said what to a question that is named: "12", and a page behind it.
func (h *House) namesVoices(ctx context.Context, v Visit, value string) (Reply, error) {
	id, at, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	all, err := h.Notices.Voices(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{v.Texts.T("result.named", "title", v.noticeTitle(n))}
	from, until := pageOf(at, len(all))
	for _, one := range all[from:until] {
		lines = append(lines, v.Texts.T("result.voice", "name", one.Name, "option", v.wording(n, n.Options[one.Choice])))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	v.pages(&s, "nnames."+number(id), from, until, len(all))
	v.back(&s, "nresult", number(id))
	return show(s), nil
}

// resultWords are how many voices each answer has, and how many answered in each
// building; nobody's name.
func (v Visit) resultWords(r notices.Result) string {
	var lines []string
	for i, o := range r.Notice.Options {
		lines = append(lines, v.Texts.T("result.option", "option", v.wording(r.Notice, o), "n", r.Options[i]))
	}
	key := "result.turnout." + string(r.Notice.Voice)
	if r.Of == 0 {
		key += "_groups"
	}
	lines = append(lines, v.Texts.T(key, "voices", r.Voices, "of", r.Of))
	for _, t := range r.Homes {
		if t.Building != 0 && t.Of > 0 && len(r.Homes) > 1 {
			lines = append(lines, v.Texts.T("result.home", "building", buildingWords(v.Texts, t.House), "voices", t.Voices, "of", t.Of))
		}
	}
	return strings.Join(lines, "\n")
}

// publishesResult tells all who were asked what came of it, in every language.
func (h *House) publishesResult(ctx context.Context, v Visit, id int64) (Reply, error) {
	r, err := h.Notices.Result(ctx, v.Community.ID, id)
	if err != nil {
		return Reply{}, err
	}
	words := notices.Words{}
	for _, lang := range h.Languages {
		in := v
		in.Texts, in.Person.Language = h.Texts(lang, v.Now, v.Zone), lang
		words[lang] = in.Texts.T("result.post", "title", in.noticeTitle(r.Notice)) + "\n" + in.resultWords(r)
	}
	told, err := h.Notices.Publish(ctx, v.Actor, id, words)
	if err != nil {
		return Reply{}, err
	}
	s := v.say("result.going")
	row(&s, v.Texts.T("result.to_notice"), "notice", number(told.ID))
	return show(s), nil
}

// tellClosed tells the author what came of a question.
func (h *House) tellClosed(ctx context.Context, v Visit, n notices.Notice, _ toldNotice) (dialog.Screen, error) {
	s, err := h.resultScreen(ctx, v, n)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("result: %w", err)
	}
	return s, nil
}

// tellAsksDone asks the author what was done about it: what they write goes to the same
// people.
func (h *House) tellAsksDone(_ context.Context, v Visit, n notices.Notice, _ toldNotice) (dialog.Screen, error) {
	s := v.say("result.asks_done", "title", v.noticeTitle(n))
	row(&s, v.Texts.T("result.write_done"), "nfollow", number(n.ID))
	return s, nil
}

// writesFollow begins a notice to the same people, which tells what was done.
func (h *House) writesFollow(ctx context.Context, v Visit, id int64) (Reply, error) {
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	n.Answer, n.Options, n.Texts, n.Media = notices.NoAnswer, nil, nil, nil
	return Reply{Dialog: "notice", Where: Spent, Prefill: v.noticeLike(n, h.otherLanguage(n.Language, v.Community.Language))}, nil
}
