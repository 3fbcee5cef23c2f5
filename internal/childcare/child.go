package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// readFile reads the file of a child. It is care.no_file where there is none, or none any
// more.
func readFile(ctx context.Context, q sqlx.QueryerContext, community int64, p people.Person) (Child, error) {
	if p.Gone() {
		return Child{}, conflict("people.is_gone", "name", p.Name)
	}
	c, err := readChild(ctx, q, community, p.ID)
	if isNotFound(err) || err == nil && c.ConsentAt == nil {
		return Child{}, conflict("care.no_file", "name", p.Name)
	}
	return c, err
}

// Children reads those for whom the actor decides, the oldest first; ConsentAt is nil
// where a child has no file.
func (s *Service) Children(ctx context.Context, actor people.Actor) ([]Child, error) {
	all := []Child{}
	err := s.db.SelectContext(ctx, &all, `
		SELECT $1::bigint AS community, p.id, p.name, coalesce(p.birth_year, 0) AS birthyear, coalesce(c.school_id, 0) AS school,
			coalesce(s.name, '') AS schoolname, coalesce(c.grade, 0) AS grade, coalesce(c.class, '') AS class, coalesce(c.diet, '{}') AS diet,
			coalesce(c.allergy, '') AS allergy, coalesce(c.know, '') AS know, coalesce(c.naps, true) AS naps,
			coalesce(c.subject, '') AS subject, coalesce(c.since, p.created_at) AS since, c.consent_at AS consentat,
			coalesce(c.consent_by, 0) AS consentby, c.erased_at AS erasedat
		FROM (SELECT DISTINCT t.for_id FROM ties t WHERE t.community_id = $1 AND t.person_id = $2 AND `+decidesSQL+`) mine
		JOIN persons p ON p.community_id = $1 AND p.id = mine.for_id
		LEFT JOIN care_children c ON c.community_id = p.community_id AND c.child_id = p.id
		LEFT JOIN care_schools s ON s.community_id = c.community_id AND s.id = c.school_id
		WHERE p.merged_into IS NULL AND p.presence NOT IN ('moved', 'died', 'left')
		ORDER BY p.birth_year NULLS LAST, p.name, p.id`, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read the children of person %d: %w", actor.Person, err)
	}
	return all, nil
}

// Files reads the children that have one, by name, for who runs the hall; each look is
// written down.
func (s *Service) Files(ctx context.Context, actor people.Actor) ([]Child, error) {
	all := []Child{}
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		now, err := people.ReadActor(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		if err := access.Allow(access.SeeChild, now.Roles, access.SameCommunity); err != nil {
			return err
		}
		err = tx.SelectContext(ctx, &all, `
			SELECT `+childColumns+` FROM `+childTables+` WHERE c.community_id = $1 AND c.consent_at IS NOT NULL ORDER BY p.name, p.id`, actor.Community)
		if err != nil {
			return err
		}
		var ids []int64
		for _, c := range all {
			ids = append(ids, c.ID)
		}
		return seenBy(ctx, tx, now, ids, "list", s.now())
	})
	if err != nil {
		return nil, fmt.Errorf("read the files: %w", err)
	}
	return all, nil
}

// Child reads the file of one: for who decides, who minds it today, and who runs the hall.
// That staff looked is written down.
func (s *Service) Child(ctx context.Context, actor people.Actor, child int64) (c Child, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		today, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		now, p, err := s.may(ctx, tx, actor, access.SeeChild, child, today)
		if err != nil {
			return err
		}
		if c, err = readFile(ctx, tx, actor.Community, p); err != nil {
			return err
		}
		return s.looks(ctx, tx, now, p.ID, "file")
	})
	if err != nil {
		return Child{}, fmt.Errorf("read the file of child %d: %w", child, err)
	}
	return c, nil
}

// looks writes down that somebody looked who does not decide for the child.
func (s *Service) looks(ctx context.Context, tx *sqlx.Tx, now people.Actor, child int64, what string) error {
	rel, err := s.toward(ctx, tx, now, child, time.Time{})
	if err != nil || rel == access.ActsFor {
		return err
	}
	return looked(ctx, tx, now.Community, child, now.Person, what, s.now())
}

// Look is that somebody looked at what is known of a child.
type Look struct {
	Person int64
	Name   string
	What   string // file, list, phone
	At     time.Time
}

// Looks reads who looked, the latest first, for who decides and who runs the hall. Who
// looked at a talk is theirs alone who have it.
func (s *Service) Looks(ctx context.Context, actor people.Actor, child int64) ([]Look, error) {
	_, p, err := s.may(ctx, s.db, actor, access.BookCare, child, time.Time{})
	all := []Look{}
	if err == nil {
		err = s.db.SelectContext(ctx, &all, `
			SELECT l.person_id AS person, p.name, l.what, l.at FROM care_looks l
			JOIN persons p ON p.community_id = l.community_id AND p.id = l.person_id
			WHERE l.community_id = $1 AND l.child_id = $2 AND l.what <> 'talk' ORDER BY l.at DESC, l.id DESC LIMIT 100`, actor.Community, p.ID)
	}
	if err != nil {
		return nil, fmt.Errorf("read who looked at child %d: %w", child, err)
	}
	return all, nil
}
