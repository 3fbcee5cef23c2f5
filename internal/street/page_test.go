package street_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func TestPageOpensInTheVisitorsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, row := range map[string]struct {
		path, accept string
		want, not    []string
	}{
		"nothing known of the visitor": {"/", "", []string{
			`<html lang="en">`, "A lamp breaks. Who comes, and does it hold?", "Mrs Wang", "member on duty", "Begin on the phone of Mrs Wang", "Monday 23 November 12:00",
		}, []string{"王秀英", "secretary</span></h2>"}},
		"Chinese browser": {"/", "zh-CN,zh;q=0.9,en;q=0.8", []string{
			`<html lang="zh-Hans">`, "楼道灯坏了。谁来？修好了没有？", "王秀英", "值班党员", "11月23日 星期一 12:00",
		}, []string{"Mrs Wang"}},
		"Chinese browser, English chosen": {"/?lang=en", "zh-CN", []string{"A lamp breaks."}, []string{"王秀英"}},
		"English browser, Chinese chosen": {"/?lang=zh", "en", []string{"楼道灯坏了"}, []string{"Mrs Wang"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := w.get(row.path, "Accept-Language", row.accept)
			require.Equal(t, http.StatusOK, status)
			for _, text := range row.want {
				require.Contains(t, body, text)
			}
			for _, text := range row.not {
				require.NotContains(t, body, text)
			}
		})
	}
}

func TestPhonesAreOpenedAndClosedByAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, body := w.get("/?lang=en")
	require.Contains(t, body, `href="/?lang=en&amp;open=resident%2Cmember%2Csecretary"`, "opens the third")
	require.Contains(t, body, `href="/?lang=en&amp;open=member"`, "closes the first")
	_, body = w.get("/?lang=en&open=resident,member,secretary")
	require.Equal(t, 3, strings.Count(body, `<section class="person`))
	_, body = w.get("/?lang=en&open=")
	require.NotContains(t, body, `<section class="person`)
	require.Contains(t, body, "No phone is open")
}

func TestUnknownPhonesAreNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, path := range []string{
		"/?open=nobody", "/?lang=en&open=resident,nobody", "/?lang=en&open=resident-zh", "/street/live?open=nobody",
		"/street/nothing", "/nothing", "/street/file/en/nothing", "/street/file/fi/nothing", "/street/sample/nothing", "/street/page/page.html", "/street/page/..%2Fdoc.go",
	} {
		status, _ := w.get(path)
		require.Equal(t, http.StatusNotFound, status, path)
	}
	for _, path := range []string{
		"/street/phone/nobody/start?lang=en", "/street/phone/resident/dance?lang=en",
		"/street/phone/resident-zh/start?lang=en", "/street/phone/resident/start?lang=en&open=nobody", "/street/skip?open=nobody",
	} {
		status, _ := w.post(path, nil)
		require.Equal(t, http.StatusNotFound, status, path)
	}
	require.Empty(t, w.updates(0))
}

func TestHostileTextIsOnlyText(t *testing.T) {
	t.Parallel()
	w := started(t)
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{.}}`
	w.post("/street/phone/resident/say?lang=en", url.Values{"text": {hostile}})
	w.ask(`<b>look:</b> &lt;script&gt;alert(3)&lt;/script&gt; <a href="javascript:alert(6)">link</a>`, map[string]any{"text": hostile, "callback_data": `"><script>`})
	for _, path := range []string{"/?lang=en", `/?lang=en&note=<script>alert(4)</script>`, `/?lang="><script>alert(5)</script>`} {
		_, body := w.get(path)
		require.NotContains(t, body, "<script>", path)
		require.NotContains(t, body, "<img src=x", path)
		require.NotContains(t, body, "href=\"javascript:", path)
		require.Contains(t, body, "<b>look:</b> &lt;script&gt;alert(3)", path)
		require.Contains(t, body, "&lt;img src=x onerror=alert(2)&gt;", path)
	}
}

var (
	inline   = regexp.MustCompile(`(?i)<script(?:[^>]*)></?[^/s]|\sstyle=|<style|\son[a-z]+=|javascript:`)
	external = regexp.MustCompile(`(?:src|href|action)="(?:https?:)?//`)
)

func TestPageLoadsAndRunsNothingButItsOwn(t *testing.T) {
	t.Parallel()
	w := started(t)
	w.post("/street/phone/resident/give?lang=en", url.Values{"sample": {"lamp"}})
	_, body := w.get("/?lang=en")
	require.NotRegexp(t, inline, body)
	require.NotRegexp(t, external, body)
	policy := w.header("/").Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'")
	require.NotContains(t, policy, "unsafe")
	for _, own := range []string{"/street/page/street.css", "/street/page/street.js", "/street/page/icon.svg", "/street/sample/lamp"} {
		require.Contains(t, body, own)
		status, text := w.get(own)
		require.Equal(t, http.StatusOK, status, own)
		require.NotContains(t, text, "//cdn", own)
	}
}

func TestPhoneShowsWhatTelegramShows(t *testing.T) {
	t.Parallel()
	w := started(t)
	w.call("setMyCommands", map[string]any{"commands": []any{map[string]any{"command": "report", "description": "Report a problem"}}})
	w.call("sendMessage", map[string]any{"chat_id": 11, "text": "first", "reply_markup": map[string]any{
		"input_field_placeholder": "Say it here",
		"keyboard":                [][]any{{map[string]any{"text": "My matters"}}, {map[string]any{"text": "My number", "request_contact": true}}},
	}})
	w.call("sendMessage", map[string]any{"chat_id": 11, "text": "second"})
	w.call("editMessageText", map[string]any{"chat_id": 11, "message_id": 3, "text": "second, <i>thought over</i>", "parse_mode": "HTML"})
	for _, what := range []string{"album", "forward", "voice", "place"} {
		w.post("/street/phone/resident/give?lang=en", url.Values{"sample": {what}})
	}
	w.clock.Advance(24 * time.Hour)
	w.call("sendMessage", map[string]any{"chat_id": 11, "text": "next day", "disable_notification": true})
	_, body := w.get("/?lang=en&open=resident")
	for _, text := range []string{
		"Report a problem", "/report", "My matters", "My number", "Say it here", "second, <i>thought over</i>", "edited ",
		`<div class="album several">`, "Forwarded from News of the town", "0:06", "Place on the map",
		"Monday 23 November</p>", "Tuesday 24 November</p>", "next day", "sent without a sound", ">12:00</time>",
	} {
		require.Contains(t, body, text)
	}
	require.Equal(t, 2, strings.Count(body, `<p class="day"`))
	require.Equal(t, 1, strings.Count(body, `<div class="album several">`), "an album is one bubble")
}

func TestFilesAreShownOnlyWhereTheyArePictures(t *testing.T) {
	t.Parallel()
	w := started(t)
	phone := w.bot.Phone(botapi.Account{ID: 11})
	w.post("/street/phone/resident/give?lang=en", url.Values{"sample": {"lamp"}})
	w.post("/street/phone/resident/give?lang=en", url.Values{"sample": {"voice"}})
	kinds := map[string]string{}
	for _, m := range phone.Chat().Messages {
		for _, media := range m.Media {
			header := w.header("/street/file/en/" + media.FileID)
			kinds[media.Kind] = header.Get("Content-Type") + " " + header.Get("Content-Disposition")
		}
	}
	require.Equal(t, map[string]string{"photo": "image/jpeg ", "voice": "application/octet-stream attachment"}, kinds)
}

func TestLookingChangesNothing(t *testing.T) {
	t.Parallel()
	w := started(t)
	for _, path := range []string{
		"/street/phone/resident/start?lang=en", "/street/phone/resident/say?lang=en&text=hello",
		"/street/phone/resident/give?lang=en&sample=lamp", "/street/skip?lang=en",
	} {
		status, _ := w.get(path)
		require.Contains(t, []int{http.StatusMethodNotAllowed, http.StatusNotFound}, status, path)
	}
	for _, path := range []string{"/", "/?lang=zh", "/?lang=en&open=secretary", "/?note=1", "/street/sample/lamp"} {
		status, _ := w.get(path)
		require.Equal(t, http.StatusOK, status, path)
	}
	require.Empty(t, w.updates(0))
	require.Empty(t, w.skipped)
	require.Empty(t, w.bot.Phone(botapi.Account{ID: 13}).Chat().Messages)
}
