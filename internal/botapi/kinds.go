package botapi

// fileKind is what differs from one kind of file to the next.
type fileKind struct {
	title  string // in error texts
	prefix string // of identifiers
	folder string // of download paths
	ending string // of download paths; a named file keeps its own
	named  bool
	plain  bool // never has a caption
}

// fileKinds are the kinds of files by the parameter that sends them.
var fileKinds = map[string]fileKind{
	"photo":      {title: "Photo", prefix: "AgAC", folder: "photos", ending: ".jpg"},
	"video":      {title: "Video", prefix: "BAAC", folder: "videos", ending: ".mp4", named: true},
	"voice":      {title: "VoiceNote", prefix: "AwAC", folder: "voice", ending: ".oga"},
	"document":   {title: "Document", prefix: "BQAC", folder: "documents", named: true},
	"audio":      {title: "Audio", prefix: "CQAC", folder: "music", ending: ".mp3", named: true},
	"animation":  {title: "Animation", prefix: "CgAC", folder: "animations", ending: ".mp4", named: true},
	"video_note": {title: "VideoNote", prefix: "DQAC", folder: "video_notes", ending: ".mp4", plain: true},
	"sticker":    {title: "Sticker", prefix: "CAAC", folder: "stickers", ending: ".webp", plain: true},
}

// The files of bots that carry no text of their own are sent like photos.
func (b *Bot) sendDocument(a *args) (reply, *apiError)  { return b.sendFile(a, "document") }
func (b *Bot) sendAudio(a *args) (reply, *apiError)     { return b.sendFile(a, "audio") }
func (b *Bot) sendAnimation(a *args) (reply, *apiError) { return b.sendFile(a, "animation") }
func (b *Bot) sendVideoNote(a *args) (reply, *apiError) { return b.sendFile(a, "video_note") }
func (b *Bot) sendSticker(a *args) (reply, *apiError)   { return b.sendFile(a, "sticker") }

type fileFields struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size"`
}

type documentShape struct {
	FileName string `json:"file_name,omitempty"`
	MIME     string `json:"mime_type,omitempty"`
	fileFields
}

type audioShape struct {
	Duration  int    `json:"duration"`
	Performer string `json:"performer,omitempty"`
	Title     string `json:"title,omitempty"`
	documentShape
}

type animationShape struct {
	Duration int `json:"duration"`
	Width    int `json:"width"`
	Height   int `json:"height"`
	documentShape
}

type videoNoteShape struct {
	Duration int `json:"duration"`
	Length   int `json:"length"` // of a side: they are round
	fileFields
}

type stickerShape struct {
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Type     string `json:"type"`
	Animated bool   `json:"is_animated"`
	Video    bool   `json:"is_video"`
	fileFields
}
