package people

import (
	"context"
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

// Meant is whom a person link that was opened is for.
type Meant struct {
	Link   int64
	Person Person
	Asks   bool // whoever opened it has still to say whether that is them
}

// OpenPerson uses a person link up for who opens it, and returns whom it is for:
// nothing changes until they say by AnswerPerson that this is them. They may open
// it again until they have answered; what it gave or did not give stays.
func (s *Service) OpenPerson(ctx context.Context, community, person int64, token string) (Meant, error) {
	var m Meant
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		opener, err := LockPerson(ctx, tx, community, person)
		if err != nil {
			return err
		}
		l, first, err := s.openLink(ctx, tx, opening{community: community, by: person, token: token, kind: PersonLink})
		if err != nil {
			return err
		}
		if l.Person == person { // they are that person already
			m = Meant{Link: l.ID, Person: opener}
			return s.decideLink(ctx, tx, community, l.ID, true)
		}
		if l.Decided {
			return refusal.New(refusal.NotFound, "people.no_such_link")
		}
		m = Meant{Link: l.ID, Asks: true}
		m.Person, err = s.mayBecome(ctx, tx, community, opener, l)
		if !first && refusal.Is(err, refusal.Conflict) {
			return refusal.New(refusal.Conflict, "people.not_you", "name", m.Person.Name)
		}
		return err
	})
	if err != nil {
		return Meant{}, fmt.Errorf("open person link: %w", err)
	}
	return m, nil
}

// AnswerPerson is the word of who opened a person link: that this is them, by
// which they agree to be helped and their Telegram account becomes that of the
// person on the register, or that it is not, by which the link is done with and
// nobody changes. It returns who they are. Said again, nothing happens.
func (s *Service) AnswerPerson(ctx context.Context, actor Actor, link int64, yes bool) (Person, error) {
	var p Person
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := turnOffice(ctx, tx, actor.Community); err != nil { // roles that both hold end
			return err
		}
		var err error
		if p, err = LockPerson(ctx, tx, actor.Community, actor.Person); err != nil {
			return err
		}
		if p.Merged != 0 { // they said so a moment ago
			if p, err = LockPerson(ctx, tx, actor.Community, p.Merged); err != nil {
				return err
			}
		}
		l, err := lockLink(ctx, tx, actor.Community, link)
		if err != nil {
			return err
		}
		switch {
		case l.Kind != PersonLink || l.UsedBy != p.ID:
			return access.NotFound()
		case l.Decided && l.Accepted != yes:
			return refusal.New(refusal.NotFound, "people.no_such_link")
		case l.Decided:
			return nil
		case !yes:
			return s.notThem(ctx, tx, actor.Community, l)
		}
		p, err = s.become(ctx, tx, actor.Community, p, l)
		return err
	})
	if err != nil {
		return Person{}, fmt.Errorf("answer person link %d: %w", link, err)
	}
	return p, nil
}

// notThem ends a link that was opened on the wrong phone.
func (s *Service) notThem(ctx context.Context, tx *sqlx.Tx, community int64, l Link) error {
	if err := s.decideLink(ctx, tx, community, l.ID, false); err != nil {
		return err
	}
	h := happened{community, l.Person, l.UsedBy, "link_refused", map[string]any{"link": l.ID}, s.clk.Now()}
	return event(ctx, tx, h)
}

// become makes who opened a link the person whom it is for, who agreed by that.
// Time has passed since it was opened: all is looked at once more.
func (s *Service) become(ctx context.Context, tx *sqlx.Tx, community int64, me Person, l Link) (Person, error) {
	if l.Person != me.ID {
		to, err := s.mayBecome(ctx, tx, community, me, l)
		if refusal.Is(err, refusal.Conflict) {
			return Person{}, refusal.New(refusal.Conflict, "people.not_you", "name", to.Name)
		}
		if err != nil {
			return Person{}, err
		}
		if me, err = s.merge(ctx, tx, merging{community: community, from: me, into: to.ID, by: me.ID}); err != nil {
			return Person{}, err
		}
	}
	if err := s.decideLink(ctx, tx, community, l.ID, true); err != nil {
		return Person{}, err
	}
	return s.agreed(ctx, tx, Actor{Community: community, Person: me.ID}, me.Name)
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

// mayBecome returns whom a link is for, and refuses to make somebody a person whom
// they cannot be: who works here, or lives elsewhere, has opened the link of
// another.
func (s *Service) mayBecome(ctx context.Context, tx *sqlx.Tx, community int64, from Person, l Link) (Person, error) {
	if err := s.stillGiven(ctx, tx, community, l); err != nil {
		return Person{}, err
	}
	to, err := LockPerson(ctx, tx, community, l.Person)
	if err != nil {
		return Person{}, err
	}
	if to.Merged != 0 || to.Telegram != 0 || to.Gone() {
		return Person{}, refusal.New(refusal.NotFound, "people.no_such_link")
	}
	a, err := ReadActor(ctx, tx, community, from.ID)
	if err != nil {
		return Person{}, err
	}
	elsewhere := from.Known() && from.Building != 0 && to.Building != 0 &&
		(from.Building != to.Building || from.Flat != "" && to.Flat != "" && from.Flat != to.Flat)
	if len(a.Roles) > 1 || elsewhere {
		return to, refusal.New(refusal.Conflict, "people.somebody_else", "name", to.Name)
	}
	return to, nil
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
