package botapi_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func (w *world) post(path, kind, body string) answer {
	w.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, w.url+"/bot"+token+path, io.NopCloser(strings.NewReader(body)))
	require.NoError(w, err)
	r.Header.Set("Content-Type", kind)
	return w.do(r)
}

func TestUnusualRequests(t *testing.T) {
	t.Parallel()
	const jsonKind = "application/json; charset=utf-8"
	for _, row := range []struct{ name, path, kind, body, want string }{
		{"multipart header without a body", "/getMe", "multipart/form-data; boundary=x", "", ""},
		{"JSON without a body", "/getMe", jsonKind, "", ""},
		{"body of an unknown kind", "/getMe", "text/plain", "hello", ""},
		{"JSON that is a list", "/getMe", jsonKind, "[]", "Bad Request: JSON object expected"},
		{"JSON cut off", "/getMe", jsonKind, `{"a":`, "Bad Request: can't parse object: unexpected end of JSON input"},
		{"multipart without a boundary", "/getMe", "multipart/form-data", "x", "Bad Request: boundary not found"},
		{"multipart cut off", "/getMe", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb", "Bad Request: unexpected end of request content"},
		{"query before body", "/sendMessage?chat_id=7&text=a", jsonKind, `{"text":""}`, ""},
		{"null is a word", "/sendMessage?chat_id=7&text=a", jsonKind, `{"reply_markup":null}`, "Bad Request: object expected as reply markup"},
		{"a mebibyte of parameters", "/sendMessage", jsonKind, `{"text":"` + strings.Repeat("x", 1<<20) + `"}`, "Request Entity Too Large"},
		{"letters that are none", "/sendMessage?chat_id=7&text=%ff", jsonKind, "", "Bad Request: strings must be encoded in UTF-8"},
		{"wrong percent sign", "/sendMessage?text=%zz", jsonKind, "", "Bad Request: can't parse parameters"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := newWorld(t).post(row.path, row.kind, row.body)
			require.Equal(t, row.want, got.Description)
			require.Equal(t, row.want == "", got.OK)
		})
	}
}

func TestAtMostFiftyFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for n := range 51 {
		part, err := parts.CreateFormFile("f"+strconv.Itoa(n), "a.txt")
		require.NoError(t, err)
		_, err = part.Write([]byte("x"))
		require.NoError(t, err)
	}
	require.NoError(t, parts.Close())
	got := w.post("/sendPhoto", parts.FormDataContentType(), body.String())
	require.Equal(t, 413, got.status)
	require.Equal(t, "Request Entity Too Large: too many files attached", got.Description)
}

func TestOnlyGetAndPost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPut, w.url+"/bot"+token+"/getMe", nil)
	require.NoError(t, err)
	require.Equal(t, 404, w.do(r).status)
}
