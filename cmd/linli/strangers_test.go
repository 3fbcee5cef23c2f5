package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/roster"
)

// forgedTaps is how many taps a stranger forges.
const forgedTaps = 100_000

// TestNoForgedTapDoesAnything taps what no screen ever showed to this person:
// noise, every button with the numbers of other people's cases, persons, links
// and ties, and real data with a byte changed. Nothing of anybody's changes.
func TestNoForgedTapDoesAnything(t *testing.T) {
	t.Parallel()
	s := &stroll{testStage: newTestStage(t, "en"), lang: "en"}
	targets := s.everything("resident", "member")
	_, err := s.app.people.Agree(t.Context(), s.visit("newcomer").Actor, "Rose")
	require.NoError(t, err)
	v := s.visit("newcomer")
	s.settleDown()
	before := s.table(v)
	var wg sync.WaitGroup
	for worker := range uint64(8) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(worker, 11))
			for i := range forgedTaps / 8 {
				mine := v
				mine.Key = fmt.Sprintf("forged%d-%d", worker, i)
				data := forged(r, s.app.house.Buttons(), targets)
				reply, err := s.app.house.Tapped(t.Context(), mine, data)
				if _, refused := mine.Refused(err); err != nil && !refused {
					t.Errorf("%q: %v", data, err)
				}
				if told := s.leak(reply, "resident"); told != "" {
					t.Errorf("%q tells a stranger %q", data, told)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, before, s.table(v))
}

// everything makes one of each kind of thing on behalf of two people who are
// not the stranger, and returns their numbers.
func (s *stroll) everything(of, duty string) []int64 {
	ctx, v := s.t.Context(), s.visit(of)
	ids := []int64{s.draftOf(of).ID}
	for _, as := range []cases.Status{cases.Assigned, cases.Taken, cases.Done} {
		c := s.must(s.app.cases.Open(ctx, v.Actor, cases.Report{Key: s.key(), Kind: "lamp", Words: "secret words"}))
		by := people.Actor{Community: c.Community, Person: c.Holder}
		if as != cases.Assigned {
			s.must(s.app.cases.Take(ctx, by, c.ID))
		}
		if as == cases.Done {
			s.must(s.app.cases.ReportDone(ctx, by, c.ID, cases.Note{Key: s.key(), Reason: cases.Reasons[0]}))
		}
		ids = append(ids, c.ID)
	}
	child, err := s.app.people.AddChild(ctx, v.Actor, "Secret Child", 2018)
	require.NoError(s.t, err)
	for _, open := range []bool{true, false} {
		token, err := s.app.people.OfferFamily(ctx, v.Actor, v.Person.ID, people.Family)
		require.NoError(s.t, err)
		l, err := s.app.people.OpenFamily(ctx, v.Community.ID, s.visit(duty).Person.ID, token)
		if !open {
			require.Error(s.t, err, "the tie is there")
			continue
		}
		require.NoError(s.t, err)
		_, err = s.app.people.AgreeFamily(ctx, v.Actor, l.ID, true)
		require.NoError(s.t, err)
		ids = append(ids, l.ID)
	}
	token, err := s.app.people.OfferFamily(ctx, v.Actor, child.ID, people.Guardian)
	require.NoError(s.t, err)
	l, err := s.app.people.OpenFamily(ctx, v.Community.ID, s.visit(duty).Person.ID, token)
	require.NoError(s.t, err)
	ties, err := s.app.people.TiesOf(ctx, v.Actor, v.Person.ID)
	require.NoError(s.t, err)
	for _, tie := range ties {
		ids = append(ids, tie.ID, tie.Person, tie.For)
	}
	ids = append(ids, s.minded(v.Actor, child.ID, duty)...)
	return append(ids, l.ID, child.ID, s.handedOver(duty))
}

// handedOver is what somebody had at the end of a shift, before the other member.
func (s *stroll) handedOver(giver string) (id int64) {
	ctx, by := s.t.Context(), s.visit(giver).Actor
	now := s.clk.Now()
	sh, err := s.app.roster.AddShift(ctx, s.visit("secretary").Actor, roster.Once{
		Activity: roster.Duty, Slot: roster.Day, From: now.Add(-time.Hour), Until: now.Add(time.Hour), Places: 1,
	})
	require.NoError(s.t, err)
	require.NoError(s.t, pg.InTx(ctx, s.app.db, func(tx *sqlx.Tx) error {
		return s.app.cases.ShiftEnded(ctx, tx, sh, []int64{by.Person}, []int64{s.visit("member2").Person.ID})
	}))
	require.NoError(s.t, s.app.db.Get(&id, `SELECT max(id) FROM hand_overs WHERE community_id = $1`, by.Community))
	return id
}

func (s *stroll) draftOf(who string) cases.Case {
	return s.must(s.app.cases.Draft(s.t.Context(), s.visit(who).Actor, cases.NewDraft{
		Key: s.key(), Own: true, Words: "secret words", Media: []cases.Media{{Kind: dialog.Photo, FileID: "f" + s.key(), UniqueID: s.key()}},
	}))
}

// forged is one tap that nobody was offered.
func forged(r *rand.Rand, buttons []string, targets []int64) string {
	button := buttons[r.IntN(len(buttons))]
	id := strconv.FormatInt(targets[r.IntN(len(targets))], 10)
	real := button + "." + id
	if strings.HasPrefix(button, "m.desk") {
		real = button + ".case." + []string{"fixed", "half", "not", "noreply"}[r.IntN(4)] + "." + id
	}
	if button == "m.plan" || button == "m.week" {
		of := []string{"usual", "set", "also", "off", "same", "hours", "places", "with", "without", "end", "who", "of", "day"}
		real = button + "." + of[r.IntN(len(of))] + "." + strconv.Itoa(r.IntN(3)) + ".1-5.day." + id
	}
	switch r.IntN(9) {
	case 0:
		return real
	case 8: // of what is about two
		return real + "." + strconv.FormatInt(targets[r.IntN(len(targets))], 10)
	case 1:
		return button + "." + strconv.FormatInt(r.Int64(), 10)
	case 2:
		return button + ".-" + id
	case 3:
		return string(noise(r, r.IntN(64)))
	case 4:
		return button + "." + string(noise(r, 1+r.IntN(20)))
	default:
		bent := []byte(real)
		bent[r.IntN(len(bent))] = byte(r.IntN(256))
		return string(bent)
	}
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return b
}

// table is what stands in the database of a person's community, a sum for each
// table, but for what the person may always change: themselves, and links to act
// for them.
func (s *stroll) table(of flow.Visit) map[string]string {
	s.t.Helper()
	var tables []string
	require.NoError(s.t, s.app.db.Select(&tables, `
		SELECT table_name FROM information_schema.tables
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> ALL ('{inbox,processes,hearing,goose_db_version}')`))
	own := map[string]string{
		"persons": "id = $1", "person_events": "person_id = $1", "links": "made_by = $1 AND person_id = $1 AND asks = $1 AND used_by IS NULL",
	}
	sums := map[string]string{}
	for _, name := range tables {
		but := "$1 = 0"
		if own[name] != "" {
			but = own[name]
		}
		var sum string
		require.NoError(s.t, s.app.db.Get(&sum, `
			SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') 
			FROM `+name+` t
			WHERE NOT coalesce(`+but+`, false) AND coalesce((to_jsonb(t)->>'community_id')::bigint, $2) = $2`,
			of.Person.ID, of.Community.ID), name)
		sums[name] = sum
	}
	return sums
}

// leak is what a reply tells of somebody in it: their name, number or words.
func (s *stroll) leak(r flow.Reply, of ...string) string {
	said := ownNumber.ReplaceAllString(fmt.Sprint(r.Screen, r.Note, r.Prefill), "")
	for _, n := range s.towns[0].neighbours {
		if slices.Contains(of, n.key) && strings.Contains(said, n.phone) {
			return said
		}
	}
	for _, secret := range []string{"secret words", "Secret Child"} {
		if strings.Contains(said, secret) {
			return said
		}
	}
	return ""
}

// TestTwoCommunitiesOfOneProcessKnowNothingOfOneAnother tries every button of
// one with the numbers of the other, by the people there who may do most.
func TestTwoCommunitiesOfOneProcessKnowNothingOfOneAnother(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "")
	there := &stroll{testStage: ts, lang: "en"}
	ts.towns[0], ts.towns[1] = ts.towns[1], ts.towns[0] // the English one is where everything is
	targets := there.everything("resident", "member")
	secrets := []string{"secret words", "Secret Child"}
	for _, n := range ts.towns[0].neighbours {
		for _, secret := range []string{n.called, n.phone} {
			if secret != "" {
				secrets = append(secrets, secret)
			}
		}
	}
	token, err := ts.app.people.OfferFamily(t.Context(), there.visit("resident").Actor, there.visit("resident").Person.ID, people.Family)
	require.NoError(t, err)
	ts.settleDown()
	before := there.table(there.visit("resident"))

	ts.towns[0], ts.towns[1] = ts.towns[1], ts.towns[0]
	here := &stroll{testStage: ts, lang: "zh"}
	for _, who := range []string{"secretary", "member", "resident"} {
		v := here.visit(who)
		for _, button := range ts.app.house.Buttons() {
			for _, id := range targets {
				here.tryAll(v, secrets, button+"."+strconv.FormatInt(id, 10))
				here.tryAll(v, secrets, fmt.Sprintf("%s.%d.%d", button, id, v.Person.ID))
				here.tryAll(v, secrets, fmt.Sprintf("%s.%d.%d", button, targets[len(targets)-1], id))
			}
		}
		for _, answer := range []string{"told", "noreply"} {
			here.tryAll(v, secrets, fmt.Sprintf("m.desk.news.%s.%d", answer, targets[3]))
		}
		for _, answer := range []string{"fixed", "half", "not", "noreply"} {
			here.tryAll(v, secrets, fmt.Sprintf("m.desk.case.%s.%d", answer, targets[3]))
		}
		for _, payload := range []string{"fam_" + token, "case_1", "case_2"} {
			r, err := ts.app.house.Command(t.Context(), v, "start", payload)
			here.tells(v, secrets, payload, r, err)
		}
	}
	ts.towns[0], ts.towns[1] = ts.towns[1], ts.towns[0]
	require.Equal(t, before, there.table(there.visit("resident")))
}

func (s *stroll) tryAll(v flow.Visit, secrets []string, data string) {
	s.t.Helper()
	v.Key = s.key()
	r, err := s.app.house.Tapped(s.t.Context(), v, data)
	s.tells(v, secrets, data, r, err)
}

// ownNumber is a number of the Chinese town, which ends as one of the English.
var ownNumber = regexp.MustCompile(`0535-555-\d+`)

// tells fails where a reply is an error of ours, or tells of the others.
func (s *stroll) tells(v flow.Visit, secrets []string, of string, r flow.Reply, err error) {
	s.t.Helper()
	said := ownNumber.ReplaceAllString(fmt.Sprint(r.Screen, r.Note, r.Prefill), "")
	if err != nil {
		text, refused := v.Refused(err)
		require.True(s.t, refused, "%s: %v", of, err)
		said += text
	}
	for _, secret := range secrets {
		require.NotContains(s.t, said, secret, of)
	}
}
