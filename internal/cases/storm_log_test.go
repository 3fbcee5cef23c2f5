package cases_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
)

// witnesses has the database itself write down what the code may not be asked about:
// which rows were written by one transaction, how a row stood when an event was
// written, and every time that a case changed its state or its holder.
func (w *town) witnesses() {
	w.Helper()
	_, err := w.db.Exec(`
		ALTER TABLE case_events ADD tx xid8 NOT NULL DEFAULT pg_current_xact_id(), ADD had bigint, ADD sealed text,
			ADD followers bigint[], ADD neighbours bigint[], ADD doubles bigint[];
		ALTER TABLE outbox ADD tx xid8 NOT NULL DEFAULT pg_current_xact_id(), ADD sealed text;
		CREATE FUNCTION sees_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			SELECT coalesce(holder_id, 0), private INTO NEW.had, NEW.sealed FROM cases WHERE community_id = NEW.community_id AND id = NEW.case_id;
			NEW.followers := ARRAY(SELECT DISTINCT person_id FROM case_followers WHERE community_id = NEW.community_id AND case_id = NEW.case_id);
			NEW.neighbours := ARRAY(SELECT DISTINCT person_id FROM case_followers
				WHERE community_id = NEW.community_id AND case_id = NEW.case_id AND NOT double);
			NEW.doubles := ARRAY(SELECT DISTINCT d.for_id FROM case_followers f JOIN cases d ON d.community_id = f.community_id AND d.id = f.own_id
				WHERE f.community_id = NEW.community_id AND f.case_id = NEW.case_id AND f.double);
			RETURN NEW;
		END $$;
		CREATE TRIGGER sees BEFORE INSERT ON case_events FOR EACH ROW EXECUTE FUNCTION sees_event();
		CREATE FUNCTION sees_news() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			SELECT private INTO NEW.sealed FROM cases WHERE community_id = NEW.community_id AND id = (NEW.args->>'case')::bigint;
			RETURN NEW;
		END $$;
		CREATE TRIGGER sees BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION sees_news();
		CREATE TABLE changes (id bigint GENERATED ALWAYS AS IDENTITY, tx xid8 NOT NULL DEFAULT pg_current_xact_id(), case_id bigint,
			was text, becomes text, had bigint, has bigint);
		CREATE FUNCTION sees_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO changes (case_id, was, becomes, had, has)
			VALUES (NEW.id, coalesce(OLD.status, 'draft'), NEW.status, coalesce(OLD.holder_id, 0), coalesce(NEW.holder_id, 0));
			RETURN NULL;
		END $$;
		CREATE TRIGGER sees_new AFTER INSERT ON cases FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION sees_change();
		CREATE TRIGGER sees AFTER UPDATE ON cases FOR EACH ROW
			WHEN (OLD.status <> NEW.status OR OLD.holder_id IS DISTINCT FROM NEW.holder_id) EXECUTE FUNCTION sees_change()`)
	require.NoError(w, err)
}

// happened is an event as the witnesses saw it: how the case stood just before.
type happened struct {
	ID, Case, Actor, Had  int64
	Code                  cases.Move
	From, To              cases.Status
	Key, Tx, Sealed       string
	Raw                   []byte
	Followers, Neighbours pq.Int64Array
	Doubles               pq.Int64Array // whose trouble the doubles of the case are

	Detail map[string]any
	With   []cases.Move // what else the same transaction wrote of the case
}

// num is a number of its detail, 0 where there is none.
func (e happened) num(name string) int64 {
	n, _ := e.Detail[name].(float64)
	return int64(n)
}

func (e happened) str(name string) string {
	s, _ := e.Detail[name].(string)
	return s
}

func (e happened) beside(code cases.Move) bool { return slices.Contains(e.With, code) }

// change is a row that became another.
type change struct {
	Case         int64
	Tx           string
	Was, Becomes cases.Status
	Had, Has     int64
}

// chronicle is all that the storm left behind.
type chronicle struct {
	*storm
	cases   map[int64]cases.Case
	events  []happened // in their order
	changes []change
	told    []note
	actors  map[int64]people.Actor
	visits  map[int64]int // how often nobody was there before
}

// check holds what the storm left against the model.
func (s *storm) check() {
	s.Helper()
	c := s.chronicle()
	c.everyEventFollowsTheTable()
	c.noStepIsLost()
	c.nobodysIsNone()
	c.everybodyIsToldOnce()
	c.privateStaysPrivate()
	c.nothingStandsStill()
}

func (s *storm) chronicle() *chronicle {
	s.Helper()
	c := &chronicle{storm: s, cases: map[int64]cases.Case{}, actors: map[int64]people.Actor{}, visits: map[int64]int{}}
	require.NoError(s, s.db.Select(&c.events, `
		SELECT id, case_id AS case, coalesce(actor_id, 0) AS actor, had, code, from_status AS from, to_status AS to, coalesce(key, '') AS key,
			tx::text, sealed, detail AS raw, followers, neighbours, doubles FROM case_events ORDER BY id`))
	with := map[string][]cases.Move{}
	of := func(e happened) string { return e.Tx + "/" + subjectOf(e.Case) }
	for i, e := range c.events {
		require.NoError(s, json.Unmarshal(e.Raw, &c.events[i].Detail))
		with[of(e)] = append(with[of(e)], e.Code)
	}
	for i, e := range c.events {
		c.events[i].With = with[of(e)]
		if _, known := c.cases[e.Case]; !known {
			c.cases[e.Case] = s.read(e.Case)
		}
	}
	require.NoError(s, s.db.Select(&c.changes, `SELECT case_id AS case, tx::text, was, becomes, had, has FROM changes ORDER BY id`))
	require.NoError(s, s.db.Select(&c.told, `
		SELECT id, key, person_id AS person, topic, (args->>'case')::bigint AS case, coalesce(args->>'code', '') AS code, tx::text, coalesce(sealed, '') AS sealed
		FROM outbox WHERE person_id <> 0 AND edits = '' AND args ? 'case' ORDER BY id`))
	for _, a := range slices.Concat(s.homes, s.staff, []people.Actor{s.granny}) {
		c.actors[a.Person] = a
	}
	var visits []struct {
		ID    int64
		Tried int
	}
	require.NoError(s, s.db.Select(&visits, `SELECT id, tried FROM case_visits`))
	for _, v := range visits {
		c.visits[v.ID] = v.Tried
	}
	return c
}

// everyEventFollowsTheTable: each event leads from where the one before left the case
// to where the model says that it may, by whom it may; and the row is where the last
// one left it.
func (c *chronicle) everyEventFollowsTheTable() {
	c.Helper()
	stands, not := map[int64]cases.Status{}, []string(nil)
	for _, e := range c.events {
		was, known := stands[e.Case]
		if !known {
			was = cases.Draft
		}
		require.Equal(c, was, e.From, "case %d: event %d, %s, begins elsewhere than the one before ended", e.Case, e.ID, e.Code)
		stands[e.Case] = e.To
		if aside := e.Code == cases.MoveNotTold || e.Code == cases.MoveAskAgain; aside {
			require.Equal(c, e.From, e.To)
			continue
		}
		may := strings.Fields(cases.Want[e.From][e.Code])
		require.Contains(c, may, string(e.To), "case %d: event %d is no move: %s, %s to %s", e.Case, e.ID, e.Code, e.From, e.To)
		if !c.mayMove(e, may[len(may)-1]) {
			not = append(not, fmt.Sprintf("case %d: event %d, %s from %s, is not for person %d", e.Case, e.ID, e.Code, e.From, e.Actor))
		}
	}
	require.Empty(c, not)
	for id, status := range stands {
		require.Equal(c, status, c.cases[id].Status, "case %d stands elsewhere than its last event left it", id)
	}
}

// byClock are the moves that nobody's tap makes and that a tap may yet bring about,
// and those that both make.
var byClock = []cases.Move{cases.MoveWake, cases.MoveDone, cases.MoveAlarm, cases.MoveVisitDue}

// forOthers are the moves that those on duty make who do not hold a case: what somebody
// says whose case it is they write down, and they are the second pair of eyes.
var forOthers = []cases.Move{cases.MoveAgree, cases.MoveRefuse, cases.MoveHeld, cases.MoveReopen, cases.MoveAgain, cases.MoveLeft}

// mayMove reports whether somebody may make a move that is for some, as the model
// writes it: r, m, d and s as one whose case it is, or on duty there; R, M, D and S as
// who holds it.
func (c *chronicle) mayMove(e happened, who string) bool {
	if who == "itself" || e.Actor == 0 && slices.Contains(byClock, e.Code) {
		return true
	}
	a, of := c.actors[e.Actor], c.cases[e.Case]
	if e.Actor == 0 { // what waits for the resident goes on by their word; the clock does the rest of it
		return who == "itself" || e.Code == cases.MoveHandOver
	}
	letters := ""
	for role, letter := range map[access.Role]string{access.Member: "m", access.Mediator: "m", access.Deputy: "d", access.Secretary: "s"} {
		if a.Has(role) {
			letters += letter
		}
	}
	theirs := of.Reporter == a.Person || of.Other == a.Person || slices.ContainsFunc(append(a.For, a.Person), func(person int64) bool {
		return of.For == person || slices.Contains(e.Doubles, person) // their word on a double is a word on the case
	})
	switch {
	case e.Code == cases.MoveFollow || e.Code == cases.MoveLeave: // a neighbour's, which the table of one's own cannot say
		return true
	case theirs && strings.Contains(who, "r"):
		return true
	case e.Code == cases.MoveUnmerge && c.frees(e): // what it was a double of is there no more
		return true
	case e.Code == cases.MoveReopen && theirs: // the other body has not mended it, they say
		return true
	case e.Code == cases.MoveWake && theirs && e.Had != a.Person: // what it waited for is their answer
		return e.beside(cases.MoveJoin) || e.beside(cases.MoveSay)
	case e.Code == cases.MoveVisit && theirs && letters == "": // the bot asked, and they say that it holds still
		return e.str("outcome") == cases.Held
	case e.Had == a.Person && a.Has(access.Mediator): // whom the model of the offices does not name: they do what a holder does
		return strings.ContainsAny(who, "MDS")
	case e.Had == a.Person:
		return strings.ContainsAny(who, strings.ToUpper(letters))
	case slices.Contains(forOthers, e.Code):
		return letters != ""
	}
	return letters != "" && strings.ContainsAny(who, letters)
}

// frees reports whether the transaction of an event took back or sealed another case.
func (c *chronicle) frees(e happened) bool {
	return slices.ContainsFunc(c.events, func(o happened) bool {
		return o.Tx == e.Tx && o.Case != e.Case && (o.Code == cases.MoveTakeBack || o.Code == cases.MoveSeal)
	})
}

// noStepIsLost: whatever changed a case's state or its holder wrote an event of it in
// the same transaction, and whatever says that it moved moved the row; what somebody
// was told is done with a key is there once, and what was refused is not.
func (c *chronicle) noStepIsLost() {
	c.Helper()
	said, moved := map[string]int{}, map[change]int{}
	keys := map[string]int{}
	for _, e := range c.events {
		said[e.Tx+"/"+subjectOf(e.Case)]++
		keys[e.Key]++
		if e.From != e.To {
			moved[change{Case: e.Case, Tx: e.Tx, Was: e.From, Becomes: e.To}]++
		}
	}
	for _, ch := range c.changes {
		require.Positive(c, said[ch.Tx+"/"+subjectOf(ch.Case)], "case %d went from %s to %s, person %d to %d, and no event says so", ch.Case, ch.Was, ch.Becomes, ch.Had, ch.Has)
		if ch.Was != ch.Becomes {
			moved[change{Case: ch.Case, Tx: ch.Tx, Was: ch.Was, Becomes: ch.Becomes}]--
		}
	}
	for ch, n := range moved {
		require.Zero(c, n, "case %d, %s to %s: events and rows disagree", ch.Case, ch.Was, ch.Becomes)
	}
	for key, times := range c.done {
		require.Equal(c, min(times, 1), keys[key], "what was done %d times with the key %s", times, key)
	}
}

// nobodysIsNone: of what is to be done nothing is without a holder at any moment: the
// secretary is there all the time. What is private may be so where everybody who could
// hear it has passed it, or is concerned.
func (c *chronicle) nobodysIsNone() {
	c.Helper()
	toDo := []cases.Status{cases.Open, cases.Assigned, cases.Taken, cases.Waiting, cases.Proposed}
	for _, ch := range c.changes {
		if slices.Contains(toDo, ch.Becomes) && !c.unheard(ch) {
			require.NotZero(c, ch.Has, "case %d was nobody's from when it went from %s to %s, person %d to none", ch.Case, ch.Was, ch.Becomes, ch.Had)
		}
	}
	for id, of := range c.cases {
		if slices.Contains(toDo, of.Status) && of.Private == "" {
			require.NotZero(c, of.Holder, "case %d is nobody's", id)
		}
	}
}

// unheard reports whether a private case is nobody's because nobody is left who may
// hear it: of its own, its kin, whom it is about, who had it, and who passed it, none may.
func (c *chronicle) unheard(ch change) bool {
	of := c.cases[ch.Case]
	if of.Private == "" || ch.Has != 0 {
		return false
	}
	not := []int64{of.For, of.About, of.Other, ch.Had}
	for _, e := range c.events {
		if e.Case == ch.Case && e.Code == cases.MovePass {
			not = append(not, e.Actor)
		}
	}
	for _, a := range c.staff {
		hears := a.Has(access.Deputy, access.Secretary) || a.Has(access.Mediator) && of.Private != cases.Complaint
		if hears && !slices.Contains(not, a.Person) {
			return false
		}
	}
	return true
}

// nothingStandsStill: for whatever is to be done there is a moment to come at which
// somebody is asked to move it. What is due is done first; talks whose end is proposed
// are whose trouble it is to end.
func (c *chronicle) nothingStandsStill() {
	c.Helper()
	next := map[cases.Status]string{
		cases.Open: "case.clock", cases.Assigned: "case.clock", cases.Taken: "case.clock", cases.Waiting: "case.clock", cases.Proposed: "case.look_again",
	}
	for id := range c.cases {
		for _, do := range []func(context.Context, int64, int64) error{c.storm.cases.WakeItself, c.storm.cases.KeptDue, c.storm.cases.LookAgain, c.storm.cases.Tick} {
			require.NoError(c, do(c.ctx, c.id, id))
		}
		of := c.read(id)
		topic := next[of.Status]
		if topic == "" || of.Status == cases.Proposed && of.Private != "" {
			continue
		}
		if of.WaitFor == cases.ForResident {
			topic = "case.wake"
		}
		var there bool
		require.NoError(c, c.db.Get(&there, `
			SELECT EXISTS (SELECT FROM outbox WHERE args->>'case' = $1::text AND topic = $2 AND due_at > $3)`, id, topic, c.clk.Now()))
		require.True(c, there, "case %d, %s, private %q, stands still: seen to %v, done by %v", id, of.Status, of.Private, of.SeenTo, of.DoneBy)
	}
}
