package main

import (
	"context"
	"fmt"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/notices"
)

// townNotice is what a town is told in the days after it was founded: so many days on, at
// an hour, or within the hour where there is none.
type townNotice struct {
	days   int
	at     calendar.Clock
	notice notices.Draft
	event  *townEvent
	closes int // a question is asked for so many days
}

// townEvent is something to come to, so many days after the day on which it is told.
type townEvent struct {
	days        int
	from, until calendar.Clock
	place       map[string]string
	places      int
}

// townNotices are one to live with, of which somebody knocks at doors in the evening,
// something to come to, a question, and what comes every week.
var townNotices = []townNotice{
	{notice: notices.Draft{
		Key: "town:water", Weight: notices.Important, Answer: notices.Seen, For: notices.Audience{People: true, Groups: true}, Pin: true,
		Texts: notices.Words{
			"zh": "明天上午9点到下午3点，3号楼停水。请今晚存点水。",
			"en": "No water in building 3 tomorrow, 9 am to 3 pm. Please keep some tonight.",
		},
	}},
	{days: 1, at: calendar.ClockAt(9, 30), event: &townEvent{3, calendar.ClockAt(9, 0), calendar.ClockAt(11, 0), both("活动室", "The hall"), 20}, notice: notices.Draft{
		Key: "town:clinic", Weight: notices.Ordinary, Answer: notices.Event, For: notices.Audience{People: true, Groups: true},
		Texts: notices.Words{
			"zh": "社区义诊：量血压、测血糖，不要钱。",
			"en": "Free clinic: blood pressure and blood sugar.",
		},
	}},
	{days: 1, at: calendar.ClockAt(16, 0), closes: 3, notice: notices.Draft{
		Key: "town:yard", Weight: notices.Ordinary, Answer: notices.Question, Voice: notices.OfHousehold, For: notices.Audience{People: true, Groups: true},
		Texts: notices.Words{"zh": "楼下空地，您想要什么？", "en": "What would you like in the yard?"},
		Options: []notices.Words{
			{"zh": "长椅", "en": "A bench"}, {"zh": "健身器材", "en": "Something to exercise"}, {"zh": "花坛", "en": "A flower bed"},
		},
	}},
	{days: 2, at: calendar.ClockAt(8, 0), notice: notices.Draft{
		Key: "town:stairs", Weight: notices.Ordinary, Answer: notices.NoAnswer, Repeats: notices.Weekly, For: notices.Audience{Groups: true},
		Texts: notices.Words{"zh": "今天上午清洗楼道，请把门口的东西收一收。", "en": "The stairs are washed this morning. Please clear the landings."},
	}},
}

// noticesIn sets what a town is told in its first days, as its secretary would. What is
// set already stays as it is.
func (t town) noticesIn(ctx context.Context, a *app) error {
	secretary, _, err := t.office(ctx, a)
	if err != nil {
		return fmt.Errorf("notices of town %s: %w", t.lang, err)
	}
	now := a.clk.Now().In(t.zone())
	for _, n := range townNotices {
		if _, err := a.notices.Confirm(ctx, secretary, n.draft(t.lang, now)); err != nil {
			return fmt.Errorf("notices of town %s: %w", t.lang, err)
		}
	}
	return nil
}

// draft is the notice in a town of a language, as of now in its zone.
func (n townNotice) draft(lang string, now time.Time) notices.Draft {
	d := n.notice
	d.Language, d.At = lang, n.at.On(now.AddDate(0, 0, n.days))
	if n.days == 0 {
		d.At = now.Add(40 * time.Minute)
	}
	if n.closes > 0 {
		d.Until = calendar.ClockAt(19, 0).On(d.At.AddDate(0, 0, n.closes))
	}
	if e := n.event; e != nil {
		on := d.At.AddDate(0, 0, e.days)
		d.Happens = &notices.Happens{Starts: e.from.On(on), Ends: e.until.On(on), Place: e.place[lang], Places: e.places}
		d.Until = d.Happens.Ends
	}
	return d
}
