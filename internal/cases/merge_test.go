package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
)

// TestWhoTurnsOutToBeTheOther: one person of two breaks no rule of who hears what.
func TestWhoTurnsOutToBeTheOther(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	deputy := w.settled(w.meet("Deputy"))
	require.NoError(t, w.people.MakeDeputy(w.ctx, w.secretary, deputy.Person))
	quarrel, ended := w.heard(), w.ended(w.toProperty())
	complaint := w.do(w.cases.Open(w.ctx, w.neighbour, cases.Report{Key: w.key(), Kind: "complaint", About: w.li.Person}))
	require.Equal(t, w.secretary.Person, complaint.Holder)
	over := w.do(w.cases.Open(w.ctx, w.neighbour, cases.Report{Key: w.key(), Kind: "complaint", About: w.li.Person}))
	w.do(w.cases.Take(w.ctx, w.secretary, over.ID))
	w.do(w.cases.ReportDone(w.ctx, w.secretary, over.ID, cases.Note{Key: w.key(), Reason: "by_talking"}))
	require.Equal(t, w.li.Person, ended.ProposedBy)

	w.merge(w.neighbour, w.mei)
	w.merge(w.li, w.secretary)
	require.Zero(t, w.read(quarrel.ID).Other, "nobody quarrels with themselves")
	require.Equal(t, deputy.Person, w.read(complaint.ID).Holder, "nobody hears what is about themselves")
	require.Equal(t, w.secretary.Person, w.read(complaint.ID).About)
	require.Zero(t, w.read(over.ID).About)
	require.NotEqual(t, w.read(ended.ID).DecidedBy, w.read(ended.ID).ProposedBy, "two looked at it")
	require.Equal(t, w.mei.Person, w.read(complaint.ID).For)
}

// merge tells the cases that two persons are one.
func (w *town) merge(from, into people.Actor) {
	w.Helper()
	tx, err := w.db.BeginTxx(w.ctx, nil)
	require.NoError(w, err)
	require.NoError(w, w.cases.PersonChanged(w.ctx, tx, people.Change{
		Community: w.id, Person: from.Person, By: into.Person, What: people.Merged, Into: into.Person, At: w.clk.Now(),
	}))
	require.NoError(w, tx.Commit())
}
