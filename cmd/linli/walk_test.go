package main

import (
	"maps"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/dialog/dialogtest"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
)

// walks is how many conversations each flow has at random: every one asks a
// real Postgres.
const walks = 30

// TestRandomWalks taps and types at random through every conversation, in both
// languages: no dead end, no hole in a summary, no screen that breaks a rule.
func TestRandomWalks(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		begins := careWalks()
		maps.Copy(begins, map[string]func(*stroll) flow.Reply{
			"guided":                 func(s *stroll) flow.Reply { return s.command("resident", "report", "") },
			"for whom":               func(s *stroll) flow.Reply { s.acts("daughter", "resident"); return s.command("daughter", "report", "") },
			"for a neighbour":        func(s *stroll) flow.Reply { return s.pressed("member", "m.for."+s.resident()) },
			"a child":                func(s *stroll) flow.Reply { return s.pressed("daughter", "m.addchild.0") },
			"of a newcomer":          func(s *stroll) flow.Reply { return s.command("newcomer", "report", "") },
			"asked first":            func(s *stroll) flow.Reply { return s.says("resident", dialog.Event{Text: "the bench"}) },
			"from the poster":        func(s *stroll) flow.Reply { return s.command("newcomer", "start", "at_b3u2") },
			"another place":          func(s *stroll) flow.Reply { return s.tapped("resident", "place", s.draft()) },
			"what is left":           func(s *stroll) flow.Reply { return s.tapped("resident", "half", s.done()) },
			"done by button":         func(s *stroll) flow.Reply { return s.tapped("member", "done", s.taken()) },
			"progress":               func(s *stroll) flow.Reply { return s.tapped("member", "progress", s.taken()) },
			"a member's photo":       func(s *stroll) flow.Reply { s.taken(); return s.says("member", dialog.Event{Media: s.photo()}) },
			"a setting":              func(s *stroll) flow.Reply { return s.pressed("secretary", "m.ask.kind_added") },
			"more buildings":         func(s *stroll) flow.Reply { return s.pressed("secretary", "m.houses") },
			"the set-up":             func(s *stroll) flow.Reply { return s.pressed("secretary", "m.setup") },
			"away":                   func(s *stroll) flow.Reply { return s.pressed("member", "m.away."+s.resident()) },
			"another home":           func(s *stroll) flow.Reply { return s.pressed("member", "m.edit."+s.resident()+".home") },
			"a note":                 func(s *stroll) flow.Reply { return s.pressed("member", "m.edit."+s.resident()+".notes") },
			"one's own year":         func(s *stroll) flow.Reply { return s.pressed("resident", "m.edit."+s.resident()+".born") },
			"one's number":           func(s *stroll) flow.Reply { return s.pressed("resident", "m.edit."+s.resident()+".own") },
			"a group":                func(s *stroll) flow.Reply { return s.pressed("secretary", "m.group_is."+s.group()+"_duty") },
			"a group that is set up": func(s *stroll) flow.Reply { return s.pressed("secretary", "m.group_set."+s.group()) },
			"a notice like another":  func(s *stroll) flow.Reply { return s.pressed("secretary", "m.ncopy."+s.notice("secretary")) },
			"a member's notice":      func(s *stroll) flow.Reply { return s.pressed("member", "m.ncopy."+s.notice("member")) },
			"when the water is off":  func(s *stroll) flow.Reply { return s.pressed("secretary", "m.nlike.water") },
			"one photo of many": func(s *stroll) flow.Reply {
				s.taken()
				s.taken()
				return s.says("member", dialog.Event{Media: s.photo()})
			},
		})
		for name, begin := range begins {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := &stroll{testStage: newTestStage(t, lang), lang: lang}
				r := begin(s)
				require.NotEmpty(t, r.Dialog)
				d, err := s.app.house.Dialogs().Get(r.Dialog)
				require.NoError(t, err)
				dialogtest.WalkSome(t, walks, d, r.Prefill, s.visit(s.who).Texts, func(ses dialog.Session, screen dialog.Screen) {
					lintMessage(t, lang, s.who, drawnAs(screen))
					if ses.Over {
						s.again(r)
					}
				})
			})
		}
	}
}

func drawnAs(s dialog.Screen) botapi.Message {
	m := botapi.Message{Text: s.Text}
	for _, row := range s.Rows {
		var drawn []botapi.Button
		for _, b := range row {
			drawn = append(drawn, botapi.Button{Text: b.Label, Data: b.Data})
		}
		m.Buttons = append(m.Buttons, drawn)
	}
	return m
}

// stroll is a town in which one person talks at random.
type stroll struct {
	*testStage
	lang string
	who  string
	keys int
}

func (s *stroll) visit(who string) flow.Visit {
	ctx, in := s.t.Context(), s.towns[0]
	c, err := s.app.communities.ByBot(ctx, in.botID())
	require.NoError(s.t, err)
	account := s.phone(who).Account()
	p, err := s.app.people.ByTelegram(ctx, c.ID, account.ID)
	if err != nil {
		s.phone(who).Start("")
		s.settleDown()
		p, err = s.app.people.ByTelegram(ctx, c.ID, account.ID)
	}
	require.NoError(s.t, err)
	a, err := s.app.people.Actor(ctx, c.ID, p.ID)
	require.NoError(s.t, err)
	now := s.clk.Now()
	return flow.Visit{
		Community: c, Person: p, Actor: a, Now: now, Zone: c.Location(), Key: s.key(),
		Texts: s.app.texts.In(s.lang, now, c.Location()),
	}
}

func (s *stroll) key() string {
	s.keys++
	return "stroll" + string(rune('a'+s.keys%26)) + string(rune('a'+s.keys/26%26)) + string(rune('a'+s.keys/676))
}

func (s *stroll) command(who, name, payload string) flow.Reply {
	s.who = who
	r, err := s.app.house.Command(s.t.Context(), s.visit(who), name, payload)
	require.NoError(s.t, err)
	return r
}

func (s *stroll) says(who string, ev dialog.Event) flow.Reply {
	s.who = who
	r, err := s.app.house.Outside(s.t.Context(), s.visit(who), ev)
	require.NoError(s.t, err)
	return r
}

func (s *stroll) tapped(who, verb string, c cases.Case) flow.Reply {
	s.who = who
	r, err := s.app.house.Tapped(s.t.Context(), s.visit(who), flow.CaseData(verb, c.ID))
	require.NoError(s.t, err)
	return r
}

// acts lets one person act for another.
func (s *stroll) acts(who, whom string) {
	ctx, v := s.t.Context(), s.visit(whom)
	token, err := s.app.people.OfferFamily(ctx, v.Actor, v.Person.ID, people.Family)
	require.NoError(s.t, err)
	l, err := s.app.people.OpenFamily(ctx, v.Community.ID, s.visit(who).Person.ID, token)
	require.NoError(s.t, err)
	_, err = s.app.people.AgreeFamily(ctx, v.Actor, l.ID, true)
	require.NoError(s.t, err)
}

// resident is the number of the resident, as buttons carry it.
func (s *stroll) resident() string {
	return strconv.FormatInt(s.visit("resident").Person.ID, 10)
}

// pressed is a tap on what is not about a case.
func (s *stroll) pressed(who, data string) flow.Reply {
	s.who = who
	r, err := s.app.house.Tapped(s.t.Context(), s.visit(who), data)
	require.NoError(s.t, err)
	return r
}

// notice is the number of one that somebody wrote to building 3.
func (s *stroll) notice(who string) string {
	v := s.visit(who)
	n, err := s.app.notices.Confirm(s.t.Context(), v.Actor, notices.Draft{
		Key: s.key(), Weight: notices.Ordinary, Language: s.lang, Texts: notices.Words{s.lang: "The stairs are washed"}, Answer: notices.Seen,
		For: notices.Audience{People: true, Homes: []notices.Home{{Building: v.Person.Building}}},
	})
	require.NoError(s.t, err)
	return strconv.FormatInt(n.ID, 10)
}

// group is the number of the town's only group.
func (s *stroll) group() (id string) {
	require.NoError(s.t, s.app.db.Get(&id, `SELECT id FROM groups`))
	return id
}

func (s *stroll) photo() *dialog.Media {
	key := s.key()
	return &dialog.Media{Kind: dialog.Photo, FileID: key, UniqueID: key}
}

func (s *stroll) draft() cases.Case {
	return s.must(s.app.cases.Draft(s.t.Context(), s.visit("resident").Actor, cases.NewDraft{
		Key: s.key(), Own: true, Media: []cases.Media{{Kind: dialog.Photo, FileID: "f" + s.key(), UniqueID: s.key()}},
	}))
}

func (s *stroll) taken() cases.Case {
	c := s.must(s.app.cases.Open(s.t.Context(), s.visit("resident").Actor, cases.Report{Key: s.key(), Kind: "lamp"}))
	return s.must(s.app.cases.Take(s.t.Context(), s.visit("member").Actor, c.ID))
}

func (s *stroll) done() cases.Case {
	return s.must(s.app.cases.ReportDone(s.t.Context(), s.visit("member").Actor, s.taken().ID,
		cases.Note{Key: s.key(), Reason: cases.Reasons[0]}))
}

func (s *stroll) must(c cases.Case, err error) cases.Case {
	s.t.Helper()
	require.NoError(s.t, err)
	return c
}

// again opens what a conversation has closed, so that the next finds the same.
func (s *stroll) again(r flow.Reply) {
	if r.Dialog != "proof" {
		return
	}
	v := s.visit("resident")
	mine, err := s.app.cases.Mine(s.t.Context(), v.Actor)
	require.NoError(s.t, err)
	for _, c := range mine {
		if c.Status == cases.Done {
			s.must(s.app.cases.Confirm(s.t.Context(), v.Actor, c.ID, cases.NotFixed))
		}
	}
}
