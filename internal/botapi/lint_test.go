package botapi_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// findings collects what a server's lint tells.
type findings struct {
	mu   sync.Mutex
	list []string
}

func (f *findings) tell(found botapi.Finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, found.String())
}

func (f *findings) sorted() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	slices.Sort(f.list)
	return f.list
}

func TestLint(t *testing.T) {
	t.Parallel()
	markup := func(inner string) params { return params{"chat_id": "7", "text": "x", "reply_markup": inner} }
	for _, row := range []struct {
		name, method string
		p            params
		want         []string
	}{
		{"nothing to say", "sendMessage", params{"chat_id": "7", "text": "x", "parse_mode": "HTML", "disable_notification": "True", "reply_markup": keyboard("A|a")}, nil},
		{"a misspelt parameter", "sendMessage", params{"chat_id": "7", "text": "x", "disable_notifications": "true"}, []string{"sendMessage: disable_notifications: unknown name, meant disable_notification?"}},
		{"a parameter of nothing", "getMe", params{"verbose": "1"}, []string{"getMe: verbose: unknown name"}},
		{"any case of the method", "SENDMESSAGE", params{"chat_id": "7", "text": "x", "rely_markup": "{}"}, []string{"sendMessage: rely_markup: unknown name, meant reply_markup?"}},
		{"older names are known", "sendMessage", params{"chat_id": "7", "text": "x", "disable_web_page_preview": "1", "reply_to_message_id": "1"}, nil},
		{"a boolean that is none", "sendMessage", params{"chat_id": "7", "text": "x", "protect_content": "on"}, []string{"sendMessage: protect_content: counts as false"}},
		{"a number that is none", "getUpdates", params{"limit": "ten", "offset": "-1"}, []string{"getUpdates: limit: counts as unset", "getUpdates: limit: moved into its range"}},
		{"numbers too large", "getUpdates", params{"limit": "1000", "timeout": "-3"}, []string{"getUpdates: limit: moved into its range", "getUpdates: timeout: moved into its range"}},
		{"updates that there are not", "getUpdates", params{"allowed_updates": `["message","callback-query"]`}, []string{"getUpdates: allowed_updates[1]: unknown name, meant callback_query?"}},
		{"updates that are no list", "getUpdates", params{"allowed_updates": `message`}, []string{"getUpdates: allowed_updates: counts as unset"}},
		{"commands misspelt", "setMyCommands", params{"command": "[]"}, []string{"setMyCommands: command: unknown name, meant commands?", "setMyCommands: commands: clears the list"}},
		{"entities beside a parse_mode", "sendMessage", params{"chat_id": "7", "text": "x", "parse_mode": "HTML", "entities": "[]"}, []string{"sendMessage: entities: not used"}},
		{"a field deep inside", "sendMessage", markup(`{"inline_keyboard":[[{"text":"A","callback_data":"a","colour":"red"}]]}`), []string{"sendMessage: reply_markup.inline_keyboard[0][0].colour: unknown name"}},
		{"a field of an object", "sendMessage", params{"chat_id": "7", "text": "x", "link_preview_options": `{"is_disable":true}`}, []string{"sendMessage: link_preview_options.is_disable: unknown name, meant is_disabled?"}},
		{"a scope's field", "deleteMyCommands", params{"scope": `{"type":"default","chatid":1}`}, []string{"deleteMyCommands: scope.chatid: unknown name, meant chat_id?"}},
		{"a button without a text", "sendMessage", markup(`{"inline_keyboard":[[{"text":"","callback_data":"a"},{"text":"B","callback_data":"b"}]]}`), []string{"sendMessage: reply_markup.inline_keyboard[0][0]: button dropped"}},
		{"a key too many", "sendMessage", markup(`{"keyboard":[["1","2","3","4","5","6","7","8","9","10","11","12","13"]]}`), []string{"sendMessage: reply_markup.keyboard[0][12]: button dropped"}},
		{"two types in a button", "sendMessage", markup(`{"inline_keyboard":[[{"text":"A","callback_data":"a","url":"https://a.example"}]]}`), []string{"sendMessage: reply_markup.inline_keyboard[0][0].callback_data: not used"}},
		{"an empty copy_text, as a library sends it", "sendMessage", markup(`{"inline_keyboard":[[{"text":"A","callback_data":"a","copy_text":{"text":""}}]]}`), nil},
		{"two keyboards", "sendMessage", markup(`{"keyboard":[["A"]],"inline_keyboard":[]}`), []string{"sendMessage: reply_markup.inline_keyboard: not used"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var found findings
			w := newWorldWith(t, botapi.Options{Lint: found.tell})
			a := w.call(row.method, row.p)
			require.True(t, a.OK, "the call succeeds all the same: %s", a.Description)
			require.Equal(t, row.want, found.sorted())
		})
	}
}

func TestLintFindsFilesThatNothingNames(t *testing.T) {
	t.Parallel()
	var found findings
	w := newWorldWith(t, botapi.Options{Lint: found.tell})
	files := map[string][]byte{"a": picture(t, 40, 20), "b": picture(t, 40, 20)}
	require.True(t, w.send("multipart", "sendPhoto", params{"chat_id": "7", "photo": "attach://a"}, files).OK)
	require.Equal(t, []string{"sendPhoto: b: not used"}, found.sorted())
}

// Whatever is sent in the vectors must not upset the lint, and every method
// must be known to it.
func TestLintKnowsEveryMethod(t *testing.T) {
	t.Parallel()
	for _, method := range botapi.Methods() {
		var found findings
		w := newWorldWith(t, botapi.Options{Lint: found.tell})
		w.call(method, params{"such_a_name": "1"})
		require.NotEmpty(t, found.sorted(), "no signature of %s in parameters.txt", method)
		require.True(t, slices.ContainsFunc(found.sorted(), func(s string) bool { return strings.Contains(s, "such_a_name") }))
	}
}

func TestLintReadsWhateverComes(t *testing.T) {
	t.Parallel()
	var found findings
	w := newWorldWith(t, botapi.Options{Lint: found.tell})
	for _, row := range vectors(t) {
		files := map[string][]byte{}
		for name := range row.Files {
			files[name] = nil
		}
		w.send("multipart", row.Method, row.Params, files)
	}
	require.NotEmpty(t, found.sorted())
}
