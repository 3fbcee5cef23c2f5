package botapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Limits of a request (tdlib/td HttpReader.h, HttpServer.h; the 50 MB are
// the public front end's).
const (
	maxParameters = 1 << 20
	maxFiles      = 50
	maxUpload     = 50 << 20
)

// upload is a file part of a multipart request.
type upload struct {
	name, mime string
	data       []byte
}

// args are the parameters of a call, whatever way they came in. As on the
// real server the query string wins over the body, and a nested object is
// kept as its JSON text.
type args struct {
	values map[string]string
	files  map[string]upload
	size   int
	trace  string
	began  time.Time
}

func readArgs(r *http.Request) (*args, *apiError) {
	a := &args{values: map[string]string{}, files: map[string]upload{}}
	if err := a.addForm(r.URL.RawQuery); err != nil {
		return nil, err
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // an unreadable type is none of the three below
	switch kind {
	case "application/json":
		return a, a.readJSON(r.Body)
	case "multipart/form-data":
		return a, a.readParts(r.Body, params["boundary"])
	case "application/x-www-form-urlencoded":
		body, err := readLimited(r.Body, maxParameters)
		if err != nil {
			return nil, err
		}
		return a, a.addForm(string(body))
	}
	return a, nil
}

func (a *args) add(name, value string) *apiError {
	if a.size += len(name) + len(value); a.size > maxParameters {
		return fail(413, "Request Entity Too Large: too many parameters")
	}
	if _, twice := a.values[name]; !twice {
		a.values[name] = value
	}
	return nil
}

func (a *args) addForm(form string) *apiError {
	values, err := url.ParseQuery(form)
	if err != nil {
		return bad("can't parse parameters")
	}
	for name, list := range values {
		if err := a.add(name, list[0]); err != nil {
			return err
		}
	}
	return nil
}

func (a *args) readJSON(body io.Reader) *apiError {
	data, tooLong := readLimited(body, maxParameters)
	if tooLong != nil {
		return tooLong
	}
	data = bytes.TrimSpace(data)
	if len(data) == 0 {
		return nil
	}
	if data[0] != '{' {
		return bad("JSON object expected")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(data, &object); err != nil {
		return bad("can't parse object: %s", err.Error())
	}
	for name, raw := range object {
		value := string(raw)
		if raw[0] == '"' {
			if err := json.Unmarshal(raw, &value); err != nil {
				return bad("can't parse parameter value: %s", err.Error())
			}
		}
		if err := a.add(name, value); err != nil {
			return err
		}
	}
	return nil
}

func (a *args) readParts(body io.Reader, boundary string) *apiError {
	if boundary == "" {
		return bad("boundary not found")
	}
	uploaded := 0
	for reader := multipart.NewReader(body, boundary); ; {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil // also an empty body, which common libraries send with getMe
		}
		if err != nil {
			return bad("unexpected end of request content")
		}
		name := part.FormName()
		if name == "" {
			return bad("field name in multipart/form-data not found")
		}
		if part.FileName() == "" {
			value, err := readLimited(part, maxParameters)
			if err != nil {
				return err
			}
			if err := a.add(name, string(value)); err != nil {
				return err
			}
			continue
		}
		data, tooLong := readLimited(part, maxUpload-uploaded)
		if tooLong != nil {
			return tooLong
		}
		if uploaded += len(data); len(a.files) == maxFiles {
			return fail(413, "Request Entity Too Large: too many files attached")
		}
		a.files[name] = upload{name: part.FileName(), mime: part.Header.Get("Content-Type"), data: data}
	}
}

func readLimited(r io.Reader, limit int) ([]byte, *apiError) {
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if len(data) > limit {
		return nil, fail(413, "Request Entity Too Large")
	}
	if err != nil {
		return nil, bad("unexpected end of request content")
	}
	return data, nil
}

func (a *args) str(name string) string { return a.values[name] }

func (a *args) bool(name string) bool {
	switch strings.ToLower(strings.TrimSpace(a.values[name])) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// int reads a number the way the server does: what cannot be read is the
// default, what lies outside is moved to the border.
func (a *args) int(name string, preset, low, high int64) int64 {
	value := a.values[name]
	if value == "" {
		return preset
	}
	return min(max(toInteger(value), low), high)
}

// messageID is 0 for anything that cannot be an identifier.
func (a *args) messageID(name string) int64 {
	return a.int(name, 0, 0, 1<<31-1)
}

// toInteger reads the digits at the beginning, as the real server does.
func toInteger(s string) int64 {
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && s[end] == '-') {
		end++
	}
	n, err := strconv.ParseInt(s[:end], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
