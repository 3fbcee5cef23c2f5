package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/i18n"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/pg/pgtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// postOffice is a courier between a real Postgres and the strict local Telegram.
type postOffice struct {
	*testing.T
	db      *sqlx.DB
	clk     *clock.Clock
	box     *outbox.Store
	courier *Courier
	api     *botapi.Server
	tg      *botapi.Bot
	owner   *botapi.Phone
	home    community.Community
	said    *transcript
}

// transcript is a log that several may write to.
type transcript struct {
	sync.Mutex
	strings.Builder
}

func (l *transcript) Write(p []byte) (int, error) {
	l.Lock()
	defer l.Unlock()
	return l.Builder.Write(p)
}

func (l *transcript) count(words string) int {
	l.Lock()
	defer l.Unlock()
	return strings.Count(l.String(), words)
}

// openPost opens one that nobody limits.
func openPost(t *testing.T) *postOffice {
	t.Helper()
	p := &postOffice{T: t, db: pgtest.New(t), clk: clock.Frozen(noon), said: &transcript{}}
	p.box = outbox.New(p.db, p.clk)
	p.api = botapi.New(botapi.Options{Clock: p.clk})
	p.tg = p.api.AddBot("7:hush", "linli_bot", "linli")
	p.owner = p.tg.Phone(botapi.Account{ID: 5, FirstName: "Mei"})
	server := httptest.NewServer(p.api)
	t.Cleanup(server.Close)
	texts, err := i18n.Load()
	require.NoError(t, err)
	communities := community.New(p.db, p.clk)
	p.home, err = communities.Ensure(t.Context(), 7, "Lane")
	require.NoError(t, err)
	log := slog.New(slog.NewTextHandler(p.said, nil))
	house := flow.New(flow.House{
		Communities: communities, Groups: groups.New(p.db, p.clk, func() {}),
		Texts:     func(lang string, now time.Time, zone *time.Location) dialog.Texts { return texts.In(lang, now, zone) },
		ForGroups: map[string]flow.Draw{"notice": drawNotice, "keys": drawKeys, "panic": func(context.Context, flow.Visit, []byte) (dialog.Screen, error) { panic("oops") }},
	})
	caller := NewCaller(server.URL, "7:hush")
	t.Cleanup(caller.Close)
	b := New(Parts{
		Community: p.home, Caller: caller, House: house, People: people.New(p.db, p.clk),
		Limiter: outbox.NewLimiter(outbox.Rules{}), Texts: texts, Clock: p.clk, Log: log,
	})
	p.courier = NewCourier("1", p.box, p.clk, log, b)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.courier.Run(ctx) }()
	t.Cleanup(func() { cancel(); require.NoError(t, <-ended) })
	return p
}

// drawNotice says what it was told to, with a button.
func drawNotice(_ context.Context, _ flow.Visit, args []byte) (dialog.Screen, error) {
	var a struct{ Says string }
	err := json.Unmarshal(args, &a)
	return dialog.Screen{Text: a.Says, Rows: [][]dialog.Button{{{Label: "Seen", Data: "c.seen.1"}}}}, err
}

// drawKeys brings keys that are for private chats only, and no buttons.
func drawKeys(context.Context, flow.Visit, []byte) (dialog.Screen, error) {
	return dialog.Screen{Text: "hello", Menu: true, Keyboard: [][]dialog.Key{{{Text: "My number", Contact: true}}}}, nil
}

// group is one that the bot is in.
func (p *postOffice) group(title string) *botapi.Group {
	g := p.tg.Group(botapi.GroupOptions{Title: title, Owner: p.owner})
	g.AddBot(p.owner)
	return g
}

// enqueue says words to a group, all about one subject.
func (p *postOffice) enqueue(g *botapi.Group, words ...string) {
	p.Helper()
	var rows []outbox.Row
	for _, w := range words {
		rows = append(rows, outbox.Row{
			Key: fmt.Sprint(g.ID(), w), Chat: g.ID(), Subject: "notice:1", Topic: "notice", Args: map[string]any{"says": w},
			Urgency: outbox.Notice, Due: p.clk.Now(),
		})
	}
	p.put(rows...)
}

func (p *postOffice) put(rows ...outbox.Row) {
	p.Helper()
	require.NoError(p, pg.InTx(p.Context(), p.db, func(tx *sqlx.Tx) error { return outbox.Enqueue(p.Context(), tx, p.home.ID, rows...) }))
	p.courier.Wake()
	p.rest()
}

// rest waits until nothing more goes on.
func (p *postOffice) rest() {
	p.Helper()
	require.Eventually(p, func() bool {
		quiet, err := p.box.Quiet(p.Context())
		return err == nil && quiet && p.courier.Quiet()
	}, time.Minute, 5*time.Millisecond)
}

func (p *postOffice) skip(d time.Duration) {
	p.Helper()
	p.clk.Advance(d)
	p.courier.Wake()
	p.rest()
}

// texts is what a group reads of the bot.
func texts(g *botapi.Group) []string {
	all := []string{}
	for _, m := range g.View().Messages {
		if m.FromBot && m.Service == "" {
			all = append(all, m.Text)
		}
	}
	return all
}

// trouble is the only one that there is.
func (p *postOffice) trouble() outbox.Trouble {
	p.Helper()
	all, err := p.box.Troubles(p.Context(), p.home.ID)
	require.NoError(p, err)
	require.Len(p, all, 1)
	return all[0]
}

func TestAGroupReadsWhatIsMadeForGroups(t *testing.T) {
	t.Parallel()
	p := openPost(t)
	g := p.group("Building 3")
	p.enqueue(g, "the lift is mended", "the water is back")
	require.Equal(t, []string{"the lift is mended", "the water is back"}, texts(g))
	require.Equal(t, "Seen", g.View().Last().Buttons[0][0].Text)
	p.put(outbox.Row{Key: "keys", Chat: g.ID(), Topic: "keys", Due: noon})
	require.Equal(t, "hello", g.View().Last().Text)
	require.Nil(t, g.View().Keyboard, "there are no dialogs in groups")

	p.put(outbox.Row{Key: "card", Chat: g.ID(), Topic: "case.ping", Args: map[string]any{"case": 1}, Due: noon})
	require.Len(t, texts(g), 3, "what is for a person is not drawn for a group")
}

func TestAGroupThatMovedTakesItsMessagesAlong(t *testing.T) {
	t.Parallel()
	p := openPost(t)
	g := p.group("Building 3")
	p.enqueue(g, "one")
	mend := p.tg.Break(botapi.Fault{Kind: botapi.TooMany, RetryAfter: 60})
	p.enqueue(g, "two", "three")
	other := p.group("Building 4")
	mend()
	to := g.Upgrade(p.owner, 0)
	p.enqueue(other, "elsewhere")
	p.skip(time.Minute)
	require.Equal(t, []string{"one"}, texts(g))
	require.Equal(t, []string{"two", "three"}, texts(to))
	require.Equal(t, []string{"elsewhere"}, texts(other))
}

func TestAGroupThatThrewTheBotOutIsATrouble(t *testing.T) {
	t.Parallel()
	p := openPost(t)
	g := p.group("Building 3")
	g.RemoveBot(p.owner)
	p.enqueue(g, "one")
	got := p.trouble()
	require.Equal(t, "bot was kicked", got.Reason)
	require.Equal(t, "failed", got.State)
	require.Equal(t, g.ID(), got.Chat)

	g.AddBot(p.owner)
	require.NoError(t, p.box.Again(t.Context(), p.home.ID, got.ID))
	p.courier.Wake()
	p.rest()
	require.Equal(t, []string{"one"}, texts(g))
	require.ErrorIs(t, p.box.Again(t.Context(), p.home.ID, got.ID), outbox.ErrNoTrouble)
}

func TestATooManyForHoursHoldsOneChat(t *testing.T) {
	t.Parallel()
	p := openPost(t)
	g, other := p.group("Building 3"), p.group("Building 4")
	p.tg.Break(botapi.Fault{Kind: botapi.TooMany, Chat: g.ID(), RetryAfter: 3 * 3600, Times: 1})
	p.enqueue(g, "one", "two")
	p.enqueue(other, "elsewhere")
	require.Empty(t, texts(g))
	require.Equal(t, []string{"elsewhere"}, texts(other))
	p.skip(3*time.Hour - time.Second)
	require.Empty(t, texts(g))
	p.skip(time.Second)
	require.Equal(t, []string{"one", "two"}, texts(g))
}

func TestWhatMayHaveArrivedIsRepeatedWithoutASound(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		urgency outbox.Urgency
		silent  bool
	}{{outbox.Task, true}, {outbox.Urgent, false}} {
		p := openPost(t)
		g := p.group("Building 3")
		p.tg.Break(botapi.Fault{Kind: botapi.LoseAnswer, Method: "sendMessage", Times: 1})
		p.put(outbox.Row{Key: "x", Chat: g.ID(), Topic: "notice", Args: map[string]any{"says": "x"}, Urgency: row.urgency, Due: noon})
		p.skip(time.Minute)
		require.Equal(t, []string{"x", "x"}, texts(g))
		require.Equal(t, row.silent, g.View().Last().Silent)
	}
}

func TestWhatDidNotReachTelegramIsNoCopy(t *testing.T) {
	t.Parallel()
	p := openPost(t)
	g := p.group("Building 3")
	p.tg.Break(botapi.Fault{Kind: botapi.ServerError, Method: "sendMessage", Times: 1})
	p.put(outbox.Row{Key: "x", Chat: g.ID(), Topic: "notice", Args: map[string]any{"says": "x"}, Urgency: outbox.Notice, Due: noon})
	for range 10 { // the limit's refusals are no copies either
		p.tg.Break(botapi.Fault{Kind: botapi.TooMany, Method: "sendMessage", RetryAfter: 9, Times: 1})
		p.skip(10 * time.Second)
	}
	p.skip(time.Minute)
	require.Equal(t, []string{"x"}, texts(g))
}

// Poison is tried for half an hour and then parked, said once as an error; what
// is behind it does not wait.
func TestPoisonIsParkedAndHoldsNobodyBack(t *testing.T) {
	t.Parallel()
	for topic, reason := range map[string]string{"unknown": "not drawn", "panic": "panic"} {
		p := openPost(t)
		g := p.group("Building 3")
		p.put(outbox.Row{Key: "poison", Chat: g.ID(), Subject: "notice:1", Topic: topic, Due: noon})
		p.enqueue(g, "behind it")
		require.Equal(t, []string{"behind it"}, texts(g))
		for range 6 {
			p.skip(10 * time.Minute)
		}
		all, err := p.box.Troubles(t.Context(), p.home.ID)
		require.NoError(t, err)
		require.Empty(t, all, "seven times it failed")
		require.Zero(t, p.said.count("outbox row parked"))
		p.skip(10 * time.Minute)
		p.skip(10 * time.Minute)
		require.Equal(t, reason, p.trouble().Reason)
		require.Equal(t, 1, p.said.count(`level=ERROR msg="outbox row parked"`))
		require.NoError(t, p.box.Drop(t.Context(), p.home.ID, p.trouble().ID))
		all, err = p.box.Troubles(t.Context(), p.home.ID)
		require.NoError(t, err)
		require.Empty(t, all)
	}
}

func TestAJobThatAlwaysFailsIsParked(t *testing.T) {
	t.Parallel()
	p := openPost(t)
	p.put(outbox.Row{Key: "job", Topic: "unknown", Due: noon})
	for range 8 {
		p.skip(10 * time.Minute)
	}
	require.Equal(t, "job failed", p.trouble().Reason)
}
