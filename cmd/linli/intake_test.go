package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/pg"
)

const webhookSecret = "told-to-Telegram-alone"

// byWebhook lets Telegram bring the updates; the server's handler is that of
// whichever linli runs.
func byWebhook(ts *testStage) {
	var at http.ServeMux
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { at.ServeHTTP(w, r) }))
	ts.t.Cleanup(server.Close)
	ts.stop()
	ts.more = append(ts.more, func(p *parts) { p.webhook = bot.Webhook{URL: server.URL, Secret: webhookSecret} })
	ts.start()
	ts.app.hooks(&at)
	require.Eventually(ts.t, func() bool { return ts.towns[0].bot.WebhookURL() != "" }, mostWait, 5*time.Millisecond)
}

func TestTelegramBringsUpdatesByWebhook(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	byWebhook(s)
	phone := s.phone("resident")
	phone.Photo(picture(1), "the lamp is dark")
	s.settleDown()
	tapVerb(t, phone, "send")
	s.settleDown()
	require.Contains(t, phone.Chat().Last().Text, "number 1")
}

func TestOnlyTelegramBringsUpdates(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	byWebhook(s)
	url := strings.TrimSuffix(s.towns[0].bot.WebhookURL(), fmt.Sprint(s.towns[0].botID()))
	whole := `{"update_id":900000001,"message":{"message_id":1,"date":1,"chat":{"id":31,"type":"private"},"from":{"id":31,"first_name":"Mallory"},"text":"/start"}}`
	for name, row := range map[string]struct {
		bot, secret, body string
		status, rows      int
	}{
		"another's secret":  {"7000002", "guessed", whole, 401, 0},
		"no secret":         {"7000002", "", whole, 401, 0},
		"another's bot":     {"31337", webhookSecret, whole, 401, 0},
		"too much at once":  {"7000002", webhookSecret, `{"update_id":1,"text":"` + strings.Repeat("x", 1<<20) + `"}`, 413, 0},
		"an update":         {"7000002", webhookSecret, `{"update_id":900000002}`, 200, 1},
		"what is no update": {"7000002", webhookSecret, `{"update_id":900000003,"message":"hologram"}`, 200, 1},
		"what is no JSON":   {"7000002", webhookSecret, `<html>`, 200, 1},
	} {
		t.Run(name, func(t *testing.T) {
			before := s.rows(t)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+row.bot, strings.NewReader(row.body))
			require.NoError(t, err)
			req.Header.Set("X-Telegram-Bot-Api-Secret-Token", row.secret)
			res, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			require.NoError(t, res.Body.Close())
			require.Equal(t, row.status, res.StatusCode)
			require.Equal(t, before+row.rows, s.rows(t), "what is answered with 200 is kept, and nothing else")
		})
	}
	s.settleDown()
	parked, err := s.app.inbox.Parked(t.Context(), s.community())
	require.NoError(t, err)
	require.Len(t, parked, 2, "what cannot be read is kept for somebody to look at")
}

func (ts *testStage) rows(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, ts.app.db.Get(&n, `SELECT count(*) FROM inbox`))
	return n
}

func (ts *testStage) community() (id int64) {
	ts.t.Helper()
	require.NoError(ts.t, ts.app.db.Get(&id, `SELECT id FROM communities`))
	return id
}

// Of two that share everything one polls; when it is gone, the other goes on.
func TestTheOtherTakesOverWhereOneEnds(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	second, stop := s.beside()
	defer stop()
	phone := s.phone("resident")
	phone.Say("/help")
	s.settleDown()
	require.Contains(t, phone.Chat().Last().Text, "Send me a photo")
	first := s.app
	s.stop()
	s.stop = func() {}
	s.app = second
	before := len(phone.Chat().Messages)
	phone.Say("/help")
	require.Eventually(t, func() bool { return len(phone.Chat().Messages) == before+2 }, mostWait, 10*time.Millisecond)
	require.NotEqual(t, first.process.ID(), second.process.ID())
}

// After two minutes in which Telegram may have dropped taps, the open question
// is asked again, to nobody who was asked anew meanwhile.
func TestAfterAnOutageTheOpenQuestionIsAskedAgain(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	waits, went := s.phone("resident"), s.phone("member")
	for _, phone := range []*botapi.Phone{waits, went} {
		phone.Say("/report")
	}
	s.settleDown()
	question := waits.Chat().Last()
	require.NotEmpty(t, question.Buttons)
	s.stop()
	_, err := s.pgExec(`UPDATE hearing SET heard_at = heard_at - interval '3 minutes'`)
	require.NoError(t, err)
	went.Say("/cancel") // Telegram kept it
	s.start()
	require.Eventually(t, func() bool { return waits.Chat().Last().ID != question.ID }, mostWait, 10*time.Millisecond)
	s.settleDown()
	again := waits.Chat().Last()
	require.Contains(t, again.Text, "once more")
	require.Contains(t, again.Text, question.Text)
	require.Equal(t, question.Buttons, again.Buttons, "with the same buttons")
	require.NotContains(t, went.Chat().Last().Text, "once more", "who wrote since then is answered already")

	before := len(waits.Chat().Messages)
	s.restart()
	s.phone("member").Say("/help")
	s.settleDown()
	require.Len(t, waits.Chat().Messages, before, "a restart alone is no outage")
}

// So are those who have a card that they did not answer.
func TestAfterAnOutageCardsAreSentAgain(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	resident := s.phone("resident")
	resident.Photo(picture(1), "the lamp is dark")
	s.settleDown()
	tapVerb(t, resident, "send")
	s.settleDown()
	holder := s.phone("member")
	card := holder.Chat().Last()
	require.Contains(t, card.Text, "the lamp is dark")
	outage := func() {
		s.stop()
		_, err := s.pgExec(`UPDATE hearing SET heard_at = heard_at - interval '3 minutes'`)
		require.NoError(t, err)
		s.start()
	}

	outage()
	require.Eventually(t, func() bool { return holder.Chat().Last().ID != card.ID }, mostWait, 10*time.Millisecond)
	s.settleDown()
	again := holder.Chat().Last()
	require.Contains(t, again.Text, "once more")
	require.Equal(t, card.Buttons, again.Buttons)
	for _, m := range holder.Chat().Messages {
		require.NotEqual(t, card.ID, m.ID, "there is one card")
	}
	tapVerb(t, holder, "take")
	s.settleDown()

	before := len(holder.Chat().Messages)
	outage()
	s.settleDown()
	require.Len(t, holder.Chat().Messages, before, "what is answered is not asked again")
}

// pgExec changes something behind linli's back, also while it does not run.
func (ts *testStage) pgExec(query string) (int64, error) {
	ts.t.Helper()
	db, err := pg.Open(ts.t.Context(), ts.dbURL)
	if err != nil {
		return 0, err
	}
	defer func() { require.NoError(ts.t, db.Close()) }()
	result, err := db.Exec(query)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func TestAFloodIsLeftUnreadAndTold(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	s.stop()
	s.more = append(s.more, func(p *parts) { p.flood = outbox.Rule{Every: time.Hour, Burst: 3} })
	s.start()
	phone, other := s.phone("resident"), s.phone("member2")
	for range 10 {
		phone.Say("/help")
	}
	other.Say("/help")
	phone.Say("Fire! The kitchen is burning!")
	s.settleDown()
	slowed, helped, warned := 0, 0, 0
	for _, m := range phone.Chat().Messages {
		switch {
		case !m.FromBot:
		case strings.Contains(m.Text, "very much at once"):
			slowed++
		case strings.Contains(m.Text, "119"):
			warned++
		case strings.Contains(m.Text, "Send me a photo"):
			helped++
		}
	}
	require.Equal(t, 1, slowed, "told once")
	require.Equal(t, 3, helped)
	require.Positive(t, warned, "danger always passes")
	require.True(t, other.Chat().Last().FromBot, "nobody else feels it")
}

func TestWhatWaitedAtTelegramIsNoFlood(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	s.stop()
	s.more = append(s.more, func(p *parts) { p.flood = outbox.Rule{Every: time.Minute, Burst: 3} })
	phone := s.phone("resident")
	for range 10 {
		phone.Say("/help")
		s.clk.Advance(time.Minute)
	}
	s.start()
	s.settleDown()
	helped := 0
	for _, m := range phone.Chat().Messages {
		if m.FromBot && strings.Contains(m.Text, "Send me a photo") {
			helped++
		}
	}
	require.Equal(t, 10, helped, "each is answered")
}

func TestWhatWasParkedCanBeReplayed(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	_, err := s.app.db.Exec(`
		CREATE TABLE broken (down boolean); INSERT INTO broken VALUES (true);
		CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN IF (SELECT down FROM broken) THEN RAISE EXCEPTION 'a fault of ours'; END IF; RETURN NEW; END $$;
		CREATE TRIGGER fails BEFORE INSERT ON cases FOR EACH ROW EXECUTE FUNCTION fails()`)
	require.NoError(t, err)
	phone := s.phone("resident")
	phone.Photo(picture(1), "the lamp is dark")
	s.settleDown()
	require.Contains(t, phone.Chat().Last().Text, "did not work")
	phone.Say("/help")
	s.settleDown()
	parked, err := s.app.inbox.Parked(t.Context(), s.community())
	require.NoError(t, err)
	require.Len(t, parked, 1)

	_, err = s.app.db.Exec(`UPDATE broken SET down = false`)
	require.NoError(t, err)
	keeper := inbox.New(s.app.db, s.clk, 0)
	require.NoError(t, keeper.Replay(t.Context(), s.community(), parked[0].ID))
	s.app.look()
	s.settleDown()
	require.Contains(t, phone.Chat().Last().Text, "Is it at building 3")
	var cases int
	require.NoError(t, s.app.db.Get(&cases, `SELECT count(*) FROM cases`))
	require.Equal(t, 1, cases)
}
