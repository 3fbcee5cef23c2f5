package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/pg"
)

// What was said once is not said again because the database cannot note it.
func TestATurnThatCannotBeNotedIsNotPlayedAgain(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	_, err := s.app.db.Exec(`
		CREATE SEQUENCE hiccups;
		CREATE FUNCTION hiccup() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF NEW.done_at IS NOT NULL AND nextval('hiccups') <= 2 THEN RAISE EXCEPTION 'not now'; END IF;
			RETURN NEW;
		END $$;
		CREATE TRIGGER hiccup BEFORE UPDATE ON inbox FOR EACH ROW EXECUTE FUNCTION hiccup()`)
	require.NoError(t, err)
	phone := s.phone("resident")
	before := len(phone.Chat().Messages)
	phone.Say("/help")
	s.settleDown()
	require.Len(t, phone.Chat().Messages, before+2, "the command and one answer")
	var tries int
	require.NoError(t, s.app.db.Get(&tries, `SELECT max(tries) FROM inbox`))
	require.Zero(t, tries, "it did not fail")
}

func TestAMessageThatCannotBeDrawnEndsNothing(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	phone := s.phone("resident")
	phone.Photo(picture(1), "the lamp is dark")
	s.settleDown()
	var c struct{ Community, ID, Reporter int64 }
	require.NoError(t, s.app.db.Get(&c, `SELECT community_id AS community, id, reporter_id AS reporter FROM cases`))
	require.NoError(t, pg.InTx(t.Context(), s.app.db, func(tx *sqlx.Tx) error {
		return outbox.Enqueue(t.Context(), tx, c.Community, outbox.Row{
			Key: "poison", Person: c.Reporter, Topic: "case.joined", Due: s.clk.Now(),
			Args: map[string]any{"case": c.ID, "from": -1}, // no such picture
		})
	}))
	s.settleDown()
	var state string
	require.NoError(t, s.app.db.Get(&state, `SELECT state FROM outbox WHERE key = 'poison'`))
	require.Equal(t, "waiting", state)
	before := len(phone.Chat().Messages)
	phone.Say("/help")
	s.settleDown()
	require.Len(t, phone.Chat().Messages, before+2)
}

// A card may fit under its picture and grow too long for it: "I'll go" adds a
// line for one member, and the name of who goes for the others.
func TestACardThatOutgrowsItsPicture(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	member := s.phone("member")
	report := func(words string) (card botapi.Message) {
		s.phone("resident").Photo(picture(uint8(len(words))), words)
		s.settleDown()
		tapVerb(t, s.phone("resident"), "send")
		s.settleDown()
		for _, key := range []string{"member", "member2"} {
			if card = s.phone(key).Chat().Last(); strings.Contains(card.Text, words) {
				member = s.phone(key)
				return card
			}
		}
		t.Fatal("nobody was asked to go")
		return card
	}
	frame := utf8.RuneCountInString(report("x").Text) - 1
	card := report(strings.Repeat("y", 1024-frame))
	require.Equal(t, 1024, utf8.RuneCountInString(card.Text))
	require.Len(t, card.Media, 1)
	tapVerb(t, member, "take")
	s.settleDown()
	last := member.Chat().Last()
	require.Greater(t, utf8.RuneCountInString(last.Text), 1024, "all of it, in a message of its own")
	require.Contains(t, last.Buttons[0][0].Data, "c.done.")
	var parked int
	require.NoError(t, s.app.db.Get(&parked, `SELECT count(*) FROM inbox WHERE tries > 0`))
	require.Zero(t, parked)
}

// tapVerb taps the newest button under which a verb stands.
func tapVerb(t *testing.T, phone *botapi.Phone, verb string) {
	t.Helper()
	prefix, _, _ := strings.Cut(flow.CaseData(verb, 0), "0")
	tapWhere(t, phone, verb, func(b botapi.Button) bool { return strings.HasPrefix(b.Data, prefix) })
}

// tapLabel taps the newest button with that label.
func tapLabel(t *testing.T, phone *botapi.Phone, label string) {
	t.Helper()
	tapWhere(t, phone, label, func(b botapi.Button) bool { return b.Text == label })
}

func tapWhere(t *testing.T, phone *botapi.Phone, what string, is func(botapi.Button) bool) {
	t.Helper()
	for _, m := range slices.Backward(phone.Chat().Messages) {
		for _, row := range m.Buttons {
			if is(row[0]) {
				_, err := phone.Tap(m.ID, row[0].Data)
				require.NoError(t, err)
				return
			}
		}
	}
	t.Fatalf("no button says %s", what)
}

// A stop waits for what is on its way to people, and not for ever: Telegram may
// be away.
func TestAStopDoesNotWaitForTelegram(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	s.phone("resident").Photo(picture(1), "the lamp is dark")
	s.settleDown()
	tapVerb(t, s.phone("resident"), "send")
	s.settleDown()
	s.far.hangs.Store(true)
	_, err := s.app.db.Exec(`
		WITH again AS (
			INSERT INTO outbox (community_id, key, person_id, subject, topic, args, urgency, due_at, edits)
			SELECT community_id, 'again ' || id, person_id, '', topic, args, urgency, due_at, '' FROM outbox
			WHERE state = 'sent' AND edits = '' RETURNING 1)
		SELECT pg_notify('outbox', '') FROM again`)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return s.far.held.Load() > 0 }, mostWait, 20*time.Millisecond)
	s.stop() // ends well
	cut, err := s.pgExec(`SELECT FROM outbox WHERE attempting AND state = 'claimed'`)
	s.start()
	require.NoError(t, err)
	require.Positive(t, cut, "it was cut off, and did not run out of its own time")
	require.Eventually(t, func() bool { return s.app.telegram().err == nil }, mostWait, 20*time.Millisecond)
}

// Whoever has gone from Telegram cannot go to a case: the next is asked at once.
func TestACaseDoesNotWaitForWhoIsGone(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	s.phone("member").Deactivate()
	s.settleDown()
	s.phone("resident").Photo(picture(1), "the lamp is dark")
	s.settleDown()
	tapVerb(t, s.phone("resident"), "send")
	s.settleDown()
	require.Contains(t, s.phone("member2").Chat().Last().Text, "the lamp is dark")
	var reachable bool
	require.NoError(t, s.app.db.Get(&reachable, `SELECT reachable FROM persons WHERE telegram = 2002`))
	require.False(t, reachable)
	tapVerb(t, s.phone("member2"), "take")
	s.settleDown()
	require.Contains(t, s.phone("resident").Chat().Last().Text, "Priya")
}

// The text that tells what to do in danger is not given up where Telegram says
// to wait, and nobody who is rung waits for it.
func TestTheSafetyTextIsTriedUntilItArrives(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]botapi.Fault{
		"Telegram says to wait":    {Kind: botapi.TooMany, RetryAfter: 2},
		"the connection is cut":    {Kind: botapi.Drop},
		"Telegram is not all well": {Kind: botapi.ServerError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestStage(t, "en")
			phone, member := s.phone("resident"), s.phone("member")
			fault.Method, fault.Chat = "sendMessage", phone.Chat().ID
			mend := s.api.Break(fault)
			phone.Say("Fire! The kitchen is burning!")
			require.Eventually(t, func() bool { return strings.Contains(member.Chat().Last().Text, "Fire") }, time.Minute, 5*time.Millisecond,
				"who is on duty is rung while it cannot arrive")
			mend()
			require.Eventually(t, func() bool {
				return slices.ContainsFunc(phone.Chat().Messages, func(m botapi.Message) bool { return strings.Contains(m.Text, "Leave the flat") })
			}, time.Minute, 5*time.Millisecond)
			s.settleDown()
		})
	}
}

// A token that Telegram does not know for a moment is no fault of what people said.
func TestNothingIsParkedBecauseOfTheToken(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	phone := s.phone("resident")
	s.api.Break(botapi.Fault{Kind: botapi.ServerError, Code: 401, Method: "sendMessage", Times: 4})
	phone.Say("/help")
	s.settleDown()
	require.Contains(t, phone.Chat().Last().Text, "Send me a photo")
	parked, err := s.app.inbox.Parked(t.Context(), s.community())
	require.NoError(t, err)
	require.Empty(t, parked)
}

// While it cannot be noted that an update is worked through alone, it waits, and
// what its person said later waits behind it.
func TestASuspectIsNotOvertaken(t *testing.T) {
	t.Parallel()
	s := newTestStage(t, "en")
	phone := s.phone("resident")
	s.stop()
	_, err := s.pgExec(fmt.Sprintf(`
		CREATE SEQUENCE hiccups;
		CREATE FUNCTION hiccup() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF NEW.alone > 0 AND nextval('hiccups') <= 1 THEN RAISE EXCEPTION 'not now'; END IF;
			RETURN NEW;
		END $$;
		CREATE TRIGGER hiccup BEFORE UPDATE ON inbox FOR EACH ROW EXECUTE FUNCTION hiccup();
		INSERT INTO inbox (community_id, chat_id, body, received_at, losses)
		SELECT c.id, %[1]d, convert_to(format('{"message":{"message_id":%%s,"text":"%%s","chat":{"id":%[1]d,"type":"private"},"from":{"id":%[1]d}}}', m.id, m.text), 'UTF8'), now(), m.losses
		FROM communities c, (VALUES (9001, '/help', 5), (9002, '/mine', 0)) AS m (id, text, losses) ORDER BY m.id`, phone.Account().ID))
	require.NoError(t, err)
	before := len(phone.Chat().Messages)
	s.start()
	require.Eventually(t, func() bool { return len(phone.Chat().Messages) > before+1 }, mostWait, 5*time.Millisecond)
	s.settleDown()
	require.Contains(t, phone.Chat().Messages[before].Text, "Send me a photo")
}
