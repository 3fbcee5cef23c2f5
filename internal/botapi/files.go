package botapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/gif" // pictures whose size is read
	_ "image/jpeg"
	_ "image/png"
	"net/http"
	"path"
	"strings"
	"time"
)

// Sizes of files: uploads of photos, downloads by bots, and how long a link
// from getFile is good for.
const (
	maxPhotoUpload = 10 << 20
	maxDownload    = 20 << 20
	linkLifetime   = time.Hour
)

// File is something to send from a phone.
type File struct {
	Name string
	Data []byte
	MIME string // guessed from the data where it is empty
}

// stored is a file that Telegram holds.
type stored struct {
	id, unique    string
	kind          string // one of fileKinds
	name, mime    string
	data          []byte
	width, height int
	seconds       int
	path          string
	linkTill      time.Time
	smaller       []*stored // a photo's thumbnails, smallest first
	of            *stored   // of a thumbnail: the photo it is made from
}

type files struct {
	bot    int64
	count  int
	byID   map[string]*stored
	byPath map[string]*stored
	order  []*stored // oldest first
	keep   int
}

func newFiles(bot int64) files {
	return files{bot: bot, byID: map[string]*stored{}, byPath: map[string]*stored{}}
}

// add takes a file in; photos get the sizes in which Telegram offers them.
func (f *files) add(kind string, from File, seconds int) *stored {
	mime := from.MIME
	if mime == "" || mime == "application/octet-stream" {
		mime = http.DetectContentType(from.Data)
	}
	main := &stored{kind: kind, name: from.Name, mime: mime, data: from.Data, seconds: seconds}
	if size, _, err := image.DecodeConfig(bytes.NewReader(from.Data)); err == nil {
		main.width, main.height = size.Width, size.Height
	}
	if kind == "photo" {
		for _, side := range thumbnailSides {
			if width, height, smaller := fit(main.width, main.height, side); smaller {
				main.smaller = append(main.smaller, f.register(&stored{kind: kind, mime: "image/jpeg", width: width, height: height, of: main}))
			}
		}
	}
	return f.register(main)
}

func (f *files) register(s *stored) *stored {
	f.count++
	var seed [16]byte
	binary.BigEndian.PutUint64(seed[:], uint64(f.bot))
	binary.BigEndian.PutUint64(seed[8:], uint64(f.count))
	sum := sha256.Sum256(seed[:])
	kind := fileKinds[s.kind]
	s.id = kind.prefix + base64.RawURLEncoding.EncodeToString(sum[:])
	s.unique = "AQAD" + base64.RawURLEncoding.EncodeToString(sum[20:29])
	s.path = fmt.Sprintf("%s/file_%d%s", kind.folder, f.count, s.extension())
	f.byID[s.id], f.byPath[s.path] = s, s
	f.order = append(f.order, s)
	f.trim()
	return s
}

func (s *stored) extension() string {
	kind := fileKinds[s.kind]
	if kind.named {
		if e := path.Ext(s.name); e != "" && len(e) < 6 && !strings.ContainsAny(e, "/ ") {
			return e
		}
	}
	return kind.ending
}

func (s *stored) content() []byte {
	if s.data == nil && s.of != nil {
		s.data = shrink(s.of.data, s.width, s.height)
	}
	return s.data
}

// File gives what a file_id stands for, to show it on a page.
func (b *Bot) File(fileID string) (data []byte, mime string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.files.byID[fileID]
	if f == nil {
		return nil, "", fmt.Errorf("no file %q", fileID)
	}
	return f.content(), f.mime, nil
}

// getFile makes a file ready to be fetched for an hour.
func (b *Bot) getFile(a *args) (reply, *apiError) {
	id := a.str("file_id")
	if id == "" {
		return reply{}, bad("file_id not specified")
	}
	f := b.files.byID[id]
	switch {
	case f == nil:
		return reply{}, bad("invalid file_id")
	case len(f.content()) > maxDownload:
		return reply{}, bad("file is too big")
	}
	f.linkTill = b.now().Add(linkLifetime)
	return reply{result: fileShape{FileID: f.id, FileUniqueID: f.unique, FileSize: int64(len(f.content())), FilePath: f.path}}, nil
}

// serveFile gives a file whose link is still good.
func (s *Server) serveFile(w http.ResponseWriter, rest string) {
	token, where, _ := strings.Cut(rest, "/")
	b, refused := s.bot(token)
	if refused != nil {
		writeError(w, refused)
		return
	}
	b.mu.Lock()
	f := b.files.byPath[where]
	var data []byte
	if f != nil && b.now().Before(f.linkTill) {
		data = f.content()
	}
	b.mu.Unlock()
	if data == nil {
		writeError(w, fail(404, "Not Found"))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(data) // the caller may be gone; nobody is left to tell
}
