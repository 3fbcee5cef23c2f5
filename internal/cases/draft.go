package cases

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Draft keeps a photo, video or voice message as a report in the making. Where
// the rules allow it sends itself after the quiet time; otherwise it goes
// before a person when nobody answers. A later item of an album joins.
func (s *Service) Draft(ctx context.Context, actor people.Actor, d NewDraft) (Case, error) {
	place, err := checkPlace(d.Place)
	if err != nil {
		return Case{}, err
	}
	r := Report{Key: d.Key, Place: place, Words: pg.Cut(pg.Text(d.Words), MaxWords), Media: d.Media, Danger: d.Danger}
	var c Case
	err = s.begin(ctx, actor, r, func(t *turn) error {
		var err error
		c, err = s.drafted(ctx, t, r, d)
		return err
	})
	return c, err
}

func (s *Service) drafted(ctx context.Context, t *turn, r Report, d NewDraft) (Case, error) {
	if d.Album != "" {
		there, err := s.album(ctx, t, d)
		if err != nil || there.ID != 0 {
			return there, err
		}
	}
	self, err := t.maySendItself(ctx, d)
	if err != nil {
		return Case{}, err
	}
	t.c.Album, t.c.SelfSends = pg.Text(d.Album), self
	fresh, err := t.start(ctx, r)
	if err != nil || !fresh {
		return t.c, err
	}
	err = t.schedule(ctx, t.c.Danger != "")
	return t.c, err
}

// album adds an item to the case that its album began: ID 0 where there is none.
func (s *Service) album(ctx context.Context, t *turn, d NewDraft) (Case, error) {
	var ids []int64
	err := t.tx.SelectContext(ctx, &ids, `
		SELECT id FROM cases
		WHERE community_id = $1 AND reporter_id = $2 AND album = $3 AND session_key <> $4 AND drafted_at > $5
			AND status IN ('draft', 'open', 'assigned', 'taken', 'waiting')
		ORDER BY id DESC LIMIT 1`,
		t.c.Community, t.actor.Person, pg.Text(d.Album), d.Key, t.now.Add(-Unanswered))
	if err != nil || len(ids) == 0 {
		return Case{}, err
	}
	there, err := s.lock(ctx, t.tx, t.actor, ids[0])
	if err != nil {
		return Case{}, err
	}
	err = there.join(ctx, Note{Key: d.Key, Media: d.Media, Words: d.Words})
	return there.c, err
}

// begin opens a transaction for a report that is not there yet.
func (s *Service) begin(ctx context.Context, actor people.Actor, r Report, do func(t *turn) error) error {
	rules, err := s.check(ctx, actor.Community, r)
	if err != nil {
		return err
	}
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		actor, err := people.ReadActor(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		if err := access.Allow(access.Report, actor.Roles, access.Own); err != nil {
			return err
		}
		p, err := people.ReadPerson(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		now := s.now()
		quiet := now.Add(Quiet)
		t := s.turn(tx, actor, Case{
			Community: actor.Community, Status: Draft, Reporter: actor.Person, For: actor.Person, DraftedAt: now, QuietUntil: &quiet,
		})
		t.rules = rules
		if err := s.takesIn(ctx, t, p, r); err != nil {
			return err
		}
		return do(t)
	})
	if err != nil {
		return fmt.Errorf("begin a case: %w", err)
	}
	return nil
}

// check refuses a report that cannot stand, and returns the kinds it can be of, and
// by what its clocks run.
func (s *Service) check(ctx context.Context, community int64, r Report) (rules, error) {
	by, err := s.rulesOf(ctx, community)
	if err != nil {
		return rules{}, err
	}
	if err := checkKey(r.Key); err != nil {
		return rules{}, err
	}
	if err := checkKind(by.kinds, r.Kind); err != nil {
		return rules{}, err
	}
	return by, checkMedia(r.Media)
}

// start writes the draft of a report, or finds the case that its key has made.
func (t *turn) start(ctx context.Context, r Report) (fresh bool, err error) {
	t.c.Kind, t.c.Words, t.c.Danger, t.c.Urgent = r.Kind, r.Words, pg.Text(r.Danger), r.Urgent
	if r.For != 0 && r.For != t.actor.Person {
		if err := t.forAnother(ctx, r.For); err != nil {
			return false, err
		}
		t.c.Channel = r.Channel
	}
	if err := t.concerns(ctx, r.About); err != nil {
		return false, err
	}
	t.c.Place = r.Place
	if err := t.locate(ctx); err != nil {
		return false, err
	}
	if fresh, err = t.insert(ctx, r.Key); err != nil {
		return false, err
	}
	if !fresh {
		return false, t.byKey(ctx, r.Key)
	}
	if err := t.log(ctx, MoveDraft, nil); err != nil {
		return false, err
	}
	return true, t.add(ctx, Before, r.Media)
}

// Join adds a later photo, voice message or words to a draft of mine, and
// moves its quiet time on. What comes after it was sent reaches the holder.
func (s *Service) Join(ctx context.Context, actor people.Actor, id int64, n Note) (Case, error) {
	if err := checkKey(n.Key); err != nil {
		return Case{}, err
	}
	if err := checkMedia(n.Media); err != nil {
		return Case{}, err
	}
	return s.on(ctx, call{"join", access.Confirm, actor, id}, func(t *turn) error { return t.join(ctx, n) })
}

func (t *turn) join(ctx context.Context, n Note) error {
	key := "join:" + n.Key
	if there, err := t.repeated(ctx, key); err != nil || there {
		return err
	}
	if began, err := t.beganWith(ctx, n.Key); err != nil || began {
		return err // played again, it finds the case that it made itself
	}
	if !leads(t.from, MoveJoin) {
		return t.tooLate(ctx)
	}
	if err := t.letsIn(ctx); err != nil {
		return err
	}
	var told int
	err := t.tx.GetContext(ctx, &told, `
		SELECT count(*) FROM case_media WHERE community_id = $1 AND case_id = $2 AND stage = $3`, t.c.Community, t.c.ID, Before)
	if err != nil {
		return err
	}
	if err := t.add(ctx, Before, n.Media); err != nil {
		return err
	}
	if words := pg.Text(n.Words); words != "" {
		t.c.Words = pg.Cut(pg.Text(t.c.Words+"\n"+words), MaxWords)
	}
	if t.from != Draft {
		if err := t.become(ctx, MoveJoin, t.from, detail{"key": key}); err != nil {
			return err
		}
		if t.from == Waiting && t.c.WaitFor == ForResident { // that is an answer, too
			if err := t.wake(ctx, detail{"for": ForResident, "person": t.actor.Person}); err != nil {
				return err
			}
		}
		// Everybody who was rung hears more of it, until somebody goes.
		ring := t.c.Urgent && (t.from == Open || t.from == Assigned)
		return t.askWith(ctx, ring, news{topic: "case.joined", args: detail{"from": told}})
	}
	quiet := t.now.Add(Quiet)
	t.c.QuietUntil = &quiet
	if err := t.become(ctx, MoveJoin, Draft, detail{"key": key}); err != nil {
		return err
	}
	return t.postpone(ctx)
}

// OpenDraft is my newest draft that is still quiet: a later photo joins it.
func (s *Service) OpenDraft(ctx context.Context, actor people.Actor) (Case, error) {
	var c Case
	err := s.db.GetContext(ctx, &c, `
		SELECT `+columns+` FROM cases
		WHERE community_id = $1 AND reporter_id = $2 AND status = 'draft' AND quiet_until > $3
		ORDER BY id DESC LIMIT 1`, actor.Community, actor.Person, s.clk.Now())
	return c, found(err)
}

// Place says where it is.
func (s *Service) Place(ctx context.Context, actor people.Actor, id int64, place community.Place) (Case, error) {
	place, err := checkPlace(place)
	if err != nil {
		return Case{}, err
	}
	return s.on(ctx, call{"place", access.SendDraft, actor, id}, func(t *turn) error {
		before := t.c.Place
		t.c.Place = place
		if err := t.locate(ctx); err != nil {
			return err
		}
		if t.from == Draft {
			quiet := t.now.Add(Quiet)
			t.c.QuietUntil = &quiet
		}
		again, err := t.placedSo(ctx, before)
		if err != nil {
			return err
		}
		if again {
			err = t.save(ctx)
		} else {
			err = t.become(ctx, MovePlace, Draft, nil)
		}
		if err != nil {
			return err
		}
		return t.postpone(ctx)
	})
}

// placedSo reports whether the last that happened to a draft is that it was
// placed where it is placed now: the turn is played again, and its word is in
// the history already.
func (t *turn) placedSo(ctx context.Context, before community.Place) (bool, error) {
	if t.from != Draft || !before.Same(t.c.Place) {
		return false, nil
	}
	var last Move
	err := t.tx.GetContext(ctx, &last, `
		SELECT code FROM case_events WHERE community_id = $1 AND case_id = $2 ORDER BY id DESC LIMIT 1`, t.c.Community, t.c.ID)
	return last == MovePlace, err
}

// Hold keeps a draft of mine from sending itself: its place is wrong, and I
// have begun to say where it is. Unanswered, it goes before a person.
func (s *Service) Hold(ctx context.Context, actor people.Actor, id int64) (Case, error) {
	return s.on(ctx, call{"hold", access.SendDraft, actor, id}, func(t *turn) error {
		if t.from != Draft {
			return t.tooLate(ctx)
		}
		if !t.c.SelfSends {
			return t.postpone(ctx)
		}
		t.c.SelfSends = false
		if err := outbox.Withdraw(ctx, t.tx, t.c.Community, selfSendKey(id)); err != nil {
			return err
		}
		if err := t.save(ctx); err != nil {
			return err
		}
		return t.enqueue(ctx, []outbox.Row{t.job(unsentKey(id), "case.unsent", t.now.Add(Unanswered))})
	})
}

// Name says what kind of problem it is.
func (s *Service) Name(ctx context.Context, actor people.Actor, id int64, kind string) (Case, error) {
	return s.on(ctx, call{"name", access.SendDraft, actor, id}, func(t *turn) error {
		if err := checkKind(t.kinds, kind); err != nil {
			return err
		}
		if t.c.Kind == kind && t.from == Draft {
			return nil
		}
		t.c.Kind = kind
		return t.become(ctx, MoveName, Draft, nil)
	})
}

// startOfDay is midnight of now's day in a zone.
func startOfDay(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}
