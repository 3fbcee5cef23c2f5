package street

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/linli-bot/linli/internal/botapi"
)

const (
	mostForm = 64 << 10
	mostFile = 10 << 20
)

// readForm reads what a form sends, and the file that goes with it, if any.
func readForm(w http.ResponseWriter, r *http.Request) (*botapi.File, error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		r.Body = http.MaxBytesReader(w, r.Body, mostForm)
		return nil, r.ParseForm()
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostForm+mostFile)
	if err := r.ParseMultipartForm(mostForm + mostFile); err != nil {
		return nil, err
	}
	file, header, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil //nolint:nilnil // a form without a file is a form
	}
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	return &botapi.File{Name: path.Base(header.Filename), MIME: header.Header.Get("Content-Type"), Data: data}, nil
}

// document sends a file of the visitor's own.
func (s *street) document(_ context.Context, h hand) (done, error) {
	if h.file == nil || len(h.file.Data) == 0 {
		return done{note: note{Text: h.look.Words.NoFile, Failed: true}}, nil
	}
	h.phone.Document(*h.file, "")
	return done{said: []string{"{document " + h.file.Name + "}"}}, nil
}

// saved is a file in a message that can be kept.
type saved struct{ Name, Source string }

func savedOf(w words, m botapi.Media) saved {
	name := m.Name
	if name == "" {
		name = w.File
	}
	return saved{name, "/street/file/" + w.Lang + "/" + url.PathEscape(m.FileID) + "?name=" + url.QueryEscape(name)}
}

// attachment is the header under which a file is saved.
func attachment(name string) string {
	if name == "" {
		return "attachment"
	}
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}
