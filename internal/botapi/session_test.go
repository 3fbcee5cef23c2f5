package botapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestABotMayCloseAfterTenMinutesAndIsShutOutAfterALogout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.Advance(9 * time.Minute)
	early := w.call("close", nil)
	require.Equal(t, 429, early.status)
	require.Equal(t, "Too Many Requests: retry after 60", early.Description)
	w.clock.Advance(time.Minute)
	require.True(t, w.call("close", nil).OK)

	require.True(t, w.call("logOut", nil).OK)
	for _, method := range []string{"getMe", "getUpdates", "sendMessage"} {
		refused := w.call(method, nil)
		require.Equal(t, 400, refused.status, method)
		require.Equal(t, "Logged out", refused.Description, method)
	}
	w.clock.Advance(10 * time.Minute)
	require.True(t, w.call("getMe", nil).OK)
}

// TestWhatIsMissing leaves one parameter out after another, in the order in
// which the real server looks at them.
func TestWhatIsMissing(t *testing.T) {
	t.Parallel()
	const noChat = "chat_id is empty"
	w := settle(t)
	for _, row := range []struct {
		method string
		given  params
		want   string
	}{
		{"sendMessage", params{}, "message text is empty"},
		{"sendMessage", params{"text": "a"}, noChat},
		{"sendDocument", params{}, "there is no document in the request"},
		{"sendDocument", params{"document": "x"}, noChat},
		{"sendAudio", params{}, "there is no audio in the request"},
		{"sendAnimation", params{}, "there is no animation in the request"},
		{"sendVideoNote", params{}, "there is no video note in the request"},
		{"sendSticker", params{}, "there is no sticker in the request"},
		{"sendPhoto", params{}, "there is no photo in the request"},
		{"sendVideo", params{}, "there is no video in the request"},
		{"sendVoice", params{}, "there is no voice in the request"},
		{"sendMediaGroup", params{}, `parameter "media" is required`},
		{"sendLocation", params{"longitude": "1"}, "latitude is empty"},
		{"sendLocation", params{"latitude": "1", "longitude": " "}, "longitude is empty"},
		{"sendLocation", params{"latitude": "1", "longitude": "1"}, noChat},
		{"sendContact", params{}, `parameter "phone_number" is required`},
		{"sendContact", params{"phone_number": "1"}, `parameter "first_name" is required`},
		{"sendContact", params{"phone_number": "1", "first_name": "A"}, noChat},
		{"sendPoll", params{}, "can't parse options JSON object"},
		{"sendPoll", params{"options": `["a"]`}, noChat},
		{"sendPoll", params{"options": `["a"]`, "chat_id": "7"}, "text must be non-empty"},
		{"sendChatAction", params{}, "wrong parameter action in request"},
		{"sendChatAction", params{"action": "typing"}, noChat},
		{"stopPoll", params{}, noChat},
		{"stopPoll", params{"chat_id": "7"}, "message with poll to stop not found"},
		{"editMessageText", params{}, "message text is empty"},
		{"editMessageText", params{"text": "a"}, "message identifier is not specified"},
		{"editMessageText", params{"text": "a", "message_id": "2"}, noChat},
		{"editMessageText", params{"text": "a", "chat_id": "7"}, "message to edit not found"},
		{"editMessageCaption", params{}, "message identifier is not specified"},
		{"editMessageReplyMarkup", params{}, "message identifier is not specified"},
		{"editMessageMedia", params{}, `parameter "media" is required`},
		{"deleteMessage", params{}, "chat identifier is not specified"},
		{"deleteMessage", params{"chat_id": "7"}, "message identifier is not specified"},
		{"deleteMessages", params{}, "message identifiers are not specified"},
		{"deleteMessages", params{"message_ids": "[1]"}, noChat},
		{"copyMessage", params{}, `parameter "from_chat_id" is required`},
		{"copyMessage", params{"from_chat_id": "7"}, "message to copy not found"},
		{"copyMessage", params{"from_chat_id": "7", "message_id": "2"}, noChat},
		{"copyMessages", params{}, `parameter "from_chat_id" is required`},
		{"copyMessages", params{"from_chat_id": "7"}, "message identifiers are not specified"},
		{"copyMessages", params{"from_chat_id": "7", "message_ids": "[1]"}, noChat},
		{"forwardMessage", params{}, `parameter "from_chat_id" is required`},
		{"forwardMessage", params{"from_chat_id": "7"}, "message to forward not found"},
		{"forwardMessage", params{"from_chat_id": "7", "message_id": "2"}, noChat},
		{"forwardMessages", params{"from_chat_id": "7"}, "message identifiers are not specified"},
		{"pinChatMessage", params{}, noChat},
		{"pinChatMessage", params{"chat_id": "7"}, "message to pin not found"},
		{"unpinChatMessage", params{}, noChat},
		{"unpinChatMessage", params{"chat_id": "7"}, "message to unpin not found"},
		{"unpinAllChatMessages", params{}, noChat},
		{"setMessageReaction", params{}, noChat},
		{"setMessageReaction", params{"chat_id": "7"}, "message to react not found"},
		{"getUserProfilePhotos", params{}, "invalid user_id specified"},
		{"getChat", params{}, noChat},
		{"getFile", params{}, "file_id not specified"},
	} {
		got := w.call(row.method, row.given)
		require.Equal(t, "Bad Request: "+row.want, got.Description, "%s %v", row.method, row.given)
		require.Equal(t, 400, got.status)
	}
}
