package botapi_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func serve(t *testing.T, s *botapi.Server) string {
	t.Helper()
	listener := httptest.NewServer(s)
	t.Cleanup(listener.Close)
	t.Cleanup(s.Close)
	return listener.URL
}

func TestAPhotoTravelsThereAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	data := picture(t, 1000, 500)
	sent := w.anna.Photo(botapi.File{Data: data}, "leak <b>")
	require.Equal(t, "leak &lt;b&gt;", sent.HTML)
	require.Equal(t, 1000, sent.Media[0].Width)

	sizes := w.updates(params{"offset": "-1"})[0].Message.Photo
	require.Len(t, sizes, 4)
	require.Equal(t, 1000, sizes[3].Width)
	require.Equal(t, data, w.download(sizes[3].FileID))
	small := w.download(sizes[0].FileID)
	require.NotEmpty(t, small)
	require.Less(t, len(small), len(data))

	require.True(t, w.call("sendPhoto", params{"chat_id": "7", "photo": sizes[3].FileID}).OK)
	again := w.anna.Chat().Last()
	require.True(t, again.FromBot)
	require.Equal(t, sent.Media, again.Media, "a file_id can be sent again")
	shown, mime, err := w.bot.File(again.Media[0].FileID)
	require.NoError(t, err)
	require.Equal(t, data, shown)
	require.Equal(t, "image/jpeg", mime)
	_, _, err = w.bot.File("nothing")
	require.Error(t, err)
}

func (w *world) download(fileID string) []byte {
	w.Helper()
	var file struct {
		Path string `json:"file_path"`
	}
	w.call("getFile", params{"file_id": fileID}).into(w.T, &file)
	status, body := w.get("/file/bot" + token + "/" + file.Path)
	require.Equal(w, 200, status)
	return body
}

func (w *world) get(path string) (int, []byte) {
	w.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, w.url+path, nil)
	require.NoError(w, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(w, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(w, err)
	require.NoError(w, response.Body.Close())
	return response.StatusCode, body
}

func TestADownloadLinkIsGoodForAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	voice := w.anna.Voice(botapi.File{Data: []byte("OggS")}, 4).Media[0]
	require.Equal(t, 4, voice.Seconds)
	var file struct {
		Path string `json:"file_path"`
	}
	w.call("getFile", params{"file_id": voice.FileID}).into(t, &file)
	w.clock.Advance(59 * time.Minute)
	status, _ := w.get("/file/bot" + token + "/" + file.Path)
	require.Equal(t, 200, status)
	w.clock.Advance(time.Minute)
	status, _ = w.get("/file/bot" + token + "/" + file.Path)
	require.Equal(t, 404, status)
}

func TestWrongPathsAndTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for path, want := range map[string]string{
		"/":                       `{"description":"Not Found","error_code":404,"ok":false}`,
		"/bot" + token:            `{"description":"Not Found","error_code":404,"ok":false}`,
		"/bot" + token + "/a/b":   `{"description":"Not Found","error_code":404,"ok":false}`,
		"/bot42:other/getMe":      `{"description":"Unauthorized","error_code":401,"ok":false}`,
		"/bot42/getMe":            `{"description":"Unauthorized: invalid token specified","error_code":401,"ok":false}`,
		"/bot042:x/getMe":         `{"description":"Unauthorized: invalid token specified","error_code":401,"ok":false}`,
		"/botx:y/getMe":           `{"description":"Unauthorized: invalid token specified","error_code":401,"ok":false}`,
		"/file/bot42:other/a.jpg": `{"description":"Unauthorized","error_code":401,"ok":false}`,
	} {
		_, body := w.get(path)
		require.JSONEq(t, want, string(body), path)
	}
}

func TestAnAlbumComesAsOneUpdateEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := botapi.File{Data: picture(t, 10, 10)}
	sent := w.anna.Album("both", file, file, botapi.File{Name: "a.mp4", Data: []byte("film")})
	require.Len(t, sent, 3)
	require.Equal(t, "video", sent[2].Media[0].Kind)
	got := w.updates(nil)[1:]
	require.Len(t, got, 3)
	for i, u := range got {
		require.Equal(t, sent[i].ID, u.Message.ID)
		require.NotEmpty(t, u.Message.Album)
		require.Equal(t, sent[0].AlbumID, u.Message.Album)
	}
	require.Empty(t, sent[1].Text, "the caption is on the first alone")
	require.Empty(t, w.anna.Album("", file)[0].AlbumID, "a single picture is no album")
}

func TestATapIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.send1(params{"chat_id": "7", "text": "q", "reply_markup": keyboard("Yes|y", "No|n")})
	_, err := w.anna.Tap(m, "forged")
	require.ErrorContains(t, err, `Yes (y), No (n)`)
	_, err = w.anna.Tap(99, "y")
	require.ErrorContains(t, err, "no message 99")

	tap, err := w.anna.Tap(m, "y")
	require.NoError(t, err)
	query := w.updates(params{"offset": "-1"})[0].Callback
	require.Equal(t, "y", query.Data)
	require.Contains(t, string(query.Message), `"inline_keyboard"`)
	require.False(t, tap.Answered())
	require.True(t, w.call("answerCallbackQuery", params{"callback_query_id": query.ID, "text": "well", "show_alert": "true"}).OK)
	toast, alert, err := tap.Answer(soon(t))
	require.NoError(t, err)
	require.Equal(t, "well", toast)
	require.True(t, alert)
	require.False(t, w.call("answerCallbackQuery", params{"callback_query_id": query.ID}).OK)

	short, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err = w.anna.TapOld(m, "z").Answer(short)
	require.ErrorIs(t, err, context.Canceled)
}

func TestATapOnADeletedMessageComesWithoutIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.send1(params{"chat_id": "7", "text": "q", "reply_markup": keyboard("Yes|y")})
	require.True(t, w.call("deleteMessage", params{"chat_id": "7", "message_id": id(m)}).OK)
	w.anna.TapOld(m, "y")
	query := w.updates(params{"offset": "-1"})[0].Callback
	require.Contains(t, string(query.Message), `"date":0`)
	require.NotContains(t, string(query.Message), `"text"`)
}

func TestTheKeyboardUnderTheChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.anna.Press("Report")
	require.ErrorContains(t, err, "no keyboard")
	w.send1(params{
		"chat_id": "7", "text": "menu",
		"reply_markup": `{"keyboard":[["Report",{"text":"My number","request_contact":true}],[{"text":"Here","request_location":true}]],"is_persistent":true,"input_field_placeholder":"tap"}`,
	})
	board := w.anna.Chat().Keyboard
	require.Equal(t, &botapi.ReplyKeyboard{
		Rows:       [][]botapi.Key{{{Text: "Report"}, {Text: "My number", Contact: true}}, {{Text: "Here", Location: true}}},
		Persistent: true, Placeholder: "tap",
	}, board)
	_, err = w.anna.Press("Reports")
	require.ErrorContains(t, err, "Report, My number, Here")
	said, err := w.anna.Press("Report")
	require.NoError(t, err)
	require.Equal(t, "Report", said.Text)
	shared, err := w.anna.Press("My number")
	require.NoError(t, err)
	require.EqualValues(t, 7, shared.Contact.UserID)
	place, err := w.anna.Press("Here")
	require.NoError(t, err)
	require.NotNil(t, place.Location)
	require.NotNil(t, w.anna.Chat().Keyboard, "a persistent one stays")

	w.send1(params{"chat_id": "7", "text": "once", "reply_markup": `{"keyboard":[["A"]],"one_time_keyboard":true}`})
	_, err = w.anna.Press("A")
	require.NoError(t, err)
	require.Nil(t, w.anna.Chat().Keyboard)
	m := w.send1(params{"chat_id": "7", "text": "again", "reply_markup": `{"keyboard":[["A"]]}`})
	require.NotNil(t, w.anna.Chat().Keyboard)
	w.call("deleteMessage", params{"chat_id": "7", "message_id": id(m)})
	require.Nil(t, w.anna.Chat().Keyboard, "it goes with its message")
	w.send1(params{"chat_id": "7", "text": "again", "reply_markup": `{"keyboard":[["A"]]}`})
	w.send1(params{"chat_id": "7", "text": "gone", "reply_markup": `{"remove_keyboard":true}`})
	require.Nil(t, w.anna.Chat().Keyboard)
}

func TestTheNarrowestCommandMenuIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(name, scope, language string) {
		require.True(t, w.call("setMyCommands", params{
			"commands": `[{"command":"` + name + `","description":"x"}]`, "scope": scope, "language_code": language,
		}).OK)
	}
	shows := func(name string) {
		t.Helper()
		require.Equal(t, []botapi.Command{{Name: name, Description: "x"}}, w.anna.Chat().Commands)
	}
	require.Empty(t, w.anna.Chat().Commands)
	set("everywhere", "", "")
	shows("everywhere")
	set("zh", "", "zh")
	shows("zh")
	set("private", `{"type":"all_private_chats"}`, "")
	shows("private")
	set("french", `{"type":"all_private_chats"}`, "fr")
	shows("private")
	set("hers", `{"type":"chat","chat_id":7}`, "")
	shows("hers")
	var list []botapi.Command
	w.call("getMyCommands", params{"scope": `{"type":"chat","chat_id":"7"}`}).into(t, &list)
	require.Equal(t, "hers", list[0].Name)
	require.True(t, w.call("deleteMyCommands", params{"scope": `{"type":"chat","chat_id":7}`}).OK)
	shows("private")
	require.True(t, w.call("setMyCommands", params{"scope": `{"type":"all_private_chats"}`}).OK)
	shows("zh")
}

func TestWhatAPersonSees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.send1(params{
		"chat_id": "7", "parse_mode": "HTML", "disable_notification": "1", "reply_markup": keyboard("A|a"),
		"text": `<b>No. 208</b> <i>a&lt;b</i> <a href="https://e.com/?a=1&amp;b=2">map</a>` + "\n/mine",
	})
	shown := w.anna.Chat().Last()
	require.Equal(t, "No. 208 a<b map\n/mine", shown.Text)
	require.Equal(t, `<b>No. 208</b> <i>a&lt;b</i> <a href="https://e.com/?a=1&amp;b=2" rel="noopener noreferrer">map</a>`+"\n/mine", shown.HTML)
	require.Equal(t, [][]botapi.Button{{{Text: "A", Data: "a"}}}, shown.Buttons)
	require.True(t, shown.FromBot)
	require.True(t, shown.Silent)
	require.False(t, shown.Edited)

	before := w.anna.Chat()
	w.clock.Advance(time.Minute)
	require.True(t, w.call("editMessageText", params{"chat_id": "7", "message_id": id(m), "text": "done"}).OK)
	after := w.anna.Chat().Last()
	require.Equal(t, "done", after.Text)
	require.True(t, after.Edited)
	require.Equal(t, monday, after.At)
	require.Empty(t, after.Buttons)
	require.NotEqual(t, "done", before.Last().Text, "a view is a snapshot")

	require.True(t, w.call("sendChatAction", params{"chat_id": "7", "action": "typing"}).OK)
	require.Equal(t, "typing", w.anna.Chat().Action)
	w.clock.Advance(5 * time.Second)
	require.Empty(t, w.anna.Chat().Action)

	require.True(t, w.call("deleteMessage", params{"chat_id": "7", "message_id": id(m)}).OK)
	require.Len(t, w.anna.Chat().Messages, 1)
	require.Greater(t, w.anna.Say("next").ID, m, "an id never comes twice")
}

func TestWhatAPersonSends(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Equal(t, "/start inv_1", w.anna.Start("inv_1").Text)
	require.Zero(t, w.anna.Say(" \n").ID, "blanks go nowhere")
	require.Equal(t, "tidy", w.anna.Say("  tidy\n").Text)
	require.Equal(t, "Wang", w.anna.ForwardPhoto(botapi.File{Data: picture(t, 10, 10)}, "Wang").Forwarded)
	require.Equal(t, "Wang", w.anna.ForwardText("heard?", "Wang").Forwarded)
	require.InDelta(t, 31.2, w.anna.Location(31.2, 121.4).Location.Latitude, 1e-9)
	require.EqualValues(t, 7, w.anna.Contact("+861").Contact.UserID)
	require.Zero(t, w.anna.OtherContact("Wang", "+862").Contact.UserID)
	require.Same(t, w.anna, w.bot.Phone(botapi.Account{ID: 7}))
	require.Equal(t, []*botapi.Phone{w.anna}, w.bot.Phones())

	long := make([]rune, 5000)
	for i := range long {
		long[i] = '长'
	}
	before := w.bot.Pending()
	require.Len(t, []rune(w.anna.Say(string(long)).Text), 904, "apps split long texts")
	require.Equal(t, before+2, w.bot.Pending())

	w.anna.Block()
	require.True(t, w.anna.Chat().Blocked)
	w.anna.Say("hello again")
	require.False(t, w.anna.Chat().Blocked, "who writes has unblocked")

	var raw []json.RawMessage
	w.call("getUpdates", params{"offset": "1"}).into(t, &raw)
	require.Contains(t, string(raw[1]), `"entities":[{"offset":0,"length":6,"type":"bot_command"}]`)
}

func TestWaitingForAChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	done := make(chan error, 1)
	go func() {
		_, err := w.bot.Wait(soon(t), 7, func(v botapi.View) bool { return v.Last().Text == "hello" })
		done <- err
	}()
	w.send1(params{"chat_id": "7", "text": "hello", "reply_markup": keyboard("A|a")})
	require.NoError(t, <-done)

	short, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := w.bot.Wait(short, 7, func(botapi.View) bool { return false })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, `"hello" [A|a]`)
	_, err = w.bot.Wait(short, 1, func(botapi.View) bool { return true })
	require.ErrorContains(t, err, "no phone 1")
}

func TestWatchingGivesOneSignalForManyChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	changes, stop := w.bot.Watch()
	w.anna.Say("one")
	w.anna.Say("two")
	<-changes
	select {
	case <-changes:
		t.Fatal("a second signal")
	default:
	}
	stop()
	w.anna.Say("three")
	require.Empty(t, changes)
}

func TestTheLogOfCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.updates(params{"offset": "-1"})
	w.call("getMe", nil)
	m := w.send1(params{"chat_id": "7", "text": "one"})
	w.call("sendMessage", params{"chat_id": "7", "text": ""})
	w.send("multipart", "sendPhoto", params{"chat_id": "7"}, map[string][]byte{"photo": picture(t, 9, 9)})
	calls := w.bot.Calls(0)
	require.Len(t, calls, 3)
	calls[0].Took = 0 // real time
	require.Equal(t, botapi.Call{
		Seq: 1, At: monday, Method: "sendmessage", Params: params{"chat_id": "7", "text": "one"},
		Chat: 7, Messages: []int64{m}, OK: true, Code: 200,
	}, calls[0])
	require.Equal(t, 400, calls[1].Code)
	require.Equal(t, "Bad Request: message text is empty", calls[1].Description)
	require.Contains(t, calls[2].Params["photo"], "photo.bin")
	require.Len(t, w.bot.Calls(2), 1)
	require.Empty(t, w.bot.Calls(3))
	require.EqualValues(t, 1, w.bot.Polls())
}

func TestTheLogOfUpdates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := len(w.bot.Updates())
	w.anna.Say("one")
	updates := w.bot.Updates()
	require.Len(t, updates, before+1)
	last := updates[before]
	require.Equal(t, "message", last.Kind)
	require.Contains(t, string(last.Body), `"one"`)
	for range 2000 {
		w.anna.Say("more")
	}
	updates = w.bot.Updates()
	require.LessOrEqual(t, len(updates), 1000, "it does not grow for ever")
	require.GreaterOrEqual(t, len(updates), 500)
	require.Equal(t, last.ID+2000, updates[len(updates)-1].ID)
}
