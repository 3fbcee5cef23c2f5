package street

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
)

// Change is one row that was changed in the database behind a bot.
type Change struct {
	Trace      string // what for: "u" and an update's number; "i" and an inbox row's, "o" and an outbox row's
	Table, Key string
	Verb       string   // insert, update, delete
	Columns    []string // that an update changed
}

// mostTurns is how many the inspector of a phone shows.
const mostTurns = 15

// inspector is what happened behind a phone, as the page draws it.
type inspector struct {
	Words words
	Key   string
	Title string
	Turns []turnOf
	Lost  bool // the rows could not be asked for
}

// turnOf is one thing that set something off, and all that came of it.
type turnOf struct {
	Trace     string
	Time      string
	In        []string // of an update: its kind, and what it holds
	Elsewhere bool     // no update set it off
	Calls     []callOf
	Rows      []Change

	mine, theirs bool // for this phone, for others
}

type callOf struct{ Method, Took, Answer string }

// inspector looks behind the phone of p.
func (s *street) inspector(ctx context.Context, l look, p Persona) inspector {
	i := inspector{Words: l.Words, Key: p.Key, Title: fmt.Sprintf(l.Words.Behind, p.Name[l.Words.Lang])}
	var rows []Change
	if s.Changes != nil {
		var err error
		if rows, err = s.Changes(ctx, p.Lang); err != nil {
			s.Log.DebugContext(ctx, "changed rows not read", slog.Any("error", err))
			i.Lost = true
		}
	}
	chat := p.Account.ID
	if p.Group != nil {
		chat = p.Group.ID()
	}
	t := trails{s: s, chat: chat, by: map[string]*turnOf{}}
	t.rows(rows)
	t.updates(s.Bots[p.Lang].Updates())
	t.calls(s.Bots[p.Lang].Calls(0))
	for _, one := range slices.Backward(t.order) {
		if turn := t.by[one]; (turn.mine || turn.Elsewhere && !turn.theirs) && len(i.Turns) < mostTurns {
			i.Turns = append(i.Turns, *turn)
		}
	}
	return i
}

// trails gathers by trace. Rows come first, since they alone know the order of
// all; what has none yet stands behind them.
type trails struct {
	s     *street
	chat  int64
	by    map[string]*turnOf
	order []string
	last  int64 // the newest update that has rows
}

func (t *trails) turn(trace string) *turnOf {
	if t.by[trace] == nil {
		t.by[trace] = &turnOf{Trace: trace, Elsewhere: !strings.HasPrefix(trace, "u")}
		t.order = append(t.order, trace)
	}
	return t.by[trace]
}

func (t *trails) rows(rows []Change) {
	for _, r := range rows {
		turn := t.turn(r.Trace)
		turn.Rows = append(turn.Rows, r)
		if id, err := strconv.ParseInt(strings.TrimPrefix(r.Trace, "u"), 10, 64); err == nil {
			t.last = max(t.last, id)
		}
	}
}

func (t *trails) updates(list []botapi.Update) {
	for _, u := range list {
		trace := "u" + strconv.FormatInt(u.ID, 10)
		chat, parts := describe(u)
		if t.by[trace] == nil && (u.ID <= t.last || chat != t.chat) {
			continue // longer ago than the rows go back, or somebody else's
		}
		turn := t.turn(trace)
		turn.mine, turn.theirs = chat == t.chat, chat != t.chat
		turn.In, turn.Time = append([]string{u.Kind}, parts...), t.time(u.At)
	}
}

func (t *trails) calls(list []botapi.Call) {
	for _, c := range list {
		turn := t.by[c.Trace]
		if turn == nil {
			continue
		}
		turn.mine = turn.mine || c.Chat == t.chat
		turn.theirs = turn.theirs || c.Chat != t.chat
		turn.Time = cmp.Or(turn.Time, t.time(c.At))
		answer := "200"
		if len(c.Messages) > 0 && c.OK {
			answer += " message " + strings.Trim(fmt.Sprint(c.Messages), "[]")
		}
		if !c.OK {
			answer = strconv.Itoa(c.Code) + " " + c.Description
		}
		turn.Calls = append(turn.Calls, callOf{c.Method, fmt.Sprintf("%.1f ms", float64(c.Took.Microseconds())/1000), answer})
	}
}

func (t *trails) time(at time.Time) string { return at.In(t.s.Zone).Format("15:04:05") }

// describe says in which chat an update is, and what it holds, in the words of
// the Bot API.
func describe(u botapi.Update) (chat int64, parts []string) {
	type object struct {
		MessageID int64 `json:"message_id"`
		Chat      struct{ ID int64 }
		From      struct{ ID int64 }
		Message   *struct {
			MessageID int64 `json:"message_id"`
			Chat      struct{ ID int64 }
		}
		Text, Data string
		New        struct{ Status string } `json:"new_chat_member"`
	}
	var o object
	if json.Unmarshal(u.Body, &o) != nil {
		return 0, nil // not even an object: nobody's
	}
	chat = o.Chat.ID
	parts = append(parts, fmt.Sprintf("from %d", o.From.ID))
	if o.Message != nil {
		chat = o.Message.Chat.ID
		parts = append(parts, fmt.Sprintf("message %d", o.Message.MessageID))
	}
	if o.MessageID != 0 {
		parts = append(parts, fmt.Sprintf("message %d", o.MessageID))
	}
	for _, named := range []struct{ name, text string }{{"text", o.Text}, {"data", o.Data}, {"status", o.New.Status}} {
		if named.text != "" {
			parts = append(parts, fmt.Sprintf("%s %q", named.name, named.text))
		}
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(u.Body, &fields) == nil {
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if slices.Contains([]string{"photo", "video", "voice", "location", "contact", "media_group_id", "forward_origin"}, name) {
				parts = append(parts, name)
			}
		}
	}
	return chat, parts
}
