package faults

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// findings are what the checker holds against the program.
type findings []string

func (f *findings) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// stored is a case as it stands in the database.
type stored struct {
	bot      int64
	number   int64 // 0: not sent
	status   string
	words    string
	reporter int64 // at Telegram
	holder   int64 // at Telegram; 0: nobody
}

// Check holds what people did and were shown, and the log of the local
// Telegram, against the database. Call it at rest.
func (s *Stage) Check(ctx context.Context) ([]string, error) {
	found := slices.Clone(s.noticed)
	if err := s.checkRest(ctx, &found); err != nil {
		return nil, err
	}
	cases, err := s.cases(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range s.towns {
		of := slices.DeleteFunc(slices.Clone(cases), func(c stored) bool { return c.bot != t.botID() })
		for _, r := range t.residents {
			found.reports(r, of)
		}
		s.checkMessages(t, of, &found)
		if err := s.checkMoves(ctx, t, &found); err != nil {
			return nil, err
		}
		if err := s.checkRepeats(ctx, t, &found); err != nil {
			return nil, err
		}
		if err := s.checkLives(ctx, t, &found); err != nil {
			return nil, err
		}
		for _, p := range t.everyone() {
			if err := s.checkPhone(ctx, p, &found); err != nil {
				return nil, err
			}
		}
	}
	return found, s.checkLog(&found)
}

// checkLives holds what became of each case against what people see of it.
func (s *Stage) checkLives(ctx context.Context, t *town, found *findings) error {
	c, err := s.circleOf(ctx, t)
	if err != nil {
		return err
	}
	t.checkPlaces(c, found)
	return errors.Join(s.checkCards(ctx, t, c, found), s.checkSaid(ctx, t, c, found), s.checkSteps(ctx, t, found))
}

func (s *Stage) cases(ctx context.Context) (list []stored, err error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT m.bot, coalesce(c.number, 0), c.status, c.words, r.telegram, coalesce(h.telegram, 0)
		FROM cases c JOIN communities m ON m.id = c.community_id
		JOIN persons r ON r.community_id = c.community_id AND r.id = c.reporter_id
		LEFT JOIN persons h ON h.community_id = c.community_id AND h.id = c.holder_id
		ORDER BY c.id`)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	defer func() { _ = rows.Close() }() // read to the end below
	for rows.Next() {
		var c stored
		if err := rows.Scan(&c.bot, &c.number, &c.status, &c.words, &c.reporter, &c.holder); err != nil {
			return nil, fmt.Errorf("read cases: %w", err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// checkRest: nothing is left lying, nothing was given up.
func (s *Stage) checkRest(ctx context.Context, found *findings) error {
	for what, query := range map[string]string{
		"inbox rows are unfinished":            `SELECT count(*) FROM inbox WHERE done_at IS NULL AND parked_at IS NULL`,
		"updates were parked":                  `SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL`,
		"messages to people wait":              `SELECT count(*) FROM outbox WHERE person_id <> 0 AND state IN ('waiting', 'claimed') AND NOT ` + planned,
		"messages to people failed":            `SELECT count(*) FROM outbox WHERE person_id <> 0 AND state = 'failed'`,
		"cases share a number with another":    `SELECT count(*) - count(DISTINCT (community_id, number)) FROM cases WHERE number IS NOT NULL`,
		"cases are open and nobody holds them": `SELECT count(*) FROM cases WHERE status = 'open' OR holder_id IS NULL AND status IN ('assigned', 'taken', 'waiting', 'proposed', 'done')`,
	} {
		var n int
		if err := s.db.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return fmt.Errorf("check that %s: %w", what, err)
		}
		if n != 0 {
			found.add("%d %s", n, what)
		}
	}
	return nil
}

// reports: what a resident was told is there once, what was not is there at
// most once, and every answer stands where it was given.
func (f *findings) reports(r *resident, cases []stored) {
	for _, rep := range r.reports {
		var mine []stored
		for _, c := range cases {
			if strings.Contains(c.words, rep.token+" ") {
				mine = append(mine, c)
			}
		}
		if len(mine) > 1 {
			f.add("%s: %d cases for the one report %s: %v", r.name, len(mine), rep.token, mine)
		}
		for _, c := range mine {
			f.words(r, rep, c)
		}
		f.photo(r, rep, cases)
		if rep.number != 0 {
			f.receipt(r, rep, cases)
		}
	}
}

// photo: one that came outside of any conversation is kept with its words,
// until somebody takes it back.
func (f *findings) photo(r *resident, rep *report, cases []stored) {
	if !rep.photo || !rep.alone || slices.ContainsFunc(r.reports, func(other *report) bool { return other.back }) {
		return
	}
	if !slices.ContainsFunc(cases, func(c stored) bool { return strings.Contains(c.words+"\n", rep.texts[0].text+"\n") }) {
		f.add("%s: the photo %s is nowhere", r.name, rep.token)
	}
}

// words: what a case says was the answer to "what is wrong?". Only somebody
// who typed an answer twice cannot know what the first was taken for.
func (f *findings) words(r *resident, rep *report, c stored) {
	if c.reporter != r.id {
		f.add("%s: the report %s is another's (%d)", r.name, rep.token, c.reporter)
	}
	for line := range strings.Lines(c.words) {
		line = strings.TrimSpace(line)
		for _, text := range rep.texts {
			if text.text == line && text.question == "report.where.ask" && !rep.doubt {
				f.add("%s: case %d says %q, the answer to another question", r.name, c.number, line)
			}
		}
	}
}

func (f *findings) receipt(r *resident, rep *report, cases []stored) {
	var mine []stored
	for _, c := range cases {
		if c.number == rep.number {
			mine = append(mine, c)
		}
	}
	switch {
	case len(mine) != 1:
		f.add("%s: number %d was acknowledged, and %d cases have it", r.name, rep.number, len(mine))
	case mine[0].reporter != r.id:
		f.add("%s: number %d was acknowledged, and it is another's (%d)", r.name, rep.number, mine[0].reporter)
	case r.gone[rep.number] && mine[0].status != "taken_back":
		f.add("%s: number %d was said to be taken back, and it is %s", r.name, rep.number, mine[0].status)
	case mine[0].status != "taken_back" && !rep.doubt && !strings.Contains(mine[0].words, rep.token+" ") && !r.left(rep, mine[0].words):
		f.add("%s: number %d was acknowledged for %s, and it says %q", r.name, rep.number, rep.token, mine[0].words)
	}
}

// named finds the numbers of cases in a message.
var named = regexp.MustCompile(`\b[Nn](?:o\.|umber) (\d+)\b`)

// checkMessages: every case was told to whoever holds it, and nobody was told
// a number that is none of theirs.
func (s *Stage) checkMessages(t *town, cases []stored, found *findings) {
	type telling struct{ chat, number int64 }
	told := map[telling]bool{}
	for _, call := range t.bot.Calls(0) {
		if !call.OK || !strings.HasPrefix(call.Method, "send") && !strings.HasPrefix(call.Method, "edit") {
			continue
		}
		for _, m := range named.FindAllStringSubmatch(call.Params["text"]+" "+call.Params["caption"], -1) {
			told[telling{call.Chat, number(m[1])}] = true
		}
	}
	byNumber := map[int64]stored{}
	for _, c := range cases {
		if c.number == 0 {
			continue
		}
		byNumber[c.number] = c
		if !told[telling{c.reporter, c.number}] {
			found.add("case %d of town %d is there, and whoever reported it (%d) was never told", c.number, t.nth, c.reporter)
		}
		if c.status != "taken_back" && !told[telling{c.holder, c.number}] {
			found.add("case %d of town %d was never told to its holder %d", c.number, t.nth, c.holder)
		}
	}
	for is := range told { // whether it concerns them is seen by checkPlaces
		if byNumber[is.number].number == 0 {
			found.add("chat %d was told number %d, which is nobody's", is.chat, is.number)
		}
	}
}

// checkPhone: each thing that somebody did arrived once, and each tap was
// answered.
func (s *Stage) checkPhone(ctx context.Context, p *person, found *findings) error {
	var kept int64
	err := s.db.QueryRowContext(ctx, `
		SELECT count(*) FROM inbox WHERE chat_id = $1 AND update_id IS NOT NULL
			AND community_id IN (SELECT id FROM communities WHERE bot = $2)`, p.id, p.town.botID()).Scan(&kept)
	if err != nil {
		return fmt.Errorf("updates of %s: %w", p.name, err)
	}
	if sent := p.done.Load(); kept != sent {
		found.add("%s did %d things, and %d arrived", p.name, sent, kept)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, tap := range p.taps {
		if !tap.Answered() {
			found.add("%s: the tap %s was never answered", p.name, tap.Data)
		}
	}
	return nil
}

// Summary tells what went on, for a log.
func (s *Stage) Summary() string {
	var done, told, sent, doubts int
	for _, t := range s.towns {
		for _, r := range t.residents {
			done += int(r.done.Load())
			sent += len(r.reports)
			told += r.acknowledged()
			for _, rep := range r.reports {
				if rep.doubt {
					doubts++
				}
			}
		}
	}
	return fmt.Sprintf("%d things done on phones, %d reports begun, %d acknowledged, in %d somebody tried again", done, sent, told, doubts)
}
