package botapi

import "encoding/json"

// The shapes that the Bot API answers with; only what this server gives.

type user struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
}

type chatShape struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Type      string `json:"type"`
}

type messageShape struct {
	MessageID        int64           `json:"message_id"`
	From             *user           `json:"from,omitempty"`
	Chat             chatShape       `json:"chat"`
	Date             int64           `json:"date"`
	EditDate         int64           `json:"edit_date,omitempty"`
	ForwardOrigin    *originShape    `json:"forward_origin,omitempty"`
	ReplyToMessage   *messageShape   `json:"reply_to_message,omitempty"`
	MediaGroupID     string          `json:"media_group_id,omitempty"`
	ProtectedContent bool            `json:"has_protected_content,omitempty"`
	Text             string          `json:"text,omitempty"`
	Entities         []entity        `json:"entities,omitempty"`
	Photo            []photoSize     `json:"photo,omitempty"`
	Video            *videoShape     `json:"video,omitempty"`
	Voice            *voiceShape     `json:"voice,omitempty"`
	Caption          string          `json:"caption,omitempty"`
	CaptionEntities  []entity        `json:"caption_entities,omitempty"`
	CaptionAbove     bool            `json:"show_caption_above_media,omitempty"`
	Spoiler          bool            `json:"has_media_spoiler,omitempty"`
	Contact          *contactShape   `json:"contact,omitempty"`
	Location         *Point          `json:"location,omitempty"`
	ReplyMarkup      json.RawMessage `json:"reply_markup,omitempty"`
}

// inaccessibleShape stands for a message that is there no more.
type inaccessibleShape struct {
	Chat      chatShape `json:"chat"`
	MessageID int64     `json:"message_id"`
	Date      int64     `json:"date"` // always 0
}

type originShape struct {
	Type           string `json:"type"`
	SenderUserName string `json:"sender_user_name"`
	Date           int64  `json:"date"`
}

type photoSize struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size,omitempty"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
}

type videoShape struct {
	Duration     int    `json:"duration"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
	FileName     string `json:"file_name,omitempty"`
	MIME         string `json:"mime_type,omitempty"`
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size"`
}

type voiceShape struct {
	Duration     int    `json:"duration"`
	MIME         string `json:"mime_type,omitempty"`
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size"`
}

type contactShape struct {
	PhoneNumber string `json:"phone_number"`
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name,omitempty"`
	UserID      int64  `json:"user_id,omitempty"`
}

type callbackShape struct {
	ID           string `json:"id"`
	From         user   `json:"from"`
	Message      any    `json:"message"`
	ChatInstance string `json:"chat_instance"`
	Data         string `json:"data"`
}

type fileShape struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size"`
	FilePath     string `json:"file_path"`
}

type memberShape struct {
	User   user   `json:"user"`
	Status string `json:"status"`
	Until  *int64 `json:"until_date,omitempty"`
}

type memberUpdateShape struct {
	Chat chatShape   `json:"chat"`
	From user        `json:"from"`
	Date int64       `json:"date"`
	Old  memberShape `json:"old_chat_member"`
	New  memberShape `json:"new_chat_member"`
}
