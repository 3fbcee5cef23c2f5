package cases_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// saying is a verb by which somebody writes, shows or says something: what there is
// before, and how the resident calls it.
type saying struct {
	verb  string
	build func(w *town) cases.Case
	say   func(w *town, id int64) error
}

// sayings are all by which a resident says something.
func sayings() []saying {
	type note = cases.Note
	nothing := func(*town) cases.Case { return cases.Case{} }
	hers := func(do func(w *town, id int64, n note) (cases.Case, error)) func(*town, int64) error {
		return func(w *town, id int64) error {
			_, err := do(w, id, note{Key: w.key(), Media: w.photo(), Words: "more"})
			return err
		}
	}
	return []saying{
		{"Draft", nothing, func(w *town, _ int64) error {
			_, err := w.cases.Draft(w.ctx, w.mei, cases.NewDraft{Key: w.key(), Media: w.photo(), Own: true})
			return err
		}},
		{"Open", nothing, func(w *town, _ int64) error { _, err := w.cases.Open(w.ctx, w.mei, w.at(2, "lamp")); return err }},
		{"Keep", nothing, func(w *town, _ int64) error { _, err := w.cases.Keep(w.ctx, w.mei, w.at(2, "lamp")); return err }},
		{"Join", (*town).opened, hers(func(w *town, id int64, n note) (cases.Case, error) { return w.cases.Join(w.ctx, w.mei, id, n) })},
		{"Say", (*town).opened, hers(func(w *town, id int64, n note) (cases.Case, error) {
			c, err := w.cases.Say(w.ctx, w.mei, id, n)
			return c.Case, err
		})},
		{"Answer", (*town).asksHer, hers(func(w *town, id int64, n note) (cases.Case, error) { return w.cases.Answer(w.ctx, w.mei, id, n) })},
		{"Left", (*town).halfDone, hers(func(w *town, id int64, n note) (cases.Case, error) { return w.cases.Left(w.ctx, w.mei, id, n) })},
		{"Object", (*town).disputed, hers(func(w *town, id int64, n note) (cases.Case, error) { return w.cases.Object(w.ctx, w.mei, id, n) })},
		{"SpeakAsSide", (*town).heard, hers(func(w *town, id int64, n note) (cases.Case, error) {
			return w.cases.SpeakAsSide(w.ctx, w.mei, id, n)
		})},
		{"Reword", (*town).spokenOf, func(w *town, _ int64) error {
			_, err := w.cases.Reword(w.ctx, w.mei, "first", note{Key: w.key(), Words: "otherwise"})
			return err
		}},
	}
}

// asksHer waits until she has answered something.
func (w *town) asksHer() cases.Case {
	w.Helper()
	c := w.taken()
	return w.do(w.cases.Wait(w.ctx, w.holder(c), c.ID, cases.Pending{For: cases.ForResident, Why: cases.Questions[0]}))
}

func (w *town) halfDone() cases.Case {
	w.Helper()
	return w.do(w.cases.Confirm(w.ctx, w.mei, w.done().ID, cases.Half))
}

func (w *town) disputed() cases.Case {
	w.Helper()
	return w.do(w.cases.Disagree(w.ctx, w.mei, w.ended(noWay).ID))
}

// spokenOf is one of which she said something, by the message "first".
func (w *town) spokenOf() cases.Case {
	w.Helper()
	c := w.opened()
	_, err := w.cases.Say(w.ctx, w.mei, c.ID, cases.Note{Key: "first", Words: "more"})
	require.NoError(w, err)
	return c
}

// TestWhoIsBlockedSaysNothing: whatever it is by which somebody says something, who is
// blocked is refused kindly and nobody hears of it; of a danger all is taken in, and
// whoever is let in again, or works here, is heard.
func TestWhoIsBlockedSaysNothing(t *testing.T) {
	t.Parallel()
	for _, row := range sayings() {
		t.Run(row.verb, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c := row.build(w)
			require.NoError(t, w.people.Block(w.ctx, w.li, w.mei.Person))
			w.sent()
			before := w.count(c.ID)
			refused(t, refusal.Conflict, "case.blocked", row.say(w, c.ID))
			require.Equal(t, before, w.count(c.ID))
			require.Empty(t, w.residents(c.ID))
			if c.ID != 0 {
				_, err := w.db.Exec(`UPDATE cases SET danger = 'gas' WHERE id = $1`, c.ID)
				require.NoError(t, err)
				require.NoError(t, row.say(w, c.ID), "of a danger")
				_, err = w.db.Exec(`UPDATE cases SET danger = '' WHERE id = $1`, c.ID)
				require.NoError(t, err)
			}
			require.NoError(t, w.people.Unblock(w.ctx, w.li, w.mei.Person))
			require.NoError(t, row.say(w, row.build(w).ID), "let in again")
		})
	}
}

// TestAllThatIsSaidIsAsked holds that no verb by which something is said is forgotten
// above: each that takes words or pictures is a resident's, or only those who work here
// can call it.
func TestAllThatIsSaidIsAsked(t *testing.T) {
	t.Parallel()
	staffs := []string{"LeftFor", "NoteTalk", "Progress", "Remark", "ReportDone", "SawIt", "TellSide"}
	dangers := []string{"Alarm", "AskAlarm"}
	reads := []string{"NearReport"}
	var known []string
	for _, s := range sayings() {
		known = append(known, s.verb)
	}
	known = slices.Concat(known, staffs, dangers, reads)
	carries := []reflect.Type{reflect.TypeFor[cases.Note](), reflect.TypeFor[cases.NewDraft](), reflect.TypeFor[cases.Report]()}
	all := reflect.TypeFor[*cases.Service]()
	for i := range all.NumMethod() {
		m := all.Method(i)
		for in := range m.Type.Ins() {
			if slices.Contains(carries, in) {
				require.Contains(t, known, m.Name, "it carries a %s", strings.TrimPrefix(in.String(), "cases."))
			}
		}
	}
}

// TestWhoIsBlockedStillTaps: what is open for them is answered with a tap; a tap that
// would call somebody anew is not.
func TestWhoIsBlockedStillTaps(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		tap   string
		build func(w *town) cases.Case
		do    func(w *town, id int64) error
		may   bool
	}{
		{"fixed", (*town).done, func(w *town, id int64) error { _, err := w.cases.Confirm(w.ctx, w.mei, id, cases.Held); return err }, true},
		{"not fixed", (*town).done, func(w *town, id int64) error { _, err := w.cases.Confirm(w.ctx, w.mei, id, cases.NotFixed); return err }, true},
		{"take back", (*town).opened, func(w *town, id int64) error { _, err := w.cases.TakeBack(w.ctx, w.mei, id); return err }, true},
		{"it was kept", (*town).asked, func(w *town, id int64) error { _, err := w.cases.Kept(w.ctx, w.mei, id, true); return err }, true},
		{"I disagree", func(w *town) cases.Case { return w.ended(noWay) }, func(w *town, id int64) error {
			_, err := w.cases.Disagree(w.ctx, w.mei, id)
			return err
		}, false},
		{"send", func(w *town) cases.Case { return w.draft(w.mei) }, func(w *town, id int64) error { _, err := w.cases.Send(w.ctx, w.mei, id); return err }, false},
	} {
		t.Run(row.tap, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			c := row.build(w)
			require.NoError(t, w.people.Block(w.ctx, w.li, w.mei.Person))
			err := row.do(w, c.ID)
			if row.may {
				require.NoError(t, err)
			} else {
				refused(t, refusal.Conflict, "case.blocked", err)
			}
		})
	}
}

// TestWhoWorksHereIsNotBlocked: neither a mediator, nor whoever was blocked before they
// began to.
func TestWhoWorksHereIsNotBlocked(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	peace := w.mediator("Peace")
	refused(t, refusal.Conflict, "people.not_blocked", w.people.Block(w.ctx, w.secretary, peace.Person))
	calm := w.meet("Calm")
	require.NoError(t, w.people.Block(w.ctx, w.secretary, calm.Person))
	require.NoError(t, w.people.Grant(w.ctx, w.secretary, calm.Person, access.Mediator, 0))
	_, err := w.cases.Pass(w.ctx, people.Actor{Community: w.id, Person: peace.Person}, w.quarrel().ID, "no_time")
	require.NoError(t, err)
	c := w.read(w.last())
	require.Equal(t, calm.Person, c.Holder)
	w.do(w.cases.Take(w.ctx, calm, c.ID))
	w.do(w.cases.TellSide(w.ctx, calm, c.ID, cases.OneSide, cases.Note{Key: w.key(), Words: "on Tuesday"}))
}
