package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// verbs is everything that somebody can try on a case.
func (w *town) verbs() map[cases.Move]func(people.Actor, int64) error {
	s := w.cases
	plain := func(do func(people.Actor, int64) (cases.Case, error)) func(people.Actor, int64) error {
		return func(a people.Actor, id int64) error { _, err := do(a, id); return err }
	}
	later := func() cases.Note { return cases.Note{Key: w.key(), Media: w.photo(), Words: "more"} }
	confirm := func(o cases.Outcome) func(people.Actor, int64) error {
		return func(a people.Actor, id int64) error { _, err := s.Confirm(w.ctx, a, id, o); return err }
	}
	return map[cases.Move]func(people.Actor, int64) error{
		cases.MoveJoin: func(a people.Actor, id int64) error { _, err := s.Join(w.ctx, a, id, later()); return err },
		cases.MovePlace: func(a people.Actor, id int64) error {
			_, err := s.Place(w.ctx, a, id, community.Place{Spot: "outdoors"})
			return err
		},
		cases.MoveName:     func(a people.Actor, id int64) error { _, err := s.Name(w.ctx, a, id, "tree"); return err },
		cases.MoveSend:     plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Send(w.ctx, a, id) }),
		cases.MoveDrop:     func(a people.Actor, id int64) error { return s.Drop(w.ctx, a, id) },
		cases.MoveAlarm:    plain(func(a people.Actor, id int64) (cases.Case, error) { return s.AlarmYes(w.ctx, a, id) }),
		cases.MoveAlarmNo:  plain(func(a people.Actor, id int64) (cases.Case, error) { return s.AlarmNo(w.ctx, a, id) }),
		cases.MoveTake:     plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Take(w.ctx, a, id) }),
		cases.MovePass:     plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Pass(w.ctx, a, id) }),
		cases.MoveCall:     func(a people.Actor, id int64) error { _, err := s.Call(w.ctx, a, id); return err },
		cases.MoveProgress: func(a people.Actor, id int64) error { _, err := s.Progress(w.ctx, a, id, later()); return err },
		cases.MoveDone:     func(a people.Actor, id int64) error { _, err := s.ReportDone(w.ctx, a, id, later()); return err },
		cases.MoveHeld:     confirm(cases.Held),
		cases.MoveReopen:   confirm(cases.Half),
		cases.MoveLeft:     func(a people.Actor, id int64) error { _, err := s.Left(w.ctx, a, id, later()); return err },
		cases.MoveTakeBack: plain(func(a people.Actor, id int64) (cases.Case, error) { return s.TakeBack(w.ctx, a, id) }),
	}
}

// states make a case in each state, by verbs.
func (w *town) states() map[cases.Status]func() cases.Case {
	unsure := func() cases.Case {
		return w.do(w.cases.AskAlarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas", Media: w.photo()}, true))
	}
	return map[cases.Status]func() cases.Case{
		cases.Draft:    unsure,
		cases.Assigned: w.opened,
		cases.Taken:    w.taken,
		cases.Done:     w.done,
		cases.Dropped: func() cases.Case {
			c := unsure()
			require.NoError(w, w.cases.Drop(w.ctx, w.mei, c.ID))
			return w.read(c.ID)
		},
		cases.Held: func() cases.Case { return w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held)) },
		cases.TakenBack: func() cases.Case {
			return w.do(w.cases.TakeBack(w.ctx, w.mei, w.opened().ID))
		},
		cases.Open: func() cases.Case {
			// There is a secretary, so that only a case from before is nobody's.
			c := w.opened()
			_, err := w.db.Exec(`UPDATE cases SET status = 'open', holder_id = NULL WHERE id = $1`, c.ID)
			require.NoError(w, err)
			return w.read(c.ID)
		},
	}
}

// TestEveryVerbInEveryStateByEverybody does what the tables allow and sees
// that it happened, and tries everything else and sees that nothing did.
func TestEveryVerbInEveryStateByEverybody(t *testing.T) {
	t.Parallel()
	for status := range (&town{}).states() {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			who := map[string]people.Actor{
				"reporter": w.mei, "neighbour": w.neighbour, "member": w.li, "other member": w.wang,
				"member of elsewhere": w.far, "secretary": w.secretary,
			}
			build := w.states()[status]
			c := w.read(build().ID)
			for code, verb := range w.verbs() {
				for name, a := range who {
					now, err := w.people.Actor(w.ctx, w.id, a.Person)
					require.NoError(t, err)
					if w.try(c, code, verb, now) {
						c = w.read(build().ID)
					}
					require.Equal(t, status, c.Status, "%s by %s", code, name)
				}
			}
		})
	}
}

func (w *town) try(c cases.Case, code cases.Move, verb func(people.Actor, int64) error, a people.Actor) (moved bool) {
	w.Helper()
	want := cases.Allowed(c, code, a)
	if (code == cases.MoveProgress || code == cases.MoveDone) && c.Status == cases.Assigned {
		want = c.Holder == a.Person // it is taken first
	}
	before := w.count(c.ID)
	err := verb(a, c.ID)
	what := "%s when it is %s by %s: %v"
	if want {
		require.NoError(w, err, what, code, c.Status, a.Name, err)
		require.Greater(w, w.count(c.ID), before, what, code, c.Status, a.Name, err)
		return true
	}
	_, ok := refusal.As(err)
	require.True(w, err == nil || ok, what, code, c.Status, a.Name, err)
	require.Equal(w, before, w.count(c.ID), what, code, c.Status, a.Name, err)
	require.Equal(w, c, w.read(c.ID), what, code, c.Status, a.Name, err)
	return false
}

// count is how much is written of a case.
func (w *town) count(id int64) (n int) {
	w.Helper()
	require.NoError(w, w.db.Get(&n, `
		SELECT 1000 * (SELECT count(*) FROM case_events WHERE case_id = $1) + (SELECT count(*) FROM case_media WHERE case_id = $1)
			+ (SELECT count(*) FROM outbox WHERE (args->>'case')::bigint = $1)`, id))
	return n
}
