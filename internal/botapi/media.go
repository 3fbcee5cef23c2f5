package botapi

import (
	"bytes"
	"encoding/base64"
	"image"
	"strings"
)

const maxAlbum = 10

// media is a file as one message shows it.
type media struct {
	file             *stored
	width, height    int
	seconds          int
	spoiler          bool
	title, performer string // of audio
}

// contents are the kinds of messages as refusals for lack of rights name them.
var contents = map[string]string{
	"text": "text messages", "photo": "photos", "video": "videos", "voice": "voice notes", "video_note": "video notes",
	"document": "documents", "audio": "music", "animation": "animations", "sticker": "stickers", "dice": "dice",
	"poll": "polls", "contact": "contacts", "location": "locations", "venue": "venues",
}

func (m *media) into(s *messageShape) {
	f := m.file
	size := int64(len(f.data))
	s.Spoiler = m.spoiler
	switch f.kind {
	case "photo":
		for _, t := range f.smaller {
			s.Photo = append(s.Photo, photoSize{FileID: t.id, FileUniqueID: t.unique, FileSize: int64(len(t.data)), Width: t.width, Height: t.height})
		}
		s.Photo = append(s.Photo, photoSize{FileID: f.id, FileUniqueID: f.unique, FileSize: size, Width: f.width, Height: f.height})
	case "video":
		s.Video = &videoShape{
			Duration: m.seconds, Width: m.width, Height: m.height, FileName: f.name, MIME: f.mime,
			FileID: f.id, FileUniqueID: f.unique, FileSize: size,
		}
	case "voice":
		s.Voice = &voiceShape{Duration: m.seconds, MIME: f.mime, FileID: f.id, FileUniqueID: f.unique, FileSize: size}
	default:
		m.intoOther(s)
	}
}

func (m *media) intoOther(s *messageShape) {
	f := m.file
	bare := fileFields{FileID: f.id, FileUniqueID: f.unique, FileSize: int64(len(f.data))}
	whole := documentShape{FileName: f.name, MIME: f.mime, fileFields: bare}
	switch f.kind {
	case "document":
		s.Document = &whole
	case "audio":
		s.Audio = &audioShape{Duration: m.seconds, Performer: m.performer, Title: m.title, documentShape: whole}
	case "animation": // older bots look for it among the documents
		s.Animation, s.Document = &animationShape{Duration: m.seconds, Width: m.width, Height: m.height, documentShape: whole}, &whole
	case "video_note":
		s.VideoNote = &videoNoteShape{Duration: m.seconds, Length: m.width, fileFields: bare}
	case "sticker":
		s.Sticker = &stickerShape{Width: m.width, Height: m.height, Type: "regular", fileFields: bare}
	}
}

// source is where a bot takes a file from: an upload, or the text that
// should be a file_id.
type source struct {
	upload *upload
	text   string
}

// sourceOf reads a file parameter; ok is false where there is no file at all.
func (a *args) sourceOf(field, value string) (from source, ok bool) {
	if name, attached := strings.CutPrefix(value, "attach://"); attached {
		field, value = name, ""
	}
	if value != "" {
		return source{text: value}, true
	}
	up, ok := a.files[field]
	return source{upload: &up}, ok
}

// wanted is one medium of a message to be sent, before its file is looked at.
type wanted struct {
	kind    string
	from    source
	caption formatted
	above   bool
	size    media // width, height, seconds and spoiler
}

// known resolves a file_id. All kinds but photos pass for one another; the
// file stays what it is. Uploads are looked at later, by the inner server,
// after the chat: see take.
func (b *Bot) known(w wanted) (*stored, *apiError) {
	id := w.from.text
	if strings.Contains(id, ".") || strings.Contains(id, "://") {
		if _, err := checkLink(id); err != nil {
			return nil, bad("Invalid file HTTP URL specified: %s", err.Error())
		}
		return nil, bad("Failed to get HTTP URL content") // this server has no way out
	}
	f := b.files.byID[id]
	if f == nil {
		return nil, unknownFile(id)
	}
	if f.kind != w.kind && (f.kind == "photo" || w.kind == "photo") {
		return nil, bad("Can't use file of type %s as %s", fileKinds[f.kind].title, fileKinds[w.kind].title)
	}
	if f.of != nil {
		f = f.of
	}
	return f, nil
}

// unknownFile tells an identifier of another bot from none at all.
func unknownFile(id string) *apiError {
	body := strings.TrimRight(id, "=")
	for _, kind := range fileKinds {
		if len(body) > 40 && strings.HasPrefix(body, kind.prefix) {
			return bad("Wrong file identifier/HTTP URL specified")
		}
	}
	why := "can't unserialize it. Wrong last symbol"
	if len(body)%4 == 1 {
		why = "Wrong string length"
	} else if _, err := base64.RawURLEncoding.DecodeString(body); err != nil {
		why = "Wrong character in the string"
	}
	return bad("Wrong remote file identifier specified: %s", why)
}

// take stores an upload.
func (b *Bot) take(w wanted) (*stored, *apiError) {
	up := w.from.upload
	if len(up.data) == 0 {
		return nil, bad("file must be non-empty")
	}
	if w.kind == "photo" {
		if err := checkPhoto(up.data); err != nil {
			return nil, err
		}
	}
	return b.files.add(w.kind, File{Name: up.name, Data: up.data, MIME: up.mime}, w.size.seconds), nil
}

// checkPhoto: at most 10 MB, readable, sides not over 10000 together, and
// neither more than twenty times the other.
func checkPhoto(data []byte) *apiError {
	if len(data) > maxPhotoUpload {
		return fail(413, "Request Entity Too Large")
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		if bytes.HasPrefix(data, []byte("RIFF")) && bytes.Contains(data[:min(16, len(data))], []byte("WEBP")) {
			return nil
		}
		return bad("IMAGE_PROCESS_FAILED")
	}
	if size.Width+size.Height > 10_000 || size.Width > 20*size.Height || size.Height > 20*size.Width {
		return bad("PHOTO_INVALID_DIMENSIONS")
	}
	return nil
}

// fill makes the medium of a message, once its file is there.
func (w wanted) fill(f *stored) *media {
	m := w.size
	m.file = f
	if w.kind == "photo" || m.width == 0 {
		m.width, m.height = f.width, f.height
	}
	if m.seconds == 0 {
		m.seconds = f.seconds
	}
	return &m
}
