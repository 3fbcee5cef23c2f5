package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// chronicle is what happened to the cases of a town and what was told of it, in the
// order of both. People are known by their row.
type chronicle struct {
	names   map[int64]string
	staff   []int64 // who can be asked to go
	charge  []int64 // the secretary
	groups  []int64
	excused map[[2]int64]bool // event, person: Telegram did not reach them, which is written down
	events  []happened
	notes   []note
}

// parties is a case with everybody whom it concerns.
type parties struct {
	id, whose, other int64
	danger           bool
}

// happened is a step of a case, with how it stood just before; holder is who has it
// from then on.
type happened struct {
	id, actor  int64 // 0: the bot itself
	of         parties
	code, from string
	detail     map[string]any
	at         time.Time
	beside     []string // what else was done of it at that moment

	had, holder int64
	waits       string // for what
	urgent      bool
	posted      bool    // in a group
	near        []int64 // who follows it
	passed      []int64 // who will not go
	enders      []int64 // who proposed the last end, and who agreed to it
}

// num is a number of its detail; 0: there is none.
func (h happened) num(name string) int64 {
	n, _ := h.detail[name].(float64)
	return int64(n)
}

// note is a message of the outbox about a case: one of its own, no change of another.
type note struct {
	person, caseID int64 // of a group its chat
	topic          string
	state          string
	card           bool
	taken          bool // a step has it for its own
}

// chronicleOf reads what happened in a town.
func (s *Stage) chronicleOf(ctx context.Context, t *town) (*chronicle, error) {
	c := &chronicle{names: map[int64]string{}, excused: map[[2]int64]bool{}}
	if err := s.readPeople(ctx, t, c); err != nil {
		return nil, fmt.Errorf("chronicle: %w", err)
	}
	if err := s.readEvents(ctx, t, c); err != nil {
		return nil, fmt.Errorf("chronicle: %w", err)
	}
	if err := s.readNotes(ctx, t, c); err != nil {
		return nil, fmt.Errorf("chronicle: %w", err)
	}
	return c, nil
}

func (s *Stage) readPeople(ctx context.Context, t *town, c *chronicle) error {
	rows, err := s.db.QueryContext(ctx, `
		SELECT p.id, p.telegram, coalesce(string_agg(r.role, ' '), '') FROM persons p JOIN communities m ON m.id = p.community_id
		LEFT JOIN person_roles r ON r.community_id = p.community_id AND r.person_id = p.id AND r.ended_at IS NULL
		WHERE m.bot = $1 AND p.telegram IS NOT NULL GROUP BY p.id, p.telegram ORDER BY p.id`, t.botID())
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // read to the end below
	for rows.Next() {
		var id, telegram int64
		var roles string
		if err := rows.Scan(&id, &telegram, &roles); err != nil {
			return err
		}
		c.names[id] = fmt.Sprintf("chat %d", telegram)
		if p := t.person(telegram); p != nil {
			c.names[id] = p.name
		}
		if strings.Contains(roles, "member") || strings.Contains(roles, "secretary") {
			c.staff = append(c.staff, id)
		}
		if strings.Contains(roles, "secretary") {
			c.charge = append(c.charge, id)
		}
	}
	return rows.Err()
}

func (s *Stage) readEvents(ctx context.Context, t *town, c *chronicle) error {
	rows, err := s.db.QueryContext(ctx, `
		SELECT e.id, coalesce(e.actor_id, 0), e.code, e.from_status, e.detail, e.at, c.id, c.for_id, coalesce(c.other_id, 0), c.danger <> '',
			(SELECT string_agg(b.code, ' ') FROM case_events b WHERE b.community_id = e.community_id AND b.case_id = e.case_id AND b.at = e.at AND b.id <> e.id)
		FROM case_events e JOIN cases c ON c.community_id = e.community_id AND c.id = e.case_id
		JOIN communities m ON m.id = e.community_id
		WHERE m.bot = $1 ORDER BY e.id`, t.botID())
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // read to the end below
	for rows.Next() {
		var h happened
		var raw []byte
		var beside *string
		err := rows.Scan(&h.id, &h.actor, &h.code, &h.from, &raw, &h.at, &h.of.id, &h.of.whose, &h.of.other, &h.of.danger, &beside)
		if err == nil {
			err = json.Unmarshal(raw, &h.detail)
		}
		if err != nil {
			return err
		}
		if beside != nil {
			h.beside = strings.Fields(*beside)
		}
		if h.code == "not_told" {
			c.excused[[2]int64{h.num("of"), h.num("person")}] = true
		}
		c.events = append(c.events, h)
	}
	return rows.Err()
}

func (s *Stage) readNotes(ctx context.Context, t *town, c *chronicle) error {
	rows, err := s.db.QueryContext(ctx, `
		SELECT CASE WHEN o.person_id <> 0 THEN o.person_id ELSE o.chat_id END, (o.args->>'case')::bigint,
			CASE o.topic WHEN 'case.near' THEN 'near:' || (o.args->>'code') ELSE o.topic END, o.state,
			EXISTS (SELECT FROM case_cards k WHERE k.community_id = o.community_id AND k.key = o.key)
		FROM outbox o JOIN communities m ON m.id = o.community_id
		WHERE m.bot = $1 AND o.edits = '' AND (o.person_id <> 0 OR o.chat_id <> 0) AND o.topic LIKE 'case.%' AND o.args ? 'case'
		ORDER BY o.id`, t.botID())
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // read to the end below
	for rows.Next() {
		var n note
		if err := rows.Scan(&n.person, &n.caseID, &n.topic, &n.state, &n.card); err != nil {
			return err
		}
		if n.person < 0 && !slices.Contains(c.groups, n.person) {
			c.groups = append(c.groups, n.person)
		}
		c.notes = append(c.notes, n)
	}
	return rows.Err()
}

// stand is how a case stands after its steps so far.
type stand struct {
	holder         int64
	waits          string
	urgent, posted bool
	follows        []follow
	passed, enders []int64
}

// follow is a neighbour who hears of a case, by the report of their own that was like
// it; double: others found it to be the same.
type follow struct {
	own, person int64
	double      bool
}

// before writes down how the case stood, and who has it from then on.
func (at *stand) before(h *happened) {
	h.had, h.holder, h.waits, h.urgent, h.posted = at.holder, at.holder, at.waits, at.urgent, at.posted
	h.passed, h.enders = slices.Clone(at.passed), slices.Clone(at.enders)
	for _, f := range at.follows {
		h.near = append(but(h.near, f.person), f.person)
	}
	switch holder, told := h.detail["holder"].(float64); {
	case told:
		h.holder = int64(holder)
	case h.code == "taken":
		h.holder = h.actor
	case h.code == "passed":
		h.passed = append(h.passed, h.actor)
	}
}

// after takes a step.
func (at *stand) after(h happened) {
	at.holder, at.passed = h.holder, h.passed
	switch h.code {
	case "waits":
		at.waits, _ = h.detail["for"].(string)
	case "alarmed":
		at.urgent = true
	case "escalated":
		at.posted = at.posted || h.detail["groups"] != nil
	case "taken":
		at.posted = false
	case "sent":
		at.urgent = at.urgent || h.of.danger
	case "amended":
		if urgent, told := h.detail["urgent"].(bool); told {
			at.urgent = urgent
		}
	case "followed":
		at.follows = append(at.follows, follow{h.num("own"), h.num("person"), h.actor != h.num("person")})
	case "unfollowed":
		own := h.num("own")
		at.follows = slices.DeleteFunc(at.follows, func(f follow) bool {
			return own != 0 && f.own == own || own == 0 && f.person == h.actor && !f.double
		})
	case "agreed":
		at.enders = []int64{h.num("proposed_by"), h.actor}
	}
}
