package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Speaker is whose words something said about a case is.
type Speaker string

// The speakers.
const (
	FromHome  Speaker = "home"  // whose trouble it is, or their family
	FromStaff Speaker = "staff" // who sees to it
	Among     Speaker = "among" // staff, for staff alone
)

// Said is something that was said about a case after its report.
type Said struct {
	ID, Case, Person int64
	By               Speaker
	Words            string
	Media            []Media
	At               time.Time
	ChangedAt        *time.Time // its words were put otherwise
}

// Say carries words, pictures or a voice message from one end of a case to the
// other: to who holds it, or to whose trouble it is. Neither learns how the
// other is reached. After the end it goes to who held the case, and where they
// are here no more to who is in charge. Whoever hears two sides speaks to each by
// TellSide (case.tell_a_side).
func (s *Service) Say(ctx context.Context, actor people.Actor, id int64, n Note) (Carried, error) {
	if n.Words == "" && len(n.Media) == 0 {
		return Carried{}, refusal.New(refusal.Invalid, "case.nothing_said")
	}
	var done Carried
	c, err := s.later(ctx, call{"say something about", access.Talk, actor, id}, n, func(t *turn, key, words string) error {
		var err error
		done.By = t.spokenBy()
		if t.c.Mediated() && done.By == FromStaff {
			return refusal.New(refusal.Conflict, "case.tell_a_side") // it would reach the one, whoever was meant
		}
		done.To, err = t.say(ctx, key, Said{By: done.By, Words: words, Media: n.Media})
		return err
	})
	done.Case = c
	return done, err
}

// Carried is what became of something said.
type Carried struct {
	Case
	By Speaker // "" where it was said before
	To []int64 // whom it reaches
}

// Remark writes what staff alone read. Who holds the case hears of it.
func (s *Service) Remark(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	if n.Words == "" && len(n.Media) == 0 {
		return Case{}, refusal.New(refusal.Invalid, "case.nothing_said")
	}
	return s.later(ctx, call{"remark on", access.Remark, actor, id}, n, func(t *turn, key, words string) error {
		_, err := t.say(ctx, key, Said{By: Among, Words: words, Media: n.Media})
		return err
	})
}

// spokenBy is for whom somebody speaks who may.
func (t *turn) spokenBy() Speaker {
	if rel := t.relation(); rel == access.Own || rel == access.ActsFor {
		return FromHome
	}
	return FromStaff
}

// say keeps what is said, and brings it to the other end.
func (t *turn) say(ctx context.Context, key string, said Said) (to []int64, err error) {
	code := MoveSay
	if said.By == Among {
		code = MoveRemark
	}
	if !leads(t.from, code) {
		return nil, t.tooLate(ctx)
	}
	media, err := json.Marshal(append([]Media{}, said.Media...))
	if err != nil {
		return nil, err
	}
	err = t.tx.GetContext(ctx, &said.ID, `
		INSERT INTO case_said (community_id, case_id, key, side, person_id, words, media, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		RETURNING id`, t.c.Community, t.c.ID, key, said.By, t.actor.Person, said.Words, string(media), t.now)
	if err != nil {
		return nil, err
	}
	if err := t.aside(ctx, code, detail{"key": key, "item": said.ID}); err != nil {
		return nil, err
	}
	return t.carry(ctx, said, "")
}

// carry brings something said to whom it is for, and tells who that is; how tells
// whether it is said anew.
func (t *turn) carry(ctx context.Context, said Said, how string) (to []int64, err error) {
	args := detail{"item": said.ID, "by": t.actor.Person, "code": how}
	switch said.By {
	case FromStaff:
		if to, err = t.family(ctx); err != nil { // and nobody who follows: it is said to a home
			return nil, err
		}
		to = slices.DeleteFunc(to, func(id int64) bool { return id == t.actor.Person })
		if err := t.tell(ctx, news{"case.said", outbox.Task, args}, to...); err != nil {
			return nil, err
		}
		return people.Reachable(ctx, t.tx, t.c.Community, to)
	case Among:
		return nil, t.showSaid(ctx, news{topic: "case.remarked", args: args}, t.c.Holder)
	}
	about := t.event
	if _, err := t.answered(ctx); err != nil {
		return nil, err
	}
	t.event = about
	listener, err := t.listener(ctx)
	if err != nil || listener == 0 {
		return nil, err
	}
	return []int64{listener}, t.showSaid(ctx, news{topic: "case.said", args: args}, listener)
}

// listener is who hears what a home says: who holds the case, or the one of which
// it is a double; where they are here no more, who is in charge. What is private is
// its holder's alone. 0 is nobody: it stands on the card of who takes it.
func (t *turn) listener(ctx context.Context) (int64, error) {
	holder := t.c.Holder
	if t.c.Of != 0 {
		of, err := read(ctx, t.tx, t.c.Community, t.c.Of, "")
		if err != nil {
			return 0, err
		}
		holder = of.Holder
	}
	if t.c.Private != "" {
		return holder, nil
	}
	if holder != 0 && holder != t.actor.Person {
		hears, err := t.hears(ctx, holder)
		if err != nil || hears {
			return holder, err
		}
	}
	p, err := people.InChargeBut(ctx, t.tx, t.c.Community, t.actor.Person)
	if refusal.Is(err, refusal.NotFound) {
		return 0, nil
	}
	return p.ID, err
}

// hears reports whether somebody who holds the case can still be told of it.
func (t *turn) hears(ctx context.Context, holder int64) (bool, error) {
	some, err := people.Reachable(ctx, t.tx, t.c.Community, []int64{holder})
	if err != nil || len(some) == 0 {
		return false, err
	}
	a, err := people.ReadActor(ctx, t.tx, t.c.Community, holder)
	if err != nil {
		return false, err
	}
	return mayGo(t.c, a), nil
}

// showSaid sends something said to staff. It is a card, so that it is withdrawn
// with the report; yet it keeps its words when the case's card is drawn anew.
func (t *turn) showSaid(ctx context.Context, n news, to int64) error {
	if to == 0 || to == t.actor.Person {
		return nil
	}
	if err := t.ping(ctx, n, to); err != nil {
		return err
	}
	_, err := t.tx.ExecContext(ctx, `
		UPDATE case_cards SET says = true, settled_at = $4
		WHERE community_id = $1 AND case_id = $2 AND round = (
			SELECT max(round) FROM case_cards WHERE community_id = $1 AND case_id = $2) AND person_id = $3`,
		t.c.Community, t.c.ID, to, t.now)
	return err
}

// saidColumns are the columns of Said, media aside.
const saidColumns = `id, case_id AS case, person_id AS person, side AS by, words, at, changed_at AS changedat, media AS raw`

type saidRow struct {
	Said
	Raw []byte
}

func (r saidRow) said() (Said, error) {
	err := json.Unmarshal(r.Raw, &r.Media)
	return r.Said, err
}

// Talk reads what was said about a case after its report, oldest first, for
// nobody in particular: what is Among is for staff alone.
func (s *Service) Talk(ctx context.Context, community, id int64) ([]Said, error) {
	var rows []saidRow
	err := s.db.SelectContext(ctx, &rows, `
		SELECT `+saidColumns+` FROM case_said WHERE community_id = $1 AND case_id = $2 ORDER BY id`, community, id)
	if err != nil {
		return nil, fmt.Errorf("read what was said about case %d: %w", id, err)
	}
	all := make([]Said, len(rows))
	for i, r := range rows {
		if all[i], err = r.said(); err != nil {
			return nil, fmt.Errorf("read what was said about case %d: %w", id, err)
		}
	}
	return all, nil
}

// Asking finds of some cases those in which staff spoke last, and not longer ago
// than so: what the home says next answers them. The newest is first.
func (s *Service) Asking(ctx context.Context, community int64, ids []int64, ago time.Duration) ([]Said, error) {
	if len(ids) == 0 {
		return nil, nil // nothing can be asked about none
	}
	var rows []saidRow
	err := s.db.SelectContext(ctx, &rows, `
		SELECT l.* FROM unnest($2::bigint[]) AS c (id)
		JOIN LATERAL (
			SELECT `+saidColumns+` FROM case_said
			WHERE community_id = $1 AND case_id = c.id AND side <> 'among' ORDER BY case_said.id DESC LIMIT 1) l ON true
		WHERE l.by = 'staff' AND l.at > $3 ORDER BY l.id DESC`, community, pq.Array(ids), s.clk.Now().Add(-ago))
	if err != nil {
		return nil, fmt.Errorf("read what waits for an answer: %w", err)
	}
	all := make([]Said, len(rows))
	for i, r := range rows {
		if all[i], err = r.said(); err != nil {
			return nil, fmt.Errorf("read what waits for an answer: %w", err)
		}
	}
	return all, nil
}

// forget takes away everything that was said.
func (t *turn) forget(ctx context.Context) error {
	_, err := t.tx.ExecContext(ctx, `DELETE FROM case_said WHERE community_id = $1 AND case_id = $2`, t.c.Community, t.c.ID)
	return err
}

// Belongs puts a draft of the actor's to a case of theirs that is there already: a
// photo that came late. The draft is dropped; a repeat finds that done.
func (s *Service) Belongs(ctx context.Context, actor people.Actor, draft, id int64) (Case, error) {
	d, err := s.Find(ctx, actor, draft)
	if err != nil {
		return Case{}, err
	}
	switch {
	case d.Reporter != actor.Person:
		return Case{}, access.NotFound()
	case d.Status == Dropped:
		return s.Find(ctx, actor, id)
	case d.Status != Draft:
		return Case{}, refusal.New(refusal.Conflict, "case.sent_already")
	}
	media, err := s.Media(ctx, actor.Community, draft)
	if err != nil {
		return Case{}, err
	}
	c, err := s.Say(ctx, actor, id, Note{Key: fmt.Sprintf("draft:%d", draft), Words: d.Words, Media: media})
	if err != nil {
		return Case{}, err
	}
	return c.Case, s.Drop(ctx, actor, draft)
}
