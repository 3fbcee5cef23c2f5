package faults

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// matter is a case with everybody whom it concerns, by their number at Telegram.
type matter struct {
	id, number, reporter, whose, holder, other int64
	status, private, words, waitFor            string
	disputed                                   bool
}

// circle is who is who in a town.
type circle struct {
	matters   map[int64]matter
	staff     []int64
	followers map[int64][]int64 // of a case, also those who follow it no more
}

// circleOf reads a town's cases and people.
func (s *Stage) circleOf(ctx context.Context, t *town) (circle, error) {
	c := circle{matters: map[int64]matter{}, followers: map[int64][]int64{}}
	rows, err := s.db.QueryContext(ctx, `
		SELECT c.id, coalesce(c.number, 0), r.telegram, w.telegram, coalesce(h.telegram, 0), coalesce(o.telegram, 0),
			c.status, c.private, c.words, c.wait_for, c.disputed_at IS NOT NULL
		FROM cases c JOIN communities m ON m.id = c.community_id
		JOIN persons r ON r.community_id = c.community_id AND r.id = c.reporter_id
		JOIN persons w ON w.community_id = c.community_id AND w.id = c.for_id
		LEFT JOIN persons h ON h.community_id = c.community_id AND h.id = c.holder_id
		LEFT JOIN persons o ON o.community_id = c.community_id AND o.id = c.other_id
		WHERE m.bot = $1`, t.botID())
	if err != nil {
		return c, fmt.Errorf("matters: %w", err)
	}
	defer func() { _ = rows.Close() }() // read to the end below
	for rows.Next() {
		var m matter
		err := rows.Scan(&m.id, &m.number, &m.reporter, &m.whose, &m.holder, &m.other, &m.status, &m.private, &m.words, &m.waitFor, &m.disputed)
		if err != nil {
			return c, fmt.Errorf("matters: %w", err)
		}
		c.matters[m.id] = m
	}
	if err := rows.Err(); err != nil {
		return c, fmt.Errorf("matters: %w", err)
	}
	return c, s.join(ctx, t, &c)
}

// join reads who serves in a town, and who follows what.
func (s *Stage) join(ctx context.Context, t *town, c *circle) error {
	staff, err := s.column(ctx, `
		SELECT DISTINCT p.telegram FROM person_roles r JOIN communities m ON m.id = r.community_id
		JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE m.bot = $1 AND r.role IN ('member', 'deputy', 'secretary')`, t.botID())
	if err != nil {
		return err
	}
	for _, id := range staff {
		c.staff = append(c.staff, number(id))
	}
	follows, err := s.column(ctx, `
		SELECT e.case_id || ' ' || p.telegram FROM case_events e JOIN communities m ON m.id = e.community_id
		JOIN persons p ON p.community_id = e.community_id AND p.id = (e.detail->>'person')::bigint
		WHERE m.bot = $1 AND e.code = 'followed'`, t.botID())
	for _, line := range follows {
		id, who, _ := strings.Cut(line, " ")
		c.followers[number(id)] = append(c.followers[number(id)], number(who))
	}
	return err
}

// concerns reports whether somebody may hear of a case.
func (c circle) concerns(m matter, chat int64) bool {
	if slices.Contains([]int64{m.whose, m.holder, m.other}, chat) {
		return true
	}
	if m.private != "" {
		return m.number == 0 && chat == m.reporter
	}
	return chat == m.reporter || slices.Contains(c.staff, chat) || slices.Contains(c.followers[m.id], chat)
}

// byNumber is the case with a number.
func (c circle) byNumber(number int64) (matter, bool) {
	for _, m := range c.matters {
		if m.number == number && number != 0 {
			return m, true
		}
	}
	return matter{}, false
}

// about is the data of a button about a case: the verb and the case.
var about = regexp.MustCompile(`\bc\.([a-z]+)\.(\d+)\b`)

// checkPlaces: nobody is told of a case that does not concern them, and a private one
// is in no group and on no wrong phone, neither its number nor its words.
func (t *town) checkPlaces(c circle, found *findings) {
	for _, call := range t.bot.Calls(0) {
		if !call.OK || !strings.HasPrefix(call.Method, "send") && !strings.HasPrefix(call.Method, "edit") {
			continue
		}
		text := call.Params["text"] + " " + call.Params["caption"]
		for _, at := range about.FindAllStringSubmatch(call.Params["reply_markup"], -1) {
			if m, ok := c.matters[number(at[2])]; ok && !c.concerns(m, call.Chat) {
				found.add("chat %d of town %d got the button %s of case %d, which is not theirs", call.Chat, t.nth, at[0], m.id)
			}
		}
		for _, no := range named.FindAllStringSubmatch(text, -1) {
			if m, ok := c.byNumber(number(no[1])); ok && !c.concerns(m, call.Chat) {
				found.add("chat %d of town %d was told number %d (%s), which is not theirs", call.Chat, t.nth, m.number, m.private)
			}
		}
		for _, m := range c.matters {
			if m.private != "" && m.words != "" && strings.Contains(text, m.words) && !c.concerns(m, call.Chat) {
				found.add("chat %d of town %d reads the words of the private case %d", call.Chat, t.nth, m.id)
			}
		}
	}
}

// offers are the buttons that say how a case stands: where one is shown, the case must
// stand like that; in the states of mine it is for who holds it alone.
var offers = map[string]struct{ in, mine []string }{
	"take":     {[]string{"open", "assigned"}, nil},
	"pass":     {[]string{"open", "assigned"}, nil},
	"done":     {[]string{"taken", "waiting"}, []string{"taken", "waiting"}},
	"progress": {[]string{"taken"}, []string{"taken"}},
	"more":     {[]string{"open", "assigned", "taken", "waiting"}, []string{"taken", "waiting"}},
	"wait":     {[]string{"taken", "waiting"}, []string{"taken", "waiting"}},
	"cannot":   {[]string{"taken", "waiting"}, []string{"taken", "waiting"}},
	"double":   {[]string{"open", "assigned", "taken", "waiting"}, nil},
	"goon":     {[]string{"waiting"}, []string{"waiting"}},
	"agree":    {[]string{"proposed"}, nil},
	"refuse":   {[]string{"proposed"}, nil},
	"answer":   {[]string{"waiting"}, nil},
	"disagree": {[]string{"referred", "cannot", "wish", "spam"}, nil},
	"fixed":    {[]string{"done", "seen", "unconfirmed", "duplicate"}, nil},
	"half":     {[]string{"done", "seen", "unconfirmed", "duplicate"}, nil},
	"send":     {[]string{"draft"}, nil},
	"split":    {[]string{"duplicate"}, nil},
}

// checkCards: at rest no message that came by itself offers what a case is past.
// What somebody called up and tapped on stays as they left it: so does an older card
// that shows the question of another, since whoever tapped it may answer that too.
func (s *Stage) checkCards(ctx context.Context, t *town, c circle, found *findings) error {
	const came = `
		SELECT p.telegram || ' ' || o.message_id FROM outbox o JOIN communities m ON m.id = o.community_id
		JOIN persons p ON p.community_id = o.community_id AND p.id = o.person_id
		WHERE m.bot = $1 AND o.edits = '' AND o.state = 'sent' AND NOT ` + called
	sent, err := s.column(ctx, came, t.botID())
	if err != nil {
		return err
	}
	asked, err := s.column(ctx, came+` AND o.topic = 'case.proposed'`, t.botID())
	if err != nil {
		return err
	}
	for _, p := range t.everyone() {
		for _, shown := range p.phone.Chat().Messages {
			at := fmt.Sprintf("%d %d", p.id, shown.ID)
			if !slices.Contains(sent, at) {
				continue
			}
			for _, row := range shown.Buttons {
				for _, b := range row {
					wrong := c.misled(p.id, b.Data)
					if wrong != "" && (slices.Contains(asked, at) || !decides(b.Data)) {
						found.add("%s still reads [%s] (%s) below %q, and %s", p.name, b.Text, b.Data, shown.Text, wrong)
					}
				}
			}
		}
	}
	return nil
}

// decides reports whether a button is one of who is asked whether a case ends so.
func decides(data string) bool {
	return strings.HasPrefix(data, "c.agree.") || strings.HasPrefix(data, "c.refuse.")
}

// misled tells why a button should not be there any more; "" where it may.
func (c circle) misled(chat int64, data string) string {
	verb, id, _ := strings.Cut(strings.TrimPrefix(data, "c."), ".")
	offer, says := offers[verb]
	m, known := c.matters[number(id)]
	if !strings.HasPrefix(data, "c.") || !says || !known {
		return ""
	}
	switch {
	case !slices.Contains(offer.in, m.status):
		return "the case is " + m.status
	case slices.Contains(offer.mine, m.status) && m.holder != chat:
		return "the case is held by " + strconv.FormatInt(m.holder, 10)
	case verb == "answer" && m.waitFor != "resident":
		return "it waits for " + m.waitFor
	case verb == "disagree" && m.disputed:
		return "they have disagreed"
	}
	return ""
}
