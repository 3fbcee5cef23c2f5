package botapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

func TestBlockingIsHeardOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.news()
	w.anna.Block()
	w.anna.Block()
	w.hears(`{"my_chat_member":{"chat":{"id":7,"type":"private"},"from":{"id":7},
		"old_chat_member":{"status":"member","user":{"id":42}},"new_chat_member":{"status":"kicked","until_date":0}}}`)
	w.refuses("sendMessage", params{"chat_id": "7", "text": "hi"}, "Forbidden: bot was blocked by the user")
	w.anna.Unblock()
	w.hears(`{"my_chat_member":{"old_chat_member":{"status":"kicked"},"new_chat_member":{"status":"member","until_date":null}}}`)
	require.True(t, w.call("sendMessage", params{"chat_id": "7", "text": "hi"}).OK)
}

func TestADeletedAccount(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	m := g.send1(params{"chat_id": "7", "text": "q", "reply_markup": keyboard("A|a")})
	g.anna.Deactivate()
	require.Equal(t, 403, g.refuses("sendMessage", params{"chat_id": "7", "text": "hi"}, "Forbidden: user is deactivated").Code)
	g.refuses("editMessageText", params{"chat_id": "7", "message_id": id(m), "text": "hi"}, "Forbidden: user is deactivated")
	require.True(t, g.call("getChat", params{"chat_id": "7"}).OK)
	require.Zero(t, g.anna.Say("I am gone").ID)
	require.True(t, g.anna.Chat().Gone)
	require.Zero(t, g.Say(g.anna, "here too").ID)
	g.hears()
}

func TestAnotherBotCannotBeWrittenTo(t *testing.T) {
	t.Parallel()
	g := newBuilding(t, botapi.GroupOptions{})
	g.Join(g.bot.Phone(botapi.Account{ID: 99, FirstName: "Other", IsBot: true}))
	require.Equal(t, 403, g.refuses("sendMessage", params{"chat_id": "99", "text": "hi"}, "Forbidden: the bot can't send messages to the bot").Code)
}

func TestEditsByPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	said := w.anna.Say("lampe")
	photo := w.anna.Photo(botapi.File{Data: picture(t, 9, 9)}, "befor")
	passed := w.anna.Forward("Wang").Say("not mine")
	mine := w.send1(params{"chat_id": "7", "text": "ok"})
	w.news()
	w.clock.Advance(time.Minute)
	shown, err := w.anna.Edit(said.ID, "lamp")
	require.NoError(t, err)
	require.Equal(t, "lamp", shown.Text)
	require.True(t, shown.Edited)
	_, err = w.anna.Edit(photo.ID, "before")
	require.NoError(t, err)
	w.hears(
		`{"edited_message":{"message_id":`+id(said.ID)+`,"date":1795424400,"edit_date":1795424460,"text":"lamp"}}`,
		`{"edited_message":{"caption":"before"}}`)
	for _, other := range []int64{mine, passed.ID, 99} {
		_, err = w.anna.Edit(other, "x")
		require.Error(t, err)
	}
	_, err = w.anna.Edit(said.ID, " ")
	require.Error(t, err)
	w.hears()

	g := newBuilding(t, botapi.GroupOptions{})
	said = g.Say(g.anna, "lampe")
	_, err = g.By(g.anna).Edit(said.ID, "/report@linli_bot lamp")
	require.NoError(t, err)
	g.Permit(nil)
	require.Zero(t, g.Say(g.anna, "may I?").ID)
	_, err = g.By(g.wang).Edit(said.ID, "taken over")
	require.Error(t, err)
	g.hears(`{"edited_message":{"chat":{"id":-1003000000003},"text":"/report@linli_bot lamp"}}`)
}

func TestALiveLocationIsEdited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.news()
	place := w.anna.LiveLocation(31.2, 121.4, time.Hour)
	require.True(t, place.Live)
	_, err := w.anna.Move(place.ID, 31.3, 121.5)
	require.NoError(t, err)
	shown, err := w.anna.StopMoving(place.ID)
	require.NoError(t, err)
	require.InDelta(t, 31.3, shown.Location.Latitude, 1e-9)
	require.False(t, shown.Live)
	w.hears(
		`{"message":{"location":{"latitude":31.2,"live_period":3600}}}`,
		`{"edited_message":{"location":{"latitude":31.3,"longitude":121.5,"live_period":3600}}}`,
		`{"edited_message":{"location":{"latitude":31.3,"live_period":null}}}`)
	_, err = w.anna.Move(place.ID, 1, 1)
	require.ErrorContains(t, err, "no live location")
	once := w.anna.Location(1, 2)
	_, err = w.anna.Move(once.ID, 1, 1)
	require.Error(t, err)
}

func TestContactsOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boris := w.bot.Phone(botapi.Account{ID: 21, FirstName: "Boris", PhoneNumber: "+8613800000021"})
	w.news()
	w.anna.ContactOf(boris)
	w.anna.OtherContact("Wang", "+862")
	w.anna.Contact("+861")
	w.hears(
		`{"message":{"from":{"id":7},"contact":{"user_id":21,"phone_number":"+8613800000021"}}}`,
		`{"message":{"contact":{"user_id":null,"first_name":"Wang"}}}`,
		`{"message":{"contact":{"user_id":7}}}`)
}

func TestIdsMayHave52Bits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	late := w.bot.Phone(botapi.Account{ID: 1<<52 - 1, FirstName: "Late"})
	late.Start("")
	m := w.send1(params{"chat_id": "4503599627370495", "text": "q", "reply_markup": keyboard("A|a")})
	w.news()
	tap, err := late.Tap(m, "a")
	require.NoError(t, err)
	require.NotContains(t, tap.ID, "-")
	w.hears(`{"callback_query":{"id":"` + tap.ID + `","from":{"id":4503599627370495}}}`)
	require.True(t, w.call("answerCallbackQuery", params{"callback_query_id": tap.ID}).OK)
}

func TestKindsThatABotDoesNotExpect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.news()
	require.Equal(t, 4, w.anna.Dice("🎲", 4).Dice)
	w.hears(`{"message":{"dice":{"emoji":"🎲","value":4},"text":null}}`)
	w.anna.Document(botapi.File{Name: "plan.pdf", Data: []byte("%PDF-1.4")}, "the plan")
	w.anna.Sticker(botapi.File{Data: []byte("RIFF")})
	w.anna.VideoNote(botapi.File{Data: []byte("film")}, 3)
	w.anna.Audio(botapi.File{Name: "song.mp3", Data: []byte("ID3")}, 60)
	require.Equal(t, "plan.pdf", w.anna.Chat().Messages[2].Media[0].Name)
	w.hears(
		`{"message":{"document":{"file_name":"plan.pdf","mime_type":"application/pdf"},"caption":"the plan","text":null}}`,
		`{"message":{"sticker":{"type":"regular","is_animated":false},"caption":null}}`,
		`{"message":{"video_note":{"duration":3}}}`,
		`{"message":{"audio":{"duration":60,"file_name":"song.mp3"}}}`)
}
