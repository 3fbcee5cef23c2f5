package street_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALinkShownOnOnePhoneIsOpenedOnAnother(t *testing.T) {
	t.Parallel()
	w := started(t)
	w.call("sendMessage", map[string]any{"chat_id": 12, "text": "Show this: https://t.me/linli_bot?start=inv_abc-DEF_1, or that: https://t.me/other_bot?start=x"})
	_, body := w.get("/?lang=en")
	require.Contains(t, body, `<summary>Open on another phone</summary>`)
	require.Contains(t, body, `<input type="hidden" name="payload" value="inv_abc-DEF_1">`)
	require.Contains(t, body, `<button name="on" value="secretary">Chen Hua</button>`)
	require.NotContains(t, body, `value="x"`, "another bot's link leads out of the page")

	status, page := w.post("/street/open?lang=en", url.Values{"payload": {"inv_abc-DEF_1"}, "on": {"secretary"}})
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, `id="phone-secretary"`, "without a script too the phone is open then")
	updates := strings.Join(w.updates(0), " ")
	require.Contains(t, updates, `"text":"/start inv_abc-DEF_1"`)
	require.Contains(t, updates, `"id":13`)
	for name, form := range map[string]url.Values{
		"nobody":     {"payload": {"x"}, "on": {"nobody"}},
		"a stranger": {"payload": {"x"}, "on": {"resident-zh"}},
		"no one":     {"payload": {"x"}},
	} {
		status, _ := w.post("/street/open?lang=en", form)
		require.Equal(t, http.StatusNotFound, status, name)
	}
}

func TestABotsLinkInAGroupIsOpenedOnAPhone(t *testing.T) {
	t.Parallel()
	w := started(t)
	w.call("sendMessage", map[string]any{"chat_id": w.group.ID(), "text": "Good day", "reply_markup": map[string]any{
		"inline_keyboard": [][]any{{map[string]any{"text": "Talk in private", "url": "https://t.me/linli_bot?start=go_group"}}},
	}})
	_, body := w.get("/?lang=en&open=group")
	require.Contains(t, body, `<summary>Talk in private</summary>`)
	require.Contains(t, body, `<button name="on" value="member">Li Jun</button>`)
	require.NotContains(t, body, `class="buttons"`)
}

// sendFile sends a form with a file, as a browser does.
func (w *world) sendFile(path, name string, data []byte) (status int, page string) {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	require.NoError(w.t, err)
	_, err = part.Write(data)
	require.NoError(w.t, err)
	require.NoError(w.t, form.Close())
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.page.URL+path, &body)
	require.NoError(w.t, err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return w.do(r)
}

func TestADocumentIsSentAndSaved(t *testing.T) {
	t.Parallel()
	w := started(t)
	status, _ := w.sendFile("/street/phone/resident/document?lang=en", "../people.xlsx", []byte("rows"))
	require.Equal(t, http.StatusOK, status)
	updates := strings.Join(w.updates(0), " ")
	require.Contains(t, updates, `"document":`)
	require.Contains(t, updates, `"file_name":"people.xlsx"`)
	_, body := w.get("/?lang=en")
	at := strings.Index(body, `href="/street/file/en/`)
	require.Positive(t, at)
	require.Contains(t, body, `download="people.xlsx"`)
	address, _, _ := strings.Cut(body[at+len(`href="`):], `"`)
	_, data := w.get(strings.ReplaceAll(address, "&amp;", "&"))
	require.Equal(t, "rows", data)
	require.Equal(t, "attachment; filename=people.xlsx", w.header(address).Get("Content-Disposition"))

	_, body = w.sendFile("/street/phone/resident/document?lang=en", "empty.csv", nil)
	require.Contains(t, body, "Choose a file first.")
	status, _ = w.sendFile("/street/phone/resident/document?lang=en", "big.csv", make([]byte, 11<<20))
	require.Equal(t, http.StatusBadRequest, status)
}
