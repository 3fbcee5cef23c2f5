package childcare

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

const maxClass, maxAllergy, maxKnow = 20, 200, 300

// checked is a file as it can be written.
func (c Child) checked() (Child, error) {
	var err error
	for _, t := range []struct {
		is   *string
		most int
	}{{&c.Class, maxClass}, {&c.Allergy, maxAllergy}, {&c.Know, maxKnow}} {
		if *t.is, err = text(*t.is, t.most); err != nil {
			return c, err
		}
	}
	switch {
	case c.Grade < 0 || c.Grade > maxGrade:
		return c, invalid("care.bad_count", "max", maxGrade)
	case slices.ContainsFunc(c.Diet, func(d Diet) bool { return !slices.Contains(Diets, d) }):
		return c, invalid("care.no_diet")
	case !slices.Contains([]Subject{NoSubject, Chinese, Maths, English, All}, c.Subject):
		return c, invalid("care.no_subject")
	}
	var diet Codes[Diet]
	for _, d := range Diets {
		if slices.Contains(c.Diet, d) {
			diet = append(diet, d)
		}
	}
	c.Diet = diet
	return c, nil
}

// Enrol writes the file of a child, with the consent of who decides for it, or what whoever
// runs the hall has of them on paper; or it changes the file. What the child has on days
// that can be booked follows it. It is care.no_child of somebody for whom nobody decides.
func (s *Service) Enrol(ctx context.Context, actor people.Actor, c Child) (Child, error) {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := shareHouse(ctx, tx, actor.Community); err != nil {
			return err
		}
		now, p, was, err := s.mayHeld(ctx, tx, actor, access.BookCare, c.ID)
		if err != nil {
			return err
		}
		if p.Gone() {
			return conflict("people.is_gone", "name", p.Name)
		}
		decide, err := deciders(ctx, tx, actor.Community, p.ID)
		if err != nil {
			return err
		}
		if len(decide) == 0 {
			return conflict("care.no_child", "name", p.Name)
		}
		c.Community, c.ID = actor.Community, p.ID
		c, err = s.enrol(ctx, tx, now, c, was)
		return err
	})
	if err != nil {
		return Child{}, fmt.Errorf("write the file of child %d: %w", c.ID, err)
	}
	return c, nil
}

// enrol writes the file of a child, which is held where it was one before.
func (s *Service) enrol(ctx context.Context, tx *sqlx.Tx, actor people.Actor, c, was Child) (Child, error) {
	c, err := c.checked()
	if err != nil {
		return c, err
	}
	if c.School != 0 {
		if _, err := readSchool(ctx, tx, c.Community, c.School); isNotFound(err) {
			return c, invalid("care.no_school")
		} else if err != nil {
			return c, err
		}
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO care_children AS c (community_id, child_id, school_id, grade, class, diet, allergy, know, naps, subject, since, consent_at, consent_by)
		VALUES ($1, $2, nullif($3::bigint, 0), $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)
		ON CONFLICT (community_id, child_id) DO UPDATE SET school_id = excluded.school_id, grade = excluded.grade, class = excluded.class,
			diet = excluded.diet, allergy = excluded.allergy, know = excluded.know, naps = excluded.naps, subject = excluded.subject,
			since = CASE WHEN c.consent_at IS NULL THEN excluded.since ELSE c.since END,
			consent_by = CASE WHEN c.consent_at IS NULL THEN excluded.consent_by ELSE c.consent_by END,
			consent_at = coalesce(c.consent_at, excluded.consent_at), erased_at = NULL`,
		c.Community, c.ID, c.School, c.Grade, c.Class, c.Diet, c.Allergy, c.Know, c.Naps, c.Subject, s.now(), actor.Person)
	if err != nil {
		return c, fmt.Errorf("write the file: %w", err)
	}
	code := "enrolled"
	if was.ConsentAt != nil {
		code = "file_changed"
	}
	if _, err := log(ctx, tx, happened{community: c.Community, child: c.ID, by: actor.Person, code: code, at: s.now()}); err != nil {
		return c, err
	}
	if was.ConsentAt == nil { // whom its family let fetch it before there was a list
		if _, err := tx.ExecContext(ctx, `SELECT care_fetchers($1, $2, $3)`, c.Community, c.ID, s.now()); err != nil {
			return c, fmt.Errorf("who may fetch: %w", err)
		}
	}
	if c, err = readChild(ctx, tx, c.Community, c.ID); err != nil || was.ConsentAt == nil {
		return c, err
	}
	if err := s.eatsElse(ctx, tx, was, c); err != nil {
		return c, err
	}
	if was.School == c.School && was.Grade == c.Grade && was.Naps == c.Naps && was.Subject == c.Subject {
		return c, nil
	}
	return c, s.openDays(ctx, tx, actor, func(b *book) error { return b.refitChild(ctx, c) })
}
