package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/roster"
)

// Open brings a whole report. Its key makes a repeat harmless.
//
// It is the verb that is called most, and leaves the same rows behind as a
// draft that is sent at once: the case, both events, its media, the card of
// whoever is asked to go, and the ping. They are written by one statement.
func (s *Service) Open(ctx context.Context, actor people.Actor, r Report) (Case, error) {
	words, err := cleanWords(r.Words)
	if err != nil {
		return Case{}, err
	}
	r.Words = words
	if r.Danger != "" && r.Urgent {
		return s.whole(ctx, actor, r, func(t *turn) error { return t.open(ctx, opening{code: MoveSend, ring: true}) })
	}
	if r.Place, err = checkPlace(r.Place); err != nil {
		return Case{}, err
	}
	rules, err := s.check(ctx, actor.Community, r)
	if err != nil {
		return Case{}, fmt.Errorf("open a case: %w", err)
	}
	if isPrivate(rules.kinds, r.Kind) {
		return s.whole(ctx, actor, r, func(t *turn) error { return t.open(ctx, opening{code: MoveSend}) })
	}
	var c Case
	number, err := s.number(ctx, actor.Community)
	if err != nil {
		return Case{}, fmt.Errorf("open a case: %w", err)
	}
	open := func(tx *sqlx.Tx) error {
		t, err := s.opened(ctx, tx, opener{actor, number, rules}, r)
		if err == nil {
			c = t.c
		}
		return err
	}
	err = errRaced
	for range raceMost {
		if errors.Is(err, errRaced) {
			err = s.inTx(ctx, open)
		}
	}
	if err != nil {
		return Case{}, fmt.Errorf("open a case: %w", err)
	}
	return c, nil
}

// raceMost is how often somebody may be faster, one after the other.
const raceMost = 5

// opener is who opens a case, the number that was drawn for it, and by what its
// clocks run.
type opener struct {
	people.Actor
	number int64
	rules  rules
}

// number draws the next number of a community. It is a transaction of its own
// that does not wait for the disk, so that those who open cases do not wait for
// one another's commits; a case that is committed is behind it in the log, and
// so no number comes twice. One that is not used leaves a gap.
func (s *Service) number(ctx context.Context, community int64) (number int64, err error) {
	err = pg.Repeat(ctx, func(bool) error {
		return s.db.GetContext(ctx, &number, `
			INSERT INTO case_numbers AS n (community_id, last)
			SELECT $1, 1 WHERE set_config('synchronous_commit', 'off', true) <> ''
			ON CONFLICT (community_id) DO UPDATE SET last = n.last + 1
			RETURNING last`, community)
	})
	return number, err
}

func (s *Service) opened(ctx context.Context, tx *sqlx.Tx, by opener, r Report) (*turn, error) {
	p, actor, err := people.ReadVisitor(ctx, tx, by.Community, by.Person)
	if err != nil {
		return nil, err
	}
	if err := access.Allow(access.Report, actor.Roles, access.Own); err != nil {
		return nil, err
	}
	now := s.now()
	t := s.turn(tx, actor, Case{
		Community: actor.Community, Status: Draft, Number: by.number, Reporter: actor.Person, For: actor.Person, DraftedAt: now,
		Kind: r.Kind, Words: r.Words, Place: r.Place, Danger: pg.Text(r.Danger), Urgent: r.Urgent,
	})
	t.rules = by.rules
	if err := s.takesIn(ctx, t, p, r); err != nil {
		return nil, err
	}
	if r.For != 0 && r.For != actor.Person {
		if err := t.forAnother(ctx, r.For); err != nil {
			return nil, err
		}
		t.c.Channel = r.Channel
		err = t.locate(ctx)
	} else {
		err = t.locateAt(ctx, p)
	}
	if err != nil {
		return nil, err
	}
	members, charge, err := roster.Staff(ctx, tx, t.c.Community, t.c.Area, now)
	if err != nil {
		return nil, err
	}
	known, err := t.draw(ctx, r.Key, members, charge)
	if err != nil {
		return nil, err
	}
	if known {
		return t, t.byKey(ctx, r.Key)
	}
	t.c.Status = Open
	if t.c.Holder != 0 {
		t.c.Status = Assigned
	} else if len(members) > 0 || charge != 0 {
		return nil, errRaced
	}
	due := t.due(now)
	t.c.OpenedAt, t.c.DueAt = &now, &due
	if err := t.write(ctx, r); err != nil {
		return nil, err
	}
	return t, t.tellWhom(ctx)
}

// draw gives the case its id, reports whether its key is known already, and
// chooses who is asked as next does: in one trip to the database. Whoever is
// chosen stays engaged until the transaction ends; Holder is 0 where their role
// ended a moment ago.
func (t *turn) draw(ctx context.Context, key string, members []int64, charge int64) (known bool, err error) {
	err = t.tx.QueryRowxContext(ctx, `
		WITH chosen AS (
			SELECT s.id FROM unnest($2::bigint[]) WITH ORDINALITY AS s (id, n)
			LEFT JOIN (
				SELECT holder_id, count(*) AS open FROM cases
				WHERE community_id = $1 AND holder_id = ANY ($2) AND `+toMove+` GROUP BY holder_id
			) l ON l.holder_id = s.id
			LEFT JOIN (
				SELECT DISTINCT person_id FROM person_roles
				WHERE community_id = $1 AND person_id = ANY ($2) AND role = 'member' AND ended_at IS NULL AND $7 = ANY (kinds)
			) k ON k.person_id = s.id
			WHERE s.id <> 0 AND s.id <> $6
			ORDER BY s.id = $9, s.id = $4, s.n = $5, (k.person_id IS NOT NULL AND coalesce(l.open, 0) < $8) DESC, coalesce(l.open, 0), s.n LIMIT 1),
		engaged AS (
			SELECT r.person_id FROM person_roles r
			WHERE r.community_id = $1 AND r.person_id = (SELECT id FROM chosen) AND r.ended_at IS NULL
				AND r.role IN ('member', 'deputy', 'secretary')
			FOR SHARE)
		SELECT nextval(pg_get_serial_sequence('cases', 'id')), EXISTS (
			SELECT FROM cases WHERE community_id = $1 AND session_key = $3
		), coalesce((SELECT person_id FROM engaged LIMIT 1), 0)`,
		t.c.Community, pq.Array(append(members, charge)), key, t.c.Reporter, len(members)+1, t.c.About, t.c.Kind, MostNamed, t.c.For,
	).Scan(&t.c.ID, &known, &t.c.Holder)
	return known, err
}

// errRaced says that the same key made a case at the same moment, or that the
// role of who was to go ended: done once more, the verb finds it so.
var errRaced = errors.New("the same report was opened, or a role ended, at the same moment")

// write writes the new case, what belongs to it, and the ping of who is asked
// to go.
func (t *turn) write(ctx context.Context, r Report) error {
	kinds, files, uniques := columnsOf(r.Media)
	if len(uniques) > MaxMedia {
		return refusal.New(refusal.Invalid, "case.too_many_media", "max", MaxMedia)
	}
	card := t.card(news{topic: "case.ping"}, t.c.Holder, 1)
	rows, err := t.wind(ctx)
	if err != nil {
		return err
	}
	if t.c.Holder != 0 {
		rows = append(rows, card)
	}
	if err := t.enqueue(ctx, rows); err != nil {
		return err
	}
	c := t.c
	err = t.tx.QueryRowxContext(ctx, `
		WITH made AS (
			INSERT INTO cases (community_id, id, session_key, status, kind, building_id, entrance, flat, spot, place_note, lat, lon,
				area_id, words, reporter_id, for_id, urgent, danger, self_sends, drafted_at, holder_id, opened_at, due_at, number, channel,
				asked_at, seen_to, done_by)
			OVERRIDING SYSTEM VALUE
			VALUES ($1, $2, $3, $4, $5, nullif($6::bigint, 0), nullif($7::int, 0), $8, $9, $10, $11, $12,
				nullif($13::bigint, 0), $14, $15, $16, $17, $18, false, $19, nullif($20::bigint, 0), $19, $21, $30, $31, $19, $19, $32)
			ON CONFLICT (community_id, session_key) DO NOTHING
			RETURNING number),
		logged AS (
			INSERT INTO case_events (community_id, case_id, code, actor_id, from_status, to_status, detail, at)
			SELECT $1, $2, e.code, $22, 'draft', e.status, e.detail::jsonb, $19
			FROM made, (VALUES (1, $23, 'draft', '{}'), (2, $24, $4, json_build_object('holder', $20::bigint)::text)) AS e (n, code, status, detail)
			ORDER BY e.n),
		kept AS (
			INSERT INTO case_media (community_id, case_id, stage, nth, kind, file_id, unique_id, person_id, at)
			SELECT $1, $2, $25, m.nth, m.kind, m.file, m.uniq, $22, $19
			FROM made, unnest($26::text[], $27::text[], $28::text[]) WITH ORDINALITY AS m (kind, file, uniq, nth)),
		carded AS (
			INSERT INTO case_cards (community_id, case_id, person_id, round, key)
			SELECT $1, $2, $20, 1, $29 FROM made WHERE $20::bigint <> 0)
		SELECT number FROM made`,
		c.Community, c.ID, r.Key, c.Status, c.Kind, c.Place.Building, c.Place.Entrance, c.Place.Flat, c.Place.Spot, c.Place.Note,
		c.Place.Lat, c.Place.Lon, c.Area, c.Words, c.Reporter, c.For, c.Urgent, c.Danger, t.now, c.Holder, c.DueAt,
		t.actor.Person, MoveDraft, MoveSend, Before, pq.Array(kinds), pq.Array(files), pq.Array(uniques), card.Key, c.Number, c.Channel, c.DoneBy,
	).Scan(&t.c.Number)
	if errors.Is(err, sql.ErrNoRows) {
		return errRaced
	}
	if err != nil {
		return err
	}
	return t.shown(ctx)
}
