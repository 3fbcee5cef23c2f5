package people

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

// LinkPerson makes a one-time link for the phone of somebody who is on the
// register and has no Telegram there.
func (s *Service) LinkPerson(ctx context.Context, actor Actor, person int64) (token string, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		p, now, err := onPerson(ctx, tx, actor, access.Connect, person)
		if err != nil {
			return err
		}
		if err := p.unconnected(); err != nil {
			return err
		}
		if err := now.mayEndAll(ctx, tx, p.ID); err != nil { // whoever opens it will hold their roles
			return err
		}
		token, err = s.makeLink(ctx, tx, actor.Community, Link{Kind: PersonLink, Person: p.ID, MadeBy: now.Person})
		if err != nil {
			return err
		}
		return event(ctx, tx, happened{community: actor.Community, person: p.ID, by: now.Person, code: "link_made", at: s.clk.Now()})
	})
	if err != nil {
		return "", fmt.Errorf("link person %d: %w", person, err)
	}
	return token, nil
}

// unconnected refuses for who has a Telegram or is gone.
func (p Person) unconnected() error {
	switch {
	case p.Telegram != 0:
		return refusal.New(refusal.Conflict, "people.connected", "name", p.Name)
	case p.Gone():
		return refusal.New(refusal.Conflict, "people.is_gone", "name", p.Name)
	}
	return nil
}

// OpenPerson makes the Telegram account of who opens a person link that of the
// person on the register, and returns them. Who opened it may do so again.
func (s *Service) OpenPerson(ctx context.Context, community, person int64, token string) (Person, error) {
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := turnOffice(ctx, tx, community); err != nil { // roles that both hold end
			return err
		}
		opener, err := LockPerson(ctx, tx, community, person)
		if err != nil {
			return err
		}
		l, first, err := s.openLink(ctx, tx, opening{community: community, by: person, token: token, kind: PersonLink})
		if err != nil {
			return err
		}
		if !first || l.Person == person {
			p, err = ReadPerson(ctx, tx, community, l.Person)
			return err
		}
		if err := s.stillGiven(ctx, tx, community, l); err != nil {
			return err
		}
		if err := s.mayBecome(ctx, tx, community, opener, l.Person); err != nil {
			return err
		}
		p, err = s.merge(ctx, tx, merging{community: community, from: opener, into: l.Person, by: person})
		if err != nil {
			return err
		}
		return s.decideLink(ctx, tx, community, l.ID, true)
	})
	if err != nil {
		return Person{}, fmt.Errorf("open person link: %w", err)
	}
	return p, nil
}

// stillGiven refuses a person link whose maker could make it no more: their role
// ended, or whom it is for has a duty by now.
func (s *Service) stillGiven(ctx context.Context, tx *sqlx.Tx, community int64, l Link) error {
	_, maker, err := onPerson(ctx, tx, Actor{Community: community, Person: l.MadeBy}, access.Connect, l.Person)
	if err == nil {
		err = maker.mayEndAll(ctx, tx, l.Person)
	}
	if _, refused := refusal.As(err); refused {
		return refusal.New(refusal.NotFound, "people.no_such_link")
	}
	return err
}

// mayBecome refuses to make somebody a person whom they cannot be: who works
// here, or lives elsewhere, has opened the link of another. The link stays good.
func (s *Service) mayBecome(ctx context.Context, tx *sqlx.Tx, community int64, from Person, into int64) error {
	to, err := LockPerson(ctx, tx, community, into)
	if err != nil {
		return err
	}
	if to.Merged != 0 || to.Telegram != 0 || to.Gone() {
		return refusal.New(refusal.NotFound, "people.no_such_link")
	}
	a, err := ReadActor(ctx, tx, community, from.ID)
	if err != nil {
		return err
	}
	elsewhere := from.Known() && from.Building != 0 && to.Building != 0 &&
		(from.Building != to.Building || from.Flat != "" && to.Flat != "" && from.Flat != to.Flat)
	if len(a.Roles) > 1 || elsewhere {
		return refusal.New(refusal.Conflict, "people.somebody_else", "name", to.Name)
	}
	return nil
}

// SamePhone finds the one person on the register without Telegram whose number
// is the actor's own; ok is false where there is none, or more than one.
func (s *Service) SamePhone(ctx context.Context, actor Actor) (p Person, ok bool, err error) {
	me, err := ReadPerson(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return Person{}, false, fmt.Errorf("same phone: %w", err)
	}
	p, ok, err = samePhone(ctx, s.db, actor.Community, me)
	if err != nil {
		return Person{}, false, fmt.Errorf("same phone: %w", err)
	}
	return p, ok, nil
}

func samePhone(ctx context.Context, q sqlx.QueryerContext, community int64, me Person) (Person, bool, error) {
	digits := notDigits.ReplaceAllString(me.Phone, "") // Telegram always tells the country
	if len(digits) < 9 {
		return Person{}, false, nil
	}
	var told bool
	err := sqlx.GetContext(ctx, q, &told, `
		SELECT EXISTS (SELECT FROM persons WHERE community_id = $1 AND id = $2 AND `+toldByTelegram+`)`, community, me.ID)
	if err != nil || !told {
		return Person{}, false, err
	}
	digits = abroad("+" + digits)
	var some []Person
	err = sqlx.SelectContext(ctx, q, &some, `
		SELECT `+columns+` FROM persons
		WHERE community_id = $1 AND phone <> '' AND right(phone, 4) = $2 AND telegram IS NULL AND merged_into IS NULL AND id <> $3
			AND presence NOT IN ('moved', 'died', 'left')
		ORDER BY id`, community, digits[len(digits)-4:], me.ID)
	if err != nil {
		return Person{}, false, err
	}
	var same []Person
	for _, p := range some {
		if abroad(p.Phone) == digits {
			same = append(same, p)
		}
	}
	if len(same) != 1 {
		return Person{}, false, nil
	}
	return same[0], true, nil
}

// toldByTelegram is SQL for "the number of this row of persons is as their
// Telegram told it, and nobody wrote another one there since".
const toldByTelegram = `coalesce((
	SELECT e.code = 'phone_shared' FROM person_events e
	WHERE e.community_id = persons.community_id AND e.person_id = persons.id
		AND (e.code = 'phone_shared' OR e.code = 'corrected' AND coalesce(e.detail->'parts' @> '["phone"]', true))
	ORDER BY e.id DESC LIMIT 1), false)`

// abroad is a number as it is dialled from another country, for comparing whose it
// is: as it is mostly written here, another country's could have the same digits.
func abroad(phone string) string {
	digits := notDigits.ReplaceAllString(phone, "")
	switch {
	case strings.HasPrefix(digits, "00"):
		digits = digits[2:]
	case !strings.Contains(phone, "+") && (len(digits) <= 11 || !strings.HasPrefix(digits, "86")):
		digits = "86" + digits
	}
	if home, is := strings.CutPrefix(digits, "86"); is {
		return "86" + strings.TrimPrefix(home, "0")
	}
	return digits
}

// IsMe says that the person on the register who has the actor's own number is
// the actor, whose Telegram becomes theirs.
func (s *Service) IsMe(ctx context.Context, actor Actor, person int64) (Person, error) {
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := turnOffice(ctx, tx, actor.Community); err != nil { // roles that both hold end
			return err
		}
		me, err := LockPerson(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		same, ok, err := samePhone(ctx, tx, actor.Community, me)
		if err != nil {
			return err
		}
		if !ok || same.ID != person {
			return access.NotFound()
		}
		if _, err := LockPerson(ctx, tx, actor.Community, same.ID); err != nil {
			return err
		}
		them, err := ReadActor(ctx, tx, actor.Community, same.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(them.Roles, access.Role.OfPower) { // members write numbers: a link of the secretary's gives it
			return access.NotFound()
		}
		p, err = s.merge(ctx, tx, merging{community: actor.Community, from: me, into: person, by: me.ID})
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("person %d is me: %w", person, err)
	}
	return p, nil
}

var notDigits = regexp.MustCompile(`[^0-9]`)

// DigitsOf is a number as it is compared: without the country's prefix, zeros
// ahead, and what stands between the digits.
func DigitsOf(phone string) string {
	digits := notDigits.ReplaceAllString(phone, "")
	digits = strings.TrimPrefix(strings.TrimPrefix(digits, "00"), "0")
	if len(digits) > 11 {
		digits = strings.TrimPrefix(strings.TrimPrefix(digits, "86"), "0")
	}
	return digits
}

// NotMe takes back that somebody became a person on the register by a link that
// their phone opened: it was the wrong phone.
func (s *Service) NotMe(ctx context.Context, actor Actor) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := turnOffice(ctx, tx, actor.Community); err != nil {
			return err
		}
		p, err := LockPerson(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		now, err := ReadActor(ctx, tx, actor.Community, p.ID)
		if err != nil {
			return err
		}
		if len(now.Roles) > 1 { // what they hold would be nobody's
			return refusal.New(refusal.Conflict, "people.on_duty", "name", p.Name)
		}
		res, err := tx.ExecContext(ctx, `
			UPDATE links SET accepted = false
			WHERE community_id = $1 AND kind = 'person' AND person_id = $2 AND used_by = $2 AND accepted AND expires_at > $3`,
			actor.Community, p.ID, s.clk.Now())
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, access.NotFound())
		}
		if err := s.partTies(ctx, tx, actor.Community, p.ID); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE persons SET telegram = NULL, reachable = false WHERE community_id = $1 AND id = $2`, actor.Community, p.ID)
		if err != nil {
			return err
		}
		return event(ctx, tx, happened{community: actor.Community, person: p.ID, by: p.ID, code: "not_me", at: s.clk.Now()})
	})
	if err != nil {
		return fmt.Errorf("person %d is not who opened the link: %w", actor.Person, err)
	}
	return nil
}

// partTies ends the ties that came with the wrong phone: whoever is the person on
// the register acts for nobody of another's family, nor they for them.
func (s *Service) partTies(ctx context.Context, tx *sqlx.Tx, community, person int64) error {
	_, err := tx.ExecContext(ctx, `
		WITH ended AS (
			UPDATE ties SET ended_at = greatest($3, since), ended_by = $2
			WHERE community_id = $1 AND ended_at IS NULL AND id IN (
				SELECT jsonb_array_elements_text(detail->'ties')::bigint FROM (
					SELECT detail FROM person_events WHERE community_id = $1 AND person_id = $2 AND code = 'connected'
					ORDER BY id DESC LIMIT 1) connected)
			RETURNING id, person_id, for_id)
		INSERT INTO person_events (community_id, person_id, code, actor_id, detail, at)
		SELECT $1, for_id, 'tie_ended', $2, jsonb_build_object('tie', id, 'person', person_id), $3 FROM ended`,
		community, person, s.clk.Now())
	return err
}
