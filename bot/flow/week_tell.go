package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
)

// tellWeek tells the groups of the week, where there is anything to tell, and comes
// again next week.
func (h *House) tellWeek(ctx context.Context, community int64, args []byte) error {
	var week groups.Week
	if err := json.Unmarshal(args, &week); err != nil {
		return fmt.Errorf("tell of a week: %w", err)
	}
	if err := h.Groups.Begin(ctx, community); err != nil {
		return err
	}
	c, err := h.Communities.ByID(ctx, community)
	if err != nil {
		return fmt.Errorf("tell of a week: %w", err)
	}
	at, err := week.Told(c.Location())
	if err != nil {
		return fmt.Errorf("tell of a week: %w", err)
	}
	if h.Groups.TooLate(at) {
		return nil
	}
	brought, settled, err := h.livesOfWeek(ctx, community, at)
	if err != nil || len(brought)+len(settled) == 0 {
		return err
	}
	if err := h.Cases.ChooseShown(ctx, community, week.Week); err != nil {
		return err
	}
	return h.Groups.TellWeek(ctx, community, week.Week)
}

// livesOfWeek reads what was brought and what was settled in the seven days before a
// moment.
func (h *House) livesOfWeek(ctx context.Context, community int64, until time.Time) (brought, settled []cases.Life, err error) {
	in := cases.Span{From: until.AddDate(0, 0, -7), Until: until}
	if brought, err = h.Cases.Brought(ctx, community, in); err != nil {
		return nil, nil, fmt.Errorf("tell of a week: %w", err)
	}
	if settled, err = h.Cases.SettledIn(ctx, community, in); err != nil {
		return nil, nil, fmt.Errorf("tell of a week: %w", err)
	}
	return cases.InPublic(brought), cases.InPublic(settled), nil // no group counts what is private
}

// drawWeek is the week as a group reads it: two counts, how long it took, and before
// and after of what people let their neighbours see. Of a case it says what and in
// which building, and nothing else.
func (h *House) drawWeek(ctx context.Context, v Visit, args []byte) (dialog.Screen, error) {
	var week groups.Week
	if err := json.Unmarshal(args, &week); err != nil {
		return dialog.Screen{}, err
	}
	at, err := week.Told(v.Zone)
	if err != nil {
		return dialog.Screen{}, err
	}
	brought, settled, err := h.livesOfWeek(ctx, v.Community.ID, at)
	if err != nil {
		return dialog.Screen{}, err
	}
	shownCases, err := h.Cases.ShownIn(ctx, v.Community.ID, week.Week)
	if err != nil {
		return dialog.Screen{}, err
	}
	s, err := talkInPrivate(v, "weekly.none", "brought", len(brought), "settled", len(settled))
	if err != nil {
		return dialog.Screen{}, err
	}
	if long, of := cases.UntilSettled(settled); of > 0 {
		key := "weekly.told"
		if of == 1 {
			key = "weekly.told_one"
		}
		s.Text = v.Texts.T(key, "community", v.Community.Name, "brought", len(brought), "settled", len(settled), "long", v.long(long))
	}
	var names []string
	for _, c := range shownCases {
		before, after := firstPicture(c.Own(h.mediaOf(ctx, v, c.ID, cases.Before))), lastPicture(h.mediaOf(ctx, v, c.ID, cases.After))
		s.Media = append(s.Media, shown(append(before, after...))...)
		names = append(names, h.shownName(ctx, v, c))
	}
	if len(names) > 0 {
		s.Text += "\n" + v.Texts.T("weekly.pictures", "names", strings.Join(names, v.Texts.T("weekly.and")))
	}
	return s, nil
}

// shownName is what a case is and in which building: neither entrance nor flat.
func (h *House) shownName(ctx context.Context, v Visit, c cases.Case) string {
	if b, err := h.Communities.Building(ctx, v.Community.ID, c.Place.Building); err == nil && c.Place.Building != 0 {
		return v.Texts.T("weekly.picture", "kind", kindWords(v, c), "building", buildingWords(v.Texts, b.Name))
	}
	return kindWords(v, c)
}

func lastPicture(media []cases.Media) []cases.Media {
	for i := len(media) - 1; i >= 0; i-- {
		if media[i].Kind == dialog.Photo {
			return media[i : i+1]
		}
	}
	return nil
}
