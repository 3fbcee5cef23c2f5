package flow

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// How long things may be: with a picture above it the longest notice still is one message.
const (
	maxNotice  = 700
	maxOptions = 300
	maxPlace   = 60
	maxKept    = 20
)

// noticeFlow writes a notice: its words, for whom, and a look at it. All else stands as it
// usually is, and is changed from the summary.
func noticeFlow(h *House) *dialog.Flow[noticeDraft] {
	return dialog.New("notice", h.confirmsNotice, slices.Concat(noticeSteps(h), answerSteps(), wayToSteps(h))...).
		Look(h.looksAtNotice).
		Says("notice.homes.opt.all", "notice.groups.opt.all", "notice.when.opt.now", "notice.options.opt.yes_no", "notice.send.nobody", "notice.send.refused", "dialog.and")
}

// noticeSteps ask what it says, for whom and when.
func noticeSteps(h *House) []dialog.Step[noticeDraft] {
	with := func(d *noticeDraft) *dialog.Media { return &d.With }
	return []dialog.Step[noticeDraft]{
		dialog.Letter("text", func(d *noticeDraft) *string { return &d.Text }, with, 2, maxNotice),
		dialog.Several("homes", func(d *noticeDraft) *[]string { return &d.Homes }, h.noticeHomes).Alone(allHouses),
		dialog.Several("entrances", func(d *noticeDraft) *[]string { return &d.Entrance }, h.noticeEntrances).
			When(func(d *noticeDraft) bool { return len(d.Homes) == 1 && d.Homes[0] != allHouses }).Optional().Unasked(),
		momentStep("when", func(d *noticeDraft) *string { return &d.When }, func(_ *noticeDraft, t dialog.Turn) []time.Time {
			return onDays(t, dayClock{0, eveningHour}, dayClock{1, morningHour}, dayClock{1, eveningHour})
		}, atOnce).When(func(d *noticeDraft) bool { return d.Weight != string(notices.Urgent) }).Unasked(),
		dialog.Text("second", func(d *noticeDraft) *string { return &d.Other }, 2, maxNotice).Optional().Unasked(),
		dialog.Enclose("with", with).Optional().Unasked(),
		dialog.Pick("weight", func(d *noticeDraft) *string { return &d.Weight }, noticeWeights).Unasked(),
		dialog.Choice("answer", func(d *noticeDraft) *string { return &d.Answer }, string(notices.Seen), string(notices.NoAnswer), string(notices.Question), string(notices.Event)).
			Check(func(_ context.Context, d *noticeDraft, _ dialog.Turn) error { d.proposeVoice(); return nil }).Unasked(),
	}
}

func answers(as notices.Answer) func(*noticeDraft) bool {
	return func(d *noticeDraft) bool { return d.Answer == string(as) }
}

// proposeVoice lets a question be answered as it mostly is.
func (d *noticeDraft) proposeVoice() {
	if d.Answer == string(notices.Question) && d.Voice == "" {
		d.Voice, d.Named = string(notices.OfHousehold), no
	}
}

// answerSteps ask what is needed for a question, and for something to come to.
func answerSteps() []dialog.Step[noticeDraft] {
	question, event := answers(notices.Question), answers(notices.Event)
	return []dialog.Step[noticeDraft]{
		dialog.Text("options", func(d *noticeDraft) *string { return &d.Options }, 1, maxOptions).When(question).
			Suggest(func(_ context.Context, _ *noticeDraft, t dialog.Turn) ([]dialog.Option, error) {
				return []dialog.Option{{Value: t.Texts.T("board.yes") + "\n" + t.Texts.T("board.no"), Label: t.Texts.T("notice.options.opt.yes_no")}}, nil
			}).
			Check(func(_ context.Context, d *noticeDraft, _ dialog.Turn) error { return fitOptions(linesOf(d.Options)) }, "too_few", "too_many", "wide").
			Show(func(d *noticeDraft, t dialog.Turn) string { return listed(t.Texts, linesOf(d.Options)) }),
		dialog.Text("options2", func(d *noticeDraft) *string { return &d.OtherOptions }, 1, maxOptions).
			When(func(d *noticeDraft) bool { return question(d) && d.Other != "" }).Optional().
			Check(func(_ context.Context, d *noticeDraft, _ dialog.Turn) error {
				if lines := linesOf(d.OtherOptions); len(lines) != len(linesOf(d.Options)) {
					return dialog.Reject("as_many", "n", len(linesOf(d.Options)))
				}
				return fitOptions(linesOf(d.OtherOptions))
			}, "as_many", "too_few", "too_many", "wide").
			Show(func(d *noticeDraft, t dialog.Turn) string { return listed(t.Texts, linesOf(d.OtherOptions)) }),
		momentStep("closes", func(d *noticeDraft) *string { return &d.Closes }, func(_ *noticeDraft, t dialog.Turn) []time.Time {
			return onDays(t, dayClock{1, eveningHour}, dayClock{3, eveningHour}, dayClock{7, eveningHour})
		}).When(question),
		dialog.Choice("voice", func(d *noticeDraft) *string { return &d.Voice }, string(notices.OfHousehold), string(notices.OfPerson)).When(question).Unasked(),
		dialog.Choice("named", func(d *noticeDraft) *string { return &d.Named }, no, yes).When(question).Unasked(),
		momentStep("starts", func(d *noticeDraft) *string { return &d.Starts }, func(_ *noticeDraft, t dialog.Turn) []time.Time {
			return onDays(t, dayClock{1, 9 * 60}, dayClock{2, 9 * 60}, dayClock{2, 14 * 60})
		}).When(event),
		momentStep("ends", func(d *noticeDraft) *string { return &d.Ends }, func(d *noticeDraft, t dialog.Turn) []time.Time {
			from := momentOf(d.Starts).In(t.Zone)
			return []time.Time{from.Add(time.Hour), from.Add(2 * time.Hour), from.Add(3 * time.Hour)}
		}).When(event).Check(func(_ context.Context, d *noticeDraft, _ dialog.Turn) error {
			if !momentOf(d.Ends).After(momentOf(d.Starts)) {
				return dialog.Reject("before")
			}
			return nil
		}, "before"),
		dialog.Text("place", func(d *noticeDraft) *string { return &d.Place }, 1, maxPlace).When(event),
		dialog.Text("places", func(d *noticeDraft) *string { return &d.Places }, 1, 4).When(event).Optional().Unasked().
			Check(func(_ context.Context, d *noticeDraft, _ dialog.Turn) error {
				if n, err := strconv.Atoi(d.Places); err != nil || n < 1 {
					return dialog.Reject("no_number")
				}
				return nil
			}, "no_number"),
	}
}

const mostOptions = 5

// fitOptions refuses what is no choice, or does not fit on buttons.
func fitOptions(lines []string) error {
	switch {
	case len(lines) < 2:
		return dialog.Reject("too_few")
	case len(lines) > mostOptions:
		return dialog.Reject("too_many", "max", mostOptions)
	case slices.ContainsFunc(lines, tooLong):
		return dialog.Reject("wide")
	}
	return nil
}

// wayToSteps ask by what ways it goes, how often, and what follows.
func wayToSteps(h *House) []dialog.Step[noticeDraft] {
	everyone := func(d *noticeDraft) bool { return d.Everyone }
	inGroups := func(d *noticeDraft) bool { return d.Everyone && d.To != toPeople }
	return []dialog.Step[noticeDraft]{
		dialog.Several("only", func(d *noticeDraft) *[]string { return &d.Only }, h.noticeNarrowings).Optional().
			Check(func(_ context.Context, d *noticeDraft, _ dialog.Turn) error { d.proposePeople(); return nil }).Unasked(),
		dialog.Choice("to", func(d *noticeDraft) *string { return &d.To }, toBoth, toPeople, toGroups).When(everyone).
			Check(func(_ context.Context, d *noticeDraft, _ dialog.Turn) error { d.proposeGroups(); return nil }).Unasked(),
		dialog.Several("groups", func(d *noticeDraft) *[]string { return &d.Groups }, h.noticeGroups).Alone(allGroups).When(inGroups).Unasked(),
		dialog.Choice("pin", func(d *noticeDraft) *string { return &d.Pin }, no, yes).When(inGroups).Unasked(),
		dialog.Choice("repeat", func(d *noticeDraft) *string { return &d.Repeat }, once, "weekly", "monthly").
			When(func(d *noticeDraft) bool {
				return d.Weight != string(notices.Urgent) && !answers(notices.Question)(d) && !answers(notices.Event)(d)
			}).Unasked(),
		momentStep("doors", func(d *noticeDraft) *string { return &d.Doors }, func(_ *noticeDraft, t dialog.Turn) []time.Time {
			return onDays(t, dayClock{0, 15 * 60}, dayClock{0, 17 * 60}, dayClock{1, 10 * 60}, dayClock{1, 17 * 60})
		}).When(func(d *noticeDraft) bool { return d.Weight == string(notices.Important) }).Optional().Unasked(),
		dialog.Text("keep", func(d *noticeDraft) *string { return &d.Keep }, 1, maxKept).Optional().Unasked(),
	}
}

// proposePeople leaves out the groups, each time that another some of their readers are
// chosen.
func (d *noticeDraft) proposePeople() {
	some := strings.Join(d.Only, " ")
	if some == d.OnlyWas {
		return
	}
	if d.OnlyWas = some; some != "" && d.To == toBoth {
		d.To = toPeople
	}
}

// proposeGroups chooses all groups again where they were left out before.
func (d *noticeDraft) proposeGroups() {
	if d.To != toPeople && len(d.Groups) == 0 {
		d.Groups, d.Pin = []string{allGroups}, no
	}
}
