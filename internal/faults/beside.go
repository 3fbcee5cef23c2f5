package faults

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
)

// beside is what a script has people do outside of their own chat:
//
//	{later 73h}            so much time passes
//	{group}                they bring the bot into the group of those on duty
//	{group tap}            they say there that they go
//	{open mediator}        they open the newest link that another was given
func (l *life) beside(ctx context.Context, p *person, verb, rest string) error {
	switch {
	case verb == "later":
		d, err := time.ParseDuration(rest)
		if err != nil {
			return err
		}
		return l.later(ctx, d)
	case verb == "group" && rest == "":
		l.found(p)
		return nil
	case verb == "group":
		return l.takeInGroup(ctx, p)
	case verb == "open":
		payload := linkOn(l.cast[rest].phone.Chat())
		if payload == "" {
			return fmt.Errorf("%s has no link", rest)
		}
		p.start(payload)
		return nil
	}
	return fmt.Errorf("nobody can {%s %s}", verb, rest)
}

// found makes the group, as Telegram does when the bot is chosen for it.
func (l *life) found(p *person) {
	l.group = l.town.bot.Group(botapi.GroupOptions{
		Title: canary + " group", Owner: p.phone, Members: []*botapi.Phone{l.cast["member"].phone, l.cast["member2"].phone},
	})
	l.group.AddBot(p.phone)
	l.group.Say(p.phone, "/start@"+l.town.bot.Username()+" setup")
}

func (l *life) takeInGroup(ctx context.Context, p *person) error {
	ok, err := l.town.stage.until(ctx, lifeStep, func() (bool, error) {
		for _, m := range slices.Backward(l.group.View().Messages) {
			if len(m.Buttons) > 0 && strings.HasPrefix(m.Buttons[0][0].Data, "g.take.") {
				_, err := l.group.By(p.phone).Tap(m.ID, m.Buttons[0][0].Data)
				return true, err
			}
		}
		return false, nil
	})
	if err == nil && !ok {
		err = errors.New("the group is never asked")
	}
	return err
}

var inviting = regexp.MustCompile(`https://t\.me/\S+`)

// linkOn is the payload of the newest link to the bot that a phone shows.
func linkOn(v botapi.View) string {
	for _, m := range slices.Backward(v.Messages) {
		for _, link := range inviting.FindAllString(m.Text, -1) {
			if u, err := url.Parse(link); err == nil && u.Query().Has("start") {
				return u.Query().Get("start")
			}
		}
	}
	return ""
}

// timed are the columns that tell when something of a case was, or will be.
var timed = []struct{ table, columns, where string }{
	{"cases", "drafted_at quiet_until opened_at due_at taken_at done_at closed_at done_by coming_at wait_until ask_on disputed_at asked_at urgent_at seen_to", "true"},
	{"case_events", "at", "true"},
	{"case_visits", "due_at asked_at late_at ended_at", "true"},
	{"outbox", "due_at", "person_id = 0 AND key LIKE 'case:%' AND state = 'waiting'"},
}

// later lets time pass for the cases of a town: what was is longer ago, what will be
// is nearer. It waits until what is due by then is done.
func (l *life) later(ctx context.Context, d time.Duration) error {
	s := l.town.stage
	var community int64
	if err := s.db.QueryRowContext(ctx, `SELECT id FROM communities WHERE bot = $1`, l.town.botID()).Scan(&community); err != nil {
		return err
	}
	if err := l.quiet(ctx, community); err != nil {
		return err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	for _, m := range timed {
		var set []string
		for _, column := range strings.Fields(m.columns) {
			set = append(set, fmt.Sprintf("%s = %s - $2 * interval '1 second'", column, column))
		}
		query := fmt.Sprintf("UPDATE %s SET %s WHERE community_id = $1 AND %s", m.table, strings.Join(set, ", "), m.where)
		if _, err := tx.ExecContext(ctx, query, community, d.Seconds()); err != nil {
			return fmt.Errorf("%s later: %w", m.table, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return l.quiet(ctx, community)
}

// quiet waits until nothing is to be done or told in a town.
func (l *life) quiet(ctx context.Context, community int64) error {
	s := l.town.stage
	ok, err := s.until(ctx, lifeStep, func() (done bool, err error) {
		err = s.db.QueryRowContext(ctx, `
			SELECT NOT EXISTS (SELECT FROM outbox WHERE community_id = $1 AND state IN ('waiting', 'claimed') AND due_at <= $2)`,
			community, s.clk.Now()).Scan(&done)
		return done, err
	})
	if err == nil && !ok {
		err = fmt.Errorf("what is due is not done: %s", s.waiting(ctx))
	}
	return err
}
