package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/refusal"
)

// OfferFamily makes a link by which somebody comes to act for a person. The
// person is asked who it was that opened it; where Telegram does not reach them,
// whoever stands at their door and offers it answers for them. For a child the
// guardian does who offers it.
func (s *Service) OfferFamily(ctx context.Context, actor Actor, person int64, kind TieKind) (token string, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		p, err := s.mayTie(ctx, tx, actor, person, kind)
		if err != nil {
			return err
		}
		l := Link{Kind: FamilyLink, Person: person, Tie: kind, MadeBy: actor.Person, Asks: actor.Person}
		if kind == Family && p.Reachable {
			l.Asks = person
		}
		token, err = s.makeLink(ctx, tx, actor.Community, l)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("offer to act for person %d: %w", person, err)
	}
	return token, nil
}

// mayTie locks a person and lets those pass who may say who acts for them.
func (s *Service) mayTie(ctx context.Context, tx *sqlx.Tx, actor Actor, person int64, kind TieKind) (Person, error) {
	do := access.Entrust
	switch kind {
	case Family:
		do = access.OpenFamily
	case Guardian:
	default:
		return Person{}, access.NotFound()
	}
	p, now, err := onPerson(ctx, tx, actor, do, person)
	if err != nil {
		return Person{}, err
	}
	if do == access.Entrust && !p.child(s.clk.Now().Year()) { // nobody decides for a grown-up
		return Person{}, access.NotFound()
	}
	if do == access.Entrust {
		if err := s.unbarred(ctx, tx, actor.Community, person, now.Person); err != nil {
			return Person{}, err
		}
	}
	if do == access.Entrust && !now.Has(access.Childcare, access.Deputy, access.Secretary) {
		decides, err := isGuardian(ctx, tx, now, person)
		if err != nil {
			return Person{}, err
		}
		if !decides {
			return Person{}, access.NotFound()
		}
	}
	if !p.onRegister() || p.ID != person {
		return Person{}, access.NotFound()
	}
	return p, nil
}

// here refuses where one of some people has moved, died or left.
func here(ctx context.Context, tx *sqlx.Tx, community int64, some ...int64) error {
	for _, id := range some {
		p, err := ReadPerson(ctx, tx, community, id)
		if err != nil {
			return err
		}
		if !p.onRegister() {
			return access.NotFound()
		}
	}
	return nil
}

// OpenFamily is somebody opening such a link: whoever is to say that it is the
// right person is asked. Opened again by the same person, nothing happens. A
// link that is wrong, too old or used up is refused alike, by one reading.
func (s *Service) OpenFamily(ctx context.Context, community, person int64, token string) (l Link, err error) {
	var there bool
	err = s.db.GetContext(ctx, &there, `
		SELECT EXISTS (SELECT FROM links WHERE community_id = $1 AND token_hash = $2 AND kind = 'family')`, community, hash(token))
	if err == nil && !there {
		err = refusal.New(refusal.NotFound, "people.no_such_link")
	}
	if err == nil {
		err = s.inTx(ctx, func(tx *sqlx.Tx) error {
			var first bool
			if l, first, err = s.openLink(ctx, tx, opening{community, person, token, FamilyLink}); err != nil || !first {
				return err
			}
			return s.opened(ctx, tx, community, l)
		})
	}
	if err != nil {
		return Link{}, fmt.Errorf("open a family link: %w", err)
	}
	return l, nil
}

// opened checks who opened a link for the first time, and asks. Nobody acts for
// themselves, and nobody who is asked may be the one who opened it.
func (s *Service) opened(ctx context.Context, tx *sqlx.Tx, community int64, l Link) error {
	if l.UsedBy == l.Person || l.UsedBy == l.Asks {
		return refusal.New(refusal.Conflict, "people.own_link")
	}
	if err := here(ctx, tx, community, l.Person, l.UsedBy); err != nil {
		return refusal.New(refusal.NotFound, "people.no_such_link")
	}
	if err := s.unbarred(ctx, tx, community, l.Person, l.UsedBy); err != nil {
		return refusal.New(refusal.NotFound, "people.no_such_link")
	}
	now := s.clk.Now()
	var acts bool
	err := tx.GetContext(ctx, &acts, `
		SELECT EXISTS (SELECT FROM ties
			WHERE community_id = $1 AND person_id = $2 AND for_id = $3 AND kind = $4 AND ended_at IS NULL)`,
		community, l.UsedBy, l.Person, l.Tie)
	if err != nil {
		return err
	}
	if acts {
		return refusal.New(refusal.Conflict, "people.acts_already")
	}
	h := happened{community, l.Person, l.UsedBy, "family_opened", map[string]any{"link": l.ID, "tie": l.Tie}, now}
	if err := event(ctx, tx, h); err != nil {
		return err
	}
	return s.tellFamily(ctx, tx, community, familyNews{topic: "family.ask", id: l.ID, urgency: outbox.Task}, l.Asks)
}

// FamilyLink reads a link that was opened, for telling somebody of it.
func (s *Service) FamilyLink(ctx context.Context, community, id int64) (Link, error) {
	var l Link
	err := s.db.GetContext(ctx, &l, `
		SELECT `+linkColumns+` FROM links
		WHERE community_id = $1 AND id = $2 AND kind = 'family' AND used_by IS NOT NULL`, community, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Link{}, access.NotFound()
	}
	if err != nil {
		return Link{}, fmt.Errorf("read link %d: %w", id, err)
	}
	return l, nil
}

// Asked reads the links of which the actor has not said yet whether the right
// person opened them, oldest first.
func (s *Service) Asked(ctx context.Context, actor Actor) ([]Link, error) {
	var all []Link
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+linkColumns+` FROM links
		WHERE community_id = $1 AND asks = $2 AND kind = 'family' AND used_by IS NOT NULL AND decided_at IS NULL
		ORDER BY id`, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read what person %d is asked: %w", actor.Person, err)
	}
	return all, nil
}

// AgreeFamily says whether whoever opened a link may act for the person. Said
// again, nothing happens; said otherwise, it is too late: a tie is ended, and
// not unsaid.
func (s *Service) AgreeFamily(ctx context.Context, actor Actor, link int64, yes bool) (l Link, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if l, err = lockLink(ctx, tx, actor.Community, link); err != nil {
			return err
		}
		if l.Kind != FamilyLink || l.Asks != actor.Person {
			return access.NotFound()
		}
		if l.Decided && l.Accepted != yes {
			return refusal.New(refusal.Conflict, "people.decided")
		}
		if l.Decided {
			return nil
		}
		return s.agree(ctx, tx, actor, l, yes)
	})
	if err != nil {
		return Link{}, fmt.Errorf("agree to link %d: %w", link, err)
	}
	return l, nil
}

func (s *Service) agree(ctx context.Context, tx *sqlx.Tx, actor Actor, l Link, yes bool) error {
	if err := s.decideLink(ctx, tx, actor.Community, l.ID, yes); err != nil {
		return err
	}
	if !yes {
		h := happened{actor.Community, l.Person, actor.Person, "family_refused", map[string]any{"link": l.ID}, s.clk.Now()}
		if err := event(ctx, tx, h); err != nil {
			return err
		}
		return s.tellFamily(ctx, tx, actor.Community, familyNews{topic: "family.refused", id: l.ID}, l.UsedBy)
	}
	if _, err := s.mayTie(ctx, tx, actor, l.Person, l.Tie); err != nil {
		return err
	}
	if l.UsedBy == l.Person { // they turned out to be one person meanwhile
		return access.NotFound()
	}
	if err := here(ctx, tx, actor.Community, l.UsedBy); err != nil {
		return err
	}
	if err := s.unbarred(ctx, tx, actor.Community, l.Person, l.UsedBy); err != nil {
		return err
	}
	tie, err := s.tie(ctx, tx, tying{actor.Community, actor.Person, l.UsedBy, l.Person, l.Tie})
	if err != nil || tie == 0 {
		return err
	}
	to := []int64{l.UsedBy, l.Person}
	if l.Tie == Guardian { // nobody comes to decide behind the back of who does
		others, err := s.deciding(ctx, tx, actor.Community, l.Person)
		if err != nil {
			return err
		}
		to = append(to, slices.DeleteFunc(others, func(id int64) bool { return id == l.UsedBy })...)
	}
	return s.tellFamily(ctx, tx, actor.Community, familyNews{topic: "family.agreed", id: tie, by: actor.Person}, to...)
}

// tying is that somebody, by, lets a person act for another.
type tying struct {
	community, by, person, whom int64
	kind                        TieKind
}

// tie writes a tie with its event, or nothing where it is there: id 0.
func (s *Service) tie(ctx context.Context, tx *sqlx.Tx, t tying) (id int64, err error) {
	now := s.clk.Now()
	err = tx.GetContext(ctx, &id, `
		INSERT INTO ties (community_id, person_id, for_id, kind, agreed_by, since) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING
		RETURNING id`, t.community, t.person, t.whom, t.kind, t.by, now)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return id, event(ctx, tx, happened{t.community, t.whom, t.by, "tie_made", map[string]any{"tie": id, "person": t.person, "kind": t.kind}, now})
}

// familyNews is something that people hear of who acts for whom: of a link or of
// a tie, by its id.
type familyNews struct {
	topic   string
	id, by  int64
	urgency outbox.Urgency
}

// tellFamily enqueues news for those whom Telegram reaches, but not for whoever
// brought it about: they see it.
func (s *Service) tellFamily(ctx context.Context, tx *sqlx.Tx, community int64, n familyNews, to ...int64) error {
	to = slices.DeleteFunc(to, func(id int64) bool { return id == n.by })
	reached, err := Reachable(ctx, tx, community, to)
	if err != nil {
		return err
	}
	if n.urgency == 0 {
		n.urgency = outbox.Notice
	}
	rows := make([]outbox.Row, len(reached))
	for i, person := range reached {
		rows[i] = outbox.Row{
			Key: fmt.Sprintf("%s:%d:%d:%d", n.topic, n.id, person, s.clk.Now().UnixMilli()), Person: person, Subject: fmt.Sprintf("family:%d", n.id),
			Topic: n.topic, Args: map[string]any{"id": n.id, "by": n.by}, Urgency: n.urgency, Due: s.clk.Now(),
		}
	}
	return outbox.Enqueue(ctx, tx, community, rows...)
}
