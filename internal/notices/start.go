package notices

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
)

// startAtTime starts a notice whose time has come.
func (s *Service) startAtTime(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	if n.State != Set || n.At.After(s.now()) {
		return nil
	}
	if !n.Until.After(s.now()) { // linli was down for that long
		if _, err := s.make(ctx, tx, n, stops, happened{at: s.now()}); err != nil {
			return err
		}
		return s.tellProgress(ctx, tx, n)
	}
	_, err := s.start(ctx, tx, n)
	return err
}

// start freezes whom a notice is for, and has it brought to each of them.
func (s *Service) start(ctx context.Context, tx *sqlx.Tx, n Notice) (Notice, error) {
	c, err := community.Read(ctx, tx, n.Community)
	if err != nil {
		return Notice{}, err
	}
	now := s.now()
	if n, err = s.make(ctx, tx, n, starts, happened{at: now}); err != nil {
		return Notice{}, err
	}
	told, err := s.freeze(ctx, tx, n, now.In(c.Location()))
	if err != nil {
		return Notice{}, fmt.Errorf("freeze the audience: %w", err)
	}
	posted, err := s.freezeGroups(ctx, tx, n, now)
	if err != nil {
		return Notice{}, fmt.Errorf("freeze the groups: %w", err)
	}
	rows := append(n.postings(posted, now), n.tellings(told, now)...) // a group first: many read it at once
	if err := outbox.Enqueue(ctx, tx, n.Community, rows...); err != nil {
		return Notice{}, err
	}
	if err := s.tellProgress(ctx, tx, n); err != nil {
		return Notice{}, err
	}
	if err := s.plan(ctx, tx, n, c.Location()); err != nil {
		return Notice{}, err
	}
	return n, s.repeat(ctx, tx, n, c.Location())
}

// plan has everything happen that comes of itself to a notice that goes out.
func (s *Service) plan(ctx context.Context, tx *sqlx.Tx, n Notice, zone *time.Location) error {
	if err := s.sweepNext(ctx, tx, n, unknown); err != nil {
		return err
	}
	if err := s.planKnowing(ctx, tx, n, zone); err != nil {
		return err
	}
	return enqueue(ctx, tx, n, topicOver, n.Until)
}

// planKnowing has it found out in time whom it did not reach, and what they say to it.
func (s *Service) planKnowing(ctx context.Context, tx *sqlx.Tx, n Notice, zone *time.Location) error {
	if !n.DoorsAt.IsZero() {
		if err := enqueue(ctx, tx, n, topicList, n.DoorsAt); err != nil {
			return err
		}
	}
	switch n.Answer {
	case Question:
		return enqueue(ctx, tx, n, topicCloses, n.Until)
	case Event:
		if at, ok := n.remindedAt(s.now(), zone); ok {
			return enqueue(ctx, tx, n, topicReminds, at)
		}
	case Seen, NoAnswer:
	}
	return nil
}

// freeze writes down whom a notice is for, and returns whom Telegram reaches. Nobody
// turns out to be somebody else meanwhile.
func (s *Service) freeze(ctx context.Context, tx *sqlx.Tx, n Notice, now time.Time) ([]int64, error) {
	if !n.For.People {
		return nil, nil
	}
	args, err := s.fitting(ctx, tx, n.Community, n.For, now)
	if err != nil {
		return nil, err
	}
	var told []int64
	err = tx.SelectContext(ctx, &told, `
		WITH frozen AS (
			INSERT INTO notice_recipients (community_id, notice_id, person_id, household_id, building_id, entrance, state, reason, settled_at)
			SELECT p.community_id, $10, p.id, p.household_id, p.building_id, p.entrance,
				CASE WHEN p.reachable THEN 'waiting' ELSE 'failed' END,
				CASE WHEN p.reachable THEN '' WHEN p.telegram IS NULL THEN 'no_telegram' ELSE 'blocked' END,
				CASE WHEN NOT p.reachable THEN $11::timestamptz END
			FROM persons p WHERE p.community_id = $1 AND `+concerns+` FOR KEY SHARE OF p
			RETURNING person_id, state)
		SELECT person_id FROM frozen WHERE state = 'waiting' ORDER BY person_id`, append(args, n.ID, now)...)
	return told, err
}

// freezeGroups writes down in which groups a notice is posted, and returns those in
// which the bot may write.
func (s *Service) freezeGroups(ctx context.Context, tx *sqlx.Tx, n Notice, now time.Time) ([]Group, error) {
	some, err := s.groupsOf(ctx, tx, n.Community, n.For)
	if err != nil {
		return nil, err
	}
	ids, silent := make([]int64, len(some)), make([]bool, len(some))
	for i, g := range some {
		ids[i], silent[i] = g.ID, g.Silent
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO notice_posts (community_id, notice_id, group_id, state, reason, settled_at)
		SELECT $1, $2, g.id, CASE WHEN g.silent THEN 'failed' ELSE 'waiting' END, CASE WHEN g.silent THEN $5 ELSE '' END,
			CASE WHEN g.silent THEN $6::timestamptz END
		FROM unnest($3::bigint[], $4::boolean[]) AS g (id, silent)`,
		n.Community, n.ID, pq.Array(ids), pq.Array(silent), Blocked, now)
	return slices.DeleteFunc(some, func(g Group) bool { return g.Silent }), err
}

// args are what every row of the outbox says of a notice.
func (n Notice) args() About { return About{Notice: n.ID} }

// tellings bring a notice to people.
func (n Notice) tellings(told []int64, now time.Time) []outbox.Row {
	rows := make([]outbox.Row, len(told))
	for i, person := range told {
		rows[i] = n.row(keyOf(n.ID, person), n.topic(), now)
		rows[i].Person = person
	}
	return rows
}

// postings bring it to groups.
func (n Notice) postings(posted []Group, now time.Time) []outbox.Row {
	rows := make([]outbox.Row, len(posted))
	for i, g := range posted {
		rows[i] = n.row(postKey(n.ID, g.ID), topicPost, now)
		rows[i].Chat = g.Chat
	}
	return rows
}

func (n Notice) row(key, topic string, due time.Time) outbox.Row {
	return outbox.Row{Key: key, Subject: subject(n.ID), Topic: topic, Args: n.args(), Urgency: n.urgency(), Due: due}
}

// urgency lets an urgent notice pass whatever else is told of the sort, and every other
// wait behind it: thousands of them are due at one moment, and whoever is told of a case
// meanwhile does not wait for them. None of both is sent more than twice.
func (n Notice) urgency() outbox.Urgency {
	if n.Weight == Urgent {
		return outbox.Notice
	}
	return outbox.Digest
}

func (n Notice) topic() string {
	switch n.Weight {
	case Urgent:
		return topicUrgent
	case Important:
		return topicImportant
	default:
		return topicTold
	}
}
