package notices

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Said is what somebody whom a notice concerns has said of it.
type Said struct {
	Person people.Person
	Knows  Knows
	Case   int64  // of their call for help; 0: none
	Choice int    // of a question, from 0; -1: none yet
	Comes  Signup // of an event
}

// Answered reports whether they have said all that it wants to know.
func (s Said) Answered(n Notice) bool {
	switch n.Answer {
	case Question:
		return s.Choice >= 0
	case Event:
		return s.Comes.State != ""
	}
	return s.Knows != Unknown
}

// Said reads what the actor, and those for whom they act, have said of a notice: the
// actor first, and those alone whom it concerns.
func (s *Service) Said(ctx context.Context, actor people.Actor, n Notice) ([]Said, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read what is said of notice %d: %w", n.ID, err)
	}
	family, err := people.ReadPersons(ctx, s.db, now.Community, append([]int64{now.Person}, now.For...))
	if err != nil {
		return nil, fmt.Errorf("read what is said of notice %d: %w", n.ID, err)
	}
	all := []Said{}
	for _, p := range family {
		is, concerned, err := saidBy(ctx, s.db, n, p)
		if err != nil {
			return nil, fmt.Errorf("read what is said of notice %d: %w", n.ID, err)
		}
		if concerned {
			all = append(all, is)
		}
	}
	return all, nil
}

// saidBy is what one has said, and whether it concerns them.
func saidBy(ctx context.Context, q sqlx.QueryerContext, n Notice, p people.Person) (is Said, concerned bool, err error) {
	is = Said{Person: p, Choice: -1}
	err = sqlx.GetContext(ctx, q, &is, `
		SELECT reached AS knows, coalesce(case_id, 0) AS case FROM notice_recipients
		WHERE community_id = $1 AND notice_id = $2 AND person_id = $3`, n.Community, n.ID, p.ID)
	concerned = err == nil
	if errors.Is(err, sql.ErrNoRows) {
		concerned, err = n.posted(p), readWord(ctx, q, n, &is)
	}
	if err != nil {
		return is, false, err
	}
	switch n.Answer {
	case Question:
		is.Choice, err = voiceOf(ctx, q, n, p)
	case Event:
		is.Comes, err = readSignup(ctx, q, n, p.ID)
		concerned = concerned || is.Comes.State != ""
	}
	return is, concerned, err
}

// readWord reads what somebody said who has a notice of a group alone.
func readWord(ctx context.Context, q sqlx.QueryerContext, n Notice, is *Said) error {
	err := sqlx.GetContext(ctx, q, is, `
		SELECT code AS knows, coalesce((detail->>'case')::bigint, 0) AS case FROM notice_happenings
		WHERE community_id = $1 AND notice_id = $2 AND code IN ('seen', 'help') AND detail @> jsonb_build_object('person', $3::bigint)
		ORDER BY code LIMIT 1`, n.Community, n.ID, is.Person.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// posted reports whether somebody whom a notice was not sent may have it of a group. A
// question that was sent to people has the voices of those alone.
func (n Notice) posted(p people.Person) bool {
	return n.For.Groups && n.For.livesIn(p) && !p.Gone() && (n.Answer != Question || !n.For.People)
}

// voiceOf is what somebody, or their household, has said to a question so far; -1 is
// nothing.
func voiceOf(ctx context.Context, q sqlx.QueryerContext, n Notice, p people.Person) (choice int, err error) {
	err = sqlx.GetContext(ctx, q, &choice, `
		SELECT coalesce((
			SELECT choice FROM notice_voices
			WHERE community_id = $1 AND notice_id = $2 AND (whose = 'person' AND whose_id = $3 OR whose = 'household' AND whose_id = $4)
			ORDER BY at DESC LIMIT 1), -1)`, n.Community, n.ID, p.ID, p.Household)
	if err != nil {
		return -1, fmt.Errorf("read the voice of person %d: %w", p.ID, err)
	}
	return choice, nil
}
