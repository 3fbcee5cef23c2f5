package street_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheDrawerIsClosedAtFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, body := w.get("/?lang=en")
	require.NotContains(t, body, `id="tools"`)
	require.NotContains(t, body, `class="gear"`)
	_, body = w.get("/?lang=en&tools=1")
	for _, text := range []string{`id="tools"`, "Let the time pass until", "Shaky finger", "Look behind the phone of Mrs Wang", "Record from the phone of Mrs Wang", "Telegram goes down"} {
		require.Contains(t, body, text)
	}
	_, body = w.get("/?lang=zh&tools=1")
	for _, text := range []string{"让时间过到", "手抖", "看王秀英手机背后的事", "Telegram 断了"} {
		require.Contains(t, body, text)
	}
}

// What is turned lives in the address: every form and link carries it on.
func TestLooksSurviveWhateverIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const view = "lang=en&open=resident&inspect=resident&tools=1&size=200&grey=1&shaky=7"
	_, body := w.get("/?" + view)
	require.Contains(t, body, `<html lang="en" class="size-200 grey">`)
	html := strings.ReplaceAll(view, "&", "&amp;")
	require.Contains(t, body, `action="/street/phone/resident/say?`+html+`"`)
	require.Contains(t, body, `action="/street/trouble?`+html+`"`)
	require.Contains(t, body, `action="/street/clock?`+html+`"`)
	require.Contains(t, body, `href="/?lang=zh&amp;tools=1&amp;size=200&amp;grey=1&amp;shaky=7"`, "in the other language too")
	_, body = w.post("/street/phone/resident/start?"+view, nil)
	require.Contains(t, body, `<html lang="en" class="size-200 grey">`, "after a form without a script")
	_, body = w.get("/?lang=en&size=9000&shaky=much&inspect=nobody")
	require.Contains(t, body, `<html lang="en">`, "what makes no sense is left out")
}

func TestTheClockGoesToAnyTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range []struct {
		name, field, value, want string
		failed                   bool
	}{
		{"an hour later", "by", "hour", "It is Monday 23 November 13:00 now.", false},
		{"to a moment", "to", "2026-11-23T18:30", "It is Monday 23 November 18:30 now.", false},
		{"to the minute that it is", "to", "2026-11-23T18:30", "It is Monday 23 November 18:30 now.", false},
		{"the next morning", "by", "morning", "It is Tuesday 24 November 09:00 now.", false},
		{"backwards", "to", "2026-11-24T08:59", "Time only goes forward here: what was said cannot be unsaid.", true},
		{"too far", "to", "2028-01-01T00:00", "One year at a time, please.", true},
		{"nothing chosen", "to", "", "Please choose a date and a time.", true},
	} {
		got := w.act("/street/clock?lang=en", url.Values{row.field: {row.value}})
		require.Equal(t, said{Text: row.want, Failed: row.failed}, got, row.name)
	}
	require.Len(t, w.skipped, 4)
}

func TestTroubleBeginsAndEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	press := func(what string) said { return w.act("/street/trouble?lang=en", url.Values{"what": {what}}) }
	require.Equal(t, said{Text: "Telegram is down now."}, press("down"))
	_, body := w.get("/?lang=en&tools=1")
	require.Contains(t, body, "Telegram comes back</button>")
	require.Contains(t, body, "nothing comes in and nothing goes out")
	require.Equal(t, said{Text: "Telegram is back. What waited is on its way."}, press("down"))
	require.Equal(t, []string{"down", "up"}, w.trouble)
	require.Equal(t, said{Text: "That did not go through. Please try again.", Failed: true}, press("kill"))
	_, body = w.get("/?lang=en&tools=1")
	require.NotContains(t, body, "starting again", "what failed is not on")
	status, _ := w.post("/street/trouble?lang=en", url.Values{"what": {"flood"}})
	require.Equal(t, http.StatusNotFound, status)
}

func (w *world) cause(what string, err error) func(context.Context) error {
	return func(context.Context) error {
		w.trouble = append(w.trouble, what)
		return err
	}
}

var errNo = errors.New("no")

// A seed and the number of a press always give the same slip.
func TestAShakyFingerSlipsAndSaysSo(t *testing.T) {
	t.Parallel()
	play := func() (notes []string, pressed []string) {
		w := started(t)
		w.ask("Which?", map[string]any{"text": "One", "callback_data": "1"}, map[string]any{"text": "Two", "callback_data": "2"}, map[string]any{"text": "Three", "callback_data": "3"})
		for range 12 {
			answer := make(chan said, 1)
			go func() {
				answer <- w.act("/street/phone/resident/tap?lang=en&shaky=1", url.Values{"message": {"2"}, "data": {"2"}})
			}()
			var note *said
			for note == nil {
				for _, u := range w.updates(1) {
					_, data, _ := strings.Cut(u, `"data":"`)
					pressed = append(pressed, data[:1])
					_, id, _ := strings.Cut(u, `"callback_query":{"id":"`)
					id, _, _ = strings.Cut(id, `"`)
					w.call("answerCallbackQuery", map[string]any{"callback_query_id": id, "text": "ok"})
				}
				select {
				case got := <-answer:
					note = &got
				default:
				}
			}
			notes = append(notes, note.Text)
		}
		return notes, pressed
	}
	notes, pressed := play()
	require.Contains(t, notes, "ok")
	require.Contains(t, notes, "The finger shook and pressed twice. ok")
	require.True(t, strings.Contains(strings.Join(notes, "|"), "The finger slipped onto “One”. ok") || strings.Contains(strings.Join(notes, "|"), "The finger slipped onto “Three”. ok"), notes)
	require.Greater(t, len(pressed), 12, "some landed twice")
	again, _ := play()
	require.Equal(t, notes, again)
}

func TestASteadyFingerNeverSlips(t *testing.T) {
	t.Parallel()
	w := started(t)
	w.call("sendMessage", map[string]any{"chat_id": 11, "text": "keys", "reply_markup": map[string]any{"keyboard": [][]any{{map[string]any{"text": "A"}, map[string]any{"text": "B"}}}}})
	for range 10 {
		require.Equal(t, said{Phone: "resident"}, w.act("/street/phone/resident/key?lang=en", url.Values{"label": {"A"}}))
	}
	require.Len(t, w.updates(0), 10)
}

func TestTheInspectorWithoutADatabase(t *testing.T) {
	t.Parallel()
	w := started(t)
	w.post("/street/phone/resident/say?lang=en", url.Values{"text": {`<script>alert(1)</script>`}})
	_, body := w.get("/?lang=en&inspect=resident")
	require.Contains(t, body, "Behind the phone of Mrs Wang")
	require.Contains(t, body, "<code>message</code>")
	require.Contains(t, body, "from 11")
	require.NotContains(t, body, "from 12", "another's phone is not looked behind")
	require.NotContains(t, body, "<script>alert")
}

func TestTheGroupAsItsMembersSeeIt(t *testing.T) {
	t.Parallel()
	w := started(t)
	_, body := w.get("/?lang=en&open=group")
	require.NotContains(t, body, "The helper is not in this group.")
	require.Contains(t, body, "linli joined")
	require.NotContains(t, body, `action="/street/phone/group/give`)
	status, _ := w.post("/street/phone/group/tap?lang=en&open=group", nil)
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, said{Phone: "group"}, w.act("/street/phone/group/say?lang=en&open=group", url.Values{"as": {"member"}, "text": {"Water is off"}}))
	require.Equal(t, said{Phone: "group", Text: "That button is no longer there.", Failed: true},
		w.act("/street/phone/group/say?lang=en&open=group", url.Values{"as": {"nobody"}, "text": {"hello"}}))
	_, body = w.get("/?lang=en&open=group")
	require.Contains(t, body, `<b>Li Jun</b>`)
	require.Contains(t, body, "Water is off")
	require.Equal(t, said{Phone: "group"}, w.act("/street/phone/group/say?lang=en&open=group", url.Values{"as": {"member"}, "text": {""}, "word": {"/setup"}}))
	require.Contains(t, strings.Join(w.updates(0), " "), `"text":"/setup"`)
}

func TestTheBotIsTakenOutOfAGroupAndBroughtBack(t *testing.T) {
	t.Parallel()
	w := started(t)
	status, _ := w.post("/street/phone/member/add?lang=en", url.Values{"as": {"member"}})
	require.Equal(t, http.StatusNotFound, status, "a phone is no group")
	w.act("/street/phone/group/remove?lang=en&open=group", url.Values{"as": {"member"}})
	require.Contains(t, strings.Join(w.updates(0), " "), `"my_chat_member"`)
	_, body := w.get("/?lang=en&open=group")
	require.Contains(t, body, "The helper is not in this group.")
	require.Contains(t, body, "Add the helper")

	w.ask("Where shall I go?", map[string]any{"text": "Add me to a group", "url": "https://t.me/linli_bot?startgroup=setup"})
	_, body = w.get("/?lang=en")
	require.Contains(t, body, `<input type="hidden" name="as" value="resident">`)
	require.Contains(t, body, `<button name="on" value="group">Neighbours</button>`)
	got := w.act("/street/open?lang=en", url.Values{"payload": {"setup"}, "as": {"member"}, "on": {"group"}})
	require.Equal(t, "/?lang=en&open=resident%2Cmember%2Cgroup#phone-group", got.Open)
	updates := strings.Join(w.updates(0), " ")
	require.Contains(t, updates, `"my_chat_member"`)
	require.Contains(t, updates, `/start@linli_bot setup`)
	_, body = w.get("/?lang=en")
	require.Contains(t, body, "The helper is in every group here.")
}

func TestARecordingIsOfferedForDownload(t *testing.T) {
	t.Parallel()
	w := started(t)
	status, _ := w.get("/street/record/resident")
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, said{Phone: "resident", Text: "Recording: what happens on all phones is written down."}, w.act("/street/record/resident?lang=en", nil))
	_, body := w.get("/?lang=en&tools=1")
	require.Contains(t, body, "End the recording of Mrs Wang")
	w.post("/street/phone/resident/say?lang=en", url.Values{"text": {"one\ntwo"}})
	w.call("sendMessage", map[string]any{"chat_id": 12, "text": "a line\nand another"})
	w.clock.Advance(45 * time.Second)
	w.post("/street/phone/resident/give?lang=en", url.Values{"sample": {"voice"}})
	w.post("/street/skip?lang=en", nil)
	w.act("/street/record/resident?lang=en", nil)
	_, body = w.get("/?lang=en&tools=1")
	require.Contains(t, body, `download="resident-20261123-120245.en.dlg"`)
	require.Contains(t, w.header("/street/record/resident").Get("Content-Disposition"), "resident-20261123-120245.en.dlg")
	_, tape := w.get("/street/record/resident")
	require.Equal(t, `# Recorded on the street page, from the phone of Mrs Wang.
> at 2026-11-23 12:00:00
resident> one\ntwo
> skip 45s
member< a line
member< and another
resident> {voice}
> skip 2m
`, tape)
}
