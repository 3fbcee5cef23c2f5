package people

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

// Invitation is a role link that somebody opened, as it stands.
type Invitation struct {
	ID   int64
	Role access.Role
	Where
	By     int64 // who opened it
	Asks   int64 // who must say that they are the right person; 0: nobody need
	Stands Standing
}

// Standing is what became of an invitation.
type Standing string

// The standings.
const (
	Asked   Standing = "asked"
	Given   Standing = "given"
	Refused Standing = "refused"
)

// Invite returns the token of a link that gives a role to whoever opens it
// first, for a day. One of power is given only when the actor has seen who that
// was and said yes.
func (s *Service) Invite(ctx context.Context, actor Actor, role access.Role, where Where) (token string, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := mayGive(ctx, tx, actor, role, where); err != nil {
			return err
		}
		token, err = s.invite(ctx, tx, actor, role, where)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("invite a %s: %w", role, err)
	}
	return token, nil
}

// InviteHere is Invite by whoever keeps the machine. Who is in charge says yes
// to who opened it; where nobody is, it is NotFound.
func (s *Service) InviteHere(ctx context.Context, community int64, role access.Role, where Where) (token string, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := InCharge(ctx, tx, community); err != nil {
			return err
		}
		token, err = s.invite(ctx, tx, Actor{Community: community}, role, where)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("invite a %s from the machine: %w", role, err)
	}
	return token, nil
}

func (s *Service) invite(ctx context.Context, tx *sqlx.Tx, by Actor, role access.Role, where Where) (string, error) {
	if role == access.Secretary { // that office goes by a claim
		return "", refusal.New(refusal.Invalid, "people.unknown_role")
	}
	where, err := s.placed(ctx, tx, by.Community, role, where)
	if err != nil {
		return "", err
	}
	return s.makeLink(ctx, tx, by.Community, Link{
		Kind: RoleLink, Role: role, Area: where.Area, Building: where.Building, Entrance: where.Entrance, MadeBy: by.Person,
	})
}

// OpenRole opens a role link. A volunteer is one at once; for a role of power its
// giver is asked whether this is the right person, and until then it gives
// nothing. Wrong, expired, used by another, and made by somebody who may give the
// role no more are refused alike. Who opened it may do so again.
func (s *Service) OpenRole(ctx context.Context, community, person int64, token string) (Invitation, error) {
	var opened Invitation
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		l, first, err := s.openLink(ctx, tx, opening{community, person, token, RoleLink})
		if err != nil {
			return err
		}
		if first {
			l, err = s.receive(ctx, tx, community, l)
		}
		opened = invitation(l)
		return err
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("open an invitation as person %d: %w", person, err)
	}
	return opened, nil
}

// receive goes on with a link that was opened for the first time: the role is
// given, or somebody is asked.
func (s *Service) receive(ctx context.Context, tx *sqlx.Tx, community int64, l Link) (Link, error) {
	if err := s.fits(ctx, tx, community, l); err != nil {
		return l, err
	}
	if !l.Role.OfPower() {
		l.Decided, l.Accepted = true, true
		return l, s.bestow(ctx, tx, community, l.MadeBy, l)
	}
	asks, err := askOf(ctx, tx, community, l)
	if err != nil {
		return l, err
	}
	if asks == l.UsedBy { // in charge themselves, with a link from the machine
		l.Decided, l.Accepted = true, true
		return l, s.bestow(ctx, tx, community, asks, l)
	}
	l.Asks = asks
	_, err = tx.ExecContext(ctx, `UPDATE links SET asks = $3 WHERE community_id = $1 AND id = $2`, community, l.ID, asks)
	if err != nil {
		return l, err
	}
	return l, s.tell(ctx, tx, community, news{to: asks, topic: "role.asked", of: l.ID, args: args{"link": l.ID}})
}

// fits refuses a link whose maker may give its role no more, and one that gives
// nothing to who opened it: their own, or a role that they hold. It stays unused.
func (s *Service) fits(ctx context.Context, tx *sqlx.Tx, community int64, l Link) error {
	if l.MadeBy == l.UsedBy {
		return refusal.New(refusal.Conflict, "people.own_link")
	}
	if l.MadeBy != 0 {
		if err := mayGive(ctx, tx, Actor{Community: community, Person: l.MadeBy}, l.Role, l.where()); err != nil {
			return refusal.New(refusal.NotFound, "people.no_such_link")
		}
	}
	var has bool
	err := tx.GetContext(ctx, &has, `
		SELECT EXISTS (SELECT FROM person_roles
			WHERE community_id = $1 AND person_id = $2 AND role = $3 AND ended_at IS NULL
				AND (area_id, building_id, entrance) IS NOT DISTINCT FROM (nullif($4::bigint, 0), nullif($5::bigint, 0), nullif($6::int, 0)))`,
		community, l.UsedBy, l.Role, l.Area, l.Building, l.Entrance)
	if err != nil {
		return err
	}
	if has {
		return refusal.New(refusal.Conflict, "people.has_role")
	}
	return nil
}

// askOf is who says that the right person opened a link: its maker, or whoever
// is in charge where it came from the machine or the maker is not to be reached.
func askOf(ctx context.Context, tx *sqlx.Tx, community int64, l Link) (int64, error) {
	if l.MadeBy != 0 {
		reached, err := Reachable(ctx, tx, community, []int64{l.MadeBy})
		if err != nil {
			return 0, err
		}
		if len(reached) > 0 {
			return l.MadeBy, nil
		}
	}
	p, err := InCharge(ctx, tx, community)
	if isNotFound(err) {
		return 0, refusal.New(refusal.NotFound, "people.no_such_link")
	}
	return p.ID, err
}

// bestow gives what a link gives, and writes down that it did.
func (s *Service) bestow(ctx context.Context, tx *sqlx.Tx, community, by int64, l Link) error {
	if _, err := s.give(ctx, tx, holding{community, by, l.UsedBy, l.Role, l.where()}); err != nil {
		return err
	}
	return s.decideLink(ctx, tx, community, l.ID, true)
}

// DecideRole is the word of who is asked: it is the right person, or not. Who
// opened the link is told. A second word changes nothing.
func (s *Service) DecideRole(ctx context.Context, actor Actor, link int64, right bool) (Invitation, error) {
	var decided Invitation
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		l, err := lockLink(ctx, tx, actor.Community, link)
		if err != nil {
			return err
		}
		if l.Kind != RoleLink || l.Asks == 0 || l.Asks != actor.Person {
			return access.NotFound()
		}
		if err := mayGive(ctx, tx, actor, l.Role, l.where()); err != nil {
			return err
		}
		if !l.Decided {
			l.Decided, l.Accepted = true, right
			err = s.decideRole(ctx, tx, actor, l)
		}
		decided = invitation(l)
		return err
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("decide on invitation %d: %w", link, err)
	}
	return decided, nil
}

func (s *Service) decideRole(ctx context.Context, tx *sqlx.Tx, actor Actor, l Link) error {
	n := news{to: l.UsedBy, topic: "role.refused", of: l.ID, args: args{"role": l.Role}}
	if !l.Accepted {
		if err := s.decideLink(ctx, tx, actor.Community, l.ID, false); err != nil {
			return err
		}
		return s.tell(ctx, tx, actor.Community, n)
	}
	if err := s.bestow(ctx, tx, actor.Community, actor.Person, l); err != nil {
		return err
	}
	n.topic, n.args["by"] = "role.given", actor.Person
	return s.tell(ctx, tx, actor.Community, n)
}

// AskElse asks who is in charge about a link, where Telegram does not reach the
// person who was asked. Where that is the same person, nobody is.
func (s *Service) AskElse(ctx context.Context, community, link, person int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		l, err := lockLink(ctx, tx, community, link)
		if err != nil {
			return err
		}
		p, err := InCharge(ctx, tx, community)
		if err != nil {
			return err
		}
		if l.Kind != RoleLink || l.Decided || l.Asks != person || p.ID == person || p.ID == l.UsedBy {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE links SET asks = $3 WHERE community_id = $1 AND id = $2`, community, link, p.ID)
		if err != nil {
			return err
		}
		return s.tell(ctx, tx, community, news{to: p.ID, topic: "role.asked", of: l.ID, args: args{"link": l.ID}})
	})
	if err != nil && !isNotFound(err) { // nobody is in charge: the invitation waits
		return fmt.Errorf("ask somebody else about invitation %d: %w", link, err)
	}
	return nil
}

// Invitation reads a link that was opened, to ask about it.
func (s *Service) Invitation(ctx context.Context, community, id int64) (Invitation, error) {
	var l Link
	err := s.db.GetContext(ctx, &l, `
		SELECT `+linkColumns+` FROM links WHERE community_id = $1 AND id = $2 AND kind = 'role' AND used_by IS NOT NULL`, community, id)
	return invitation(l), found(err, 0)
}

func invitation(l Link) Invitation {
	i := Invitation{
		ID: l.ID, Role: l.Role, Where: l.where(), By: l.UsedBy, Asks: l.Asks,
		Stands: Asked,
	}
	switch {
	case l.Decided && l.Accepted:
		i.Stands = Given
	case l.Decided:
		i.Stands = Refused
	}
	return i
}
