package notices

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// sameTry is within what time a second "nobody" is the first.
const sameTry = 5 * time.Minute

// callsMost is how often nobody answers before somebody is to knock.
const callsMost = 2

// Tick notes what became of a door or a call: the last word counts. Who was told is
// reached, and so is their household. Nobody leaves it open for another try; when nobody
// answered the telephone twice, it is a door. It is for who is to go there, and who may
// knock there. Repeated, it changes nothing.
func (s *Service) Tick(ctx context.Context, actor people.Actor, door int64, is Outcome) (Door, error) {
	var d Door
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if is != Reached && is != Nobody && is != Told {
			return invalid("notices.no_outcome")
		}
		k, err := s.knock(ctx, tx, actor, door)
		if err != nil {
			return err
		}
		err = k.tick(ctx, is)
		d = k.d
		return err
	})
	if err != nil {
		return Door{}, fmt.Errorf("door %d: %w", door, err)
	}
	return d, nil
}

// knocking is a door in the hands of one transaction.
type knocking struct {
	answer // of whom is asked for
	d      Door
}

// knock lets the actor say something of a door.
func (s *Service) knock(ctx context.Context, tx *sqlx.Tx, actor people.Actor, door int64) (knocking, error) {
	k := knocking{answer: answer{s: s, tx: tx, now: s.now()}}
	var err error
	if k.actor, err = people.ReadActor(ctx, tx, actor.Community, actor.Person); err != nil {
		return k, err
	}
	var id int64
	err = tx.GetContext(ctx, &id, `SELECT notice_id FROM notice_doors WHERE community_id = $1 AND id = $2`, actor.Community, door)
	if err = found(err, "door", door); err != nil {
		return k, err
	}
	if k.n, err = readHeld(ctx, tx, actor.Community, id); err != nil {
		return k, err
	}
	err = tx.GetContext(ctx, &k.d, `
		SELECT `+doorColumns+` FROM `+doorTables+` WHERE d.community_id = $1 AND d.id = $2 FOR NO KEY UPDATE OF d`, actor.Community, door)
	if err = found(err, "door", door); err != nil {
		return k, err
	}
	if !mayKnock(k.actor, k.d) {
		return k, access.NotFound()
	}
	k.person = people.Person{ID: k.d.Person}
	return k, k.n.answerable()
}

// mayKnock reports whether somebody may go to a door: it is theirs to do, or where they
// serve, whoever lives there.
func mayKnock(a people.Actor, d Door) bool {
	if d.To == a.Person && a.May(access.Knock, access.Assigned) {
		return true
	}
	return a.May(access.Knock, a.Relation(people.Person{Building: d.Building, Entrance: d.Entrance}, d.Area))
}

func (k *knocking) tick(ctx context.Context, is Outcome) error {
	again := is == Nobody && k.d.Tries > 0 && k.d.At != nil && k.now.Sub(*k.d.At) < sameTry
	if k.d.Outcome == is && (is != Nobody || again) {
		return nil
	}
	was := k.d.Way
	k.d.Outcome, k.d.At, k.d.By = is, &k.now, k.actor.Person
	if is == Nobody {
		k.d.Tries++
	}
	if is == Nobody && was == ByPhone && k.d.Tries >= callsMost {
		k.d.Way = AtDoor
	}
	_, err := k.tx.ExecContext(ctx, `
		UPDATE notice_doors SET outcome = $3, tries = $4, way = $5, at = $6, by_id = $7 WHERE community_id = $1 AND id = $2`,
		k.d.Community, k.d.ID, k.d.Outcome, k.d.Tries, k.d.Way, k.d.At, k.d.By)
	if err != nil {
		return fmt.Errorf("change door %d: %w", k.d.ID, err)
	}
	if _, err := log(ctx, k.tx, happened{notice: k.n, by: k.actor.Person, code: "door", detail: detail{"door": k.d.ID, "is": is}, at: k.now}); err != nil {
		return err
	}
	if is == Nobody {
		return k.unsaid(ctx)
	}
	return k.knows(ctx, byDoor(was, is), 0)
}

// byDoor is how somebody knows who was told on a way.
func byDoor(w Way, is Outcome) Knows {
	switch {
	case is == Told:
		return ByWordFor
	case w == ByPhone:
		return ByCall
	}
	return ByVisit
}

// unsaid takes back that whoever is asked for was told at the door: it was a slip.
func (k *knocking) unsaid(ctx context.Context) error {
	_, err := k.tx.ExecContext(ctx, `
		UPDATE notice_recipients SET reached = '', reached_at = NULL, reached_by = NULL
		WHERE community_id = $1 AND notice_id = $2 AND person_id = $3 AND reached IN ('visited', 'phoned', 'told')`,
		k.n.Community, k.n.ID, k.person.ID)
	if err != nil {
		return fmt.Errorf("take back that person %d knows: %w", k.person.ID, err)
	}
	return nil
}

// HelpAt opens a case for who needs help about a notice, as whoever stands at their door
// or has them on the telephone says: they know of it by that. It is for who may tick
// that door; repeated, it is the same case.
func (s *Service) HelpAt(ctx context.Context, actor people.Actor, door int64, words string) (of, number int64, err error) {
	if s.desk == nil {
		return 0, 0, access.NotFound()
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		k, err := s.knock(ctx, tx, actor, door)
		if err != nil {
			return err
		}
		if err := k.tick(ctx, Reached); err != nil {
			return err
		}
		of, number, err = k.needsHelp(ctx, words)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("help at door %d: %w", door, err)
	}
	return of, number, nil
}

const doorColumns = `d.community_id AS community, d.id, d.notice_id AS notice, coalesce(d.household_id, 0) AS household, d.person_id AS person,
	p.name, p.phone, 'alone' = ANY (p.tags) AS alone, coalesce(date_part('year', n.send_at)::int - p.birth_year, 0) AS age,
	coalesce(d.building_id, 0) AS building, coalesce(b.name, '') AS house, coalesce(d.entrance, 0) AS entrance,
	coalesce(h.floor, 0) AS floor, p.flat, coalesce(h.door_notes, '') AS notes, coalesce(b.area_id, 0) AS area,
	d.nth, d.way, coalesce(d.to_id, 0) AS to, d.outcome, d.tries, d.at, coalesce(d.by_id, 0) AS by`

const doorTables = `notice_doors d
	JOIN notices n ON n.community_id = d.community_id AND n.id = d.notice_id
	JOIN persons p ON p.community_id = d.community_id AND p.id = d.person_id
	LEFT JOIN buildings b ON b.community_id = d.community_id AND b.id = d.building_id
	LEFT JOIN households h ON h.community_id = d.community_id AND h.id = d.household_id`

// stillOpen is SQL that keeps of doors d those that nobody has reached, and that have not
// answered for themselves.
const stillOpen = `n.state IN ('going', 'paused', 'out') AND d.outcome IN ('', 'nobody')`

// Door reads a door, whatever became of it, for who may knock there.
func (s *Service) Door(ctx context.Context, actor people.Actor, id int64) (Door, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return Door{}, err
	}
	var d Door
	err = s.db.GetContext(ctx, &d, `SELECT `+doorColumns+` FROM `+doorTables+` WHERE d.community_id = $1 AND d.id = $2`, actor.Community, id)
	if err = found(err, "door", id); err == nil && !mayKnock(now, d) {
		err = access.NotFound()
	}
	return d, err
}

// Doors reads the doors of a notice that are open, in their order: the old and alone
// first. It is for who may knock there, and each reads those at which they may.
func (s *Service) Doors(ctx context.Context, actor people.Actor, id int64) ([]Door, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read the doors of notice %d: %w", id, err)
	}
	var all []Door
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+doorColumns+` FROM `+doorTables+` WHERE d.community_id = $1 AND d.notice_id = $2 AND `+stillOpen+` ORDER BY d.nth`, actor.Community, id)
	if err != nil {
		return nil, fmt.Errorf("read the doors of notice %d: %w", id, err)
	}
	return slices.DeleteFunc(all, func(d Door) bool { return !mayKnock(now, d) }), nil
}

// Mine reads the open doors and calls that are the actor's to do, of notices that are
// current: those where nobody was first, and then those where nobody opened.
func (s *Service) Mine(ctx context.Context, actor people.Actor) ([]Door, error) {
	var all []Door
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+doorColumns+` FROM `+doorTables+`
		WHERE d.community_id = $1 AND d.to_id = $2 AND n.over_at > $3 AND `+stillOpen+` ORDER BY d.tries > 0, d.notice_id, d.nth`,
		actor.Community, actor.Person, s.now())
	if err != nil {
		return nil, fmt.Errorf("read the doors of person %d: %w", actor.Person, err)
	}
	return all, nil
}

// OpenDoors counts the open doors of all notices that are current, as far as the actor may
// knock there.
func (s *Service) OpenDoors(ctx context.Context, actor people.Actor) (int, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return 0, fmt.Errorf("count open doors: %w", err)
	}
	var all []Door
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+doorColumns+` FROM `+doorTables+` WHERE d.community_id = $1 AND n.over_at > $2 AND `+stillOpen, actor.Community, s.now())
	if err != nil {
		return 0, fmt.Errorf("count open doors: %w", err)
	}
	return len(slices.DeleteFunc(all, func(d Door) bool { return !mayKnock(now, d) })), nil
}

// Sheet reads the open doors of an entrance, as somebody walks: for printing. It is for
// who may knock there; entrance 0 is the whole building, and no building all of them.
func (s *Service) Sheet(ctx context.Context, actor people.Actor, id int64, at Home) ([]Door, error) {
	all, err := s.Doors(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d Door) bool {
		return at.Building != 0 && d.Building != at.Building || at.Entrance != 0 && d.Entrance != at.Entrance
	})
	slices.SortFunc(all, AsWalked)
	return all, nil
}
