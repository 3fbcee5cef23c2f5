package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
)

// sharesPart is before and after, which the neighbours see in the week's summary
// where whose case it is lets them.
func (h *House) sharesPart() casePart {
	return casePart{
		verbs:  map[string]caseVerb{"share": h.share, "shareyes": h.shareYes, "shareno": h.shareNo, "unshare": h.unshare},
		topics: map[string]caseTopic{"case.still_shown": h.tellStillShown},
		jobs:   map[string]caseJob{"case.unshow": h.unshow},
	}
}

// offerShare puts a button under the thanks, where there is something to see and
// some group to see it. Nobody has to tap it.
func (h *House) offerShare(ctx context.Context, v Visit, c cases.Case, s *dialog.Screen) {
	if !c.MayShare() || c.For != v.Person.ID && !v.answers(c) ||
		len(firstPicture(c.Own(h.mediaOf(ctx, v, c.ID, cases.Before)))) == 0 || len(lastPicture(h.mediaOf(ctx, v, c.ID, cases.After))) == 0 {
		return
	}
	if hear, err := h.Groups.Hearing(ctx, v.Community.ID); err != nil || len(hear) == 0 {
		return // without the offer the thanks are thanks all the same
	}
	s.Rows = append(s.Rows, caseRows(v, c, "share.offer", "share")...)
}

// share lets the neighbours see it; pictures of somebody's home are asked about once
// more.
func (h *House) share(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("share case %d: %w", id, err)
	}
	if c.Place.Spot != community.SpotHome || !c.MayShare() {
		return h.shareYes(ctx, v, id)
	}
	s := v.say("share.home", "no", c.Number)
	s.Rows = caseRows(v, c, "share.yes", "shareyes", "share.no", "shareno")
	return Reply{Screen: s, Beside: true}, nil
}

func (h *House) shareYes(ctx context.Context, v Visit, id int64) (Reply, error) {
	c, err := h.Cases.Share(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("share case %d: %w", id, err)
	}
	s := v.say("share.done", "no", c.Number)
	s.Rows = caseRows(v, c, "share.undo", "unshare")
	return Reply{Screen: s, Beside: true}, nil
}

// shareNo leaves it at that; what was agreed to before is agreed to no more.
func (h *House) shareNo(ctx context.Context, v Visit, id int64) (Reply, error) {
	return h.unshare(ctx, v, id)
}

// unshare takes it back, and says honestly what becomes of what the groups were shown.
func (h *House) unshare(ctx context.Context, v Visit, id int64) (Reply, error) {
	was, err := h.Cases.Withdrawn(ctx, v.Community.ID, id)
	if err != nil {
		return Reply{}, fmt.Errorf("share case %d no more: %w", id, err)
	}
	told, stands := false, false
	if was.Week != "" && was.Until == nil {
		if told, stands, err = h.Groups.WeekTold(ctx, v.Community.ID, was.Week); err != nil {
			return Reply{}, fmt.Errorf("share case %d no more: %w", id, err)
		}
	}
	c, err := h.Cases.Unshare(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, fmt.Errorf("share case %d no more: %w", id, err)
	}
	key := "share.undone"
	switch {
	case stands:
		key = "share.undone_stands"
	case told:
		key = "share.undone_gone"
	}
	return Reply{Screen: v.say(key, "no", c.Number), Beside: true}, nil
}

// unshow is the job that takes pictures away from the groups which are to be seen no
// more; where Telegram does not let it, who is in charge is told.
func (h *House) unshow(ctx context.Context, community, id int64) error {
	was, err := h.Cases.Withdrawn(ctx, community, id)
	if err != nil || was.Until == nil || was.Week == "" {
		return err
	}
	stands, err := h.Groups.RetellWeek(ctx, community, was.Week, fmt.Sprintf("case:%d:%d", id, was.Until.UnixMicro()))
	if err != nil || !stands {
		return err
	}
	return h.Cases.StillShown(ctx, community, id)
}

// tellStillShown asks who is in charge to take a message out of the group. Of what is
// private it names nothing.
func (h *House) tellStillShown(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	was, err := h.Cases.Withdrawn(ctx, v.Community.ID, c.ID)
	week, at := groups.Week{Week: was.Week}, c.DraftedAt
	if err == nil {
		if told, err := week.Told(v.Zone); err == nil {
			at = told
		}
	}
	if c.Private != "" {
		return v.say("share.stands_private", "day", day(at))
	}
	return v.say("share.stands", "no", c.Number, "day", day(at))
}
