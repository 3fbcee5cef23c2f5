package main

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
)

// hour is what people do in one hour.
func (f *fortnight) hour(day int, now time.Time) {
	awake := now.Hour() >= 8 && now.Hour() < 20
	f.shutsOut(day, now)
	f.report(day, now)
	f.answer()
	for _, m := range f.members {
		f.serves(m, awake)
	}
	f.onShifts()
	f.onCases(awake)
	if awake {
		f.office(day, now)
	}
	f.settleDown()
}

// shutsOut: twice the secretary blocks the bot without a word, an hour before a
// night for which nobody is found, and before the page of a morning.
func (f *fortnight) shutsOut(day int, now time.Time) {
	phone := f.phone("secretary")
	switch at := [2]int{day, now.Hour()}; at {
	case [2]int{9, 19}, [2]int{11, 7}:
		phone.Block()
		f.shut = []int64{f.id["secretary"]}
		f.blocked = true
	case [2]int{10, 9}, [2]int{11, 9}:
		phone.Unblock()
		phone.Start("")
		f.blocked = false
	}
}

// report: trouble comes at any hour, some of it is dangerous, and on two days the
// daughter has more to say for her mother than anybody wants to hear.
func (f *fortnight) report(day int, now time.Time) {
	ctx := f.t.Context()
	open := func(what string, by int64, r cases.Report) {
		r.Key = f.key()
		_, err := f.app.cases.Open(ctx, f.as(by), r)
		f.tried(what, err)
	}
	for _, r := range f.residents {
		if f.maybe(4) {
			open("report", r, cases.Report{Kind: "lamp"})
		}
	}
	if day%7 == 3 && now.Hour() >= 9 && now.Hour() < 17 {
		open("report for the mother", f.id["daughter"], cases.Report{Kind: "lamp", For: f.id["resident"]})
	}
	if now.Hour() == 3 && day%5 == 2 || f.maybe(1) {
		_, err := f.app.cases.Alarm(ctx, f.as(f.id["resident"]), cases.Report{Key: f.key(), Kind: "other", Danger: "gas"})
		f.tried("danger", err)
	}
}

// answer: what was reported done held, or did not, or nobody says.
func (f *fortnight) answer() {
	for _, c := range f.numbers(`SELECT id, for_id AS person FROM cases WHERE status = 'done'`) {
		if !f.maybe(8) {
			continue
		}
		outcome := []cases.Outcome{cases.Held, cases.Held, cases.Half, cases.NotFixed}[f.rng.IntN(4)]
		_, err := f.app.cases.Confirm(f.t.Context(), f.as(c.Person), c.ID, outcome)
		f.tried("answer "+string(outcome), err)
	}
}

// serves is what a member does about their shifts.
func (f *fortnight) serves(m int64, awake bool) {
	ctx, actor := f.t.Context(), f.as(m)
	within := 30 * time.Hour
	if !awake {
		within = 2 * time.Hour
	}
	for _, place := range f.numbers(`
		SELECT id, person_id AS person FROM assignments
		WHERE person_id = $1 AND ended_at IS NULL AND ends_at > $2 AND starts_at < $3 ORDER BY starts_at`, m, f.clk.Now(), f.clk.Now().Add(within)) {
		switch {
		case f.maybe(8):
			_, err := f.app.roster.Confirm(ctx, actor, place.ID)
			f.tried("confirm", err)
		case f.maybe(2):
			_, err := f.app.roster.Cannot(ctx, actor, place.ID)
			f.tried("cannot", err)
		case f.maybe(2):
			f.swaps(actor, place.ID)
		}
	}
	if !awake {
		return
	}
	if f.maybe(3) {
		free, err := f.app.roster.Free(ctx, actor)
		require.NoError(f.t, err)
		if len(free) > 0 {
			_, err := f.app.roster.Sign(ctx, actor, free[f.rng.IntN(len(free))].ID)
			f.tried("sign up", err)
		}
	}
	if m != f.id["kitchen"] && f.rng.IntN(200) == 0 { // somebody stays to keep the office
		until := f.clk.Now().In(f.zone).AddDate(0, 0, 1+f.rng.IntN(3))
		_, err := f.app.people.Away(ctx, f.as(f.id["secretary"]), m, &until)
		f.tried("away", err)
	}
	f.opens(actor)
}

// swaps: somebody would have another's place for theirs.
func (f *fortnight) swaps(actor people.Actor, place int64) {
	trades, err := f.app.roster.Trades(f.t.Context(), actor, place)
	if err != nil || len(trades) == 0 {
		f.tried("look for a swap", err)
		return
	}
	_, err = f.app.roster.AskSwap(f.t.Context(), actor, place, trades[f.rng.IntN(len(trades))].Assignment.ID)
	f.tried("ask to swap", err)
}

// opens: something that the digest told of is looked at.
func (f *fortnight) opens(actor people.Actor) {
	for _, kept := range f.numbers(`SELECT id, person_id AS person FROM outbox WHERE state = 'kept' AND digest <> 0 AND person_id = $1`, actor.Person) {
		if f.maybe(10) {
			_, _, err := f.app.calm.Open(f.t.Context(), actor, kept.ID)
			f.tried("open of the digest", err)
		}
	}
}

// onShifts is what is asked of people about shifts, and whether they come.
func (f *fortnight) onShifts() {
	ctx := f.t.Context()
	for _, k := range f.numbers(`SELECT id, person_id AS person FROM shift_asks WHERE settled_at IS NULL`) {
		switch {
		case f.maybe(3):
			_, err := f.app.roster.Accept(ctx, f.as(k.Person), k.ID)
			f.tried("take when asked", err)
		case f.maybe(3):
			_, err := f.app.roster.Decline(ctx, f.as(k.Person), k.ID)
			f.tried("decline", err)
		}
	}
	for _, w := range f.numbers(`
		SELECT w.id, a.person_id AS person FROM shift_swaps w JOIN assignments a ON a.id = w.theirs_id WHERE w.decided_at IS NULL`) {
		if f.maybe(15) {
			_, err := f.app.roster.AnswerSwap(ctx, f.as(w.Person), w.ID, f.maybe(70))
			f.tried("answer a swap", err)
		}
	}
	for _, a := range f.numbers(`
		SELECT id, person_id AS person FROM assignments
		WHERE ended_at IS NULL AND arrived_at IS NULL AND starts_at <= $1 AND ends_at > $1`, f.clk.Now()) {
		switch {
		case f.maybe(40):
			_, err := f.app.roster.Arrive(ctx, f.as(a.Person), a.ID)
			f.tried("arrive", err)
		case f.maybe(3):
			_, err := f.app.roster.NoShow(ctx, f.charge(), a.ID)
			f.tried("no-show", err)
		}
	}
}

// onCases is what those do to whom cases are given. At night it is who is on.
func (f *fortnight) onCases(awake bool) {
	ctx := f.t.Context()
	on := map[int64]bool{}
	now, _, err := f.app.roster.OnDuty(ctx, f.home, f.area)
	require.NoError(f.t, err)
	for _, p := range now {
		on[p.ID] = true
	}
	for _, c := range f.numbers(`SELECT id, holder_id AS person FROM cases WHERE status IN ('assigned', 'taken') AND holder_id IS NOT NULL`) {
		if !awake && !on[c.Person] {
			continue
		}
		switch {
		case f.maybe(12):
			_, err := f.app.cases.Take(ctx, f.as(c.Person), c.ID)
			f.tried("take", err)
		case f.maybe(3):
			_, err := f.app.cases.Pass(ctx, f.as(c.Person), c.ID, "no_time")
			f.tried("pass", err)
		case awake && f.maybe(8):
			_, err := f.app.cases.ReportDone(ctx, f.as(c.Person), c.ID, cases.Note{Key: f.key(), Reason: cases.Reasons[0]})
			f.tried("done", err)
		}
	}
	for _, h := range f.numbers(`
		SELECT h.id, t.person_id AS person FROM hand_overs h
		JOIN hand_over_takers t ON t.community_id = h.community_id AND t.hand_over_id = h.id
		WHERE h.taken_at IS NULL AND h.kept_at IS NULL`) {
		if f.maybe(50) {
			_, err := f.app.cases.TakeOver(ctx, f.as(h.Person), h.ID)
			f.tried("take over", err)
		}
	}
}

// leaves is a Sunday, on which nobody stands.
const leaves = 6

// office: the secretary is away from a Sunday to a Wednesday; whoever is in
// charge reminds and gives.
func (f *fortnight) office(day int, now time.Time) {
	ctx := f.t.Context()
	if now.Hour() == 10 && (day == leaves || day == leaves+3) { // while nobody is on
		require.NoError(f.t, f.app.people.SetAway(ctx, f.as(f.id["secretary"]), day == leaves))
	}
	for _, c := range f.numbers(`SELECT id, holder_id AS person FROM cases WHERE status IN ('assigned', 'taken') AND holder_id IS NOT NULL`) {
		switch {
		case f.maybe(2):
			_, err := f.app.cases.Remind(ctx, f.charge(), c.ID)
			f.tried("remind", err)
		case f.maybe(1):
			_, err := f.app.cases.Give(ctx, f.charge(), c.ID, f.members[f.rng.IntN(len(f.members))])
			f.tried("give", err)
		}
	}
}
