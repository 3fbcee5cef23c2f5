package bot

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

func TestAPinThatIsRefusedLosesNoMessage(t *testing.T) {
	t.Parallel()
	for name, refuses := range map[string]map[string]string{
		"pinned":  nil,
		"refused": {"pinChatMessage": `{"ok":false,"error_code":400,"description":"Bad Request: not enough rights to manage pinned messages in the chat"}`},
	} {
		s := &scripted{refuses: refuses}
		at, err := s.bot().post(t.Context(), 5, dialog.Screen{Text: "today", Pin: true}, nil)
		require.NoError(t, err, name)
		require.Equal(t, posted{id: 1, form: formText, loose: refuses != nil}, at, name)
		require.Equal(t, []string{"sendMessage", "pinChatMessage"}, s.called, name)
		require.Contains(t, s.bodies[1], `"message_id":1`)
		require.Contains(t, s.bodies[1], `"disable_notification":true`, "nobody hears a pin")
	}
}

func TestNothingIsPinnedThatWasNotAskedToBe(t *testing.T) {
	t.Parallel()
	s := &scripted{}
	_, err := s.bot().post(t.Context(), 5, dialog.Screen{Text: "hello"}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"sendMessage"}, s.called)
}

func TestAPinnedMessageThatCannotBeDeletedIsUnpinned(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		refuses map[string]string
		called  []string
		fails   bool
	}{
		"deleted": {nil, []string{"deleteMessage"}, false},
		"too old": {
			map[string]string{"deleteMessage": `{"ok":false,"error_code":400,"description":"Bad Request: message can't be deleted for everyone"}`},
			[]string{"deleteMessage", "editMessageReplyMarkup", "unpinChatMessage"}, false,
		},
		"not there any more": {
			map[string]string{
				"deleteMessage":          `{"ok":false,"error_code":400,"description":"Bad Request: message to delete not found"}`,
				"editMessageReplyMarkup": `{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}`,
				"unpinChatMessage":       `{"ok":false,"error_code":400,"description":"Bad Request: message to unpin not found"}`,
			},
			[]string{"deleteMessage", "editMessageReplyMarkup", "unpinChatMessage"}, false,
		},
		"to be tried again": {
			map[string]string{"deleteMessage": `{"ok":false,"error_code":502,"description":"Bad Gateway"}`}, []string{"deleteMessage"}, true,
		},
	} {
		s := &scripted{refuses: row.refuses}
		err := s.bot().withdrawPinned(t.Context(), 5, posted{id: 3, form: formText})
		require.Equal(t, row.fails, err != nil, "%s: %v", name, err)
		require.Equal(t, row.called, s.called, name)
	}
}
