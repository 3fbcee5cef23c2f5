package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// kept is where what people type is kept: who typed it, what, and for whom it is.
const kept = `
	SELECT p.telegram, s.words, s.case_id, s.side, 0 FROM case_said s JOIN communities m ON m.id = s.community_id
	JOIN persons p ON p.community_id = s.community_id AND p.id = s.person_id WHERE m.bot = $1 AND s.words <> ''
	UNION ALL SELECT p.telegram, h.words, h.case_id, 'heard', h.side FROM case_hearings h JOIN communities m ON m.id = h.community_id
	JOIN persons p ON p.community_id = h.community_id AND p.id = h.person_id WHERE m.bot = $1 AND h.words <> ''
	UNION ALL SELECT p.telegram, n.words, n.case_id, 'note', 0 FROM case_notes n JOIN communities m ON m.id = n.community_id
	JOIN persons p ON p.community_id = n.community_id AND p.id = n.person_id WHERE m.bot = $1`

// word is something that was typed and kept.
type word struct {
	by, caseID, side int64
	text, how        string
}

func (s *Stage) wordsOf(ctx context.Context, t *town) (list []word, err error) {
	rows, err := s.db.QueryContext(ctx, kept, t.botID())
	if err != nil {
		return nil, fmt.Errorf("what was said: %w", err)
	}
	defer func() { _ = rows.Close() }() // read to the end below
	for rows.Next() {
		var w word
		if err := rows.Scan(&w.by, &w.text, &w.caseID, &w.how, &w.side); err != nil {
			return nil, fmt.Errorf("what was said: %w", err)
		}
		list = append(list, w)
	}
	return list, rows.Err()
}

// checkSaid: what people type is kept once, nothing is kept that nobody typed, and it
// comes to whom it is for and to nobody else.
func (s *Stage) checkSaid(ctx context.Context, t *town, c circle, found *findings) error {
	all, err := s.wordsOf(ctx, t)
	if err != nil {
		return err
	}
	whole, err := s.column(ctx, `
		SELECT c.words || E'\n' || c.why_words FROM cases c JOIN communities m ON m.id = c.community_id WHERE m.bot = $1
		UNION ALL SELECT e.detail::text FROM case_events e JOIN communities m ON m.id = e.community_id WHERE m.bot = $1`, t.botID())
	if err != nil {
		return err
	}
	everything := strings.Join(whole, "\n")
	for _, p := range t.everyone() {
		for _, text := range p.typed {
			n := 0
			for _, w := range all {
				if w.by == p.id && w.text == text {
					n++
				}
			}
			switch {
			case n > 1:
				found.add("%s said %q once, and it is kept %d times", p.name, text, n)
			case n == 0 && strings.HasPrefix(text, canary) && !strings.Contains(everything, text):
				found.add("%s said %q, and it is nowhere", p.name, text)
			}
		}
	}
	repeats := 0
	for _, w := range all {
		repeats += t.carried(c, w, found)
	}
	if blows := s.Blows(); repeats > blows {
		found.add("town %d: what was said came %d times too often, after %d blows", t.nth, repeats, blows)
	}
	return nil
}

// carried looks where something said came to, and counts how often too often.
func (t *town) carried(c circle, w word, found *findings) (repeats int) {
	m := c.matters[w.caseID]
	came := map[int64]int{}
	for _, call := range t.bot.Calls(0) {
		text := call.Params["text"] + call.Params["caption"]
		if !call.OK || !strings.Contains(text, w.text) {
			continue
		}
		if !c.mayRead(m, w, call.Chat) {
			found.add("chat %d of town %d reads %q, which %d said of case %d (%s)", call.Chat, t.nth, w.text, w.by, w.caseID, w.how)
		}
		if strings.HasPrefix(call.Method, "send") && (says(text, w.text)) {
			came[call.Chat]++
		}
	}
	listener := m.holder
	switch {
	case w.how == "staff" || w.how == "heard" && w.by == m.holder && w.side == 1:
		listener = m.whose
	case w.how == "heard" && w.by == m.holder:
		listener = m.other
	case w.how == "note":
		return 0 // on the card
	}
	if listener != w.by && listener != 0 && came[listener] == 0 {
		found.add("%q, said by %d of case %d, never came to %d", w.text, w.by, w.caseID, listener)
	}
	return max(0, came[listener]-1)
}

// says reports whether a message is what somebody said, and not the card that holds
// it among the rest.
func says(message, words string) bool {
	said, _, _ := strings.Cut(message, "\nJust answer me")
	return strings.HasSuffix(said, "\n“"+words+"”")
}

// mayRead reports whether somebody may read something said.
func (c circle) mayRead(m matter, w word, chat int64) bool {
	switch {
	case chat == w.by:
		return true
	case w.how == "among":
		return slices.Contains(c.staff, chat) || chat == m.holder
	case w.how == "heard" && w.by != m.holder:
		return chat == m.holder
	case w.how == "heard":
		return chat == m.whose && w.side == 1 || chat == m.other && w.side == 2
	}
	return c.concerns(m, chat)
}

// checkSteps: everybody hears of each step whom it concerns, and what is noted as sent
// came to that person.
func (s *Stage) checkSteps(ctx context.Context, t *town, found *findings) error {
	c, err := s.chronicleOf(ctx, t)
	if err != nil {
		return err
	}
	for _, wrong := range c.untold() {
		found.add("town %d: %s", t.nth, wrong)
	}
	sent, err := s.column(ctx, `
		SELECT p.telegram || ' ' || o.message_id FROM outbox o JOIN communities m ON m.id = o.community_id
		JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE m.bot = $1 AND o.edits = '' AND o.state = 'sent' AND NOT `+called, t.botID())
	if err != nil {
		return err
	}
	came := map[string]bool{}
	for _, call := range t.bot.Calls(0) {
		for _, id := range call.Messages {
			came[fmt.Sprintf("%d %d", call.Chat, id)] = call.OK || came[fmt.Sprintf("%d %d", call.Chat, id)]
		}
	}
	for _, key := range sent {
		if !came[key] {
			found.add("town %d: noted as sent and never seen: %s", t.nth, key)
		}
	}
	return nil
}
