package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

var _ roster.Follower = (*Service)(nil)

// TakeOverWithin is how long those who come next may take over what is left at
// the end of a shift; then it stays with who had it.
const TakeOverWithin = 60 * time.Minute

// afterPage lets the page of the day go ahead, which comes at the same moment.
const afterPage = time.Second

// HandOver is what somebody held at the end of their shift, before those who come
// next.
type HandOver struct {
	Community, ID int64
	Shift, Giver  int64
	IDs           pq.Int64Array // of the cases
	OfferedAt     time.Time
	TakenAt       *time.Time
	TakenBy       int64      // 0: nobody yet
	KeptAt        *time.Time // it stays with the giver
	Cases         []Case     // what of it the giver, or who took it over, holds still, the urgent first
}

const handOverColumns = `community_id AS community, id, shift_id AS shift, giver_id AS giver, case_ids AS ids, offered_at AS offeredat,
	taken_at AS takenat, coalesce(taken_by, 0) AS takenby, kept_at AS keptat`

// ShiftBegan changes nothing: what is new goes to who is on duty by itself.
func (s *Service) ShiftBegan(context.Context, *sqlx.Tx, roster.Shift, []int64) error { return nil }

// ShiftEnded puts what each of those who had a place holds in that area before
// those who go on from there. Whoever goes on themselves hands nothing over.
func (s *Service) ShiftEnded(ctx context.Context, tx *sqlx.Tx, sh roster.Shift, on, next []int64) error {
	if sh.Activity != roster.Duty { // cases are of those on duty
		return nil
	}
	for _, giver := range on {
		if slices.Contains(next, giver) {
			continue
		}
		if err := s.offer(ctx, tx, sh, giver, next); err != nil {
			return fmt.Errorf("hand over from person %d: %w", giver, err)
		}
	}
	return nil
}

// offer writes the hand-over of one giver, once, and tells who is to take it.
func (s *Service) offer(ctx context.Context, tx *sqlx.Tx, sh roster.Shift, giver int64, next []int64) error {
	h := HandOver{Community: sh.Community, Shift: sh.ID, Giver: giver, OfferedAt: s.now()}
	err := tx.SelectContext(ctx, &h.IDs, `
		SELECT id FROM cases
		WHERE community_id = $1 AND holder_id = $2 AND status IN ('assigned', 'taken', 'waiting') AND private = ''
			AND ($3::bigint = 0 OR area_id IS NULL OR area_id = $3)
		ORDER BY urgent DESC, id`, sh.Community, giver, sh.Area)
	if err != nil || len(h.IDs) == 0 {
		return err
	}
	err = tx.GetContext(ctx, &h.ID, `
		INSERT INTO hand_overs (community_id, shift_id, giver_id, case_ids, offered_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (community_id, shift_id, giver_id) DO NOTHING RETURNING id`, h.Community, h.Shift, h.Giver, h.IDs, h.OfferedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	takers, err := people.Reachable(ctx, tx, h.Community, next)
	if err != nil {
		return err
	}
	if len(takers) == 0 {
		return s.keep(ctx, tx, h)
	}
	return s.putBefore(ctx, tx, h, takers)
}

// putBefore asks those who come next, and sees to it that it is not forgotten.
func (s *Service) putBefore(ctx context.Context, tx *sqlx.Tx, h HandOver, takers []int64) error {
	keys := make([]string, len(takers))
	rows := []outbox.Row{{
		Key: handKey(h.ID, "lapse", 0), Topic: "hand.lapse", Args: handArgs(h), Urgency: outbox.Task, Due: h.OfferedAt.Add(TakeOverWithin),
	}}
	for i, person := range takers {
		row := h.row("hand.asked", person, h.OfferedAt.Add(afterPage))
		keys[i], rows = row.Key, append(rows, row)
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO hand_over_takers (community_id, hand_over_id, person_id, key)
		SELECT $1, $2, t.person, t.key FROM unnest($3::bigint[], $4::text[]) AS t (person, key)`,
		h.Community, h.ID, pq.Array(takers), pq.Array(keys))
	if err != nil {
		return err
	}
	return outbox.Enqueue(ctx, tx, h.Community, rows...)
}

func handKey(id int64, what string, person int64) string {
	return fmt.Sprintf("hand:%d:%s:%d", id, what, person)
}

func handArgs(h HandOver) detail { return detail{"hand": h.ID} }

// row is news of a hand-over for somebody, once.
func (h HandOver) row(topic string, person int64, now time.Time) outbox.Row {
	return outbox.Row{
		Key: handKey(h.ID, topic, person), Person: person, Subject: fmt.Sprintf("hand:%d", h.ID), Topic: topic, Args: handArgs(h),
		Urgency: outbox.Task, Due: now,
	}
}

// TakeOver moves what is left of a hand-over to the actor, who is one of those
// before whom it was put. The first tap wins; what the giver holds no more, or is
// done, stays where it is. It returns what the actor holds of it now.
func (s *Service) TakeOver(ctx context.Context, actor people.Actor, id int64) (HandOver, error) {
	var h HandOver
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := engage(ctx, tx, actor); err != nil {
			return err
		}
		now, err := people.ReadActor(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		if h, err = lockHandOver(ctx, tx, now, id); err != nil {
			return err
		}
		if h.TakenBy != now.Person {
			if err := s.takeOver(ctx, tx, now, &h); err != nil {
				return err
			}
		}
		h.Cases, err = heldOf(ctx, tx, h)
		return err
	})
	if err != nil {
		return HandOver{}, fmt.Errorf("take over %d: %w", id, err)
	}
	return h, nil
}

// lockHandOver lets one at a time take it, and is NotFound to all others than
// those before whom it was put.
func lockHandOver(ctx context.Context, tx *sqlx.Tx, a people.Actor, id int64) (HandOver, error) {
	var h HandOver
	err := tx.GetContext(ctx, &h, `
		SELECT `+handOverColumns+` FROM hand_overs
		WHERE community_id = $1 AND id = $2 AND EXISTS (
			SELECT FROM hand_over_takers t WHERE t.community_id = $1 AND t.hand_over_id = $2 AND t.person_id = $3)
		FOR UPDATE`, a.Community, id, a.Person)
	return h, found(err)
}

func (s *Service) takeOver(ctx context.Context, tx *sqlx.Tx, by people.Actor, h *HandOver) error {
	if h.TakenBy != 0 {
		p, err := people.ReadPerson(ctx, tx, h.Community, h.TakenBy)
		if err != nil {
			return err
		}
		return refusal.New(refusal.Conflict, "case.hand_taken", "name", p.Name)
	}
	if h.KeptAt != nil {
		return refusal.New(refusal.Conflict, "case.hand_kept")
	}
	moved, err := s.moveAll(ctx, tx, by, *h)
	if err != nil {
		return err
	}
	if moved == 0 {
		return refusal.New(refusal.Conflict, "case.hand_empty")
	}
	now := s.now()
	h.TakenAt, h.TakenBy = &now, by.Person
	_, err = tx.ExecContext(ctx, `
		UPDATE hand_overs SET taken_at = $3, taken_by = $4 WHERE community_id = $1 AND id = $2`, h.Community, h.ID, now, by.Person)
	if err != nil {
		return err
	}
	if err := s.settleHand(ctx, tx, *h, by.Person); err != nil {
		return err
	}
	told, err := people.Reachable(ctx, tx, h.Community, []int64{h.Giver})
	if err != nil {
		return err
	}
	return outbox.Enqueue(ctx, tx, h.Community, h.rows("hand.taken", told, now)...)
}

// moveAll moves every case that still is as it was put before them; what was taken
// stays taken, by whoever takes over.
func (s *Service) moveAll(ctx context.Context, tx *sqlx.Tx, by people.Actor, h HandOver) (moved int, err error) {
	for _, id := range h.IDs {
		t, err := s.lock(ctx, tx, by, id)
		if err != nil {
			return 0, err
		}
		if t.c.Holder != h.Giver || !inHand(t.from) || t.c.Private != "" || !mayGo(t.c, by) {
			continue
		}
		taken := t.from != Assigned
		if err := t.give(ctx, MoveHandOver, by.Person, news{}); err != nil {
			return 0, err
		}
		if taken { // by whose tap it is now theirs to go
			if err := t.take(ctx); err != nil {
				return 0, err
			}
		}
		moved++
	}
	return moved, nil
}

// settleHand takes the buttons off the messages of those who were asked, but for
// one who taps; what was not sent yet stays away.
func (s *Service) settleHand(ctx context.Context, tx *sqlx.Tx, h HandOver, but int64) error {
	var asked []struct {
		Person int64
		Key    string
	}
	err := tx.SelectContext(ctx, &asked, `
		SELECT person_id AS person, key FROM hand_over_takers
		WHERE community_id = $1 AND hand_over_id = $2 AND person_id <> $3 ORDER BY person_id`, h.Community, h.ID, but)
	if err != nil {
		return err
	}
	var rows []outbox.Row
	var keys []string
	for _, a := range asked {
		row := h.row("hand.gone", a.Person, s.now())
		row.Edits = a.Key
		keys, rows = append(keys, a.Key), append(rows, row)
	}
	if err := outbox.Withdraw(ctx, tx, h.Community, keys...); err != nil {
		return err
	}
	return outbox.Enqueue(ctx, tx, h.Community, rows...)
}

func (h HandOver) rows(topic string, to []int64, now time.Time) []outbox.Row {
	rows := make([]outbox.Row, len(to))
	for i, person := range to {
		rows[i] = h.row(topic, person, now)
	}
	return rows
}

// LapseHandOver is the job that ends a hand-over which nobody took.
func (s *Service) LapseHandOver(ctx context.Context, community, id int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var h HandOver
		err := tx.GetContext(ctx, &h, `
			SELECT `+handOverColumns+` FROM hand_overs WHERE community_id = $1 AND id = $2 FOR UPDATE`, community, id)
		if err != nil {
			return found(err)
		}
		if h.TakenBy != 0 || h.KeptAt != nil {
			return nil
		}
		if err := s.settleHand(ctx, tx, h, 0); err != nil {
			return err
		}
		return s.keep(ctx, tx, h)
	})
	if err != nil {
		return fmt.Errorf("lapse hand-over %d: %w", id, err)
	}
	return nil
}

// heldOf reads what of a hand-over its giver, or who took it, holds still.
func heldOf(ctx context.Context, q sqlx.QueryerContext, h HandOver) ([]Case, error) {
	holder := h.Giver
	if h.TakenBy != 0 {
		holder = h.TakenBy
	}
	var all []Case
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+columns+` FROM cases
		WHERE community_id = $1 AND id = ANY ($2) AND holder_id = $3 AND status IN ('assigned', 'taken', 'waiting') AND private = ''
		ORDER BY urgent DESC, id`, h.Community, h.IDs, holder)
	if err != nil {
		return nil, fmt.Errorf("read what is handed over: %w", err)
	}
	return all, nil
}

// ReadHandOver reads a hand-over to tell somebody what a row of the outbox decided
// that they hear, with the cases of it that they may see by now.
func (s *Service) ReadHandOver(ctx context.Context, reader people.Actor, id int64) (HandOver, error) {
	var h HandOver
	err := s.db.GetContext(ctx, &h, `
		SELECT `+handOverColumns+` FROM hand_overs WHERE community_id = $1 AND id = $2`, reader.Community, id)
	if err != nil {
		return HandOver{}, found(err)
	}
	asked, err := s.askedToTake(ctx, reader, id)
	if err != nil || !h.shows(reader, asked) {
		return h, err
	}
	h.Cases, err = heldOf(ctx, s.db, h)
	return h, err
}

// shows reports whether somebody may see the cases of a hand-over: who gives, who
// took it over, who sees the day, and as long as nobody took it who was asked to.
func (h HandOver) shows(a people.Actor, asked bool) bool {
	open := h.TakenBy == 0 && h.KeptAt == nil
	return a.Person == h.Giver || a.May(access.SeeDay, access.SameCommunity) ||
		a.Staff() && (a.Person == h.TakenBy || asked && open)
}

// HandOver reads one that was put before the actor, or that they may see to.
func (s *Service) HandOver(ctx context.Context, actor people.Actor, id int64) (HandOver, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return HandOver{}, err
	}
	asked, err := s.askedToTake(ctx, now, id)
	if err != nil {
		return HandOver{}, err
	}
	if asked && now.Staff() || now.May(access.SeeDay, access.SameCommunity) {
		return s.ReadHandOver(ctx, now, id)
	}
	return HandOver{}, access.NotFound()
}

// askedToTake reports whether a hand-over was put before somebody.
func (s *Service) askedToTake(ctx context.Context, a people.Actor, id int64) (asked bool, err error) {
	err = s.db.GetContext(ctx, &asked, `
		SELECT EXISTS (SELECT FROM hand_over_takers WHERE community_id = $1 AND hand_over_id = $2 AND person_id = $3)`,
		a.Community, id, a.Person)
	if err != nil {
		return false, fmt.Errorf("read who was to take hand-over %d: %w", id, err)
	}
	return asked, nil
}
