package main

import (
	"cmp"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/street"
)

var update = flag.Bool("update", false, "rewrite what the bot says in bot/flow/testdata/*.dlg")

// TestTranscripts plays every conversation of bot/flow/testdata over the local
// Telegram, a real Postgres and a Redis, and compares every word that reaches
// anybody. A line begins with what it is:
//
//	#            a remark
//	who> hello   somebody writes; [Label] is tapped; {photo}, {voice}… is sent
//	who< words   the bot's new message on that phone, its buttons in brackets
//	who~ words   a message that the bot changed
//	who- words   a message that the bot deleted
//	who! words   the short answer to a tap
//	> skip 2m    time passes; > restart: linli is started anew
//	> at 2026-11-23 09:05:00   when it begins, where that is not on that Monday
//	= …          what must hold in the database, see check in claims_test.go
//
// -update writes the bot's lines, never the others.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../bot/flow/testdata/*.dlg")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	if *update && os.Getenv("CI") != "" {
		t.Fatal("-update writes what the bot says now; a person must read that first")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".dlg"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			got := playTranscript(t, file, string(want))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
				return
			}
			if diff := gocmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("the conversation went otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

// transcript is a conversation being played.
type transcript struct {
	*testStage
	lang    string
	history map[string][]botapi.Message // by who, everything ever shown
	taps    map[string]int
	script  *street.Script
	photos  uint8
	actor   string // who acted last, and
	toast   string // what the tap was answered with
}

// cast are the phones of a town, in the order in which their lines stand.
var cast = []string{"resident", "newcomer", "member", "member2", "secretary", "daughter", "kitchen"}

func playTranscript(t *testing.T, file, script string) string {
	lang := strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(file, ".dlg")), ".")
	begin := monday
	if at := startLine.FindStringSubmatch(script); at != nil {
		var err error
		begin, err = time.ParseInLocation(time.DateTime, at[1], towns(botapi.New(botapi.Options{}))[0].zone())
		require.NoError(t, err)
	}
	p := &transcript{
		testStage: newTestStageAt(t, lang, begin), lang: lang,
		history: map[string][]botapi.Message{}, taps: map[string]int{},
	}
	p.script = street.NewScript(cast, func(who string) []botapi.Message { return p.phone(who).Chat().Messages })
	p.remember()
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		who, said, acts := strings.Cut(line, "> ")
		switch {
		case line == "" || line[0] == '#':
			p.script.Line(line)
		case line[0] == '=':
			p.script.Line(line)
			p.check(strings.TrimSpace(line[1:]))
		case acts && (who == "" || slices.Contains(cast, who)):
			p.script.Line(line)
			p.act(who, said)
			p.tellNews()
		}
	}
	return secretPart.ReplaceAllString(p.script.String(), "${1}…")
}

// secretPart is what of a link is another one every time.
var secretPart = regexp.MustCompile(`(\?start=[a-z]+_)[\w-]{22}`)

// startLine says when a conversation begins, where that matters.
var startLine = regexp.MustCompile(`(?m)^> at (.+)$`)

// act does what a line says.
func (p *transcript) act(who, said string) {
	p.t.Helper()
	p.actor, p.toast = who, ""
	if who == "" {
		p.pass(said)
		return
	}
	phone := p.phone(who)
	inner, braces := strings.CutPrefix(said, "{")
	label, tap := strings.CutPrefix(said, "[")
	switch {
	case braces:
		p.send(phone, who, strings.TrimSuffix(inner, "}"))
	case tap:
		p.tap(phone, who, strings.TrimSuffix(label, "]"))
	default:
		phone.Say(strings.ReplaceAll(said, `\n`, "\n"))
	}
	p.settleDown()
}

func (p *transcript) pass(said string) {
	p.t.Helper()
	verb, rest, _ := strings.Cut(said, " ")
	switch verb {
	case "at": // it began then
	case "restart":
		p.restart()
	case "skip":
		d, err := time.ParseDuration(rest)
		require.NoError(p.t, err)
		require.NoError(p.t, p.skip(p.t.Context(), d))
	default:
		p.t.Fatalf("unknown line %q", said)
	}
}

// send is everything that is no text and no tap.
func (p *transcript) send(phone *botapi.Phone, who, what string) {
	p.t.Helper()
	verb, rest, _ := strings.Cut(what, " ")
	p.photos++
	switch verb {
	case "start":
		phone.Start(rest)
	case "photo":
		phone.Photo(picture(p.photos), rest)
	case "album":
		phone.Album(rest, picture(p.photos), picture(p.photos+100))
	case "video":
		phone.Video(botapi.File{Name: "v.mp4", MIME: "video/mp4", Data: []byte{p.photos}}, rest)
	case "voice":
		phone.Voice(botapi.File{Name: "v.ogg", MIME: "audio/ogg", Data: []byte{p.photos}}, 4)
	case "location":
		phone.Location(37.5, 121.4)
	case "late": // the last album's straggler
		phone.AlbumLater(picture(p.photos))
	case "contact":
		phone.Contact(cmp.Or(rest, "0535-555-0101"))
	case "open": // the newest link that another phone shows
		phone.Start(p.newestLink(rest))
	case "sheet": // a list of people
		phone.Document(sheetFile(p.t, p.lang+"."+rest), "")
	case "long": // so many characters
		n, err := strconv.Atoi(rest)
		require.NoError(p.t, err)
		phone.Say(strings.Repeat("啊", n))
	case "block":
		phone.Block()
	case "unblock":
		phone.Unblock()
	case "forward-photo":
		phone.ForwardPhoto(picture(p.photos), "老张")
	case "forward":
		phone.ForwardText(rest, "老张")
	case "old": // the oldest message that ever showed the button, as on another device
		p.tapOld(phone, who, strings.Trim(rest, "[]"))
	case "twice":
		label := strings.Trim(rest, "[]")
		if view := phone.Chat(); view.Keyboard != nil && !p.offered(view, label) {
			for range 2 {
				_, err := phone.Press(label)
				require.NoError(p.t, err)
			}
			return
		}
		m, data := p.find(phone, strings.Trim(rest, "[]"))
		first := phone.TapOld(m.ID, data)
		second := phone.TapOld(m.ID, data)
		p.answers(first, second)
	default:
		p.t.Fatalf("nobody can send {%s}", what)
	}
}

// tap presses the newest button, or the key of the keyboard, with that label.
func (p *transcript) tap(phone *botapi.Phone, who, label string) {
	p.t.Helper()
	p.taps[who]++
	view := phone.Chat()
	if view.Keyboard != nil && !p.offered(view, label) {
		_, err := phone.Press(label)
		require.NoError(p.t, err, p.script.String())
		return
	}
	m, data := p.find(phone, label)
	tap, err := phone.Tap(m.ID, data)
	require.NoError(p.t, err)
	p.answers(tap)
}

func (p *transcript) offered(view botapi.View, label string) bool {
	return slices.ContainsFunc(view.Messages, func(m botapi.Message) bool { return dataOf(m, label) != "" })
}

func dataOf(m botapi.Message, label string) string {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Text == label {
				return b.Data
			}
		}
	}
	return ""
}

// find is the newest message that shows a button.
func (p *transcript) find(phone *botapi.Phone, label string) (botapi.Message, string) {
	p.t.Helper()
	view := phone.Chat()
	for _, m := range slices.Backward(view.Messages) {
		if data := dataOf(m, label); data != "" {
			return m, data
		}
	}
	p.t.Fatalf("no message shows [%s]:\n%s", label, p.script.String())
	return botapi.Message{}, ""
}

// tapOld presses a button that a message once showed, wherever it is now.
func (p *transcript) tapOld(phone *botapi.Phone, who, label string) {
	p.t.Helper()
	for _, old := range p.history[who] {
		if data := dataOf(old, label); data != "" {
			p.answers(phone.TapOld(old.ID, data))
			return
		}
	}
	p.t.Fatalf("no message ever showed [%s]", label)
}

func (p *transcript) answers(taps ...*botapi.Tap) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	for _, tap := range taps {
		toast, _, err := tap.Answer(ctx)
		require.NoError(p.t, err)
		if toast != "" {
			p.toast = toast
		}
	}
}

// remember keeps what every phone shows, for taps on what is gone by then.
func (p *transcript) remember() {
	for _, who := range cast {
		p.history[who] = append(p.history[who], p.script.Seen(who)...)
	}
}

// tellNews writes down what changed on every phone since the last action.
func (p *transcript) tellNews() {
	for _, told := range p.script.News(p.actor, p.toast) {
		lintMessage(p.t, p.lang, told.Who, told.Message)
	}
	p.remember()
}
