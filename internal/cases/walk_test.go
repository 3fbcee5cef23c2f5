package cases_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
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
		cases.MovePass:     plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Pass(w.ctx, a, id, "no_time") }),
		cases.MoveCall:     func(a people.Actor, id int64) error { _, err := s.Call(w.ctx, a, id); return err },
		cases.MoveProgress: func(a people.Actor, id int64) error { _, err := s.Progress(w.ctx, a, id, later()); return err },
		cases.MoveDone:     func(a people.Actor, id int64) error { _, err := s.ReportDone(w.ctx, a, id, later()); return err },
		cases.MoveHeld:     confirm(cases.Held),
		cases.MoveReopen:   confirm(cases.Half),
		cases.MovePlan: func(a people.Actor, id int64) error {
			w.keys++ // another time each time
			_, err := s.Plan(w.ctx, a, id, morning.Add(time.Duration(w.keys)*time.Minute))
			return err
		},
		cases.MoveLeft: func(a people.Actor, id int64) error { _, err := s.Left(w.ctx, a, id, later()); return err },
		cases.MoveWait: func(a people.Actor, id int64) error {
			_, err := s.Wait(w.ctx, a, id, cases.Pending{For: cases.ForParts, Until: w.clk.Now().Add(time.Duration(w.next())*time.Hour + time.Minute*30)}) // never the very time for which it waits
			return err
		},
		cases.MoveWake:     plain(func(a people.Actor, id int64) (cases.Case, error) { return s.GoOn(w.ctx, a, id) }),
		cases.MovePropose:  func(a people.Actor, id int64) error { _, err := s.Propose(w.ctx, a, id, noWay); return err },
		cases.MoveAgree:    plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Agree(w.ctx, a, id) }),
		cases.MoveRefuse:   func(a people.Actor, id int64) error { _, err := s.Refuse(w.ctx, a, id, "say_more", ""); return err },
		cases.MoveDisagree: plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Disagree(w.ctx, a, id) }),
		cases.MoveUndo:     plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Undo(w.ctx, a, id) }),
		cases.MoveAmend: func(a people.Actor, id int64) error {
			_, err := s.Amend(w.ctx, a, id, cases.Amendment{Key: new(!w.read(id).KeyMatter)})
			return err
		},
		cases.MoveShare:    plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Share(w.ctx, a, id) }),
		cases.MoveSay:      func(a people.Actor, id int64) error { _, err := s.Say(w.ctx, a, id, later()); return err },
		cases.MoveRemark:   func(a people.Actor, id int64) error { _, err := s.Remark(w.ctx, a, id, later()); return err },
		cases.MoveTakeBack: plain(func(a people.Actor, id int64) (cases.Case, error) { return s.TakeBack(w.ctx, a, id) }),
		cases.MoveFollow:   w.follows,
		cases.MoveLeave: func(a people.Actor, id int64) error {
			_ = w.follows(a, id) // whoever could not follow cannot leave either
			_, err := s.Unfollow(w.ctx, a, id)
			return err
		},
		cases.MoveDuplicate: func(a people.Actor, id int64) error {
			_, err := s.Merge(w.ctx, a, id, w.opened().ID)
			return err
		},
		cases.MoveUnmerge: plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Unmerge(w.ctx, a, id) }),
		cases.MoveAgain:   plain(func(a people.Actor, id int64) (cases.Case, error) { return s.Again(w.ctx, a, id) }),
		cases.MoveVisit: func(a people.Actor, id int64) error {
			found := cases.Nobody
			if w.read(id).Status == cases.Referred {
				found = cases.DoneThere
			}
			_, err := s.Visited(w.ctx, a, w.planned(id, 0), cases.Finding{Found: found})
			return err
		},
		cases.MoveUnconfirmed: w.onDone(func(a people.Actor, id int64) error {
			_, err := s.Visited(w.ctx, a, w.planned(id, 1), cases.Finding{Found: cases.Nobody})
			return err
		}),
		cases.MoveSeen: w.onDone(func(a people.Actor, id int64) error {
			_, err := s.SawIt(w.ctx, a, w.planned(id, 0), later())
			return err
		}),
	}
}

// noWay is an end that somebody could hide behind.
var noWay = cases.Proposal{As: cases.Cannot, Why: "no_way"}

// next is another number each time.
func (w *town) next() int { w.keys++; return w.keys }

// follows gives up a report that is like a case for it.
func (w *town) follows(a people.Actor, id int64) error {
	like := w.read(id)
	draft, err := w.cases.Keep(w.ctx, a, cases.Report{Key: w.key(), Kind: like.Kind, Place: like.Place, Media: w.photo()})
	if err == nil {
		_, err = w.cases.Follow(w.ctx, a, draft.ID, id)
	}
	return err
}

// onDone tries a verb on what is reported done alone: on what held it is a visit.
func (w *town) onDone(do func(people.Actor, int64) error) func(people.Actor, int64) error {
	return func(a people.Actor, id int64) error {
		if w.read(id).Status != cases.Done {
			return access.NotFound()
		}
		return do(a, id)
	}
}

// planned is a visit of a case, where it can have one.
func (w *town) planned(id int64, tried int) (visit int64) {
	w.Helper()
	if !slices.Contains([]cases.Status{cases.Done, cases.Held, cases.Seen, cases.Referred}, w.read(id).Status) {
		return 0
	}
	require.NoError(w, w.db.Get(&visit, `
		INSERT INTO case_visits (community_id, case_id, kind, due_at, tried)
		VALUES ($1, $2, (SELECT CASE status WHEN 'referred' THEN 'body' ELSE 'silence' END FROM cases WHERE id = $2), $3, $4)
		ON CONFLICT (community_id, case_id) WHERE ended_at IS NULL DO UPDATE SET tried = $4 RETURNING id`, w.id, id, morning, tried))
	return visit
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
		cases.Held:     func() cases.Case { return w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held)) },
		cases.Waiting:  w.waiting,
		cases.Proposed: func() cases.Case { return w.proposed(noWay) },
		cases.Cannot:   func() cases.Case { return w.ended(noWay) },
		cases.Wish:     func() cases.Case { return w.ended(cases.Proposal{As: cases.Wish, Why: "for_all"}) },
		cases.Spam:     func() cases.Case { return w.ended(cases.Proposal{As: cases.Spam, Why: "prank"}) },
		cases.Referred: func() cases.Case { return w.ended(w.toProperty()) },
		cases.Seen: func() cases.Case {
			id := w.done().ID
			return w.do(w.cases.SawIt(w.ctx, w.secretary, w.planned(id, 0), cases.Note{Media: w.photo()}))
		},
		cases.Unconfirmed: func() cases.Case {
			id := w.done().ID
			return w.do(w.cases.Visited(w.ctx, w.secretary, w.planned(id, 1), cases.Finding{Found: cases.Nobody}))
		},
		cases.TakenBack: func() cases.Case {
			return w.do(w.cases.TakeBack(w.ctx, w.mei, w.opened().ID))
		},
		cases.Duplicate: func() cases.Case {
			of := w.opened()
			return w.do(w.cases.Merge(w.ctx, w.secretary, w.opened().ID, of.ID))
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
				"member of elsewhere": w.far, "secretary": w.secretary, "mediator": w.mediator("Cen"),
				"deputy": w.meet("Deputy"), "daughter": w.settled(w.meet("Daughter")),
			}
			require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, who["deputy"].Person))
			w.acts(who["daughter"], w.mei)
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
	if (code == cases.MoveProgress || code == cases.MoveDone || code == cases.MovePropose) && c.Status == cases.Assigned {
		want = c.Holder == a.Person // it is taken first
	}
	if code == cases.MoveReopen && c.Status == cases.Referred {
		want = false // the resident disagrees; others reopen it when they have asked there
	}
	if c.Status == cases.Proposed && code == cases.MoveDisagree || c.Status == cases.Unconfirmed && (code == cases.MoveAgree || code == cases.MoveDisagree) {
		want = false // that is for whose trouble it is, of what is private: TestAnEndThatAsksWhoseItIs
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
