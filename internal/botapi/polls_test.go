package botapi_test

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func (w *world) poll(p params) int64 {
	w.Helper()
	all := params{"chat_id": "7", "question": "Lunch?", "options": `["Soup","Rice","Noodles"]`}
	for name, value := range p {
		all[name] = value
	}
	return w.call("sendPoll", all).messageID(w.T)
}

// told gives the bodies of the updates of these kinds that wait, oldest first.
// Each look has an offset of its own: the same one twice is slowed down.
func (w *world) told(kinds ...string) []map[string]any {
	w.Helper()
	var all []map[string]json.RawMessage
	w.asked++
	w.call("getUpdates", params{"offset": id(w.asked)}).into(w.T, &all)
	var out []map[string]any
	for _, update := range all {
		for _, kind := range kinds {
			if body := update[kind]; body != nil {
				var fields map[string]any
				require.NoError(w, json.Unmarshal(body, &fields))
				out = append(out, fields)
			}
		}
	}
	return out
}

func TestVotesAreCountedAndToldByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.poll(params{"is_anonymous": "false"})
	require.NoError(t, w.anna.Vote(id, 1))
	require.NoError(t, w.anna.Vote(id, 2), "the vote can be changed")
	shown := w.anna.Chat().Last().Poll
	require.Equal(t, "Lunch?", shown.Question)
	require.Equal(t, []botapi.PollOption{{Text: "Soup"}, {Text: "Rice"}, {Text: "Noodles", Votes: 1, Voters: []int64{7}}}, shown.Options)
	require.Equal(t, 1, shown.Voters)

	polls := w.told("poll")
	require.Len(t, polls, 2)
	requirePart(t, map[string]any{"total_voter_count": 1.0, "options": []any{map[string]any{"voter_count": 0.0}, map[string]any{}, map[string]any{"voter_count": 1.0}}}, any(polls[1]), "poll")
	answers := w.told("poll_answer")
	require.Len(t, answers, 2)
	requirePart(t, map[string]any{"option_ids": []any{2.0}, "user": map[string]any{"id": 7.0}, "poll_id": polls[0]["id"]}, any(answers[1]), "answer")

	require.NoError(t, w.anna.Vote(id))
	requirePart(t, []any{}, w.told("poll_answer")[2]["option_ids"], "a vote taken back")
	require.Zero(t, w.anna.Chat().Last().Poll.Voters)
}

func TestAnAnonymousPollTellsOnlyCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.anna.Vote(w.poll(nil), 0))
	require.Empty(t, w.told("poll_answer"))
	require.Len(t, w.told("poll"), 1)
}

func TestVotesThatAnAppWouldNotLetOneGive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := w.poll(nil)
	require.ErrorContains(t, w.anna.Vote(one, 0, 1), "one answer")
	require.ErrorContains(t, w.anna.Vote(one, 3), "3 answers")
	require.ErrorContains(t, w.anna.Vote(one, -1), "3 answers")
	require.Error(t, w.anna.Vote(1, 0), "a text is no poll")
	require.NoError(t, w.anna.Vote(w.poll(params{"allows_multiple_answers": "true"}), 2, 0, 2))
	require.Equal(t, 1, w.anna.Chat().Last().Poll.Options[2].Votes)

	quiz := w.poll(params{"type": "quiz", "correct_option_id": "1"})
	require.NoError(t, w.anna.Vote(quiz, 0))
	require.ErrorContains(t, w.anna.Vote(quiz, 1), "cannot be changed")
	require.True(t, w.anna.Chat().Last().Poll.Options[1].Correct)

	require.True(t, w.call("stopPoll", params{"chat_id": "7", "message_id": id(one)}).OK)
	require.ErrorContains(t, w.anna.Vote(one, 0), "closed")
}

func TestAPollIsStoppedWithItsCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	poll := w.poll(params{"reply_markup": keyboard("Stop|stop")})
	require.NoError(t, w.anna.Vote(poll, 1))
	stop := params{"chat_id": "7", "message_id": id(poll)}
	require.Equal(t, "Bad Request: inline keyboard expected",
		w.call("stopPoll", params{"chat_id": "7", "message_id": id(poll), "reply_markup": `{"remove_keyboard":true}`}).Description)
	require.Len(t, w.anna.Chat().Last().Buttons, 1, "a refusal changes nothing")

	var result any
	w.call("stopPoll", stop).into(t, &result)
	requirePart(t, map[string]any{"is_closed": true, "total_voter_count": 1.0}, result, "poll")
	last := w.anna.Chat().Last()
	require.True(t, last.Poll.Closed)
	require.Empty(t, last.Buttons)
	require.Equal(t, true, w.told("poll")[1]["is_closed"])
	require.Equal(t, "Bad Request: poll has already been closed", w.call("stopPoll", stop).Description)
}

func TestAPollClosesByTheClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	short := w.poll(params{"open_period": "60"})
	dated := w.poll(params{"close_date": strconv.FormatInt(monday.Add(time.Hour).Unix(), 10)})
	w.clock.Advance(59 * time.Second)
	require.NoError(t, w.anna.Vote(short, 0))
	w.clock.Advance(time.Second)
	require.ErrorContains(t, w.anna.Vote(short, 1), "closed")
	require.NoError(t, w.anna.Vote(dated, 1))
	require.Len(t, w.told("poll"), 3, "two votes and an end")
	w.clock.Advance(time.Hour)
	require.True(t, w.anna.Chat().Last().Poll.Closed)
	require.Len(t, w.told("poll"), 4)
}

func TestAPersonsPollIsTheirOwnAffair(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := w.anna.Ask("Who has the ladder?", "I", "Not I")
	require.Equal(t, "Who has the ladder?", asked.Poll.Question)
	require.NoError(t, w.anna.Vote(asked.ID, 1))
	require.Empty(t, w.told("poll", "poll_answer"))
	told := w.told("message")
	requirePart(t, map[string]any{"poll": map[string]any{"question": "Who has the ladder?"}}, any(told[1]), "update")
	require.Equal(t, "Bad Request: poll can't be stopped", w.call("stopPoll", params{"chat_id": "7", "message_id": id(asked.ID)}).Description)
	require.Zero(t, w.anna.Ask("No answers").ID)
}

func TestADocumentTravelsThereAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent := w.anna.Document(botapi.File{Name: "plan.pdf", Data: []byte("%PDF-1.7"), MIME: "application/pdf"}, "the plan")
	require.Equal(t, "plan.pdf", sent.Media[0].Name)
	told := w.told("message")
	document, ok := told[1]["document"].(map[string]any)
	require.True(t, ok)
	requirePart(t, map[string]any{"file_name": "plan.pdf", "mime_type": "application/pdf", "file_size": 8.0}, any(document), "document")
	fileID, _ := document["file_id"].(string)
	require.Equal(t, "%PDF-1.7", string(w.download(fileID)))
	require.True(t, w.call("sendDocument", params{"chat_id": "7", "document": fileID}).OK)
	require.Equal(t, sent.Media, w.anna.Chat().Last().Media)
}

func TestAPollThatCannotBeSentNeverEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.anna.Block()
	require.Equal(t, 403, w.call("sendPoll", params{"chat_id": "7", "question": "a", "options": `["b"]`, "open_period": "5"}).Code)
	w.clock.Advance(time.Minute)
	require.Empty(t, w.told("poll"))
}
