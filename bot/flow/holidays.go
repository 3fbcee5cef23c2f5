package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/dialog"
)

// holidaysPage shows what is known of this year and the next; of a year, its days.
func (h *House) holidaysPage(ctx context.Context, v Visit, of string) (dialog.Screen, error) {
	known, err := h.Calendar.Notices(ctx, v.Community.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("holidays: %w", err)
	}
	if year, err := strconv.Atoi(of); err == nil {
		return h.yearPage(v, known[year]), nil
	}
	now := v.Now.In(v.Zone)
	var lines []string
	s := dialog.Screen{}
	for _, year := range []int{now.Year(), now.Year() + 1} {
		n, there := known[year]
		if !there {
			lines = append(lines, v.Texts.T("holidays.unknown", "year", year))
			continue
		}
		lines = append(lines, v.Texts.T("holidays.known", "year", year, "off", n.Off(), "work", len(n.Of(calendar.Work))))
		row(&s, v.Texts.T("holidays.days", "year", year), "town", "holidays", strconv.Itoa(year))
	}
	switch wanted := calendar.Wanted(now); {
	case len(known) == 0:
		lines = append(lines, v.Texts.T("holidays.none"))
	case known[wanted].Year == 0:
		lines = append(lines, v.Texts.T("holidays.missing", "year", wanted))
	}
	s.Text = strings.Join(lines, "\n")
	row(&s, v.Texts.T("holidays.send"), "days")
	v.back(&s, "town", "times")
	return s, nil
}

func (h *House) yearPage(v Visit, n calendar.Notice) dialog.Screen {
	if n.Year == 0 {
		return v.say("refused.access.not_found")
	}
	s := dialog.Screen{Text: v.Texts.T("holidays.of", "year", n.Year) + "\n" + h.noticeWords(v, n)}
	v.back(&s, "town", "holidays")
	return s
}

// noticeWords tells the days of a list: a line for each holiday, and one for all
// the days that are worked. No day is told by its nearness.
func (h *House) noticeWords(v Visit, n calendar.Notice) string {
	v.Texts = h.Texts(v.Person.Language, time.Time{}, v.Zone)
	var lines, work []string
	for _, r := range n.Runs {
		if r.Kind == calendar.Work {
			work = append(work, v.runWords(r))
			continue
		}
		name := r.Name
		if name == "" {
			name = v.Texts.T("holidays.off")
		}
		lines = append(lines, v.Texts.T("dialog.line", "title", name, "value", v.runWords(r)))
	}
	if len(work) > 0 {
		lines = append(lines, v.Texts.T("dialog.line", "title", v.Texts.T("holidays.worked"), "value", listed(v.Texts, work)))
	}
	return strings.Join(lines, "\n")
}

func (v Visit) runWords(r calendar.Run) string {
	if r.Long() == 1 {
		return v.Texts.T("holidays.day", "day", dayIn(r.From, v.Zone))
	}
	return v.Texts.T("holidays.span", "from", dayIn(r.From, v.Zone), "until", dayIn(r.Until, v.Zone))
}
