package childcare

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
)

const houseColumns = `community_id AS community, since, closed_at AS closedat, asks_at AS asksat, closes_at AS closesat, place,
	coalesce(confidant_id, 0) AS confidant`

const dayColumns = `community_id AS community, day, weekday, school, state, asks_at AS asksat, closes_at AS closesat,
	closed_at AS closedat, over_at AS overat, cancelled_at AS cancelledat, why`

const patternColumns = `p.community_id AS community, p.id, p.part, p.what, p.weekdays, p.runs = 'free' AS free, p.from_minute AS from,
	p.until_minute AS until, p.places, p.ratio, p.price, coalesce(p.school_id, 0) AS school, p.point, p.age_from AS agefrom,
	p.age_until AS ageuntil, p.grade_from AS gradefrom, p.grade_until AS gradeuntil, p.subject, coalesce(p.person_id, 0) AS person,
	p.since, p.ended_at AS endedat`

const sittingColumns = `s.community_id AS community, s.id, s.day, s.starts_at AS startsat, s.ends_at AS endsat, s.places, s.taken, s.price, s.lacks,
	s.cancelled_at AS cancelledat,
	p.community_id AS "pattern.community", p.id AS "pattern.id", p.part AS "pattern.part", p.what AS "pattern.what",
	p.weekdays AS "pattern.weekdays", p.runs = 'free' AS "pattern.free", p.from_minute AS "pattern.from",
	p.until_minute AS "pattern.until", p.places AS "pattern.places", p.ratio AS "pattern.ratio", p.price AS "pattern.price",
	coalesce(p.school_id, 0) AS "pattern.school", p.point AS "pattern.point", p.age_from AS "pattern.agefrom",
	p.age_until AS "pattern.ageuntil", p.grade_from AS "pattern.gradefrom", p.grade_until AS "pattern.gradeuntil",
	p.subject AS "pattern.subject", coalesce(p.person_id, 0) AS "pattern.person", p.since AS "pattern.since",
	p.ended_at AS "pattern.endedat", coalesce(z.name, '') AS schoolname, coalesce(nullif(p.point, ''), z.gate, '') AS meets`

const sittingTables = `care_sittings s JOIN care_patterns p ON p.community_id = s.community_id AND p.id = s.pattern_id
	LEFT JOIN care_schools z ON z.community_id = p.community_id AND z.id = p.school_id`

const bookingColumns = `b.community_id AS community, b.id, b.day, b.child_id AS child, b.part, b.nth, coalesce(b.by_id, 0) AS by, b.how,
	b.state AS status, b.since, b.waits_since AS waitssince, b.takes_itself AS takesitself, b.held_until AS helduntil, b.absent, b.outcome,
	b.missing_at AS missingat, b.found_at AS foundat, coalesce(b.found_by, 0) AS foundby`

const childColumns = `c.community_id AS community, c.child_id AS id, p.name, coalesce(p.birth_year, 0) AS birthyear,
	coalesce(c.school_id, 0) AS school, coalesce(s.name, '') AS schoolname, c.grade, c.class, c.diet, c.allergy, c.know, c.naps, c.subject,
	c.since, c.consent_at AS consentat, coalesce(c.consent_by, 0) AS consentby, c.erased_at AS erasedat`

const childTables = `care_children c JOIN persons p ON p.community_id = c.community_id AND p.id = c.child_id
	LEFT JOIN care_schools s ON s.community_id = c.community_id AND s.id = c.school_id`

// readHouse is NotFound where a community minds no children, or does no more.
func readHouse(ctx context.Context, q sqlx.QueryerContext, community int64) (House, error) {
	var h House
	err := sqlx.GetContext(ctx, q, &h, `
		SELECT `+houseColumns+` FROM care_houses WHERE community_id = $1 AND closed_at IS NULL`, community)
	return h, found(err, "house of", community)
}

// lockHouse holds it: of any number who change what there is one goes after the other.
func lockHouse(ctx context.Context, tx *sqlx.Tx, community int64) (House, error) {
	var h House
	err := tx.GetContext(ctx, &h, `
		SELECT `+houseColumns+` FROM care_houses WHERE community_id = $1 AND closed_at IS NULL FOR NO KEY UPDATE`, community)
	return h, found(err, "house of", community)
}

func readDay(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) (Day, error) {
	var d Day
	err := sqlx.GetContext(ctx, q, &d, `
		SELECT `+dayColumns+` FROM care_days WHERE community_id = $1 AND day = $2`, community, day)
	return d, found(err, "day", day.Format(time.DateOnly))
}

// lockDay holds a day as it is: shared by those who book, alone for who changes it.
func lockDay(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time, alone bool) (Day, error) {
	how := `FOR SHARE`
	if alone {
		how = `FOR NO KEY UPDATE`
	}
	var d Day
	err := tx.GetContext(ctx, &d, `
		SELECT `+dayColumns+` FROM care_days WHERE community_id = $1 AND day = $2 `+how, community, day)
	return d, found(err, "day", day.Format(time.DateOnly))
}

// readChild reads the file of one, also one that is erased. It is NotFound where there
// never was one.
func readChild(ctx context.Context, q sqlx.QueryerContext, community, child int64) (Child, error) {
	var c Child
	err := sqlx.GetContext(ctx, q, &c, `
		SELECT `+childColumns+` FROM `+childTables+` WHERE c.community_id = $1 AND c.child_id = $2`, community, child)
	return c.orNone(err), found(err, "child", child)
}

// orNone is the child that was read, or none: sqlx leaves moments in what it found no row for.
func (c Child) orNone(err error) Child {
	if err != nil {
		return Child{}
	}
	return c
}

// lockChild holds one: of any number who do something for a child at once, one goes after
// the other.
func lockChild(ctx context.Context, tx *sqlx.Tx, community, child int64) (Child, error) {
	var c Child
	err := tx.GetContext(ctx, &c, `
		SELECT `+childColumns+` FROM `+childTables+` WHERE c.community_id = $1 AND c.child_id = $2 FOR NO KEY UPDATE OF c`, community, child)
	return c.orNone(err), found(err, "child", child)
}

// readBookings reads some bookings of a community, which is $1, by day and part.
func readBookings(ctx context.Context, q sqlx.QueryerContext, where string, args ...any) ([]Booking, error) {
	all := []Booking{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+bookingColumns+` FROM care_bookings b WHERE b.community_id = $1 AND `+where+` ORDER BY b.day, b.part, b.nth, b.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read bookings: %w", err)
	}
	return all, nil
}

func readBooking(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Booking, error) {
	var b Booking
	err := sqlx.GetContext(ctx, q, &b, `
		SELECT `+bookingColumns+` FROM care_bookings b WHERE b.community_id = $1 AND b.id = $2`, community, id)
	return b, found(err, "booking", id)
}

// readSittings reads some sittings, as they begin.
func readSittings(ctx context.Context, q sqlx.QueryerContext, where string, args ...any) ([]Sitting, error) {
	all := []Sitting{}
	err := sqlx.SelectContext(ctx, q, &all, `
		SELECT `+sittingColumns+` FROM `+sittingTables+` WHERE `+where+` ORDER BY s.starts_at, s.ends_at, s.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("read sittings: %w", err)
	}
	return all, nil
}

func found(err error, what string, of any) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return access.NotFound()
	}
	return fmt.Errorf("read %s %v: %w", what, of, err)
}

// detail is what an event and an outbox row say beside their codes: ids, codes and
// counts, never people's words.
type detail map[string]any

// happened is one step of the hall's history; by 0 is the bot itself.
type happened struct {
	community int64
	day       time.Time // zero: it is about no day
	child, by int64
	code      string
	detail    detail
	at        time.Time
}

// log writes an event and returns its id, which keys what is told of it.
func log(ctx context.Context, tx *sqlx.Tx, h happened) (id int64, err error) {
	raw := []byte("{}")
	if h.detail != nil {
		if raw, err = json.Marshal(h.detail); err != nil {
			return 0, err
		}
	}
	day := sql.NullTime{Time: h.day, Valid: !h.day.IsZero()}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO care_events (community_id, day, child_id, code, actor_id, detail, at)
		VALUES ($1, $2, nullif($3::bigint, 0), $4, nullif($5::bigint, 0), $6, $7) RETURNING id`,
		h.community, day, h.child, h.code, h.by, string(raw), h.at)
	return id, err
}

// looked writes down that somebody looked at what is known of a child.
func looked(ctx context.Context, tx *sqlx.Tx, community, child, person int64, what string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO care_looks (community_id, child_id, person_id, what, at) VALUES ($1, $2, $3, $4, $5)`, community, child, person, what, at)
	if err != nil {
		return fmt.Errorf("write who looked at child %d: %w", child, err)
	}
	return nil
}
