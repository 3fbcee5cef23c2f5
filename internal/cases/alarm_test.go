package cases_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestAnAlarmRingsEverybodyOnDuty(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	r := cases.Report{Key: w.key(), Danger: "gas", Words: "it smells of gas"}
	c := w.do(w.cases.Alarm(w.ctx, w.mei, r))
	again := w.do(w.cases.Alarm(w.ctx, w.mei, r))
	require.Equal(t, c.ID, again.ID)
	require.True(t, c.Urgent)
	require.WithinDuration(t, morning.Add(24*time.Hour), *c.DueAt, 0)
	require.ElementsMatch(t, []string{"Li case.ping", "Wang case.ping", "Secretary case.ping"}, w.told(c.ID), "but nobody of elsewhere")
	var urgent int
	require.NoError(t, w.db.Get(&urgent, `SELECT count(*) FROM outbox WHERE topic = 'case.ping' AND urgency = 0`))
	require.Equal(t, 3, urgent)
}

func TestAnUnsureAlarmRingsAfterAMinuteOfSilence(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.AskAlarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas", Words: "gas?"}, true))
	require.Equal(t, cases.Draft, c.Status)
	require.ElementsMatch(t, []string{"- case.alarm", "- case.unsent"}, w.told(c.ID))
	require.WithinDuration(t, morning.Add(time.Minute), w.due(fmt.Sprintf("case:%d:alarm", c.ID)), 0)
	w.clk.Advance(time.Minute)
	for range 2 {
		require.NoError(t, w.cases.AlarmItself(w.ctx, w.id, c.ID))
	}
	require.ElementsMatch(t, []string{"Li case.ping", "Wang case.ping", "Secretary case.ping", "Mei case.receipt"}, w.told(c.ID))
	require.Equal(t, []string{"drafted", "alarmed"}, w.events(c.ID))
	_, err := w.cases.AlarmNo(w.ctx, w.mei, c.ID)
	refused(t, refusal.Conflict, "case.rung", err)
}

func TestNoRingsNobody(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.AskAlarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas"}, true))
	for range 2 {
		c = w.do(w.cases.AlarmNo(w.ctx, w.mei, c.ID))
	}
	require.Empty(t, c.Danger)
	require.Equal(t, []string{"- case.unsent"}, w.told(c.ID), "the job that rings is gone")
	require.NoError(t, w.cases.AlarmItself(w.ctx, w.id, c.ID)) // or ran in the same moment
	require.Equal(t, cases.Draft, w.read(c.ID).Status)
	require.Equal(t, []string{"drafted", "alarm_denied"}, w.events(c.ID))

	bill := w.do(w.cases.AskAlarm(w.ctx, w.mei, cases.Report{Key: w.key(), Danger: "gas", Words: "the gas bill"}, false))
	require.Equal(t, []string{"- case.unsent"}, w.told(bill.ID))
	for range 2 {
		bill = w.do(w.cases.AlarmYes(w.ctx, w.mei, bill.ID))
	}
	require.Equal(t, cases.Assigned, bill.Status)
	require.Len(t, w.told(bill.ID), 3, "rung, and she who tapped sees the answer to her tap")
}

func TestYesAboutWhatWasSentAlready(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	c := w.do(w.cases.Draft(w.ctx, w.mei, cases.NewDraft{Key: w.key(), Media: w.photo(), Own: true, Danger: "fire"}))
	require.Equal(t, []string{"- case.alarm", "- case.self_send"}, w.told(c.ID))
	w.do(w.cases.Send(w.ctx, w.mei, c.ID))
	require.Equal(t, []string{"Li case.ping"}, w.told(c.ID))
	c = w.do(w.cases.AlarmYes(w.ctx, w.mei, c.ID))
	require.True(t, c.Urgent)
	require.Len(t, w.told(c.ID), 4, "everybody is rung, Li once more")
	w.sent()
	w.do(w.cases.Take(w.ctx, w.wang, c.ID))
	require.Len(t, w.told(c.ID), 4, "three cards of others change, and she is told")
	_, err := w.cases.AlarmYes(w.ctx, w.neighbour, c.ID)
	refused(t, refusal.NotFound, "access.not_found", err)
}
