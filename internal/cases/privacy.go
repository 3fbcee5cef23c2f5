package cases

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Privacies are all reasons for which a case is private.
var Privacies = []Privacy{Quarrel, Family, Complaint}

// isPrivate reports whether what is of a kind is private from the beginning.
func isPrivate(kinds community.Kinds, code string) bool {
	k, _ := kinds.Find(code)
	return k.Private() != ""
}

// sealByKind makes what is of a private kind private.
func (t *turn) sealByKind() {
	if k, ok := t.kinds.Find(t.c.Kind); ok && t.c.Private == "" {
		t.c.Private = Privacy(k.Private())
	}
}

// Mediated reports whether two sides of it are heard: a complaint has one.
func (c Case) Mediated() bool { return c.Private == Quarrel || c.Private == Family }

// nobodyHears refuses to take in what nobody may read, so that it is not said to
// be in good hands.
func nobodyHears() error { return refusal.New(refusal.Conflict, "case.nobody_hears") }

// hearer chooses who hears what is private: of the mediators the one with the
// fewest open cases, then who is in charge. A complaint is for who is in charge
// alone. It is never somebody whom it is about, who is of the family of one of
// them, or one of but; 0 is nobody.
func (t *turn) hearer(ctx context.Context, but []int64) (int64, error) {
	mediators, office, err := people.Hearers(ctx, t.tx, t.c.Community)
	if err != nil {
		return 0, err
	}
	if t.c.Private == Complaint {
		mediators = nil
	}
	if mediators, err = t.byLoad(ctx, mediators); err != nil {
		return 0, err
	}
	kin, err := people.Kin(ctx, t.tx, t.c.Community, t.c.concerned())
	if err != nil {
		return 0, err
	}
	not := slices.Concat(t.c.concerned(), kin, but)
	for _, id := range slices.Concat(mediators, office) {
		if !slices.Contains(not, id) {
			return id, nil
		}
	}
	return 0, nil
}

// concerned are the people whom a case is about: none of them hears it.
func (c Case) concerned() []int64 {
	return slices.DeleteFunc([]int64{c.For, c.About, c.Child, c.Other}, func(id int64) bool { return id == 0 })
}

// mayHear reports whether a private case can be somebody's to hear. A worry about a child
// stays with whoever was named to hear it, whatever office they hold.
func mayHear(c Case, a people.Actor) bool {
	named := c.Child != 0 && c.Holder == a.Person && access.Allow(access.Take, a.Roles, access.Assigned) == nil
	hears := named || a.Has(access.Deputy, access.Secretary) || c.Private != Complaint && a.Has(access.Mediator)
	return hears && !slices.Contains(c.concerned(), a.Person)
}

// concerns says whom a complaint is about: one of those who serve here, or nobody.
func (t *turn) concerns(ctx context.Context, person int64) error {
	t.c.About = 0
	if person == 0 {
		return nil
	}
	serving, err := people.Serving(ctx, t.tx, t.c.Community)
	if err != nil {
		return err
	}
	if !slices.Contains(serving, person) || person == t.c.For {
		return access.NotFound()
	}
	t.c.About = person
	return nil
}

// Hearing is who would hear what is private, and whether a mediator does.
type Hearing struct {
	Person   int64 // 0: nobody may
	Mediates bool
}

// WouldHear tells who hears what somebody is about to tell: of what privacy it is,
// for whom, and whom it is about.
func (s *Service) WouldHear(ctx context.Context, actor people.Actor, c Case) (h Hearing, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		now, err := people.ReadActor(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		c.Community, c.Reporter = now.Community, now.Person
		if c.For == 0 {
			c.For = now.Person
		}
		t := s.turn(tx, now, c)
		if h.Person, err = t.hearer(ctx, nil); err != nil {
			return err
		}
		who, err := people.ReadActor(ctx, tx, c.Community, h.Person)
		h.Mediates = h.Person != 0 && who.Has(access.Mediator) && c.Private != Complaint
		if h.Person == 0 {
			return nil
		}
		return err
	})
	return h, err
}

// AskHearer is how often somebody is looked for who may hear what nobody may now.
const AskHearer = 6 * time.Hour

// findHearer keeps on looking where what is private is nobody's: no list shows it,
// so that the clock has to.
func (t *turn) findHearer(ctx context.Context) error {
	if t.c.Private == "" || t.c.Holder != 0 {
		return nil
	}
	if err := t.tellFamily(ctx, news{"case.unheard", outbox.Task, nil}); err != nil {
		return err
	}
	if err := t.wantsMediator(ctx); err != nil {
		return err
	}
	return t.lookAgain(ctx)
}

func (t *turn) lookAgain(ctx context.Context) error {
	due := t.now.Add(AskHearer)
	return t.enqueue(ctx, []outbox.Row{t.job(timed(t.c.ID, "hearer", due), "case.hearer", due)})
}

// FindHearer is the job that gives what nobody may hear to who may by now.
func (s *Service) FindHearer(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if t.from != Open || t.c.Private == "" {
			return nil
		}
		holder, err := t.next(ctx)
		if err != nil {
			return err
		}
		if holder == 0 {
			return t.lookAgain(ctx)
		}
		t.c.Holder = holder
		if err := t.become(ctx, MoveEscalate, Assigned, detail{"holder": holder}); err != nil {
			return err
		}
		if err := t.tellHearer(ctx); err != nil {
			return err
		}
		return t.ping(ctx, news{topic: "case.ping"}, holder)
	})
}

// Seal makes private what came by the ordinary way: whoever had it sees it no more,
// their cards go, and who hears such things is asked. About is whom a complaint is
// about.
func (s *Service) Seal(ctx context.Context, actor people.Actor, id int64, as Case) (Case, error) {
	if !slices.Contains(Privacies, as.Private) {
		return Case{}, access.NotFound()
	}
	return s.on(ctx, call{"seal", access.Amend, actor, id}, func(t *turn) error {
		if t.c.Private != "" {
			return nil
		}
		if !leads(t.from, MoveSeal) {
			return t.tooLate(ctx)
		}
		t.c.Private, t.c.KeyMatter = as.Private, false
		if i := slices.IndexFunc(t.kinds, func(k community.Kind) bool { return Privacy(k.Private()) == as.Private }); i >= 0 {
			t.c.Kind = t.kinds[i].Code // as it would be, had it been told so
		}
		if err := t.concerns(ctx, as.About); err != nil {
			return err
		}
		return t.seal(ctx)
	})
}

// leaveAlone takes what was sealed away from everybody else who had a part in it: the
// groups read that nobody has to go, what was a double of it goes on by itself, and
// who followed it hears that they hear no more.
func (t *turn) leaveAlone(ctx context.Context) error {
	if err := t.settlePosts(ctx); err != nil {
		return err
	}
	if err := t.freeDoubles(ctx); err != nil {
		return err
	}
	var left []int64
	err := t.tx.SelectContext(ctx, &left, `
		WITH gone AS (DELETE FROM case_followers WHERE community_id = $1 AND case_id = $2 RETURNING person_id)
		SELECT DISTINCT person_id FROM gone WHERE person_id <> $3 ORDER BY person_id`, t.c.Community, t.c.ID, t.c.For)
	if err != nil {
		return err
	}
	return t.tell(ctx, news{"case.near", outbox.Notice, detail{"code": "case.sealed"}}, left...)
}

func (t *turn) seal(ctx context.Context) error {
	to, err := t.next(ctx)
	if err != nil {
		return err
	}
	if to == 0 {
		return nobodyHears()
	}
	from := t.c.Holder
	t.afresh()
	t.c.Holder = to
	if err := t.become(ctx, MoveSeal, Assigned, detail{"person": from, "holder": to, "private": t.c.Private, "kind": t.c.Kind, "was": t.stood.Kind}); err != nil {
		return err
	}
	if err := t.leaveAlone(ctx); err != nil {
		return err
	}
	if err := t.withdraw(ctx); err != nil {
		return err
	}
	if err := t.tellFamily(ctx, news{"case.sealed", outbox.Notice, nil}); err != nil {
		return err
	}
	return t.ping(ctx, news{topic: "case.ping"}, to)
}
