package faults

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// trace is what a life has left behind: the facts in the database, and what
// people were answered. Two lives after the same script leave the same.
//
// What comes through the outbox is compared as its rows: it is chance how
// things stand when such a message is sent, and whether it is needed any more.
type trace struct {
	facts    []string
	answered map[string]bool // who: the first line
	sent     map[string]bool // who: the first line of what came through the outbox
}

// facts are queries whose rows are what must be the same whatever got lost.
// Moments and row ids are not among them.
var facts = []struct{ of, query string }{
	{"case", `
		SELECT concat_ws(' | ', c.number IS NOT NULL, c.status, c.kind, c.spot, b.name, c.entrance, c.flat, c.place_note, c.words, c.urgent, c.danger,
			c.self_sent, c.reason, r.name, h.name)
		FROM cases c JOIN persons r ON r.community_id = c.community_id AND r.id = c.reporter_id
		LEFT JOIN persons h ON h.community_id = c.community_id AND h.id = c.holder_id
		LEFT JOIN buildings b ON b.community_id = c.community_id AND b.id = c.building_id
		WHERE c.community_id = $1 ORDER BY c.id`},
	{"event", `
		SELECT concat_ws(' | ', dense_rank() OVER (ORDER BY e.case_id), e.code, p.name, e.from_status, e.to_status)
		FROM case_events e LEFT JOIN persons p ON p.community_id = e.community_id AND p.id = e.actor_id
		WHERE e.community_id = $1 ORDER BY e.case_id, e.id`},
	{"picture", `
		SELECT concat_ws(' | ', dense_rank() OVER (ORDER BY m.case_id), m.stage, m.nth, m.kind, p.name)
		FROM case_media m JOIN persons p ON p.community_id = m.community_id AND p.id = m.person_id
		WHERE m.community_id = $1 ORDER BY m.case_id, m.stage, m.nth`},
	{"note", `
		SELECT concat_ws(' | ', dense_rank() OVER (ORDER BY n.case_id), n.stage, n.words, p.name)
		FROM case_notes n JOIN persons p ON p.community_id = n.community_id AND p.id = n.person_id
		WHERE n.community_id = $1 ORDER BY n.case_id, n.id`},
	{"said", `
		SELECT concat_ws(' | ', dense_rank() OVER (ORDER BY s.case_id), s.side, s.words, jsonb_array_length(s.media), p.name)
		FROM case_said s JOIN persons p ON p.community_id = s.community_id AND p.id = s.person_id
		WHERE s.community_id = $1 ORDER BY s.case_id, s.id`},
	{"person", `
		SELECT concat_ws(' | ', p.telegram, p.name, p.language, b.name, p.entrance, p.flat, p.consent_at IS NOT NULL, p.reachable)
		FROM persons p LEFT JOIN buildings b ON b.community_id = p.community_id AND b.id = p.building_id
		WHERE p.community_id = $1 ORDER BY p.telegram`},
	{"role", `
		SELECT concat_ws(' | ', p.telegram, r.role) FROM person_roles r
		JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE r.community_id = $1 AND r.ended_at IS NULL ORDER BY p.telegram`},
	{"person event", `
		SELECT concat_ws(' | ', p.telegram, e.code, count(*)) FROM person_events e
		JOIN persons p ON p.community_id = e.community_id AND p.id = e.person_id
		WHERE e.community_id = $1 GROUP BY p.telegram, e.code ORDER BY p.telegram, e.code`},
	{"message", `
		SELECT concat_ws(' | ', p.telegram, o.topic, count(*)) FROM outbox o
		JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.community_id = $1 AND o.edits = '' AND NOT ` + called + ` GROUP BY p.telegram, o.topic ORDER BY p.telegram, o.topic`},
	{"unsettled message", `
		SELECT concat_ws(' | ', o.key, o.state, o.reason) FROM outbox o
		WHERE o.community_id = $1 AND (o.state IN ('failed', 'uncertain') OR o.state IN ('waiting', 'claimed') AND o.person_id <> 0 AND NOT ` + planned + `)`},
	{"unfinished update", `
		SELECT concat_ws(' | ', i.id, i.tries, i.parked_at) FROM inbox i WHERE i.community_id = $1 AND (i.done_at IS NULL OR i.tries > 0)`},
}

// traceOf reads what a town's life has left; call it at rest.
func (s *Stage) traceOf(ctx context.Context, t *town) (trace, error) {
	left := trace{answered: map[string]bool{}, sent: map[string]bool{}}
	var community int64
	if err := s.db.QueryRowContext(ctx, `SELECT id FROM communities WHERE bot = $1`, t.botID()).Scan(&community); err != nil {
		return left, err
	}
	for _, f := range facts {
		rows, err := s.column(ctx, f.query, community)
		if err != nil {
			return left, fmt.Errorf("%s: %w", f.of, err)
		}
		for _, row := range rows {
			left.facts = append(left.facts, f.of+": "+row)
		}
	}
	return left, s.told(ctx, t, community, &left)
}

// hour is a moment as a text tells it: lives lived side by side may differ by the
// turn of a minute, or of a day.
var hour = regexp.MustCompile(`(?:\b(?:today|yesterday), )?\b\d{1,2}(?::\d\d)? [ap]m\b`)

// told sorts what people were told, and sees that what is noted as sent was.
func (s *Stage) told(ctx context.Context, t *town, community int64, left *trace) error {
	sent, err := s.column(ctx, `
		SELECT p.telegram || ' ' || o.message_id FROM outbox o JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE o.community_id = $1 AND o.edits = '' AND o.state = 'sent' AND NOT `+called, community)
	if err != nil {
		return err
	}
	numbers, err := s.column(ctx, `SELECT number FROM cases WHERE community_id = $1 AND number IS NOT NULL ORDER BY number`, community)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, call := range t.bot.Calls(0) {
		text := call.Params["text"] + call.Params["caption"]
		if !call.OK || !strings.HasPrefix(call.Method, "send") && !strings.HasPrefix(call.Method, "edit") {
			continue
		}
		first, _, _ := strings.Cut(strings.ReplaceAll(text, fmt.Sprintf("Town %d", t.nth), "the town"), "\n")
		into := left.answered
		for _, id := range call.Messages {
			key := fmt.Sprintf("%d %d", call.Chat, id)
			seen[key] = true
			if slices.Contains(sent, key) {
				into = left.sent
			}
		}
		if text != "" {
			into[fmt.Sprintf("%d: %s", call.Chat, inOrder(hour.ReplaceAllString(first, "then"), numbers))] = true
		}
	}
	for _, key := range sent {
		if !seen[key] {
			left.facts = append(left.facts, "noted as sent and never seen: "+key)
		}
	}
	return nil
}

// inOrder writes for the number of a case which of the cases it is: numbers may
// have gaps.
func inOrder(text string, numbers []string) string {
	return named.ReplaceAllStringFunc(text, func(name string) string {
		at := slices.Index(numbers, name[strings.LastIndexByte(name, ' ')+1:])
		return fmt.Sprintf("number %d in order", at+1)
	})
}

func (s *Stage) column(ctx context.Context, query string, args ...any) (list []string, err error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // read to the end below
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}

// reference is what undisturbed lives have in common: the facts, which must be
// the same in all, what all were answered and what any was told.
type reference struct {
	facts     []string
	must, may map[string]bool
}

// agree makes the reference out of some undisturbed lives.
func agree(list []trace) (reference, error) {
	ref := reference{facts: list[0].facts, must: map[string]bool{}, may: map[string]bool{}}
	for _, t := range list {
		if missing, extra := differ(ref.facts, t.facts); len(missing)+len(extra) > 0 {
			return ref, fmt.Errorf("two undisturbed lives differ: one has %q, the other %q", missing, extra)
		}
		maps.Copy(ref.may, t.answered)
		maps.Copy(ref.may, t.sent)
	}
	for text := range ref.may {
		if !slices.ContainsFunc(list, func(t trace) bool { return !t.answered[text] }) {
			ref.must[text] = true
		}
	}
	return ref, nil
}

// against holds a disturbed life against the reference.
func (t trace) against(ref reference) (found findings) {
	missing, extra := differ(ref.facts, t.facts)
	for _, fact := range missing {
		found.add("missing: %s", fact)
	}
	for _, fact := range extra {
		found.add("too much: %s", fact)
	}
	for text := range ref.must {
		if !t.answered[text] && !t.sent[text] {
			found.add("never answered: %q", text)
		}
	}
	for text := range t.answered {
		if !ref.may[text] && !t.sent[text] {
			found.add("answered instead: %q", text)
		}
	}
	slices.Sort(found)
	return found
}

// differ tells what only one of two lists has, counting how often.
func differ(want, got []string) (missing, extra []string) {
	counts := map[string]int{}
	for _, line := range want {
		counts[line]++
	}
	for _, line := range got {
		if counts[line]--; counts[line] < 0 {
			extra = append(extra, line)
		}
	}
	for _, line := range want {
		if counts[line] > 0 {
			missing = append(missing, line)
			counts[line]--
		}
	}
	return missing, extra
}
