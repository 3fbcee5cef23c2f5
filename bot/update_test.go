package bot

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func read(t *testing.T, body string) update {
	t.Helper()
	u, err := readUpdate([]byte(body))
	require.NoError(t, err)
	return u
}

func TestCommands(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"/start":                   {"start", ""},
		"/start at_b3u2":           {"start", "at_b3u2"},
		"/REPORT@linli_bot":        {"report", ""},
		"/report the lamp is dark": {"report", "the lamp is dark"},
		"/mine@linli_bot  ":        {"mine", ""},
		"/start\u202eevil":         {"start\u202eevil", ""}, // unknown, and answered as such
	} {
		u := read(t, `{"update_id":1,"message":{"text":`+quote(text)+`}}`)
		name, rest, ok := u.command()
		require.True(t, ok, text)
		require.Equal(t, want, [2]string{name, rest}, text)
	}
	for name, body := range map[string]string{
		"plain text":        `{"update_id":1,"message":{"text":"hello /start"}}`,
		"a lone slash":      `{"update_id":1,"message":{"text":"/"}}`,
		"a forwarded one":   `{"update_id":1,"message":{"text":"/start","forward_origin":{"type":"user"}}}`,
		"no message at all": `{"update_id":1}`,
	} {
		u := read(t, body)
		_, _, ok := u.command()
		require.False(t, ok, name)
	}
}

func quote(s string) string { return `"` + s + `"` }

func TestWhoSentAnUpdate(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		body string
		from int64
		lane int64
	}{
		"a private message":    {`{"message":{"from":{"id":5},"chat":{"id":5,"type":"private"}}}`, 5, 5},
		"a tap":                {`{"callback_query":{"from":{"id":5},"message":{"chat":{"id":5,"type":"private"}}}}`, 5, 5},
		"a tap on an old one":  {`{"callback_query":{"from":{"id":5}}}`, 5, 5},
		"a group":              {`{"message":{"from":{"id":5},"chat":{"id":-9,"type":"group"}}}`, 0, -9},
		"another bot":          {`{"message":{"from":{"id":5,"is_bot":true},"chat":{"id":5,"type":"private"}}}`, 0, 5},
		"the bot's own pin":    {`{"message":{"from":{"id":7,"is_bot":true},"chat":{"id":5,"type":"private"},"pinned_message":{"message_id":3}}}`, 0, 5},
		"a channel":            {`{"message":{"chat":{"id":-9,"type":"channel"}}}`, 0, -9},
		"a kind never seen":    {`{"some_day":{"x":1}}`, 0, 0},
		"somebody who blocked": {`{"my_chat_member":{"chat":{"id":5,"type":"private"},"from":{"id":5},"new_chat_member":{"status":"kicked"}}}`, 0, 5},
	} {
		u := read(t, row.body)
		from := int64(0)
		if s := u.sender(); s != nil {
			from = s.ID
		}
		require.Equal(t, row.from, from, name)
		require.Equal(t, row.lane, u.lane(), name)
	}
}

func TestContentIsReadOfEveryKind(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	at := func(body string) string {
		u := read(t, `{"message":{"from":{"id":5},"chat":{"id":5,"type":"private"},`+body+`}}`)
		ev := u.event(now, time.UTC)
		switch {
		case ev.Text != "":
			return "text " + ev.Text
		case ev.Media != nil:
			return ev.Media.Kind + " " + ev.Media.FileID + " " + ev.Media.Caption
		case ev.Document != nil:
			return "file " + ev.Document.FileID + " " + ev.Document.UniqueID + " " + ev.Document.Caption
		case ev.Location != nil:
			return "location"
		case ev.Contact != nil && ev.Contact.Own:
			return "own contact"
		case ev.Contact != nil:
			return "contact"
		case ev.Other:
			return "other"
		}
		return "nothing"
	}
	require.Equal(t, "text ab", at(`"text":"a\u0000b\u202e"`))
	require.Equal(t, "photo big here", at(`"photo":[{"file_id":"small"},{"file_id":"big"}],"caption":"here"`))
	require.Equal(t, "video v ", at(`"video":{"file_id":"v"}`))
	require.Equal(t, "voice o ", at(`"voice":{"file_id":"o"}`))
	require.Equal(t, "file d x here", at(`"document":{"file_id":"d","file_unique_id":"x"},"caption":"here"`))
	require.Equal(t, "location", at(`"location":{"latitude":1,"longitude":2}`))
	require.Equal(t, "own contact", at(`"contact":{"phone_number":"1","user_id":5}`))
	require.Equal(t, "contact", at(`"contact":{"phone_number":"1","user_id":6}`))
	require.Equal(t, "other", at(`"sticker":{}`))
	require.Equal(t, "other", at(`"dice":{"value":3}`))
}

func FuzzReadUpdate(f *testing.F) {
	f.Add([]byte(`{"update_id":1,"message":{"text":"/start x","chat":{"id":5,"type":"private"},"from":{"id":5}}}`))
	f.Fuzz(func(_ *testing.T, body []byte) {
		u, err := readUpdate(body)
		if err != nil {
			return
		}
		u.lane()
		u.command()
		if u.sender() != nil {
			u.event(time.Time{}, time.UTC)
		}
	})
}
