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
	Title     string `json:"title,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Type      string `json:"type"`
	Forum     bool   `json:"is_forum,omitempty"`
	AllAdmins *bool  `json:"all_members_are_administrators,omitempty"`
}

type fullChatShape struct {
	chatShape
	AccentColor  int            `json:"accent_color_id"`
	MaxReactions int            `json:"max_reaction_count"`
	Gifts        map[string]any `json:"accepted_gift_types"`
	Permissions  map[string]any `json:"permissions,omitempty"`
	SlowMode     int            `json:"slow_mode_delay,omitempty"`
	Pinned       *messageShape  `json:"pinned_message,omitempty"`
}

type messageShape struct {
	MessageID        int64        `json:"message_id"`
	From             *user        `json:"from,omitempty"`
	SenderChat       *chatShape   `json:"sender_chat,omitempty"`
	Chat             chatShape    `json:"chat"`
	Date             int64        `json:"date"`
	EditDate         int64        `json:"edit_date,omitempty"`
	Thread           int64        `json:"message_thread_id,omitempty"`
	TopicMessage     bool         `json:"is_topic_message,omitempty"`
	ForwardOrigin    *originShape `json:"forward_origin,omitempty"`
	AutomaticForward bool         `json:"is_automatic_forward,omitempty"`
	olderForward
	ReplyToMessage   *messageShape   `json:"reply_to_message,omitempty"`
	MediaGroupID     string          `json:"media_group_id,omitempty"`
	ProtectedContent bool            `json:"has_protected_content,omitempty"`
	Text             string          `json:"text,omitempty"`
	Entities         []entity        `json:"entities,omitempty"`
	Photo            []photoSize     `json:"photo,omitempty"`
	Video            *videoShape     `json:"video,omitempty"`
	Voice            *voiceShape     `json:"voice,omitempty"`
	Document         *documentShape  `json:"document,omitempty"`
	Audio            *audioShape     `json:"audio,omitempty"`
	Animation        *animationShape `json:"animation,omitempty"`
	VideoNote        *videoNoteShape `json:"video_note,omitempty"`
	Sticker          *stickerShape   `json:"sticker,omitempty"`
	Caption          string          `json:"caption,omitempty"`
	CaptionEntities  []entity        `json:"caption_entities,omitempty"`
	CaptionAbove     bool            `json:"show_caption_above_media,omitempty"`
	Spoiler          bool            `json:"has_media_spoiler,omitempty"`
	Contact          *contactShape   `json:"contact,omitempty"`
	Location         *locationShape  `json:"location,omitempty"`
	Dice             *diceShape      `json:"dice,omitempty"`
	Poll             *pollShape      `json:"poll,omitempty"`
	ReplyMarkup      json.RawMessage `json:"reply_markup,omitempty"`
	*serviceShape
}

// olderForward is what there was before forward_origin.
type olderForward struct {
	ForwardFrom          *user      `json:"forward_from,omitempty"`
	ForwardFromChat      *chatShape `json:"forward_from_chat,omitempty"`
	ForwardFromMessageID int64      `json:"forward_from_message_id,omitempty"`
	ForwardSignature     string     `json:"forward_signature,omitempty"`
	ForwardSenderName    string     `json:"forward_sender_name,omitempty"`
	ForwardDate          int64      `json:"forward_date,omitempty"`
}

// serviceShape is what a message tells that nobody wrote.
type serviceShape struct {
	NewParticipant  *user         `json:"new_chat_participant,omitempty"` // the two of them are older names
	NewMember       *user         `json:"new_chat_member,omitempty"`
	NewMembers      []user        `json:"new_chat_members,omitempty"`
	LeftParticipant *user         `json:"left_chat_participant,omitempty"`
	LeftMember      *user         `json:"left_chat_member,omitempty"`
	MigrateTo       int64         `json:"migrate_to_chat_id,omitempty"`
	MigrateFrom     int64         `json:"migrate_from_chat_id,omitempty"`
	TopicCreated    *topicShape   `json:"forum_topic_created,omitempty"`
	TopicClosed     *struct{}     `json:"forum_topic_closed,omitempty"`
	TopicReopened   *struct{}     `json:"forum_topic_reopened,omitempty"`
	Pinned          *messageShape `json:"pinned_message,omitempty"`
}

type topicShape struct {
	Name  string `json:"name"`
	Color int    `json:"icon_color"`
}

type locationShape struct {
	Point
	Accuracy   float64 `json:"horizontal_accuracy,omitempty"` // metres
	LivePeriod int     `json:"live_period,omitempty"`         // seconds
	Heading    int     `json:"heading,omitempty"`             // degrees
	Radius     int     `json:"proximity_alert_radius,omitempty"`
}

type diceShape struct {
	Emoji string `json:"emoji"`
	Value int    `json:"value"`
}

// inaccessibleShape stands for a message that is there no more.
type inaccessibleShape struct {
	Chat      chatShape `json:"chat"`
	MessageID int64     `json:"message_id"`
	Date      int64     `json:"date"` // always 0
}

type originShape struct {
	Type           string     `json:"type"`
	User           *user      `json:"sender_user,omitempty"`
	SenderUserName string     `json:"sender_user_name,omitempty"`
	SenderChat     *chatShape `json:"sender_chat,omitempty"`
	Chat           *chatShape `json:"chat,omitempty"`
	MessageID      int64      `json:"message_id,omitempty"`
	Signature      string     `json:"author_signature,omitempty"`
	Date           int64      `json:"date"`
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
	VCard       string `json:"vcard,omitempty"`
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

type memberUpdateShape struct {
	Chat chatShape      `json:"chat"`
	From user           `json:"from"`
	Date int64          `json:"date"`
	Old  map[string]any `json:"old_chat_member"`
	New  map[string]any `json:"new_chat_member"`
}
