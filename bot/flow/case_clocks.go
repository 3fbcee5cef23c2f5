package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// clocksPart is the ladder and the deadlines.
func (h *House) clocksPart() casePart {
	return casePart{
		verbs: map[string]caseVerb{
			"when": h.askWhen,
			"what": h.askWhat,
		},
		topics: map[string]caseTopic{
			"case.climbed":     h.tellClimbed,
			"case.unnamed":     h.tellUnnamed,
			"case.coming":      h.tellComing,
			"case.slips":       h.tellSlips,
			"case.warned":      h.tellClock("clocks.warned"),
			"case.late":        h.tellClock("clocks.late"),
			"case.not_come":    h.tellNotCome,
			"case.late_charge": h.tellLateCharge,
		},
		jobs: map[string]caseJob{"case.clock": h.Cases.Tick},
	}
}

// clockVerbs are the buttons that carry a time or a kind beside a case.
func (h *House) clockVerbs() map[string]verb {
	return map[string]verb{"coming": h.aboutCase(h.comes), "isof": h.aboutCase(h.isOf)}
}

// tellClimbed puts a case before the next who could go; where somebody goes by now
// the card says so.
func (h *House) tellClimbed(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	s := h.memberCard(ctx, v, c)
	switch {
	case c.Lingers():
		s.Text = v.Texts.T("clocks.lingers", "no", c.Number) + "\n" + s.Text
	case c.Status == cases.Open || c.Status == cases.Assigned:
		s.Text = v.Texts.T("clocks.climbed", "no", c.Number) + "\n" + s.Text
	}
	return s
}

// tellClock says above the card what its clock says, where its reader holds it still
// and it is not done.
func (h *House) tellClock(key string) caseTopic {
	return func(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
		if c.Holder != v.Person.ID {
			return h.tellNotYours(ctx, v, c, a)
		}
		s := h.memberCard(ctx, v, c)
		if c.DoneBy != nil && (c.Status == cases.Taken || c.Status == cases.Waiting) {
			s.Text = v.Texts.T(key, "no", c.Number, "by", dated(*c.DoneBy)) + "\n" + s.Text
		}
		return s
	}
}

// tellLateCharge tells who is in charge what is late, with whom, and what can be
// done about it.
func (h *House) tellLateCharge(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	s := h.managedCard(ctx, v, c)
	switch c.Status {
	case cases.Open, cases.Assigned:
		s.Text = v.Texts.T("clocks.late_untaken", "no", c.Number) + "\n" + s.Text
	case cases.Taken, cases.Waiting:
		s.Text = v.Texts.T("clocks.late_with", "no", c.Number, "name", h.name(ctx, v, c.Holder)) + "\n" + s.Text
	case cases.Proposed:
		s.Text = v.Texts.T("clocks.late_proposed", "no", c.Number) + "\n" + s.Text
	}
	return s
}

// tellComing tells who waits when somebody comes, as it stands when it is told.
func (h *House) tellComing(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Status != cases.Taken || c.ComingAt == nil {
		return h.stands(ctx, v, c)
	}
	return v.say("clocks.coming", "no", c.Number, "name", h.name(ctx, v, c.Holder), "at", *c.ComingAt)
}

// tellSlips tells who waits that it takes longer than they were told, with a way to
// a person. It promises nothing.
func (h *House) tellSlips(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	key := "clocks.slips"
	switch c.Status {
	case cases.Open, cases.Assigned:
		key = "clocks.slips_untaken"
		if c.Urgent {
			key = "clocks.slips_urgent"
		}
	case cases.Taken, cases.Waiting:
	case cases.Proposed:
		key = "clocks.slips_proposed"
	default:
		return h.stands(ctx, v, c)
	}
	return v.say(key, "no", c.Number, "kind", kindWords(v, c), "name", h.name(ctx, v, c.Holder), "phone", phoneWords(v))
}

// groupPosts are the messages about cases that a group reads: building and kind, and
// nothing else.
func (h *House) groupPosts() map[string]Draw {
	return map[string]Draw{
		"case.group": func(ctx context.Context, v Visit, args []byte) (dialog.Screen, error) {
			c, err := h.posted(ctx, v, args)
			if err != nil || c.Status != cases.Open && c.Status != cases.Assigned || c.Private != "" {
				return v.say("clocks.group_gone", "where", h.postWords(ctx, v, c)), err
			}
			s := v.say("clocks.group", "where", h.postWords(ctx, v, c))
			s.Rows = [][]dialog.Button{{{Label: v.Texts.T("card.take"), Data: fmt.Sprintf("g.take.%d", c.ID)}}}
			return s, nil
		},
		"case.group_gone": func(ctx context.Context, v Visit, args []byte) (dialog.Screen, error) {
			c, err := h.posted(ctx, v, args)
			return v.say("clocks.group_gone", "where", h.postWords(ctx, v, c)), err
		},
	}
}

func (h *House) posted(ctx context.Context, v Visit, args []byte) (cases.Case, error) {
	var a told
	if err := json.Unmarshal(args, &a); err != nil {
		return cases.Case{}, fmt.Errorf("tell a group of a case: %w", err)
	}
	return h.Cases.Read(ctx, v.Community.ID, a.Case)
}

// postWords are the kind and the building of a case. What became private since is
// neither.
func (h *House) postWords(ctx context.Context, v Visit, c cases.Case) string {
	kind := v.Texts.T("kind.unnamed")
	if c.Private == "" {
		kind = kindWords(v, c)
	}
	if c.Place.Spot == community.SpotOutdoors && c.Private == "" {
		return v.Texts.T("clocks.group_outside", "kind", kind)
	}
	b, err := h.Communities.Building(ctx, v.Community.ID, c.Place.Building)
	if err != nil || c.Place.Building == 0 || c.Private != "" {
		return kind
	}
	return v.Texts.T("clocks.group_where", "kind", kind, "building", buildingWords(v.Texts, b.Name))
}

// TapInGroup answers a tap on a post: the first who may go has it, and finds the card
// in their private chat. What is said of it in the group is short.
func (h *House) TapInGroup(ctx context.Context, v Visit, data string) (toast string, err error) {
	var id int64
	if _, err := fmt.Sscanf(data, "g.take.%d", &id); err != nil {
		return v.Texts.T("tap.old"), nil //nolint:nilerr // a button that is none of ours
	}
	_, err = h.Cases.TakeInGroup(ctx, v.Actor, id)
	if text, refused := v.Refused(err); refused {
		return text, nil
	}
	if err != nil {
		return "", fmt.Errorf("take case %d in a group: %w", id, err)
	}
	return v.Texts.T("clocks.group_yours"), nil
}
