package groups_test

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

// town has a secretary, a resident and three buildings.
type town struct {
	*testing.T
	ctx                 context.Context
	db                  *sqlx.DB
	clk                 *clock.Clock
	groups              *groups.Service
	people              *people.Service
	id                  int64
	buildings           []int64
	secretary, resident people.Actor
}

func newTown(t *testing.T) *town {
	t.Helper()
	db, clk := pgtest.New(t), clock.Frozen(morning)
	w := &town{T: t, ctx: t.Context(), db: db, clk: clk, groups: groups.New(db, clk, func() {}), people: people.New(db, clk)}
	communities := community.New(db, clk)
	home, err := communities.Ensure(w.ctx, 7, "Haiyang")
	require.NoError(t, err)
	w.id = home.ID
	for _, name := range []string{"1", "2", "3"} {
		b, err := communities.AddBuilding(w.ctx, w.id, 0, community.Building{Name: name, Entrances: 4})
		require.NoError(t, err)
		w.buildings = append(w.buildings, b.ID)
	}
	w.secretary, w.resident = w.meet(1), w.meet(2)
	token, err := w.people.NewClaim(w.ctx, w.id, false)
	require.NoError(t, err)
	require.NoError(t, w.people.Redeem(w.ctx, w.id, w.secretary.Person, token))
	return w
}

func (w *town) meet(telegram int64) people.Actor {
	w.Helper()
	p, err := w.people.Meet(w.ctx, w.id, people.Telegram{ID: telegram, FirstName: "N"})
	require.NoError(w, err)
	return people.Actor{Community: w.id, Person: p.ID}
}

func (w *town) arrival(chat int64) groups.Arrival {
	return groups.Arrival{Community: w.id, Chat: chat, Title: "Building 3"}
}

// added is a group that the bot has just come into.
func (w *town) added(chat int64) groups.Group {
	w.Helper()
	require.NoError(w, w.groups.Added(w.ctx, w.arrival(chat)))
	return w.group(chat)
}

func (w *town) group(chat int64) groups.Group {
	w.Helper()
	g, err := w.groups.ByChat(w.ctx, w.id, chat)
	require.NoError(w, err)
	return g
}

func (w *town) tied(chat int64, to groups.Setting) groups.Group {
	w.Helper()
	g, err := w.groups.Tie(w.ctx, w.secretary, w.added(chat).ID, to)
	require.NoError(w, err)
	return g
}

// rows are the topics that wait in the outbox, in order.
func (w *town) rows(where string, args ...any) []string {
	w.Helper()
	topics := []string{}
	require.NoError(w, w.db.Select(&topics, `SELECT topic FROM outbox WHERE state = 'waiting' AND topic <> 'chat.commands' AND `+where+` ORDER BY id`, args...))
	return topics
}

func (w *town) events() []string {
	w.Helper()
	codes := []string{}
	require.NoError(w, w.db.Select(&codes, `SELECT code FROM community_events WHERE code LIKE 'group%' ORDER BY id`))
	return codes
}

// ofResidents is what most groups are for.
var ofResidents = groups.Setting{Purpose: groups.Residents, Posts: []groups.Post{groups.Notices, groups.Fixed}, Language: "zh"}
