package childcare

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

const custodyColumns = `community_id AS community, id, child_id AS child, day, place, coalesce(holder_id, 0) AS holder, holder_name AS holdername,
	coalesce(giver_id, 0) AS giver, giver_name AS givername, since, until, how, coalesce(collector_id, 0) AS collector,
	coalesce(ask_id, 0) AS ask, reason, taken_by AS takenby, coalesce(by_id, 0) AS by`

// ofTalk is the reason of a row of which nobody learns but who talks and who booked it.
const ofTalk = "talk"

// ours reports whether staff answer for a child that is there.
func (p Place) ours() bool { return p == OnTheWay || p == InHall }

// place is where the child is today. Of one that was in the hall on a day before nobody
// wrote down how it left: it is met, and missed, as any other.
func (w *ward) place() Place {
	if !w.is.Day.Equal(w.day) && (w.is.Place.ours() || w.is.Place == Lost) {
		return Out
	}
	return w.is.Place
}

// here reports whether staff answer for the child today.
func (w *ward) here() bool { return w.place().ours() }

// lost reports whether the child is missing today.
func (w *ward) lost() bool { return w.place() == Lost }

// ward is a child in the hands of a transaction: held, with where it is.
type ward struct {
	s     *Service
	tx    *sqlx.Tx
	by    people.Actor // zero: the bot itself
	child Child
	day   time.Time
	now   time.Time
	is    Custody
	mute  bool  // it was long ago: nobody is told that all went well
	event int64 // the newest, which keys what is told of it

	unexpected bool // somebody said that it does not come
}

// ward holds a child: of any number who do something with it at once, one goes after the
// other. A child of whom nothing is known yet is with who decides for it.
func (s *Service) ward(ctx context.Context, tx *sqlx.Tx, by people.Actor, child int64, day, at time.Time) (*ward, error) {
	c, err := lockChild(ctx, tx, by.Community, child)
	if err != nil {
		return nil, err
	}
	w := &ward{s: s, tx: tx, by: by, child: c, day: day, now: at}
	if w.is, err = readNow(ctx, tx, by.Community, child); !isNotFound(err) {
		return w, err
	}
	some, err := deciders(ctx, tx, by.Community, child)
	if err != nil {
		return nil, err
	}
	home := c.ConsentBy
	if len(some) > 0 && !slices.Contains(some, home) {
		home = some[0]
	}
	if home == 0 {
		return nil, access.NotFound()
	}
	since := c.Since
	if since.After(at) {
		since = at
	}
	w.is, err = w.insert(ctx, Custody{Place: Out, Holder: home, How: Begin, Since: since})
	return w, err
}

// minded holds a child for who minds it on a day. Whether they may is read of a child that
// is held: before, it may just be leaving.
func (s *Service) minded(ctx context.Context, tx *sqlx.Tx, actor people.Actor, child int64, day, at time.Time) (*ward, error) {
	w, err := s.ward(ctx, tx, actor, child, day, at)
	if err == nil {
		err = s.minds(ctx, tx, actor, child, day)
	}
	return w, err
}

// decided holds a child for who decides for it.
func (s *Service) decided(ctx context.Context, tx *sqlx.Tx, actor people.Actor, child int64, day, at time.Time) (*ward, error) {
	w, err := s.ward(ctx, tx, actor, child, day, at)
	if err == nil {
		err = s.decides(ctx, tx, actor, child)
	}
	return w, err
}

// readNow reads where a child is.
func readNow(ctx context.Context, q sqlx.QueryerContext, community, child int64) (c Custody, err error) {
	err = sqlx.GetContext(ctx, q, &c, `
		SELECT `+custodyColumns+` FROM care_custody WHERE community_id = $1 AND child_id = $2 AND until IS NULL`, community, child)
	return c, found(err, "where child", child)
}

// pass ends where a child is, and begins where it is from then on.
func (w *ward) pass(ctx context.Context, to Custody) error {
	if w.now.Before(w.is.Since) {
		return conflict("care.known_later")
	}
	_, err := w.tx.ExecContext(ctx, `
		UPDATE care_custody SET until = $3 WHERE community_id = $1 AND id = $2 AND until IS NULL`, w.is.Community, w.is.ID, w.now)
	if err != nil {
		return fmt.Errorf("end where child %d was: %w", w.child.ID, err)
	}
	to.Since = w.now
	w.is, err = w.insert(ctx, to)
	return err
}

func (w *ward) insert(ctx context.Context, to Custody) (Custody, error) {
	err := w.tx.GetContext(ctx, &to, `
		INSERT INTO care_custody (community_id, child_id, day, place, holder_id, holder_name, since, how, collector_id, ask_id, yes, reason, taken_by, by_id)
		VALUES ($1, $2, $3, $4, nullif($5::bigint, 0), $6, $7, $8, nullif($9::bigint, 0), nullif($10::bigint, 0),
			CASE WHEN $10::bigint <> 0 THEN true END, $11, $12, nullif($13::bigint, 0))
		RETURNING `+custodyColumns, w.by.Community, w.child.ID, w.day, to.Place, to.Holder, to.HolderName, to.Since, to.How, to.Collector,
		to.Ask, to.Reason, to.TakenBy, w.by.Person)
	if err != nil {
		return to, fmt.Errorf("write where child %d is: %w", w.child.ID, err)
	}
	return to, nil
}

// takes has the actor answer for a child that is in the hands of staff.
func (w *ward) takes(ctx context.Context) error {
	if w.is.Holder == w.by.Person {
		return nil
	}
	return w.pass(ctx, Custody{Place: w.is.Place, Holder: w.by.Person, How: ByStaff})
}

// logged writes what happened to the child.
func (w *ward) logged(ctx context.Context, code string, d detail) (err error) {
	if d == nil {
		d = detail{}
	}
	d["custody"], d["place"] = w.is.ID, w.is.Place
	if w.mute {
		d["typed"] = true
	}
	w.event, err = log(ctx, w.tx, happened{
		community: w.by.Community, day: w.day, child: w.child.ID, by: w.by.Person, code: code, detail: d, at: w.now,
	})
	return err
}

// deciders are who decides for a child and is not barred: who hears of it, and is asked.
func deciders(ctx context.Context, q sqlx.QueryerContext, community, child int64) (ids []int64, err error) {
	err = sqlx.SelectContext(ctx, q, &ids, `
		SELECT DISTINCT person_id FROM ties t
		WHERE t.community_id = $1 AND t.for_id = $2 AND `+decidesSQL+`
		ORDER BY person_id`, community, child)
	if err != nil {
		return nil, fmt.Errorf("read who decides for child %d: %w", child, err)
	}
	return ids, nil
}

// decides lets the actor do what who decides for a child does, and is not barred.
func (s *Service) decides(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, child int64) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	some, err := deciders(ctx, q, actor.Community, child)
	if err != nil {
		return err
	}
	if !slices.Contains(some, now.Person) {
		return access.NotFound()
	}
	return access.Allow(access.BookCare, now.Roles, access.ActsFor)
}

// minds lets the actor do what who minds children on a day does with one that is on its
// lists; whoever runs the hall with any; or who holds this child still: a child is given by
// whoever has it. Who counsels has the child that is with them. Child 0 is of the lists,
// which who has no place any more reads until the last of those that they hold has left.
func (s *Service) minds(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, child int64, day time.Time) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil || access.Allow(access.MindChild, now.Roles, access.SameCommunity) == nil {
		return err
	}
	on := child == 0
	if !on {
		if on, err = onList(ctx, q, actor.Community, child, day); err != nil {
			return err
		}
	}
	if on {
		if err := s.works(ctx, q, actor, day); !isNotFound(err) {
			return err
		}
	}
	if child == 0 {
		return s.mindsStill(ctx, q, now, day)
	}
	is, err := readNow(ctx, q, actor.Community, child)
	if err != nil {
		return err
	}
	if !is.Place.ours() || is.Holder != actor.Person {
		return access.NotFound()
	}
	if access.Allow(access.MindChild, now.Roles, access.Assigned) == nil {
		return nil
	}
	return access.Allow(access.Counsel, now.Roles, access.Assigned)
}

// mindsStill lets somebody go on who holds children of a day.
func (s *Service) mindsStill(ctx context.Context, q sqlx.QueryerContext, now people.Actor, day time.Time) error {
	n, err := s.Holding(ctx, q, now.Community, now.Person, day)
	if err == nil && n == 0 {
		err = access.NotFound()
	}
	if err != nil {
		return err
	}
	return access.Allow(access.MindChild, now.Roles, access.Assigned)
}

// TookOver notes that the actor answers for children that another held: some, or all.
// Returned is how many.
func (s *Service) TookOver(ctx context.Context, actor people.Actor, from int64, children ...int64) (int, error) {
	n := 0
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		n = 0
		day, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		if err := s.works(ctx, tx, actor, day); err != nil {
			return err
		}
		held, err := heldBy(ctx, tx, actor.Community, from, day)
		if err != nil {
			return err
		}
		for _, child := range held {
			if len(children) > 0 && !slices.Contains(children, child) {
				continue
			}
			w, err := s.ward(ctx, tx, actor, child, day, s.now())
			if err != nil {
				return err
			}
			if w.is.Holder != from || !w.here() || from == actor.Person || w.is.Reason == ofTalk {
				continue
			}
			if err := w.takes(ctx); err != nil {
				return err
			}
			if err := w.logged(ctx, "took_over", detail{"from": from}); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("take over the children of person %d: %w", from, err)
	}
	return n, nil
}

// heldBy are the children of a day that somebody of the staff holds, in the order in which
// children are held.
func heldBy(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time) (ids []int64, err error) {
	err = sqlx.SelectContext(ctx, q, &ids, `
		SELECT child_id FROM care_custody
		WHERE community_id = $1 AND holder_id = $2 AND day = $3 AND until IS NULL AND place IN ('way', 'hall') ORDER BY child_id`,
		community, person, day.Format(time.DateOnly))
	if err != nil {
		return nil, fmt.Errorf("read whom person %d holds: %w", person, err)
	}
	return ids, nil
}

// Holding is how many children of a day, which is at midnight UTC, somebody of the staff
// holds: a shift cannot end with one.
func (s *Service) Holding(ctx context.Context, q sqlx.QueryerContext, community, person int64, day time.Time) (int, error) {
	held, err := heldBy(ctx, q, community, person, day)
	return len(held), err
}

// CustodyByID reads one hand-over, for who was told of it.
func (s *Service) CustodyByID(ctx context.Context, community, id int64) (Custody, error) {
	var c Custody
	err := s.db.GetContext(ctx, &c, `SELECT `+custodyColumns+` FROM care_custody WHERE community_id = $1 AND id = $2`, community, id)
	return c, found(err, "custody", id)
}

// Where reads where a child was on a day and who answered for it, as it went on: for who
// decides and who runs the hall. What nobody may know but who booked it is left out.
func (s *Service) Where(ctx context.Context, actor people.Actor, child int64, day time.Time) ([]Custody, error) {
	err := s.decides(ctx, s.db, actor, child)
	if isNotFound(err) {
		err = s.lead(ctx, s.db, actor)
	}
	if err != nil {
		return nil, fmt.Errorf("where child %d is: %w", child, err)
	}
	all := []Custody{}
	err = s.db.SelectContext(ctx, &all, `
		SELECT `+custodyColumns+` FROM care_custody c
		WHERE community_id = $1 AND child_id = $2 AND day = $3 AND (place <> 'school' OR since IS DISTINCT FROM until)
			AND (reason <> 'talk' OR EXISTS (SELECT FROM care_bookings b
				WHERE b.community_id = c.community_id AND b.child_id = c.child_id AND b.day = c.day AND b.part = 'talk' AND b.by_id = $4))
		ORDER BY id`, actor.Community, child, day, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("where child %d is: %w", child, err)
	}
	return all, nil
}

// noRow is whether there is none, where that is no error.
func noRow(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return false, err
}
