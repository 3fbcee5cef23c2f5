package notices

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Read reads a notice, for what the bot itself says of it.
func (s *Service) Read(ctx context.Context, community, id int64) (Notice, error) {
	return read(ctx, s.db, community, id)
}

// mostListed bounds what is shown at once.
const mostListed = 50

// List lists the notices of which the actor may write the like, the newest first.
func (s *Service) List(ctx context.Context, actor people.Actor) ([]Notice, error) {
	return s.list(ctx, actor, `
		SELECT `+columns+` FROM `+tables+` WHERE n.community_id = $1 ORDER BY n.id DESC LIMIT $2`)
}

// Templates lists those that are kept to begin others from, the newest of each name.
func (s *Service) Templates(ctx context.Context, actor people.Actor) ([]Notice, error) {
	return s.list(ctx, actor, `
		SELECT `+columns+` FROM `+tables+` WHERE n.community_id = $1 AND n.template <> '' AND NOT EXISTS (
			SELECT FROM notices o WHERE o.community_id = $1 AND o.template = n.template AND o.id > n.id)
		ORDER BY n.template LIMIT $2`)
}

func (s *Service) list(ctx context.Context, actor people.Actor, query string) ([]Notice, error) {
	var rows []kept
	if err := s.db.SelectContext(ctx, &rows, query, actor.Community, mostListed); err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	all := []Notice{}
	for _, k := range rows {
		n := k.notice()
		switch err := s.announces(ctx, s.db, actor, n.Weight, n.For); {
		case err == nil:
			all = append(all, n)
		case !isNotFound(err):
			return nil, fmt.Errorf("list notices: %w", err)
		}
	}
	return all, nil
}

// Progress reads how far a notice has come.
func (s *Service) Progress(ctx context.Context, actor people.Actor, id int64) (Progress, error) {
	n, err := s.mine(ctx, actor, id)
	if err != nil {
		return Progress{}, fmt.Errorf("progress of notice %d: %w", id, err)
	}
	p, err := s.progress(ctx, s.db, n)
	if err != nil {
		return Progress{}, fmt.Errorf("progress of notice %d: %w", id, err)
	}
	return p, nil
}

// mine reads a notice of which the actor may write the like.
func (s *Service) mine(ctx context.Context, actor people.Actor, id int64) (Notice, error) {
	n, err := read(ctx, s.db, actor.Community, id)
	if err != nil {
		return Notice{}, err
	}
	return n, s.announces(ctx, s.db, actor, n.Weight, n.For)
}

func (s *Service) progress(ctx context.Context, q sqlx.QueryerContext, n Notice) (p Progress, err error) {
	var rows []struct {
		State, Reason string
		N, Seen       int
	}
	err = sqlx.SelectContext(ctx, q, &rows, `
		SELECT state, reason, count(*) AS n, count(*) FILTER (WHERE reached IN ('seen', 'help')) AS seen FROM notice_recipients
		WHERE community_id = $1 AND notice_id = $2 GROUP BY state, reason`, n.Community, n.ID)
	if err != nil {
		return p, err
	}
	p.Failed = map[string]int{}
	for _, r := range rows {
		p.People, p.Seen = p.People+r.N, p.Seen+r.Seen
		switch r.State {
		case "waiting":
			p.Waiting += r.N
		case "sent":
			p.Sent += r.N
		case "failed":
			p.Failed[r.Reason] += r.N
		case "uncertain":
			p.Uncertain += r.N
		case "withdrawn":
			p.Withdrawn += r.N
		}
	}
	err = sqlx.GetContext(ctx, q, &p, `
		SELECT count(*) AS groups, count(*) FILTER (WHERE state = 'sent') AS groupssent FROM notice_posts
		WHERE community_id = $1 AND notice_id = $2`, n.Community, n.ID)
	p.Left = Takes(p.Waiting)
	return p, err
}

// Doubt is whom a notice reached or did not: nobody knows.
type Doubt struct{ People, Groups []int64 }

// Unsure reads of whom nobody knows whether a notice reached them.
func (s *Service) Unsure(ctx context.Context, actor people.Actor, id int64) (Doubt, error) {
	n, err := s.mine(ctx, actor, id)
	if err != nil {
		return Doubt{}, fmt.Errorf("read of whom notice %d is unsure: %w", id, err)
	}
	return readDoubt(ctx, s.db, n)
}

func readDoubt(ctx context.Context, q sqlx.QueryerContext, n Notice) (d Doubt, err error) {
	err = sqlx.SelectContext(ctx, q, &d.People, `
		SELECT person_id FROM notice_recipients
		WHERE community_id = $1 AND notice_id = $2 AND state = 'uncertain' AND reached = '' ORDER BY person_id`, n.Community, n.ID)
	if err == nil {
		err = sqlx.SelectContext(ctx, q, &d.Groups, `
			SELECT group_id FROM notice_posts
			WHERE community_id = $1 AND notice_id = $2 AND state = 'uncertain' ORDER BY group_id`, n.Community, n.ID)
	}
	if err != nil {
		return Doubt{}, fmt.Errorf("read of whom notice %d is unsure: %w", n.ID, err)
	}
	return d, nil
}
