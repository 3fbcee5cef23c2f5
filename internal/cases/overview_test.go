package cases_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// logged is an event of the log, as the recount reads it.
type logged struct {
	Case int64
	Code string
	From string
	To   string
	Said json.RawMessage
	At   time.Time
}

// TestTheFiguresAreWhatTheLogSays plays a random history and counts every figure a
// second time, event by event.
func TestTheFiguresAreWhatTheLogSays(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	rnd := rand.New(rand.NewPCG(luck.Seed(t), 0))
	w.playAtRandom(rnd, 40, 160)
	in := cases.Span{From: morning, Until: w.clk.Now().Add(time.Second)}
	lives, err := w.cases.Lives(w.ctx, w.secretary, in)
	require.NoError(t, err)

	want := w.recount()
	require.NotEmpty(t, want)
	require.Len(t, lives, len(want))
	var ended, reopened int
	for i, l := range lives {
		require.Equal(t, want[i].Stands, l.Stands)
		require.True(t, want[i].Brought.Equal(l.Brought))
		same(t, want[i].Reached, l.Reached)
		same(t, want[i].Ended, l.Ended)
		require.Equal(t, want[i].Word, l.Word)
		if l.Ended != nil {
			ended++
		}
		if l.Word != "" && l.Word != cases.Held {
			reopened++
		}
	}
	require.Greater(t, ended, 3, "the history came to something")
	require.Greater(t, reopened, 1, "and back")
	settled, err := w.cases.SettledIn(w.ctx, w.id, in)
	require.NoError(t, err)
	require.Len(t, settled, cases.Stands(lives)[cases.Held]+cases.Stands(lives)[cases.Seen])
}

func same(t *testing.T, want, got *time.Time) {
	t.Helper()
	require.Equal(t, want == nil, got == nil)
	if want != nil {
		require.True(t, want.Equal(*got), "want %v, got %v", want, got)
	}
}

// playAtRandom opens cases and does with them whatever somebody may; a refusal is an
// answer as well.
func (w *town) playAtRandom(rnd *rand.Rand, n, moves int) {
	w.Helper()
	verbs := w.verbs()
	var codes []cases.Move
	for code := range verbs {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	actors := []people.Actor{w.mei, w.li, w.wang, w.secretary}
	var ids []int64
	for range n {
		w.clk.Advance(time.Duration(rnd.IntN(90)) * time.Minute)
		ids = append(ids, w.opened().ID)
	}
	for range moves {
		w.clk.Advance(time.Duration(rnd.IntN(120)) * time.Minute)
		id := ids[rnd.IntN(len(ids))]
		for range 4 { // most of what is tried is not to be done now
			code := codes[rnd.IntN(len(codes))]
			if c := w.read(id); rnd.IntN(3) > 0 { // mostly on the way that cases go
				code = map[cases.Status]cases.Move{
					cases.Assigned: cases.MoveTake, cases.Taken: cases.MoveDone, cases.Done: []cases.Move{cases.MoveHeld, cases.MoveReopen}[rnd.IntN(2)],
				}[c.Status]
			}
			if verbs[code] == nil {
				continue
			}
			err := verbs[code](actors[rnd.IntN(len(actors))], id)
			if _, refused := refusal.As(err); err != nil && !refused {
				require.NoError(w, err, code)
			}
		}
	}
}

// recount reads the log and nothing else.
func (w *town) recount() (all []cases.Life) {
	w.Helper()
	var log []logged
	require.NoError(w, w.db.Select(&log, `
		SELECT case_id AS case, code, from_status AS from, to_status AS to, detail AS said, at FROM case_events ORDER BY case_id, id`))
	over := map[string]bool{"held": true, "seen": true, "unconfirmed": true, "referred": true, "cannot": true, "wish": true, "duplicate": true, "spam": true}
	for i := 0; i < len(log); {
		var l cases.Life
		of := log[i].Case
		for ; i < len(log) && log[i].Case == of; i++ {
			e := log[i]
			var said struct{ Outcome cases.Outcome }
			require.NoError(w, json.Unmarshal(e.Said, &said))
			if e.From == "draft" && e.To != "draft" && e.To != "dropped" && l.Brought.IsZero() {
				l.Brought = e.At
			}
			if l.Reached == nil && e.To != "draft" && e.To != "open" && e.To != "assigned" {
				l.Reached = &e.At
			}
			if l.Word == "" && e.Code == "held" {
				l.Word = cases.Held
			}
			if l.Word == "" && e.Code == "reopened" && e.From != "referred" { // that is not of our work
				l.Word = said.Outcome
			}
			switch {
			case e.From == e.To:
			case !over[e.To]:
				l.Stands, l.Ended = cases.Status(e.To), nil
			case e.From == "seen": // it held then already
				l.Stands = cases.Status(e.To)
			default:
				l.Stands, l.Ended = cases.Status(e.To), &e.At
			}
		}
		if l.Stands != cases.TakenBack && !l.Brought.IsZero() { // what was never sent is nobody's trouble
			all = append(all, l)
		}
	}
	return all
}

func TestWhoSeesTheFigures(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.done()
	for name, row := range map[string]struct {
		who people.Actor
		may bool
	}{"secretary": {w.secretary, true}, "member": {w.li, false}, "resident": {w.mei, false}} {
		_, lives := w.cases.Lives(w.ctx, row.who, cases.Span{From: morning, Until: morning.Add(time.Hour)})
		_, piles := w.cases.Piles(w.ctx, row.who)
		require.Equal(t, row.may, lives == nil && piles == nil, name)
	}
}

func TestPrivateCasesStandInTheTotalsAlone(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.done()
	hidden := w.taken()
	_, err := w.db.Exec(`UPDATE cases SET private = 'quarrel' WHERE id = $1`, hidden.ID)
	require.NoError(t, err)
	lives, err := w.cases.Lives(w.ctx, w.secretary, cases.Span{From: morning, Until: morning.Add(time.Hour)})
	require.NoError(t, err)
	require.Len(t, lives, 2)
	require.Len(t, cases.InPublic(lives), 1)
	piles, err := w.cases.Piles(w.ctx, w.secretary)
	require.NoError(t, err)
	require.Equal(t, []cases.Pile{{Kind: "lamp", Area: hidden.Area, AtWork: 1}}, piles)
}

func TestWhatTheNeighboursMaySee(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	const week = "2026-11-29"
	chosen := func(week string) (ids []int64) {
		require.NoError(t, w.cases.ChooseShown(w.ctx, w.id, week))
		all, err := w.cases.ShownIn(w.ctx, w.id, week)
		require.NoError(t, err)
		for _, c := range all {
			ids = append(ids, c.ID)
		}
		return ids
	}
	var held []cases.Case
	for range 5 {
		w.clk.Advance(time.Minute)
		held = append(held, w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Held)))
	}
	require.Empty(t, chosen("2026-11-22"), "nobody agreed")
	for _, c := range held[1:] {
		for range 2 {
			w.do(w.cases.Share(w.ctx, w.mei, c.ID))
		}
	}
	_, err := w.cases.Share(w.ctx, w.neighbour, held[0].ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.cases.Share(w.ctx, w.li, held[0].ID)
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.cases.Share(w.ctx, w.mei, w.done().ID)
	refused(t, refusal.Conflict, "case.taken_by", err)

	want := []int64{held[4].ID, held[3].ID, held[2].ID}
	require.Equal(t, want, chosen(week), "three, what held last")
	require.Equal(t, want, chosen(week), "the same again")
	w.do(w.cases.Unshare(w.ctx, w.mei, held[4].ID))
	was, err := w.cases.Withdrawn(w.ctx, w.id, held[4].ID)
	require.NoError(t, err)
	require.Equal(t, week, was.Week)
	require.Equal(t, want[1:], chosen(week), "taken back")
	require.Equal(t, []int64{held[1].ID}, chosen("2026-12-06"), "each once")
	_, err = w.db.Exec(`UPDATE cases SET private = 'family' WHERE id = $1`, held[1].ID)
	require.NoError(t, err)
	require.Empty(t, chosen("2026-12-06"), "never what is private")
	require.Equal(t, []string{"drafted", "sent", "taken", "done", "held", "shared", "unshared"}, w.events(held[4].ID))
}
