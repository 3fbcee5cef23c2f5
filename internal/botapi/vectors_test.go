package botapi_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// vector is one call and what the real server answers to it.
type vector struct {
	Name        string
	As          []string // ways to send; all four where empty
	Path        string   // instead of the bot's own
	Method      string
	Params      params
	Files       map[string]string
	Advance     string // how far the clock goes before the call
	Status      int
	Description string
	Result      any // a part of the result: only the fields named here count
	Source      string
}

// TestVectors sends raw HTTP, every row in every way that parameters can
// travel, to a chat that looks as in settle.
func TestVectors(t *testing.T) {
	t.Parallel()
	rows := vectors(t)
	require.GreaterOrEqual(t, len(rows), 90)
	for _, row := range rows {
		require.NotEmpty(t, row.Source, row.Name)
		ways := row.As
		if ways == nil {
			ways = []string{"get", "form", "json", "multipart"}
		}
		for _, as := range ways {
			t.Run(row.Name+"/"+as, func(t *testing.T) {
				t.Parallel()
				row.check(t, as)
			})
		}
	}
}

func vectors(t *testing.T) []vector {
	t.Helper()
	var rows []vector
	for _, file := range []string{"testdata/vectors.jsonl", "testdata/groups.jsonl"} {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		lines := bufio.NewScanner(bytes.NewReader(data))
		for n := 1; lines.Scan(); n++ {
			var row vector
			decoder := json.NewDecoder(bytes.NewReader(lines.Bytes()))
			decoder.DisallowUnknownFields()
			require.NoError(t, decoder.Decode(&row), "%s, line %d", file, n)
			rows = append(rows, row)
		}
	}
	return rows
}

// settle makes the chat that the rows speak of: 1 /start, 2 a text with the
// button "a", 3 a text with a reply keyboard, 4 a person's photo, 5 the bot's
// copy of it with the caption "before", 6 a bold text, 7 a forwarded text,
// 8 to 10 a person's big video, video and voice. Person 8 is known but has
// not pressed Start, person 9 has blocked the bot.
func settle(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	require.EqualValues(t, 2, w.send1(params{"chat_id": "7", "text": "hello", "reply_markup": keyboard("A|a")}))
	w.send1(params{"chat_id": "7", "text": "menu", "reply_markup": `{"keyboard":[["Report"]]}`})
	photo := w.anna.Photo(botapi.File{Data: picture(t, 400, 200)}, "leak").Media[0].FileID
	w.call("sendPhoto", params{"chat_id": "7", "photo": photo, "caption": "before"})
	w.send1(params{"chat_id": "7", "text": "<b>old</b>", "parse_mode": "HTML"})
	w.anna.ForwardText("news", "Somebody")
	big := w.anna.Video(botapi.File{Name: "big.mp4", Data: tooBig()}, "").Media[0].FileID
	video := w.anna.Video(botapi.File{Name: "v.mp4", Data: []byte("film")}, "").Media[0].FileID
	voice := w.anna.Voice(botapi.File{Data: []byte("OggS")}, 3).Media[0].FileID
	w.bot.Phone(botapi.Account{ID: 8, FirstName: "Boris"})
	blocked := w.bot.Phone(botapi.Account{ID: 9, FirstName: "Chen"})
	blocked.Start("")
	blocked.Block()
	settleGroups(w, blocked)
	answered := w.anna.TapOld(2, "a").ID
	require.True(t, w.call("answerCallbackQuery", params{"callback_query_id": answered}).OK)
	w.names = map[string]string{
		"photo": photo, "video": video, "voice": voice, "big": big,
		"tap": w.anna.TapOld(2, "a").ID, "answered": answered,
	}
	return w
}

// settleGroups adds groups, each with person 9 as its owner and person 7 as a
// member: -30 basic, -31 moved to -1003000000031, -32 deleted, -33 the bot was
// thrown out, -34 it left; supergroups -1003000000001 (the bot is a member;
// person 10 was banned), …02 (an administrator who may pin), …03 (thrown out), …04 (left), …05 (a forum with
// the topics 3, open, and 4, closed), …06 (pictures only), a channel …07 in
// which it may not post, …08 in which it is not. Person 11 has deleted the
// account, 12 is a bot, 13 was never heard of.
func settleGroups(w *world, owner *botapi.Phone) {
	group := func(id int64, kind string) *botapi.Group {
		g := w.bot.Group(botapi.GroupOptions{ID: id, Kind: kind, Title: "Building", Forum: id == -1003000000005, Owner: owner, Members: []*botapi.Phone{w.anna}})
		g.AddBot(owner)
		return g
	}
	group(-30, "")
	group(-31, "").Upgrade(owner, -1003000000031)
	group(-32, "").Delete()
	group(-33, "").RemoveBot(owner)
	member := group(-1003000000001, "")
	banned := w.bot.Phone(botapi.Account{ID: 10, FirstName: "Dong"})
	member.Join(banned)
	member.Remove(owner, banned)
	group(-1003000000002, "").PromoteBot(owner, botapi.Rights{"can_pin_messages"})
	group(-1003000000003, "").RemoveBot(owner)
	forum := group(-1003000000005, "")
	forum.NewTopic(owner, "Lamps")
	forum.CloseTopic(owner, forum.NewTopic(owner, "Trees"))
	group(-1003000000006, "").Permit(botapi.Rights{"can_send_photos"})
	group(-1003000000007, "channel").PromoteBot(owner, nil)
	for _, id := range []string{"-34", "-1003000000004", "-1003000000008"} {
		kind := map[string]string{"-1003000000008": "channel"}[id]
		n, err := strconv.ParseInt(id, 10, 64)
		require.NoError(w, err)
		group(n, kind)
		require.True(w, w.call("leaveChat", params{"chat_id": id}).OK)
	}
	w.bot.Phone(botapi.Account{ID: 11, FirstName: "Eve"}).Deactivate()
	w.bot.Phone(botapi.Account{ID: 12, FirstName: "Other", IsBot: true})
}

// tooBig is one byte more than a bot may download.
var tooBig = sync.OnceValue(func() []byte { return make([]byte, 20<<20+1) })

func (row vector) check(t *testing.T, as string) {
	t.Helper()
	w := settle(t)
	if row.Advance != "" {
		d, err := time.ParseDuration(row.Advance)
		require.NoError(t, err)
		w.clock.Advance(d)
	}
	p := params{}
	for name, value := range row.Params {
		p[name] = w.expand(value)
	}
	files := map[string][]byte{}
	for name, what := range row.Files {
		files[name] = fileOf(t, what)
	}
	got := w.send(as, row.Method, p, files)
	require.Equal(t, row.Description, got.Description)
	require.Equal(t, row.Status, got.status)
	if row.Status != 200 {
		require.False(t, got.OK)
		require.Equal(t, row.Status, got.Code)
		return
	}
	require.True(t, got.OK)
	var result any
	require.NoError(t, json.Unmarshal(got.Result, &result))
	requirePart(t, row.Result, result, "result")
}

var repeat = regexp.MustCompile(`\$\{([^}*]+)\*(\d+)\}`)

// expand fills in ${photo} and its like, and ${x*4096} as so many x.
func (w *world) expand(s string) string {
	for name, value := range w.names {
		s = strings.ReplaceAll(s, "${"+name+"}", value)
	}
	return repeat.ReplaceAllStringFunc(s, func(found string) string {
		parts := repeat.FindStringSubmatch(found)
		n, err := strconv.Atoi(parts[2])
		require.NoError(w, err)
		return strings.Repeat(parts[1], n)
	})
}

func fileOf(t *testing.T, what string) []byte {
	t.Helper()
	var width, height int
	if n, _ := fmt.Sscanf(what, "picture %d %d", &width, &height); n == 2 {
		return picture(t, width, height)
	}
	if n, _ := fmt.Sscanf(what, "zeros %d", &width); n == 1 {
		return make([]byte, width)
	}
	return []byte(what)
}

// requirePart looks for every field of want in got; null means absent.
func requirePart(t *testing.T, want, got any, where string) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		fields, ok := got.(map[string]any)
		require.True(t, ok, "%s is %v", where, got)
		for name, inner := range want {
			if inner == nil {
				require.NotContains(t, fields, name, where)
				continue
			}
			requirePart(t, inner, fields[name], where+"."+name)
		}
	case []any:
		list, ok := got.([]any)
		require.True(t, ok, "%s is %v", where, got)
		require.Len(t, list, len(want), where)
		for i := range want {
			requirePart(t, want[i], list[i], fmt.Sprintf("%s[%d]", where, i))
		}
	default:
		require.Equal(t, want, got, where)
	}
}
