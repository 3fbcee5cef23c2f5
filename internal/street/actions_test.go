package street_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEveryActionReachesTheBot(t *testing.T) {
	t.Parallel()
	w := started(t)
	w.call("sendMessage", map[string]any{"chat_id": 11, "text": "keys", "reply_markup": map[string]any{"keyboard": [][]any{
		{map[string]any{"text": "My matters"}},
		{map[string]any{"text": "My number", "request_contact": true}},
		{map[string]any{"text": "My place", "request_location": true}},
	}}})
	for _, row := range []struct {
		name, action, field, value string
		want                       []string
		updates                    int
	}{
		{"starts as the stairway's link does", "start", "", "", []string{`"/start at_b3u2"`}, 1},
		{"follows a link of the bot's", "start", "payload", "case_208", []string{`"/start case_208"`}, 1},
		{"types", "say", "text", " 楼道灯坏了 ", []string{`"text":"楼道灯坏了"`}, 1},
		{"takes a command from the menu", "say", "text", "/report", []string{`"/report"`, `"bot_command"`}, 1},
		{"presses a key", "key", "label", "My matters", []string{`"text":"My matters"`}, 1},
		{"shares the number", "key", "label", "My number", []string{`"contact":`, `"phone_number":`, `8613800000000`}, 1},
		{"shares the place by key", "key", "label", "My place", []string{`"location":`}, 1},
		{"sends the broken lamp", "give", "sample", "lamp", []string{`"photo":`, `"width":480`, `"height":640`}, 1},
		{"sends the repaired lamp", "give", "sample", "lit", []string{`"photo":`}, 1},
		{"sends the hole in the road", "give", "sample", "hole", []string{`"photo":`}, 1},
		{"sends the leak", "give", "sample", "leak", []string{`"photo":`}, 1},
		{"sends an album", "give", "sample", "album", []string{`"media_group_id":`, `"photo":`}, 2},
		{"passes a picture on", "give", "sample", "forward", []string{`"photo":`, `"forward_origin":`, "News of the town"}, 1},
		{"speaks", "give", "sample", "voice", []string{`"voice":`, `"duration":6`}, 1},
		{"sends the place", "give", "sample", "place", []string{`"location":`}, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			form := url.Values{}
			if row.field != "" {
				form.Set(row.field, row.value)
			}
			status, body := w.post("/street/phone/resident/"+row.action+"?lang=en", form)
			require.Equal(t, http.StatusOK, status, "the form leads back to the page")
			require.Contains(t, body, "<h1>")
			updates := w.updates(0)
			require.Len(t, updates, row.updates)
			for _, text := range row.want {
				require.Contains(t, updates[0], text)
			}
			require.Contains(t, updates[0], `"id":11`)
		})
	}
}

// said is what an action answers to the script.
type said struct {
	Phone, Text   string
	Alert, Failed bool
	Open          string
}

func (w *world) act(path string, form url.Values) said {
	w.t.Helper()
	status, body := w.post(path, form, "Accept", "application/json")
	require.Equal(w.t, http.StatusOK, status)
	var s said
	require.NoError(w.t, json.Unmarshal([]byte(body), &s), body)
	return s
}

func TestTapShowsTheBotsToast(t *testing.T) {
	t.Parallel()
	w := started(t)
	w.ask("Is it in your entrance?", map[string]any{"text": "Yes, send", "callback_data": "yes:1"})
	_, body := w.get("/?lang=en")
	require.Contains(t, body, `<input type="hidden" name="message" value="2">`)
	require.Contains(t, body, `<button name="data" value="yes:1">Yes, send</button>`)

	for name, alert := range map[string]bool{"a toast": false, "an alert": true} {
		answers := make(chan said, 1)
		go func() {
			answers <- w.act("/street/phone/resident/tap?lang=en", url.Values{"message": {"2"}, "data": {"yes:1"}})
		}()
		var update struct {
			Query struct {
				ID, Data string
			} `json:"callback_query"`
		}
		got := w.updates(5)
		require.Len(t, got, 1)
		require.NoError(t, json.Unmarshal([]byte(got[0]), &update))
		require.Equal(t, "yes:1", update.Query.Data)
		w.call("answerCallbackQuery", map[string]any{"callback_query_id": update.Query.ID, "text": name, "show_alert": alert})
		require.Equal(t, said{Phone: "resident", Text: name, Alert: alert}, <-answers)
	}
}

func TestToastIsShownWithoutAScript(t *testing.T) {
	t.Parallel()
	w := started(t)
	_, body := w.post("/street/phone/resident/say?lang=en", url.Values{"text": {"  "}})
	require.Contains(t, body, `<p class="toast shown failed" role="status">There is nothing to send yet.</p>`)
	_, body = w.get("/?lang=en&note=99")
	require.NotContains(t, body, "There is nothing to send yet.")
}

func TestWhatCannotBeDoneIsSaidInAFriendlyLine(t *testing.T) {
	t.Parallel()
	w := started(t)
	for name, row := range map[string]struct {
		action string
		form   url.Values
		want   string
	}{
		"nothing typed":            {"say", url.Values{"text": {" \n "}}, "There is nothing to send yet."},
		"key that is gone":         {"key", url.Values{"label": {"My matters"}}, "That button is no longer there."},
		"button never shown":       {"tap", url.Values{"message": {"77"}, "data": {"x"}}, "That button is no longer there."},
		"button of no message":     {"tap", url.Values{"message": {"one"}, "data": {"x"}}, "That button is no longer there."},
		"sample that is not there": {"give", url.Values{"sample": {"cake"}}, "That button is no longer there."},
	} {
		got := w.act("/street/phone/resident/"+row.action+"?lang=en", row.form)
		require.Equal(t, said{Phone: "resident", Text: row.want, Failed: true}, got, name)
	}
	require.Empty(t, w.updates(0))
}

func TestTwoMinutesLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Equal(t, said{Text: "2 minutes later: it is 12:02 now."}, w.act("/street/skip?lang=en", nil))
	_, body := w.post("/street/skip?lang=zh", nil)
	require.Contains(t, body, "过了两分钟，现在是12:04。")
	require.Equal(t, []time.Duration{2 * time.Minute, 2 * time.Minute}, w.skipped)
}

func TestOtherSitesCannotAct(t *testing.T) {
	t.Parallel()
	w := started(t)
	for name, header := range map[string][]string{
		"said by the browser": {"Sec-Fetch-Site", "cross-site"},
		"seen by the origin":  {"Origin", "https://evil.example"},
	} {
		for _, path := range []string{"/street/phone/resident/say?lang=en", "/street/skip?lang=en"} {
			status, _ := w.post(path, url.Values{"text": {"hello"}}, header...)
			require.Equal(t, http.StatusForbidden, status, name)
		}
	}
	require.Empty(t, w.updates(0))
	require.Empty(t, w.skipped)
	status, _ := w.post("/street/phone/resident/say?lang=en", url.Values{"text": {"hello"}}, "Origin", w.page.URL, "Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusOK, status)
	require.Len(t, w.updates(0), 1)
}
