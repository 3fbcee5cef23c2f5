package childcare

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// Ask is a question to who decides: may somebody have the child?
type Ask struct {
	Community, ID, Child int64
	Day                  time.Time
	Name                 string // as they say, or as they are called on the list
	By                   int64
	At                   time.Time
	AnsweredAt           *time.Time
	AnsweredBy           int64 // 0 with AnsweredAt: nobody, it is needed no more
	Yes                  bool
	UsedAt               *time.Time
}

const askColumns = `community_id AS community, id, child_id AS child, day, name, asked_by AS by, asked_at AS at, answered_at AS answeredat,
	coalesce(answered_by, 0) AS answeredby, coalesce(yes, false) AS yes, used_at AS usedat`

func readAsk(ctx context.Context, q sqlx.QueryerContext, community, id int64) (a Ask, err error) {
	err = sqlx.GetContext(ctx, q, &a, `SELECT `+askColumns+` FROM care_asks WHERE community_id = $1 AND id = $2`, community, id)
	return a, found(err, "question", id)
}

// AskByID reads one, for who was told of it.
func (s *Service) AskByID(ctx context.Context, community, ask int64) (Ask, error) {
	return readAsk(ctx, s.db, community, ask)
}

// maxName is how long the name of somebody at the door may be, in characters.
const maxName = 40

// Ask asks who decides for a child whether somebody may have it now, who says a name: a yes
// is good for that name. While the same is asked it is asked no second time; another name
// is another question, in the place of the first. It is care.not_here where the child is
// not in the hands of staff, care.no_name without a name, and care.nobody_reads where
// Telegram reaches nobody who decides. Where the name is one that is barred, nobody is asked
// and the alarm is raised: the actor reads what they always read.
func (s *Service) Ask(ctx context.Context, actor people.Actor, child int64, name string) (Ask, error) {
	var a Ask
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		day, err := s.today(ctx, tx, actor.Community)
		if err != nil {
			return err
		}
		w, err := s.minded(ctx, tx, actor, child, day, s.now())
		if err != nil {
			return err
		}
		if !w.is.Place.ours() {
			return conflict("care.not_here")
		}
		name := pg.Cut(pg.Text(name), maxName)
		if name == "" {
			return invalid("care.no_name")
		}
		if err := w.askable(ctx, name); err != nil {
			return err
		}
		a, err = w.ask(ctx, name)
		return err
	})
	if err != nil {
		return Ask{}, fmt.Errorf("ask for child %d: %w", child, err)
	}
	return a, nil
}

// askable refuses a question that nobody would read. Of one who is barred it is none.
func (w *ward) askable(ctx context.Context, name string) error {
	t := taker{name: name}
	if err := w.bars(ctx, &t); err != nil || t.barred {
		return err
	}
	to, err := w.hearers(ctx)
	if err != nil {
		return err
	}
	if to, err = people.Reachable(ctx, w.tx, w.by.Community, to); err == nil && len(to) == 0 {
		err = conflict("care.nobody_reads")
	}
	return err
}

// ask puts a question, or finds it put.
func (w *ward) ask(ctx context.Context, name string) (a Ask, err error) {
	var open []Ask
	err = w.tx.SelectContext(ctx, &open, `
		SELECT `+askColumns+` FROM care_asks WHERE community_id = $1 AND child_id = $2 AND answered_at IS NULL`, w.by.Community, w.child.ID)
	if err != nil {
		return a, err
	}
	if len(open) > 0 && open[0].Name == name && open[0].Day.Equal(w.day) {
		return open[0], nil
	}
	if err := w.unask(ctx, 0); err != nil {
		return a, err
	}
	err = w.tx.GetContext(ctx, &a, `
		INSERT INTO care_asks (community_id, child_id, day, name, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING `+askColumns, w.by.Community, w.child.ID, w.day, name, w.by.Person, w.now)
	if err != nil {
		return a, fmt.Errorf("ask for child %d: %w", w.child.ID, err)
	}
	if err := w.logged(ctx, "asked", detail{"ask": a.ID}); err != nil {
		return a, err
	}
	t := taker{name: name}
	if err := w.bars(ctx, &t); err != nil {
		return a, err
	}
	if t.barred {
		return a, w.alarm(ctx, t.collector)
	}
	to, err := w.hearers(ctx)
	if err != nil {
		return a, err
	}
	return a, w.tell(ctx, news{to: to, topic: topicMay, subject: a.subject(), of: a.ID, args: detail{"ask": a.ID}, rings: true})
}

// subject is the lane of what is told of a question.
func (a Ask) subject() string { return fmt.Sprintf("care:ask:%d", a.ID) }

// unask ends the questions of a child that nobody needs answered any more, but for one.
func (w *ward) unask(ctx context.Context, but int64) error {
	var ended []int64
	err := w.tx.SelectContext(ctx, &ended, `
		UPDATE care_asks SET answered_at = $4, yes = false
		WHERE community_id = $1 AND child_id = $2 AND id <> $3 AND answered_at IS NULL RETURNING id`, w.by.Community, w.child.ID, but, w.now)
	if err != nil {
		return err
	}
	for _, id := range ended {
		if err := w.over(ctx, news{subject: Ask{ID: id}.subject(), topic: topicMay, args: detail{"ask": id}}); err != nil {
			return err
		}
	}
	return nil
}

// Answered answers a question, for who decides and is not barred; who asked is told. A no
// after a yes holds while nobody left by it; a yes after a no does not: care.answered
// ("name", who). It is care.too_late where the child is gone. Repeated, it changes nothing.
func (s *Service) Answered(ctx context.Context, actor people.Actor, ask int64, yes bool) (Ask, error) {
	var a Ask
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var err error
		if a, err = readAsk(ctx, tx, actor.Community, ask); err != nil {
			return err
		}
		w, err := s.decided(ctx, tx, actor, a.Child, a.Day, s.now())
		if err != nil {
			return err
		}
		a, err = w.answer(ctx, ask, yes)
		return err
	})
	if err != nil {
		return Ask{}, fmt.Errorf("answer question %d: %w", ask, err)
	}
	return a, nil
}

// answer answers a question of a child that is held.
func (w *ward) answer(ctx context.Context, ask int64, yes bool) (Ask, error) {
	a, err := readAsk(ctx, w.tx, w.by.Community, ask)
	if err != nil {
		return a, err
	}
	today, err := w.s.today(ctx, w.tx, w.by.Community)
	switch {
	case err != nil:
		return a, err
	case a.AnsweredAt != nil && a.AnsweredBy != 0 && a.Yes == yes:
		return a, nil
	case a.UsedAt != nil || a.AnsweredAt != nil && a.AnsweredBy == 0 || !a.Day.Equal(today):
		return a, conflict("care.too_late")
	case a.AnsweredAt != nil && !a.Yes:
		who, err := people.ReadPerson(ctx, w.tx, w.by.Community, a.AnsweredBy)
		if err != nil {
			return a, err
		}
		return a, conflict("care.answered", "name", who.Name)
	}
	err = w.tx.GetContext(ctx, &a, `
		UPDATE care_asks SET answered_at = $3, answered_by = $4, yes = $5 WHERE community_id = $1 AND id = $2 AND used_at IS NULL
		RETURNING `+askColumns, w.by.Community, ask, w.now, w.by.Person, yes)
	if err != nil {
		return a, fmt.Errorf("answer question %d: %w", ask, err)
	}
	if err := w.logged(ctx, "answered", detail{"ask": a.ID, "yes": yes}); err != nil {
		return a, err
	}
	if err := w.over(ctx, news{subject: a.subject(), topic: topicMay, args: detail{"ask": a.ID}}); err != nil {
		return a, err
	}
	return a, w.tell(ctx, news{to: []int64{a.By}, topic: topicSaid, subject: a.subject(), of: w.event, args: detail{"ask": a.ID}, rings: true})
}
