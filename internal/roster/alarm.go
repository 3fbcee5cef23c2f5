package roster

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// alarm is that a shift lacks somebody.
type alarm struct {
	topic string
	rings bool  // whoever is told, whatever the hour
	but   int64 // who sees it by their own tap
	args  detail
}

// alarm tells the lead. The message changes when the hole is closed.
func (s *Service) alarm(ctx context.Context, tx *sqlx.Tx, sh Shift, al alarm) error {
	to, err := lead(ctx, tx, sh)
	if err != nil || to == 0 {
		return err
	}
	var reached []int64
	if to != al.but {
		if reached, err = people.Reachable(ctx, tx, sh.Community, []int64{to}); err != nil {
			return err
		}
	}
	of, err := log(ctx, tx, happened{sh.Community, sh.ID, 0, "alarmed", detail{"person": to, "hole": sh.Hole, "told": len(reached) > 0}, s.now()})
	if err != nil || len(reached) == 0 {
		return err
	}
	key := fmt.Sprintf("%s:alarm:%d", subject(sh), of)
	_, err = tx.ExecContext(ctx, `
		INSERT INTO shift_alarms (community_id, shift_id, hole, person_id, key, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		sh.Community, sh.ID, sh.Hole, to, key, s.now())
	if err != nil {
		return fmt.Errorf("note the alarm of shift %d: %w", sh.ID, err)
	}
	args := detail{"shift": sh.ID}
	maps.Copy(args, al.args)
	row := outbox.Row{Key: key, Person: to, Subject: subject(sh), Topic: al.topic, Args: args, Urgency: outbox.Task, Due: s.now()}
	if al.rings {
		row.Urgency = outbox.Urgent
	}
	return outbox.Enqueue(ctx, tx, sh.Community, row)
}

// alarmAgain tells the lead that a hole is still there, and asks whoever was not
// asked yet.
func (s *Service) alarmAgain(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	if err := s.askOn(ctx, tx, sh); err != nil {
		return err
	}
	return s.alarm(ctx, tx, sh, alarm{topic: "shift.hole", rings: sh.presses(s.now(), lastAlarm)})
}

// standIn rings whoever is in charge where a shift begins with nobody: until
// somebody takes it they are who is there.
func (s *Service) standIn(ctx context.Context, tx *sqlx.Tx, sh Shift) error {
	if !s.lacks(sh) {
		return nil
	}
	if sh.HoleSince == nil {
		var err error
		if sh, err = s.openHole(ctx, tx, sh, 0); err != nil {
			return err
		}
	}
	if err := s.askOn(ctx, tx, sh); err != nil {
		return err
	}
	return s.alarm(ctx, tx, sh, alarm{topic: "shift.stand_in", rings: true})
}

// calmDown shows on the alarms of a hole that it is closed; who is the lead hears
// it too, where somebody else closed it, but for who made it and thought better of
// it: nothing has changed then.
func (s *Service) calmDown(ctx context.Context, tx *sqlx.Tx, sh Shift, c closing, of int64) error {
	var alarmed []sent
	err := tx.SelectContext(ctx, &alarmed, `
		SELECT person_id AS person, key FROM shift_alarms WHERE community_id = $1 AND shift_id = $2 AND hole = $3 ORDER BY id`,
		sh.Community, sh.ID, sh.Hole)
	if err != nil {
		return err
	}
	if last := len(alarmed) - 1; last >= 0 && alarmed[last].Person == c.by && !c.planned { // it changes by their own tap
		alarmed = alarmed[:last]
	}
	if err := s.change(ctx, tx, sh, "shift.hole_gone", alarmed, detail{"shift": sh.ID}); err != nil || c.person == 0 {
		return err
	}
	to, err := lead(ctx, tx, sh)
	if err != nil || to == 0 || to == c.by || to == c.person {
		return err
	}
	var knew bool
	err = tx.GetContext(ctx, &knew, `
		SELECT EXISTS (SELECT FROM shift_events
			WHERE community_id = $1 AND shift_id = $2 AND code = 'alarmed' AND (detail->>'hole')::int = $3)
		AND NOT EXISTS (SELECT FROM shift_events
			WHERE community_id = $1 AND shift_id = $2 AND code = 'hole' AND (detail->>'hole')::int = $3 AND actor_id = $4)`,
		sh.Community, sh.ID, sh.Hole, c.person)
	if err != nil || !knew {
		return err
	}
	return s.tell(ctx, tx, news{
		to: to, topic: "shift.filled", of: of, args: detail{"shift": sh.ID, "person": c.person}, urgency: outbox.Notice,
	}, sh)
}

// passAlarms tells whoever is in charge now of the holes of today and tomorrow of
// which somebody was told who is no more: away, gone, without the role, or not
// reached. Else a shift could go on with nobody, and nobody who knows.
func (s *Service) passAlarms(ctx context.Context, tx *sqlx.Tx, community, from int64) error {
	var ids []int64
	err := tx.SelectContext(ctx, &ids, `
		SELECT s.id FROM shifts s
		WHERE s.community_id = $1 AND s.hole_since IS NOT NULL AND s.cancelled_at IS NULL AND s.ends_at > $3 AND s.starts_at <= $4
			AND $2 = (SELECT (e.detail->>'person')::bigint FROM shift_events e
				WHERE e.community_id = s.community_id AND e.shift_id = s.id AND e.code = 'alarmed'
					AND (e.detail->>'hole')::int = s.hole ORDER BY e.id DESC LIMIT 1)
		ORDER BY s.id`, community, from, s.now(), s.now().Add(alarms[0]))
	if err != nil {
		return fmt.Errorf("read of which holes person %d was told: %w", from, err)
	}
	for _, id := range ids {
		sh, err := lockShift(ctx, tx, community, id)
		if err != nil {
			return err
		}
		to, err := lead(ctx, tx, sh)
		if err != nil {
			return err
		}
		if to == from || sh.HoleSince == nil || !s.lacks(sh) {
			continue
		}
		if err := s.alarm(ctx, tx, sh, lacking(sh, s.now())); err != nil {
			return err
		}
	}
	return nil
}

// lacking is the alarm of a hole at a moment: who is told of a shift that goes on
// with nobody stands in.
func lacking(sh Shift, now time.Time) alarm {
	if sh.Taken == 0 && sh.Runs(now) {
		return alarm{topic: "shift.stand_in", rings: true}
	}
	return alarm{topic: "shift.hole"}
}

// Unreached passes the alarms on that somebody was told whom Telegram does not
// reach any more.
func (s *Service) Unreached(ctx context.Context, community, person int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error { return s.passAlarms(ctx, tx, community, person) })
	if err != nil {
		return fmt.Errorf("alarms did not reach person %d: %w", person, err)
	}
	return nil
}
