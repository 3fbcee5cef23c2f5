package bot

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/outbox"
)

// scripted is a Bot API server that refuses some calls, once each, and notes
// the methods that were called.
type scripted struct {
	refuses map[string]string // method → answer

	mu     sync.Mutex
	called []string
	bodies []string
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	s.called = append(s.called, method)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	s.bodies = append(s.bodies, string(body))
	answer, refused := s.refuses[method]
	delete(s.refuses, method)
	if !refused {
		answer = fmt.Sprintf(`{"ok":true,"result":{"message_id":%d}}`, len(s.called))
		if method == "sendMediaGroup" {
			answer = `{"ok":true,"result":[{"message_id":71},{"message_id":72}]}`
		}
	}
	w := httptest.NewRecorder()
	_, err = w.WriteString(answer)
	return w.Result(), err
}

func (s *scripted) bot() *Bot {
	return &Bot{
		call:    &Caller{base: "http://telegram/bot1:hush/", wire: s},
		limiter: outbox.NewLimiter(outbox.Rules{}), real: clock.New(), log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

const (
	noVoices = `{"ok":false,"error_code":400,"description":"Bad Request: VOICE_MESSAGES_FORBIDDEN"}`
	slowDown = `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 3","parameters":{"retry_after":3}}`
)

func TestWhoTakesNoVoicesStillGetsTheWords(t *testing.T) {
	t.Parallel()
	voice := dialog.Media{Kind: dialog.Voice, FileID: "v"}
	for name, media := range map[string][]dialog.Media{"one": {voice}, "two": {voice, voice}} {
		s := &scripted{refuses: map[string]string{"sendVoice": noVoices}}
		at, err := s.bot().post(t.Context(), 5, dialog.Screen{Text: "x", Media: media}, nil)
		require.NoError(t, err, name)
		require.Equal(t, []string{"sendVoice", "sendMessage"}, s.called, name)
		require.Equal(t, formText, at.form, "it is edited as the text that it is")
	}
}

func TestAFileGoesAsItIs(t *testing.T) {
	t.Parallel()
	paper, photo := dialog.Media{Kind: dialog.Paper, FileID: "f"}, dialog.Media{Kind: dialog.Photo, FileID: "p"}
	for name, row := range map[string]struct {
		media []dialog.Media
		calls []string
		form  string
	}{
		"with the words under it": {[]dialog.Media{paper}, []string{"sendDocument"}, formCaption},
		"beside a picture":        {[]dialog.Media{paper, photo}, []string{"sendDocument", "sendMediaGroup", "sendMessage"}, formText},
	} {
		s := &scripted{}
		at, err := s.bot().post(t.Context(), 5, dialog.Screen{Text: "x", Media: row.media}, nil)
		require.NoError(t, err, name)
		require.Equal(t, row.calls, s.called, name)
		require.Equal(t, row.form, at.form, name)
	}
}

func TestPicturesGoAheadOnce(t *testing.T) {
	t.Parallel()
	s := &scripted{refuses: map[string]string{"sendMessage": slowDown}}
	photo := dialog.Media{Kind: dialog.Photo, FileID: "f"}
	_, err := s.bot().post(t.Context(), 5, dialog.Screen{Text: "x", Media: []dialog.Media{photo, photo}}, nil)
	require.Error(t, err)
	require.Equal(t, []string{"sendMediaGroup", "sendMessage", "deleteMessage", "deleteMessage"}, s.called)
}

func TestAnAnswerThatMustWaitIsGivenOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{refuses: map[string]string{"sendPhoto": slowDown}}
		played := &turn{b: s.bot(), row: inbox.Row{Chat: 5}}
		photo := []dialog.Media{{Kind: dialog.Photo, FileID: "f"}}
		require.NoError(t, played.deliver(t.Context(), outcome{said: []dialog.Screen{{Text: "first"}}, screen: dialog.Screen{Text: "then", Media: photo}}))
		require.Equal(t, []string{"sendMessage", "sendPhoto", "sendPhoto"}, s.called)
	})
}

func TestATapWhoseAnswerWasCutOffIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, row := range map[string]struct {
			answer string
			calls  int
		}{
			"cut off":  {"<html>", 2},
			"too many": {slowDown, 1},
			"too late": {`{"ok":false,"error_code":400,"description":"Bad Request: query is too old"}`, 1},
		} {
			s := &scripted{refuses: map[string]string{"answerCallbackQuery": row.answer}}
			s.bot().answer(t.Context(), "1", "")
			require.Len(t, s.called, row.calls, name)
		}
	})
}

func TestATextIsCutToWhatFitsUnderAPicture(t *testing.T) {
	t.Parallel()
	long := dialog.Screen{Text: strings.Repeat("字", maxCaption+1)}
	b := (&scripted{}).bot()
	var sent struct {
		Caption string `json:"caption"`
	}
	b.call.wire = caught(func(body io.Reader) error { return json.NewDecoder(body).Decode(&sent) })
	require.NoError(t, b.edit(t.Context(), 5, posted{id: 7, form: formCaption}, long))
	require.Equal(t, strings.Repeat("字", maxCaption-1)+"…", sent.Caption)
	require.False(t, canEdit(long, &message{Photo: []file{{ID: "f"}}}), "one's own turn says it in full")
	require.True(t, canEdit(long, &message{Text: "x"}))
}

type caught func(body io.Reader) error

func (c caught) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	_, _ = w.WriteString(`{"ok":true,"result":true}`) // a recorder takes everything
	return w.Result(), c(r.Body)
}

func TestAnEditThatIsRefusedIsSaidAnew(t *testing.T) {
	t.Parallel()
	const refused = `{"ok":false,"error_code":400,"description":"Bad Request: MESSAGE_ID_INVALID"}`
	s := &scripted{refuses: map[string]string{"editMessageText": refused}}
	tapped := &message{ID: 9, Chat: chat{ID: 5, Type: "private"}, Text: "before"}
	played := &turn{b: s.bot(), row: inbox.Row{Chat: 5}, u: update{Callback: &callback{Message: tapped, Data: "c.take.1"}}}
	require.NoError(t, played.deliver(t.Context(), outcome{screen: dialog.Screen{Text: "after"}}))
	require.Equal(t, []string{"editMessageText", "sendMessage"}, s.called)
}

// What Telegram cannot read goes once more without it: the words arrive, and
// the buttons where they are not what was refused.
func TestWhatTelegramCannotReadGoesPlainly(t *testing.T) {
	t.Parallel()
	const (
		badTag  = `{"ok":false,"error_code":400,"description":"Bad Request: can't parse entities: Unsupported start tag \"2\" at byte offset 2"}`
		badData = `{"ok":false,"error_code":400,"description":"Bad Request: BUTTON_DATA_INVALID"}`
	)
	screen := dialog.Screen{Text: "1 <2\nthen", Rows: [][]dialog.Button{{{Label: "Yes", Data: "c.take.1"}}}}
	photo := screen
	photo.Media = []dialog.Media{{Kind: dialog.Photo, FileID: "f"}}
	post := func(s dialog.Screen) func(b *Bot) error {
		return func(b *Bot) error { _, err := b.post(t.Context(), 5, s, nil); return err }
	}
	edit := func(form string) func(b *Bot) error {
		return func(b *Bot) error { return b.edit(t.Context(), 5, posted{id: 7, form: form}, screen) }
	}
	for name, row := range map[string]struct {
		method string
		do     func(b *Bot) error
	}{
		"a message": {"sendMessage", post(screen)}, "a picture": {"sendPhoto", post(photo)},
		"an edit": {"editMessageText", edit(formText)}, "an edit under a picture": {"editMessageCaption", edit(formCaption)},
	} {
		for _, refused := range []string{badTag, badData} {
			s := &scripted{refuses: map[string]string{row.method: refused}}
			require.NoError(t, row.do(s.bot()), name)
			require.Equal(t, []string{row.method, row.method}, s.called, name)
			last := s.bodies[1]
			require.Equal(t, refused == badTag, strings.Contains(last, "c.take.1"), "%s: %s", name, last)
			require.Equal(t, refused == badData, strings.Contains(last, "HTML"), "%s: %s", name, last)
			if refused == badTag {
				require.Contains(t, last, `"1 \u003c2\nthen"`, name)
			}
		}
	}
}
