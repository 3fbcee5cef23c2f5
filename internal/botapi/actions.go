package botapi

import (
	"slices"
	"strings"
	"time"
)

const actionLifetime = 5 * time.Second

var chatActions = []string{
	"cancel", "typing", "record_video", "upload_video", "record_audio", "record_voice", "upload_audio", "upload_voice",
	"upload_photo", "upload_document", "choose_sticker", "pick_up_location", "find_location", "record_video_note", "upload_video_note",
}

// sendChatAction shows "typing…" for five seconds, or until a message comes.
func (b *Bot) sendChatAction(a *args) (reply, *apiError) {
	action := strings.ToLower(a.str("action"))
	if !slices.Contains(chatActions, action) {
		return reply{}, bad("Wrong parameter action in request")
	}
	c, err := b.findChat(a.str("chat_id"))
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: c.id, result: true}
	if err := c.writable(""); err != nil {
		return answer, err
	}
	c.action, c.actionTill = action, b.now().Add(actionLifetime)
	if action == "cancel" {
		c.action = ""
	}
	b.changed()
	return answer, nil
}
