package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/metrics"
)

// canaries are the words that no log and no figure may hold, and what they are:
// what people said, what they are called, how they are reached, their pictures,
// and secrets.
type canaries map[string]string

// secret adds a bot's token.
func (c canaries) secret(token string) { c[token] = "a token" }

// phone adds a person and everything that stands on the person's phone: also
// what the bot said, where it repeats a person's words.
func (c canaries) phone(p *botapi.Phone) {
	c.person(p.Account())
	for _, m := range p.Chat().Messages {
		for _, media := range m.Media {
			c[media.FileID], c[media.UniqueID] = "a file", "a file"
		}
		if m.Contact != nil {
			c[m.Contact.Phone] = "a number"
		}
		if !m.FromBot && !strings.HasPrefix(m.Text, "/") {
			for _, piece := range pieces(m.Text) {
				c[piece] = "what somebody said"
			}
		}
		if _, payload, ok := strings.Cut(m.Text, "/start claim_"); ok {
			c[payload] = "a claim"
		}
	}
}

func (c canaries) person(a botapi.Account) {
	for _, name := range []string{a.FirstName, a.LastName, a.Username} {
		c[name] = "a name"
	}
	c[a.PhoneNumber] = "a number"
}

// pieces are what a text would be known by where a part of it was logged: every
// three words of it, and every four Chinese signs.
func pieces(text string) []string {
	var found []string
	if words := strings.Fields(text); len(words) > 3 {
		for i := range len(words) - 2 {
			found = append(found, strings.Join(words[i:i+3], " "))
		}
	} else {
		found = append(found, strings.Join(words, " "))
	}
	signs := []rune(text)
	for i := range signs {
		if end := i + 4; end <= len(signs) && !strings.ContainsFunc(string(signs[i:end]), func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			found = append(found, string(signs[i:end]))
		}
	}
	return found
}

// telling reports whether a canary says something where it is found: "ok" and
// "2" are in every log.
func telling(canary string) bool {
	const letters = 5
	signs := utf8.RuneCountInString(canary)
	return signs >= letters || signs >= 2 && len(canary) > signs // of these, Chinese ones
}

// leaks lists the lines that hold a canary.
func (c canaries) leaks(lines string) (found []string) {
	for canary, what := range c {
		if !telling(canary) || !strings.Contains(lines, canary) {
			continue
		}
		whole := regexp.MustCompile(`(?:^|[^\pL\pN]|/bot)` + regexp.QuoteMeta(canary) + `(?:[^\pL\pN]|$)`)
		for line := range strings.Lines(lines) {
			chinese := len(canary) > utf8.RuneCountInString(canary)
			if strings.Contains(line, canary) && (chinese || whole.MatchString(line)) {
				found = append(found, what+" ("+canary+") is in: "+strings.TrimSpace(line))
			}
		}
	}
	return found
}

// watched collects every line that is logged and shows the test the odd ones.
type watched struct {
	all safeBuffer
	odd io.Writer
}

// Write takes one line: slog writes each at once.
func (w *watched) Write(line []byte) (int, error) {
	if text := string(line); strings.Contains(text, "level=WARN") || strings.Contains(text, "level=ERROR") {
		_, _ = w.odd.Write(line) // the test's own output does not fail
	}
	return w.all.Write(line)
}

// keepsSecrets fails the test where a log or a figure told what it may not.
func (ts *testStage) keepsSecrets(log *watched) {
	c := canaries{}
	for _, town := range ts.towns {
		c.secret(town.token)
		for _, n := range town.neighbours {
			c.phone(town.bot.Phone(n.account))
			c[n.called], c[n.phone] = "a name", "a number"
		}
	}
	for _, leak := range c.leaks(log.all.String() + figures(ts.app.metrics)) {
		ts.t.Error(leak)
	}
}

func figures(m *metrics.Metrics) string {
	look := httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody)
	look.RemoteAddr = "127.0.0.1:1"
	shown := httptest.NewRecorder()
	m.Handler().ServeHTTP(shown, look)
	return shown.Body.String()
}

func TestALeakIsFound(t *testing.T) {
	t.Parallel()
	api := botapi.New(botapi.Options{})
	b := api.AddBot("9000009:hush-hush", "leak_bot", "Leak")
	ann := b.Phone(botapi.Account{ID: 5, FirstName: "Annabel", LanguageCode: "en"})
	ann.Say("the lamp on the second floor is dark")
	lan := b.Phone(botapi.Account{ID: 6, FirstName: "秀兰", LanguageCode: "zh-hans"})
	lan.Say("二楼的路灯坏了三天")
	lan.Photo(picture(7), "看照片")
	c := canaries{}
	c.secret("9000009:hush-hush")
	c.phone(ann)
	c.phone(lan)
	for _, line := range []string{
		`msg="turn failed" error="no case for the second floor is there"`,
		`msg="person met" name=Annabel`,
		`msg="person met" name=秀兰`,
		`msg=odd text=路灯坏了`,
		`msg="call failed" error="Post http://x/bot9000009:hush-hush/getMe"`,
		`msg="sent" file=` + lan.Chat().Messages[1].Media[0].FileID,
	} {
		require.NotEmpty(t, c.leaks("level=INFO msg=fine\n"+line+"\n"), line)
	}
	require.Empty(t, c.leaks("level=INFO msg=\"turn done\" row=7 bot=9000009 the floor Annabelle\n"))
}
