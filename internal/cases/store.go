package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

const columns = `community_id AS community, id, coalesce(number, 0) AS number, status, kind,
	coalesce(building_id, 0) AS "place.building", coalesce(entrance, 0) AS "place.entrance", flat AS "place.flat",
	spot AS "place.spot", place_note AS "place.note", lat AS "place.lat", lon AS "place.lon",
	coalesce(area_id, 0) AS area, words, album, reporter_id AS reporter, for_id AS for, channel, coalesce(holder_id, 0) AS holder,
	urgent, danger, self_sends AS selfsends, self_sent AS selfsent, reason, drafted_at AS draftedat,
	quiet_until AS quietuntil, opened_at AS openedat, due_at AS dueat, taken_at AS takenat, done_at AS doneat, closed_at AS closedat,
	done_by AS doneby, coming_at AS comingat, wait_for AS waitfor, wait_until AS waituntil, ending, why, why_words AS whywords,
	passed_to AS passedto, ask_on AS askon, coalesce(proposed_by, 0) AS proposedby, coalesce(decided_by, 0) AS decidedby,
	disputed_at AS disputedat, coalesce(of_id, 0) AS of, key_matter AS keymatter, private, coalesce(about_id, 0) AS about, coalesce(child_id, 0) AS child,
	coalesce(other_id, 0) AS other, step, asked_at AS askedat, urgent_at AS urgentat, seen_to AS seento, pauses`

// read reads one case; lock is "" or the clause that locks its row.
func read(ctx context.Context, q sqlx.QueryerContext, community, id int64, lock string) (Case, error) {
	var c Case
	err := sqlx.GetContext(ctx, q, &c, `
		SELECT `+columns+` FROM cases WHERE community_id = $1 AND id = $2 `+lock, community, id)
	return c, found(err)
}

func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return access.NotFound()
	}
	if err != nil {
		return fmt.Errorf("read case: %w", err)
	}
	return nil
}

// insert writes a new draft, or reports that its key is there already.
func (t *turn) insert(ctx context.Context, key string) (fresh bool, err error) {
	query, args, err := sqlx.Named(`
		INSERT INTO cases (community_id, session_key, status, kind, building_id, entrance, flat, spot, place_note, lat, lon,
			area_id, words, album, reporter_id, for_id, channel, urgent, danger, self_sends, drafted_at, quiet_until)
		VALUES (:community, CAST(:key AS text), 'draft', :kind, nullif(CAST(:place.building AS bigint), 0),
			nullif(CAST(:place.entrance AS int), 0), :place.flat, :place.spot, :place.note, :place.lat, :place.lon,
			nullif(CAST(:area AS bigint), 0), :words, :album, :reporter, :for, :channel, :urgent, :danger, :selfsends, :draftedat, :quietuntil)
		ON CONFLICT (community_id, session_key) DO NOTHING
		RETURNING id`, struct {
		Case
		Key string
	}{t.c, key})
	if err != nil {
		return false, err
	}
	err = t.tx.GetContext(ctx, &t.c.ID, t.tx.Rebind(query), args...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// byKey locks the case that a key has made. Whoever did not make it does not
// learn of it.
func (t *turn) byKey(ctx context.Context, key string) error {
	err := t.tx.GetContext(ctx, &t.c, `
		SELECT `+columns+` FROM cases WHERE community_id = $1 AND session_key = $2 AND reporter_id = $3
		FOR NO KEY UPDATE`, t.actor.Community, key, t.actor.Person)
	t.from = t.c.Status
	t.stood = t.c
	return found(err)
}

// beganWith reports whether the case was made with that key.
func (t *turn) beganWith(ctx context.Context, key string) (bool, error) {
	var is bool
	err := t.tx.GetContext(ctx, &is, `
		SELECT session_key = $3 FROM cases WHERE community_id = $1 AND id = $2`, t.c.Community, t.c.ID, key)
	return is, err
}

const changed = `
	status = :status, kind = :kind, building_id = nullif(CAST(:place.building AS bigint), 0),
	entrance = nullif(CAST(:place.entrance AS int), 0), flat = :place.flat, spot = :place.spot, place_note = :place.note,
	lat = :place.lat, lon = :place.lon, area_id = nullif(CAST(:area AS bigint), 0), words = :words, album = :album,
	for_id = :for, holder_id = nullif(CAST(:holder AS bigint), 0), urgent = :urgent, danger = :danger, self_sends = :selfsends,
	self_sent = :selfsent, reason = :reason, quiet_until = :quietuntil, opened_at = :openedat,
	due_at = :dueat, taken_at = :takenat, done_at = :doneat, closed_at = :closedat,
	done_by = :doneby, coming_at = :comingat, wait_for = :waitfor, wait_until = :waituntil, ending = :ending, why = :why,
	why_words = :whywords, passed_to = :passedto, ask_on = :askon, proposed_by = nullif(CAST(:proposedby AS bigint), 0),
	decided_by = nullif(CAST(:decidedby AS bigint), 0), disputed_at = :disputedat, of_id = nullif(CAST(:of AS bigint), 0),
	key_matter = :keymatter, private = :private, about_id = nullif(CAST(:about AS bigint), 0), child_id = nullif(CAST(:child AS bigint), 0),
	other_id = nullif(CAST(:other AS bigint), 0), step = :step,
	asked_at = :askedat, urgent_at = :urgentat, seen_to = :seento, pauses = :pauses`

// save writes the case as it became, if it still stands as it was seen.
func (t *turn) save(ctx context.Context) error {
	return t.update(ctx, `
		UPDATE cases SET `+changed+`
		WHERE community_id = :community AND id = :id AND status = :from
		RETURNING coalesce(number, 0)`)
}

// number opens the case with the next number of its community. It is the last
// statement of its transaction: everybody who opens a case there waits for
// this row.
func (t *turn) number(ctx context.Context) error {
	return t.update(ctx, `
		WITH drawn AS (
			INSERT INTO case_numbers AS n (community_id, last) VALUES (:community, 1)
			ON CONFLICT (community_id) DO UPDATE SET last = n.last + 1
			RETURNING last
		)
		UPDATE cases SET number = drawn.last, `+changed+`
		FROM drawn
		WHERE community_id = :community AND id = :id AND status = :from
		RETURNING number`)
}

func (t *turn) update(ctx context.Context, statement string) error {
	tick, err := t.wind(ctx)
	if err != nil {
		return err
	}
	query, args, err := sqlx.Named(statement, struct {
		Case
		From Status
	}{t.c, t.from})
	if err != nil {
		return err
	}
	err = t.tx.GetContext(ctx, &t.c.Number, t.tx.Rebind(query), args...)
	if errors.Is(err, sql.ErrNoRows) {
		return errors.Join(errMoved, refusal.New(refusal.Conflict, "case.not_now"))
	}
	if err != nil {
		return err
	}
	if err := t.enqueue(ctx, tick); err != nil {
		return err
	}
	return t.shown(ctx)
}

// shown has what people hold drawn again for who holds the case and who held it,
// where somebody sees it among what is theirs to do, and for who looks at an end.
func (t *turn) shown(ctx context.Context) error {
	var persons []int64
	if t.stood.Holder != 0 && listed(t.stood) {
		persons = append(persons, t.stood.Holder)
	}
	if t.c.Holder != 0 && listed(t.c) {
		persons = append(persons, t.c.Holder)
	}
	if (t.stood.Status == Proposed) != (t.c.Status == Proposed) {
		second, err := t.second(ctx)
		if err != nil {
			return err
		}
		persons = append(persons, second)
	}
	gone := untaken(t.stood.Status) && !untaken(t.c.Status)
	t.stood = t.c
	if gone {
		if err := t.settlePosts(ctx); err != nil {
			return err
		}
	}
	if t.s.board == nil || len(persons) == 0 {
		return nil
	}
	return t.s.board.Changed(ctx, t.tx, t.c.Community, persons...)
}

// inHand reports whether a case in that state is its holder's to do.
func inHand(s Status) bool { return s == Assigned || s == Taken || s == Waiting }

// erase takes away everything that a person said or showed.
func (t *turn) erase(ctx context.Context) error {
	t.c.WhyWords = ""
	t.c.Words, t.c.Album, t.c.Place.Note, t.c.Place.Flat, t.c.Place.Lat, t.c.Place.Lon = "", "", "", "", nil, nil
	_, err := t.tx.ExecContext(ctx, `DELETE FROM case_media WHERE community_id = $1 AND case_id = $2`, t.c.Community, t.c.ID)
	if err != nil {
		return err
	}
	_, err = t.tx.ExecContext(ctx, `UPDATE case_followers SET words = '' WHERE community_id = $1 AND case_id = $2`, t.c.Community, t.c.ID)
	if err != nil {
		return err
	}
	if _, err = t.tx.ExecContext(ctx, `DELETE FROM case_notes WHERE community_id = $1 AND case_id = $2`, t.c.Community, t.c.ID); err != nil {
		return err
	}
	if err := t.forget(ctx); err != nil {
		return err
	}
	return t.unhear(ctx)
}
