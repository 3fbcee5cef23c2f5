package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/botapi"
)

// confirmed are moves of a case that their maker is told of, and whom else
// they must be told to: in keys of the words, of which any will do.
var confirmed = []struct {
	code  string
	topic string   // of what the other side is told
	told  string   // to whoever made it, when it was made
	news  []string // to the other side
	once  bool     // it cannot be made again
}{
	{"taken", "case.taken", "card.yours", []string{"told.taken", "told.taken_private"}, false},
	{"held", "case.held", "check.thanks", []string{"told.held"}, true},
}

// moved is a move as it stands in the database.
type moved struct {
	number, actor, reporter, holder, times int64 // people at Telegram; 0: nobody
	status                                 string
	news                                   string // what became of the messages about it
}

func (s *Stage) moves(ctx context.Context, t *town, code, topic string) (list []moved, err error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT c.number, coalesce(a.telegram, 0), r.telegram, coalesce(h.telegram, 0), count(*), c.status, coalesce((
			SELECT string_agg(concat_ws(' ', o.state, o.reason, 'copies', o.copies, 'attempts', o.attempts), '; ')
			FROM outbox o WHERE o.community_id = c.community_id AND o.subject = 'case:' || c.id AND o.topic = $3), 'no message')
		FROM case_events e
		JOIN cases c ON c.community_id = e.community_id AND c.id = e.case_id
		JOIN communities m ON m.id = e.community_id
		JOIN persons r ON r.community_id = c.community_id AND r.id = c.reporter_id
		LEFT JOIN persons a ON a.community_id = e.community_id AND a.id = e.actor_id
		LEFT JOIN persons h ON h.community_id = c.community_id AND h.id = c.holder_id
		WHERE m.bot = $1 AND e.code = $2 AND c.number IS NOT NULL AND NOT EXISTS ( -- who does it at once tells of that
			SELECT FROM case_events n
			WHERE n.community_id = e.community_id AND n.case_id = e.case_id AND n.id <> e.id AND n.at = e.at
				AND n.code IN ('done', 'progress', 'proposed', 'handed_over'))
		GROUP BY c.community_id, c.id, c.number, a.telegram, r.telegram, h.telegram, c.status`, t.botID(), code, topic)
	if err != nil {
		return nil, fmt.Errorf("moves: %w", err)
	}
	defer func() { _ = rows.Close() }() // read to the end below
	for rows.Next() {
		var m moved
		if err := rows.Scan(&m.number, &m.actor, &m.reporter, &m.holder, &m.times, &m.status, &m.news); err != nil {
			return nil, fmt.Errorf("moves: %w", err)
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// checkMoves: what somebody was told to have done stands in the database once,
// by nobody else; what stands there was told to both sides.
func (s *Stage) checkMoves(ctx context.Context, t *town, found *findings) error {
	for _, c := range confirmed {
		list, err := s.moves(ctx, t, c.code, c.topic)
		if err != nil {
			return err
		}
		by := map[[2]int64]bool{} // number, who
		for _, m := range list {
			by[[2]int64{m.number, m.actor}] = true
			other := m.reporter
			if m.actor == m.reporter {
				other = m.holder
			}
			if c.once && m.times > 1 {
				found.add("case %d of town %d was %s %d times", m.number, t.nth, c.code, m.times)
			}
			if c.once && m.actor != m.reporter { // said at the door: there is nobody else to tell
				continue
			}
			uncertain := strings.Contains(m.news, "uncertain") // told twice into silence, which the keeper sees
			if m.status != "taken_back" && !uncertain && !t.heard(s.phrases, other, c.news, m.number) {
				found.add("case %d of town %d was %s, and %d never heard of it (%s)", m.number, t.nth, c.code, other, m.news)
			}
		}
		for _, call := range t.bot.Calls(0) {
			text := call.Params["text"] + call.Params["caption"]
			no := max(s.phrases.number(text, c.told), s.phrases.number(text, "card.head"))
			if call.OK && s.phrases.says(text, c.told) && no != 0 && !by[[2]int64{no, call.Chat}] {
				found.add("chat %d of town %d was told to have %s case %d, and that was another", call.Chat, t.nth, c.code, no)
			}
		}
	}
	return nil
}

// heard reports whether somebody was ever told of a case in the words of one of the keys.
func (t *town) heard(p phrases, chat int64, keys []string, number int64) bool {
	for _, call := range t.bot.Calls(0) {
		says := func(key string) bool { return p.number(call.Params["text"]+call.Params["caption"], key) == number }
		if call.OK && call.Chat == chat && slices.ContainsFunc(keys, says) {
			return true
		}
	}
	return false
}

// mostCopies is how often a message may come that is neither urgent nor a
// task.
const mostCopies = 2

// checkRepeats: a message that came more often than it was sent on purpose is
// a repeat. Urgent ones and tasks have no more of them than there were blows,
// nothing else comes more than twice.
func (s *Stage) checkRepeats(ctx context.Context, t *town, found *findings) error {
	rows, err := s.db.QueryContext(ctx, `
		SELECT p.telegram, o.message_id, o.urgency FROM outbox o JOIN communities m ON m.id = o.community_id
		JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE m.bot = $1 AND o.edits = '' AND o.state = 'sent' AND NOT `+called, t.botID())
	if err != nil {
		return fmt.Errorf("messages: %w", err)
	}
	defer func() { _ = rows.Close() }() // read to the end below
	urgency := map[[2]int64]int{}
	for rows.Next() {
		var chat, message int64
		var u int
		if err := rows.Scan(&chat, &message, &u); err != nil {
			return fmt.Errorf("messages: %w", err)
		}
		urgency[[2]int64{chat, message}] = u
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("messages: %w", err)
	}
	repeats := 0
	for key, c := range t.copies(urgency) {
		extra := c.came - c.meant
		if c.urgency <= task {
			repeats += max(extra, 0)
		} else if c.came > mostCopies*c.meant {
			found.add("%s came %d times and was meant %d times", key, c.came, c.meant)
		}
	}
	if blows := s.Blows(); repeats > blows {
		found.add("town %d: %d repeats of urgent messages and tasks, after %d blows", t.nth, repeats, blows)
	}
	return nil
}

// task is the least urgency that repeats until it arrives.
const task = 1

type copies struct{ came, meant, urgency int }

// copies groups what came through the outbox by chat and words: a repeat says
// the same as what was noted as sent.
func (t *town) copies(urgency map[[2]int64]int) map[string]copies {
	groups := map[string]copies{}
	calls := slices.DeleteFunc(t.bot.Calls(0), func(c botapi.Call) bool {
		return !c.OK || !strings.HasPrefix(c.Method, "send") || len(c.Messages) == 0
	})
	key := func(c botapi.Call) string { return fmt.Sprintf("%d: %q", c.Chat, c.Params["text"]+c.Params["caption"]) }
	for _, c := range calls {
		for _, id := range c.Messages {
			if u, ok := urgency[[2]int64{c.Chat, id}]; ok {
				g := groups[key(c)]
				g.meant, g.urgency = g.meant+1, u
				groups[key(c)] = g
				break
			}
		}
	}
	for _, c := range calls {
		if g, ok := groups[key(c)]; ok {
			g.came++
			groups[key(c)] = g
		}
	}
	return groups
}

// Blows counts what has befallen this stage.
func (s *Stage) Blows() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.blows
}
