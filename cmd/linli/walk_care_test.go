package main

import (
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/childcare"
)

// careWalks are the conversations about children, of a family and of who runs the hall.
func careWalks() map[string]func(*stroll) flow.Reply {
	return map[string]func(*stroll) flow.Reply{
		"a child's file":          func(s *stroll) flow.Reply { return s.pressed("daughter", "m.ccenrol."+s.kid(false)) },
		"a file that is changed":  func(s *stroll) flow.Reply { return s.pressed("daughter", "m.ccenrol."+s.kid(true)) },
		"who may have a child":    func(s *stroll) flow.Reply { return s.pressed("daughter", "m.ccadd."+s.kid(true)) },
		"who never may":           func(s *stroll) flow.Reply { return s.pressed("daughter", "m.ccadd."+s.kid(true)+".never") },
		"somebody else on a day":  func(s *stroll) flow.Reply { return s.pressed("daughter", "m.ccwrite.20261124."+s.kid(true)) },
		"a school":                func(s *stroll) flow.Reply { s.hall(); return s.pressed("secretary", "m.clschooladd") },
		"the gate of a school":    func(s *stroll) flow.Reply { return s.pressed("secretary", "m.clgate."+s.hall()) },
		"something every week":    func(s *stroll) flow.Reply { s.hall(); return s.pressed("secretary", "m.clpatadd") },
		"days that differ":        func(s *stroll) flow.Reply { s.hall(); return s.pressed("secretary", "m.clbreakadd") },
		"where the hall is":       func(s *stroll) flow.Reply { s.hall(); return s.pressed("secretary", "m.clplace") },
		"why a day is called off": func(s *stroll) flow.Reply { s.hall(); return s.pressed("secretary", "m.cloff.20261124") },
	}
}

// hall opens one, and is the number of its school.
func (s *stroll) hall() string {
	ctx, v := s.t.Context(), s.visit("secretary")
	require.NoError(s.t, s.app.childcare.OpenHouse(ctx, v.Actor, childcare.UsualHouse()))
	sc, err := s.app.childcare.AddSchool(ctx, v.Actor, schools[s.lang])
	require.NoError(s.t, err)
	_, err = s.app.childcare.UsualWeek(ctx, v.Actor, sc.ID)
	require.NoError(s.t, err)
	return strconv.FormatInt(sc.ID, 10)
}

// kid is the number of a child of the daughter's, which has a file, or none yet.
func (s *stroll) kid(enrolled bool) string {
	school, err := strconv.ParseInt(s.hall(), 10, 64)
	require.NoError(s.t, err)
	v := s.visit("daughter")
	c, err := s.app.people.AddChild(s.t.Context(), v.Actor, "Lily", 2017)
	require.NoError(s.t, err)
	if enrolled {
		_, err = s.app.childcare.Enrol(s.t.Context(), v.Actor, childcare.Child{ID: c.ID, School: school, Grade: 3, Naps: true})
		require.NoError(s.t, err)
	}
	return strconv.FormatInt(c.ID, 10)
}
