package cases

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Finding is what somebody found who looked.
type Finding struct {
	Found Found
	After time.Duration // of AskLater: when the other body is asked again
}

// findings are what can be found, by why it is looked at.
var findings = map[VisitKind][]Found{
	AfterSilence: {FoundHeld, FoundHalf, FoundNot, Nobody},
	KeyMatter:    {FoundHeld, FoundHalf, FoundNot, Nobody},
	OtherBody:    {DoneThere, AskLater, FoundNot},
}

// Visited writes down what a visit came to. What is said there is the resident's
// word, whoever writes it down; who did the work never does.
func (s *Service) Visited(ctx context.Context, actor people.Actor, visit int64, f Finding) (Case, error) {
	return s.onVisit(ctx, visitCall{"visit", actor, visit, f.Found}, func(t *turn, v Visit) error {
		if !slices.Contains(findings[v.Kind], f.Found) {
			return refusal.New(refusal.Invalid, "case.unknown_outcome")
		}
		if err := t.endVisit(ctx, v, f.Found); err != nil {
			return err
		}
		if err := t.aside(ctx, MoveVisit, detail{"visit": v.ID, "outcome": f.Found}); err != nil {
			return err
		}
		return t.found(ctx, v, f)
	})
}

// found does what follows from what was found.
func (t *turn) found(ctx context.Context, v Visit, f Finding) error {
	how := detail{"visit": v.ID}
	if f.Found == FoundHeld || f.Found == FoundHalf || f.Found == FoundNot && v.Kind != OtherBody {
		if err := t.spoke(ctx); err != nil {
			return err
		}
	}
	switch {
	case f.Found == Nobody:
		return t.missed(ctx, v)
	case f.Found == AskLater:
		return t.askLater(ctx, f.After)
	case f.Found == DoneThere:
		return t.tellFamily(ctx, taskNews("case.done_there"))
	case f.Found == FoundHeld && t.from == Held:
		return nil // as it did
	case f.Found == FoundHeld:
		return t.held(ctx, how)
	case t.from == Referred:
		return t.takeUp(ctx, how)
	case t.from == Held:
		return t.again(ctx, Outcome(f.Found), how)
	}
	return t.reopen(ctx, Outcome(f.Found), how)
}

// askLater asks the other body once more another day, and tells whoever waits when.
func (t *turn) askLater(ctx context.Context, after time.Duration) error {
	on := t.now.Add(after)
	t.c.AskOn = &on
	if err := t.save(ctx); err != nil {
		return err
	}
	if err := t.planVisit(ctx, Visit{Kind: OtherBody, DueAt: on}); err != nil {
		return err
	}
	return t.tellFamily(ctx, taskNews("case.asks_later"))
}

// missed goes on where nobody was there: once more in the evening some days later;
// after that it stays not confirmed, which the resident is told.
func (t *turn) missed(ctx context.Context, v Visit) error {
	if v.Tried == 0 {
		zone, err := t.zone(ctx)
		if err != nil {
			return err
		}
		if err := t.planVisit(ctx, Visit{Kind: v.Kind, DueAt: clockOn(t.now.In(zone), anotherTry, evening), Tried: 1}); err != nil {
			return err
		}
		if err := t.tellHome(ctx, news{"case.visit_missed", outbox.Task, detail{"by": t.actor.Person}}); err != nil {
			return err
		}
		return t.toCall(ctx)
	}
	if t.from != Done {
		return nil // it held, or was seen to
	}
	t.c.ClosedAt = &t.now
	if err := t.become(ctx, MoveUnconfirmed, Unconfirmed, detail{"visit": v.ID}); err != nil {
		return err
	}
	if err := t.refresh(ctx); err != nil {
		return err
	}
	if err := t.tellFamily(ctx, taskNews("case.unconfirmed")); err != nil {
		return err
	}
	return t.tell(ctx, news{"case.unconfirmed_yours", outbox.Notice, nil}, t.c.Holder)
}

// SawIt ends a visit with what the visitor saw themselves, and a photo of it.
func (s *Service) SawIt(ctx context.Context, actor people.Actor, visit int64, n Note) (Case, error) {
	if !slices.ContainsFunc(n.Media, func(m Media) bool { return m.Kind == "photo" || m.Kind == "video" }) {
		return Case{}, refusal.New(refusal.Invalid, "case.seen_needs_photo")
	}
	if err := checkMedia(n.Media); err != nil {
		return Case{}, err
	}
	words, err := cleanWords(n.Words)
	if err != nil {
		return Case{}, err
	}
	return s.onVisit(ctx, visitCall{"see", actor, visit, FoundSeen}, func(t *turn, v Visit) error {
		if v.Kind == OtherBody {
			return refusal.New(refusal.Invalid, "case.unknown_outcome")
		}
		if err := t.endVisit(ctx, v, FoundSeen); err != nil {
			return err
		}
		if err := t.aside(ctx, MoveVisit, detail{"visit": v.ID, "outcome": FoundSeen}); err != nil {
			return err
		}
		if err := t.note(ctx, After, words); err != nil {
			return err
		}
		if err := t.add(ctx, After, n.Media); err != nil || t.from != Done {
			return err
		}
		return t.seen(ctx, v)
	})
}

func (t *turn) seen(ctx context.Context, v Visit) error {
	t.c.ClosedAt = &t.now
	if err := t.become(ctx, MoveSeen, Seen, detail{"visit": v.ID}); err != nil {
		return err
	}
	if err := t.refresh(ctx); err != nil {
		return err
	}
	if err := t.tellFamily(ctx, news{"case.seen", outbox.Task, detail{"by": t.actor.Person}}); err != nil {
		return err
	}
	return t.tell(ctx, news{"case.seen_yours", outbox.Notice, detail{"by": t.actor.Person}}, t.c.Holder)
}

// PassVisit gives a visit to another who has fewer.
func (s *Service) PassVisit(ctx context.Context, actor people.Actor, visit int64) (ToVisit, error) {
	c, err := s.onVisit(ctx, visitCall{verb: "pass the visit of", actor: actor, visit: visit}, func(t *turn, v Visit) error {
		if v.Person != t.actor.Person {
			return nil
		}
		next, err := t.visitor(ctx, v.Person)
		if err != nil {
			return err
		}
		if next == 0 {
			return refusal.New(refusal.Conflict, "case.nobody_else")
		}
		return t.sendThere(ctx, v)
	})
	if err != nil {
		return ToVisit{}, err
	}
	v, err := s.readVisit(ctx, actor.Community, visit)
	return ToVisit{c, v}, err
}

// CallOnVisit returns whom to call instead of going, and notes that their number
// was given.
func (s *Service) CallOnVisit(ctx context.Context, actor people.Actor, visit int64) (p people.Person, err error) {
	_, err = s.onVisit(ctx, visitCall{verb: "call on the visit of", actor: actor, visit: visit}, func(t *turn, v Visit) error {
		if p, err = people.ReadPerson(ctx, t.tx, t.c.Community, t.c.For); err != nil {
			return err
		}
		again, err := t.just(ctx, MoveVisit)
		if err != nil || again {
			return err
		}
		return t.aside(ctx, MoveVisit, detail{"visit": v.ID, "outcome": foundCalls, "person": p.ID})
	})
	return p, err
}

// visitCall is a verb that somebody calls on a visit.
type visitCall struct {
	verb  string
	actor people.Actor
	visit int64
	ends  Found // what the visit comes to by it; "": it goes on
}

// onVisit runs a verb on the case that a visit is about. One that the actor ended in
// the same way is not ended twice, any other that is over is too late.
func (s *Service) onVisit(ctx context.Context, v visitCall, do func(t *turn, v Visit) error) (Case, error) {
	on := call{verb: v.verb, action: access.AnswerFor, actor: v.actor}
	err := s.db.GetContext(ctx, &on.id, `
		SELECT case_id FROM case_visits WHERE community_id = $1 AND id = $2`, v.actor.Community, v.visit)
	if err != nil {
		return Case{}, found(err)
	}
	return s.on(ctx, on, func(t *turn) error {
		workers, err := t.workers(ctx)
		if err != nil {
			return err
		}
		if slices.Contains(workers, t.actor.Person) {
			return access.NotFound()
		}
		var is Visit
		err = t.tx.GetContext(ctx, &is, `
			SELECT `+visitColumns+` FROM case_visits WHERE community_id = $1 AND id = $2`, t.c.Community, v.visit)
		switch {
		case err != nil:
			return err
		case is.Outcome == "":
			return do(t, is)
		case is.EndedBy == t.actor.Person && is.Outcome == v.ends:
			return nil
		}
		return refusal.New(refusal.Conflict, "case.visit_over")
	})
}

func (s *Service) readVisit(ctx context.Context, community, id int64) (Visit, error) {
	var v Visit
	err := s.db.GetContext(ctx, &v, `
		SELECT `+visitColumns+` FROM case_visits WHERE community_id = $1 AND id = $2`, community, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Visit{}, access.NotFound()
	}
	if err != nil {
		return Visit{}, fmt.Errorf("read visit %d: %w", id, err)
	}
	return v, nil
}

// FindVisit reads a visit for who may make it.
func (s *Service) FindVisit(ctx context.Context, actor people.Actor, id int64) (ToVisit, error) {
	var of ToVisit
	var err error
	if of.Visit, err = s.ReadVisit(ctx, actor.Community, id, &of.Case); err != nil {
		return ToVisit{}, err
	}
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return ToVisit{}, err
	}
	if of.Holder == now.Person {
		return ToVisit{}, access.NotFound()
	}
	return of, access.Allow(access.AnswerFor, now.Roles, relation(of.Case, now))
}

// ReadVisit reads a visit for nobody in particular, and its case into c: to tell
// somebody what a row of the outbox decided that they hear.
func (s *Service) ReadVisit(ctx context.Context, community, id int64, c *Case) (Visit, error) {
	v, err := s.readVisit(ctx, community, id)
	if err != nil {
		return Visit{}, err
	}
	err = s.db.GetContext(ctx, c, `
		SELECT `+columns+` FROM cases WHERE community_id = $1 AND id = (
			SELECT v.case_id FROM case_visits v WHERE v.community_id = $1 AND v.id = $2)`, community, id)
	return v, found(err)
}

// visits joins the visits to their cases, so that columns stay unique.
const visits = `
	FROM (SELECT community_id AS v_community, case_id AS v_case, id AS v_id, kind AS v_kind, due_at AS v_due, person_id AS v_person, tried AS v_tried
		FROM case_visits WHERE community_id = $1 AND ended_at IS NULL) v
	JOIN cases ON community_id = v_community AND id = v_case AND private = ''`

const ofVisit = `, v_id AS "visit.id", v_kind AS "visit.kind", v_due AS "visit.dueat", coalesce(v_person, 0) AS "visit.person", v_tried AS "visit.tried"`

// Visits reads where somebody is to go and look, the longest due first.
func (s *Service) Visits(ctx context.Context, actor people.Actor) ([]ToVisit, error) {
	var all []ToVisit
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+columns+ofVisit+visits+` WHERE v_person = $2 ORDER BY v_due, v_id`, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("read visits of person %d: %w", actor.Person, err)
	}
	return all, nil
}

// VisitsDue reads the visits that are due, whoever is to make them, for who may see
// the day; one that the bot asks about is due when it stays without an answer.
func (s *Service) VisitsDue(ctx context.Context, actor people.Actor) ([]ToVisit, error) {
	if err := s.seesDay(ctx, actor); err != nil {
		return nil, err
	}
	var all []ToVisit
	err := s.db.SelectContext(ctx, &all, `
		SELECT `+columns+ofVisit+visits+` WHERE v_due <= $2 AND v_person IS NOT NULL ORDER BY v_due, v_id LIMIT $3`,
		actor.Community, s.now(), MattersAtMost)
	if err != nil {
		return nil, fmt.Errorf("read visits that are due: %w", err)
	}
	return all, nil
}
