package flow

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// caller is a service's part of the desk: questions that are asked by phone,
// for people whom Telegram does not reach.
type caller interface {
	// waiting lists them as far as this person may ask them, the next one first;
	// a refusal says that they are for others.
	waiting(ctx context.Context, v Visit) ([]phoned, error)
	// answered writes down what was said of one, noReply where nobody answered.
	answered(ctx context.Context, v Visit, id int64, answer string) error
}

// phoned is one question to one person.
type phoned struct {
	id      int64
	person  int64
	tries   int      // so often nobody answered
	text    string   // the question
	answers []string // each with the label "desk.<answer>"
}

// noReply is the answer of who does not pick up.
const noReply = "noreply"

// callers are the services that ask people by phone, by what their buttons carry.
func (h *House) callers() map[string]caller {
	return map[string]caller{"case": caseCalls{h}, "news": newsCalls{h}}
}

// desk shows who is to be phoned next, with the number in the text, or takes in
// what somebody said: "<service>.<answer>.<id>". The next one follows at once.
func (h *House) desk(ctx context.Context, v Visit, value string) (Reply, error) {
	if value == "" {
		s, err := h.nextCall(ctx, v)
		return Reply{Screen: s, Where: Apart}, err
	}
	parts := strings.Split(value, ".")
	if len(parts) != 3 || h.callers()[parts[0]] == nil {
		return v.toast("tap.old"), nil
	}
	id, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	err = h.callers()[parts[0]].answered(ctx, v, id, parts[1])
	late, refused := v.Refused(err)
	if err != nil && !refused {
		return Reply{}, fmt.Errorf("answer at the desk: %w", err)
	}
	s, err := h.nextCall(ctx, v)
	s.Toast = late
	if !refused {
		s.Toast = v.Texts.T("desk.noted")
	}
	return show(s), err
}

func (h *House) nextCall(ctx context.Context, v Visit) (dialog.Screen, error) {
	left, next, from := 0, phoned{}, ""
	for _, name := range slices.Sorted(maps.Keys(h.callers())) {
		waiting, err := h.callers()[name].waiting(ctx, v)
		if err != nil {
			return dialog.Screen{}, fmt.Errorf("desk: %w", err)
		}
		left += len(waiting)
		if len(waiting) > 0 && (from == "" || waiting[0].tries < next.tries) {
			next, from = waiting[0], name
		}
	}
	if from == "" {
		return v.say("desk.empty"), nil
	}
	p, err := h.resident(ctx, v, next.person)
	if err != nil {
		return dialog.Screen{}, err
	}
	lines := []string{h.whereToCall(ctx, v, p)}
	if next.tries > 0 {
		lines = append(lines, v.Texts.T("desk.tries", "n", next.tries))
	}
	lines = append(lines, next.text)
	if left > 1 {
		lines = append(lines, v.Texts.T("desk.left", "n", left-1))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	for _, answer := range append(next.answers, noReply) {
		data := fmt.Sprintf("m.desk.%s.%s.%d", from, answer, next.id)
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("desk." + answer), Data: data}})
	}
	return s, nil
}

// whereToCall is who to phone, where they live, and the number.
func (h *House) whereToCall(ctx context.Context, v Visit, p people.Person) string {
	place := h.placeWords(ctx, v, homeOf(p))
	if p.Flat != "" {
		place += v.Texts.T("card.flat", "flat", p.Flat)
	}
	if p.Phone == "" {
		return v.Texts.T("desk.who_door", "name", p.Name, "place", place)
	}
	return v.Texts.T("desk.who", "name", p.Name, "place", place, "phone", p.Phone)
}

// held are the answers to whether it held, and outcomes what they say.
var (
	held     = []string{"fixed", "half", "not"}
	outcomes = map[string]cases.Outcome{"fixed": cases.Held, "half": cases.Half, "not": cases.NotFixed}
)

// caseCalls asks whether what was reported done holds.
type caseCalls struct{ h *House }

func (d caseCalls) waiting(ctx context.Context, v Visit) ([]phoned, error) {
	all, err := d.h.Cases.ToPhone(ctx, v.Actor)
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	list := make([]phoned, len(all))
	for i, c := range all {
		list[i] = phoned{
			id: c.ID, person: c.For, tries: c.Tries, answers: held,
			text: v.Texts.T("desk.case", "no", c.Number, "kind", kindWords(v, c.Case), "name", d.h.name(ctx, v, c.Holder)),
		}
	}
	return list, nil
}

func (d caseCalls) answered(ctx context.Context, v Visit, id int64, answer string) error {
	var err error
	if answer == noReply {
		_, err = d.h.Cases.NoReply(ctx, v.Actor, id)
	} else {
		_, err = d.h.Cases.AnswerFor(ctx, v.Actor, id, outcomes[answer])
	}
	return err
}
