package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

// Tie is somebody, Person, who acts for another, For.
type Tie struct {
	ID            int64
	Kind          TieKind
	Person, For   int64
	Name, ForName string // what they are called
	ForTelegram   bool   // the one acted for has an account: a child has none
	AgreedBy      int64  // the one acted for, or who was at their door
	ByGuardian    bool   // a guardian agreed, and not the office
	Since         time.Time
	EndedAt       *time.Time
}

const tieColumns = `t.id, t.kind, t.person_id AS person, t.for_id AS for, p.name, f.name AS forname, f.telegram IS NOT NULL AS fortelegram,
	t.agreed_by AS agreedby, t.since, t.ended_at AS endedat,
	EXISTS (SELECT FROM ties g WHERE g.community_id = t.community_id AND g.person_id = t.agreed_by AND g.for_id = t.for_id
		AND g.kind = 'guardian') AS byguardian`

const tieTables = `ties t
	JOIN persons p ON p.community_id = t.community_id AND p.id = t.person_id
	JOIN persons f ON f.community_id = t.community_id AND f.id = t.for_id`

// Tie reads a tie, also one that has ended, for telling somebody of it.
func (s *Service) Tie(ctx context.Context, community, id int64) (Tie, error) {
	return readTie(ctx, s.db, community, id)
}

func readTie(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Tie, error) {
	var t Tie
	err := sqlx.GetContext(ctx, q, &t, `SELECT `+tieColumns+` FROM `+tieTables+` WHERE t.community_id = $1 AND t.id = $2`, community, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Tie{}, access.NotFound()
	}
	if err != nil {
		return Tie{}, fmt.Errorf("read tie %d: %w", id, err)
	}
	return t, nil
}

// TiesOf reads who acts for a person and for whom the person acts, the latest
// used first. Oneself, who acts for them, and those who may look people up may
// know it.
func (s *Service) TiesOf(ctx context.Context, actor Actor, person int64) ([]Tie, error) {
	now, err := ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, err
	}
	p, err := ReadPerson(ctx, s.db, actor.Community, person)
	if err != nil {
		return nil, err
	}
	rel, err := Toward(ctx, s.db, now, p)
	if err != nil {
		return nil, err
	}
	if err := access.Allow(access.SeePerson, now.Roles, rel); err != nil {
		return nil, err
	}
	var all []Tie
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+tieColumns+` FROM `+tieTables+`
		WHERE t.community_id = $1 AND (t.person_id = $2 OR t.for_id = $2) AND t.ended_at IS NULL
		ORDER BY t.used_at DESC NULLS LAST, t.id`, actor.Community, person)
	if err != nil {
		return nil, fmt.Errorf("read ties of person %d: %w", person, err)
	}
	return all, nil
}

// Toward is how a person stands to the actor, both read in the same transaction.
func Toward(ctx context.Context, q sqlx.QueryerContext, actor Actor, p Person) (access.Relation, error) {
	area, err := areaOf(ctx, q, actor.Community, p)
	if err != nil {
		return access.None, fmt.Errorf("area of person %d: %w", p.ID, err)
	}
	return actor.Relation(p, area), nil
}

// ActedFor remembers that somebody acted for another: that one is offered first
// the next time.
func ActedFor(ctx context.Context, tx *sqlx.Tx, actor Actor, person int64, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE ties SET used_at = $4
		WHERE community_id = $1 AND person_id = $2 AND for_id = $3 AND ended_at IS NULL`, actor.Community, actor.Person, person, at)
	if err != nil {
		return fmt.Errorf("remember who was acted for: %w", err)
	}
	return nil
}

// EndTie ends that somebody acts for another: at the word of either, of a
// guardian for whom they or a later one let in, or of the secretary. Ended once more, nothing
// happens.
func (s *Service) EndTie(ctx context.Context, actor Actor, id int64) (Tie, error) {
	var t Tie
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var err error
		if t, err = readTie(ctx, tx, actor.Community, id); err != nil {
			return err
		}
		if err := s.mayEnd(ctx, tx, actor, t); err != nil || t.EndedAt != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `
			UPDATE ties SET ended_at = greatest($3, since), ended_by = $4
			WHERE community_id = $1 AND id = $2 AND ended_at IS NULL`, actor.Community, id, s.clk.Now(), actor.Person)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.tieEnded(ctx, tx, actor, t)
	})
	if err != nil {
		return Tie{}, fmt.Errorf("end tie %d: %w", id, err)
	}
	return t, nil
}

// mayEnd locks the one acted for, so that of two guardians who go at once one
// stays, and lets those pass who may end the tie.
func (s *Service) mayEnd(ctx context.Context, tx *sqlx.Tx, actor Actor, t Tie) error {
	_, now, err := onPerson(ctx, tx, actor, access.EndFamily, t.For)
	mine := t.Person == actor.Person
	switch {
	case isNotFound(err) && mine: // a collector acts for nobody, and may go all the same
		return nil
	case err != nil:
		return err
	case now.Has(access.Secretary, access.Deputy), t.For == actor.Person:
		return nil
	case mine && t.Kind == Guardian:
		return lastGuardian(ctx, tx, actor.Community, t)
	case mine:
		return nil
	}
	var as []Tie
	err = tx.SelectContext(ctx, &as, `
		SELECT `+tieColumns+` FROM `+tieTables+`
		WHERE t.community_id = $1 AND t.person_id = $2 AND t.for_id = $3 AND t.kind = 'guardian' AND t.ended_at IS NULL`,
		actor.Community, now.Person, t.For)
	if err != nil {
		return err
	}
	if len(as) == 0 || !t.EndedBy(as[0]) {
		return access.NotFound()
	}
	return s.unbarred(ctx, tx, actor.Community, t.For, now.Person)
}

// EndedBy reports whether a guardian, by their own tie, may end another of the same child:
// of whom they let in, and of whom another guardian let in after them.
func (t Tie) EndedBy(as Tie) bool {
	return t.AgreedBy == as.Person || t.Kind == Guardian && t.ByGuardian && as.ID < t.ID
}

// lastGuardian refuses to leave a child without anybody who decides.
func lastGuardian(ctx context.Context, tx *sqlx.Tx, community int64, t Tie) error {
	var others bool
	err := tx.GetContext(ctx, &others, `
		SELECT EXISTS (SELECT FROM ties
			WHERE community_id = $1 AND for_id = $2 AND kind = 'guardian' AND id <> $3 AND ended_at IS NULL)`, community, t.For, t.ID)
	if err != nil || others || t.EndedAt != nil {
		return err
	}
	return refusal.New(refusal.Conflict, "people.last_guardian", "name", t.ForName)
}

// isGuardian reports whether the actor decides for a child.
func isGuardian(ctx context.Context, q sqlx.QueryerContext, actor Actor, child int64) (bool, error) {
	var is bool
	err := sqlx.GetContext(ctx, q, &is, `
		SELECT EXISTS (SELECT FROM ties
			WHERE community_id = $1 AND person_id = $2 AND for_id = $3 AND kind = 'guardian' AND ended_at IS NULL)`,
		actor.Community, actor.Person, child)
	return is, err
}

// tieEnded writes the event, and tells those of the two who did not end it.
func (s *Service) tieEnded(ctx context.Context, tx *sqlx.Tx, actor Actor, t Tie) error {
	h := happened{actor.Community, t.For, actor.Person, "tie_ended", map[string]any{"tie": t.ID, "person": t.Person}, s.clk.Now()}
	if err := event(ctx, tx, h); err != nil {
		return err
	}
	n := familyNews{topic: "family.ended", id: t.ID, by: actor.Person}
	return s.tellFamily(ctx, tx, actor.Community, n, t.Person, t.For)
}

// ReportsFor reads a person for whom the actor may report something.
func (s *Service) ReportsFor(ctx context.Context, actor Actor, person int64) (Person, error) {
	now, err := ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return Person{}, err
	}
	p, err := ReadPerson(ctx, s.db, actor.Community, person)
	if err != nil {
		return Person{}, err
	}
	return MayReport(ctx, s.db, now, p)
}

// MayReport lets the actor report for a person, or for who the person turned out
// to be: nobody reports for whoever is gone.
func MayReport(ctx context.Context, q sqlx.QueryerContext, actor Actor, p Person) (Person, error) {
	if p.Merged != 0 {
		var err error
		if p, err = ReadPerson(ctx, q, actor.Community, p.Merged); err != nil {
			return Person{}, err
		}
	}
	rel, err := Toward(ctx, q, actor, p)
	if err != nil {
		return Person{}, err
	}
	if err := access.Allow(access.ReportFor, actor.Roles, rel); err != nil {
		return Person{}, err
	}
	if p.Gone() {
		return Person{}, refusal.New(refusal.Conflict, "people.is_gone", "name", p.Name)
	}
	return p, nil
}
