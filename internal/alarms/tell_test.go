package alarms_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/alarms"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// machine is a database with two communities, and how it does.
type machine struct {
	*testing.T
	db        *sqlx.DB
	clk       *clock.Clock
	alarms    *alarms.Service
	home, far int64
	is        alarms.Readings
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{T: t, db: pgtest.New(t), clk: clock.Frozen(morning)}
	m.alarms = alarms.New(m.db, m.clk, func() {})
	m.home, m.far = m.town(1), m.town(2)
	return m
}

func (m *machine) town(bot int64) (id int64) {
	m.Helper()
	require.NoError(m, m.db.Get(&id, `
		INSERT INTO communities (bot, name, language, zone, created_at) VALUES ($1, 'x', 'zh', 'Asia/Shanghai', now()) RETURNING id`, bot))
	return id
}

// keeper makes somebody one.
func (m *machine) keeper(community int64, reachable bool) (id int64) {
	m.Helper()
	require.NoError(m, m.db.Get(&id, `
		WITH p AS (
			INSERT INTO persons (community_id, telegram, name, language, reachable, created_at)
			SELECT $1, count(*) + 1, 'K', 'zh', $2, now() FROM persons WHERE community_id = $1 RETURNING id)
		INSERT INTO person_roles (community_id, person_id, role, since) SELECT $1, id, 'keeper', now() FROM p RETURNING person_id`, community, reachable))
	return id
}

// look tells the first community what is wrong.
func (m *machine) look() {
	m.Helper()
	require.NoError(m, m.alarms.Tell(m.Context(), m.home, alarms.Check(m.is)...))
}

// told is what was written to a person since the last time, in order.
func (m *machine) told(person int64) string {
	m.Helper()
	var rows []string
	require.NoError(m, m.db.Select(&rows, `
		WITH told AS (UPDATE outbox SET state = 'sent', settled_at = due_at WHERE person_id = $1 AND state = 'waiting' RETURNING id, topic, args)
		SELECT topic || coalesce(' ' || (args ->> 'figure'), '') || coalesce(' ' || (args ->> 'cause'), '') FROM told ORDER BY id`, person))
	return strings.Join(rows, ", ")
}

func TestAKeeperIsToldOnceAnHourAndWhenItIsOver(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	k, other := m.keeper(m.home, true), m.keeper(m.far, true)
	for _, step := range []struct {
		after time.Duration
		is    alarms.Readings
		want  string
		name  string
	}{
		{0, alarms.Readings{}, "", "all is well"},
		{0, alarms.Readings{Inbox: 6 * time.Minute}, "alarm.inbox 6", "something is wrong"},
		{30 * time.Second, alarms.Readings{Inbox: 7 * time.Minute}, "", "it is told already"},
		{59*time.Minute + 29*time.Second, alarms.Readings{Inbox: 66 * time.Minute}, "", "the hour is not over"},
		{time.Second, alarms.Readings{Inbox: 66 * time.Minute, Parked: 1}, "alarm.inbox 66, alarm.parked 1", "it lasts, and something else begins"},
		{time.Minute, alarms.Readings{Parked: 1}, "alarm.over inbox", "one of them is over"},
		{time.Minute, alarms.Readings{Parked: 1}, "", "which is told once"},
		{time.Minute, alarms.Readings{Inbox: 6 * time.Minute, Parked: 1}, "", "it begins anew within the hour"},
		{time.Minute, alarms.Readings{Parked: 1}, "", "what was not told is not told to be over"},
		{time.Hour, alarms.Readings{Inbox: 6 * time.Minute, Parked: 1}, "alarm.inbox 6", "it begins anew; what is parked does not grow"},
		{time.Hour, alarms.Readings{Parked: 2}, "alarm.parked 2, alarm.over inbox", "it grew"},
		{time.Minute, alarms.Readings{Parked: 3}, "", "it grows once more within the hour"},
		{23 * time.Hour, alarms.Readings{Parked: 3}, "alarm.parked 3", "and is told later"},
		{23 * time.Hour, alarms.Readings{Parked: 3}, "", "what waits for somebody is told once a day"},
		{time.Hour, alarms.Readings{Parked: 3}, "alarm.parked 3", "until it is seen to"},
		{time.Hour, alarms.Readings{}, "alarm.over parked", "and then it is over"},
		{2 * time.Hour, alarms.Readings{Parked: 1}, "alarm.parked 1", "what fails anew is told on the same day"},
	} {
		m.clk.Advance(step.after)
		m.is = step.is
		m.look()
		require.Equal(t, step.want, m.told(k), step.name)
	}
	require.Empty(t, m.told(other), "each community has its own")
}

func TestEveryKeeperIsToldAndNobodyElse(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.is = alarms.Readings{Unsent: 2}
	m.look() // there is nobody to be told, and so it is not told
	one, two, blocked := m.keeper(m.home, true), m.keeper(m.home, true), m.keeper(m.home, false)
	m.look()
	require.Equal(t, "alarm.unsent 2", m.told(one))
	require.Equal(t, "alarm.unsent 2", m.told(two))
	require.Empty(t, m.told(blocked))
	_, err := m.db.Exec(`UPDATE person_roles SET ended_at = now() WHERE person_id = $1`, two)
	require.NoError(t, err)
	m.is = alarms.Readings{}
	m.look()
	require.Equal(t, "alarm.over unsent", m.told(one))
	require.Empty(t, m.told(two))
}

// TestOfManyProcessesOneTells: they look at the same moment, at the beginning, an
// hour later, and at the end.
func TestOfManyProcessesOneTells(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	k := m.keeper(m.home, true)
	for _, step := range []struct {
		is   alarms.Readings
		want string
	}{
		{alarms.Readings{Parked: 1, Restarts: 5}, "alarm.parked 1, alarm.restarts 5"},
		{alarms.Readings{Parked: 2, Restarts: 5}, "alarm.parked 2, alarm.restarts 5"},
		{alarms.Readings{Parked: 2}, "alarm.over restarts"},
		{alarms.Readings{}, "alarm.over parked"},
	} {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := m.alarms.Tell(context.WithoutCancel(m.Context()), m.home, alarms.Check(step.is)...); err != nil {
					m.Error(err)
				}
			})
		}
		wg.Wait()
		require.Equal(t, step.want, m.told(k))
		m.clk.Advance(time.Hour)
	}
}

func TestAWatchLooksEveryHalfMinute(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	k := m.keeper(m.home, true)
	real := clock.Frozen(morning)
	looked := make(chan alarms.Readings)
	ctx, stop := context.WithCancel(t.Context())
	var said strings.Builder
	w := &alarms.Watch{
		Alarms: m.alarms, Communities: []int64{m.home}, Real: real, Log: slog.New(slog.NewTextHandler(&said, nil)),
		Read: func(context.Context) (alarms.Readings, error) {
			r := <-looked
			if r.Restarts < 0 {
				return r, errors.New("the database is away")
			}
			return r, nil
		},
	}
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	old := alarms.Readings{Inbox: time.Hour, Outbox: time.Hour, Parked: 1}
	looked <- old // what waited while nothing ran
	for i, r := range []alarms.Readings{{Restarts: -1}, old, {}} {
		real.Advance(alarms.LookEvery)
		looked <- r
		if i == 0 {
			require.Empty(t, m.told(k), "the first look is for restarts alone, and without the database nothing can be told")
		}
	}
	real.Advance(alarms.LookEvery)
	looked <- alarms.Readings{} // the look before it is over by now
	stop()
	require.NoError(t, <-ended)
	require.Equal(t, "alarm.inbox 60, alarm.outbox 60, alarm.parked 1, alarm.over inbox, alarm.over outbox, alarm.over parked", m.told(k))
	require.Contains(t, said.String(), "the database is away")
	require.Contains(t, said.String(), "cause=parked figure=1")
}

func TestAProcessThatBeginsAgainAndAgainIsToldOfAtOnce(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	k := m.keeper(m.home, true)
	ctx, stop := context.WithCancel(t.Context())
	w := &alarms.Watch{
		Alarms: m.alarms, Communities: []int64{m.home}, Real: clock.Frozen(morning), Log: slog.New(slog.DiscardHandler),
		Read: func(context.Context) (alarms.Readings, error) { return alarms.Readings{Restarts: 5}, nil },
	}
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	require.Eventually(t, func() bool { return m.told(k) == "alarm.restarts 5" }, time.Minute, 10*time.Millisecond)
	stop()
	require.NoError(t, <-ended)
}
