package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// caller posts JSON over connections that are kept.
type caller struct {
	base string
	http *http.Client
}

func newCaller(api, token string) caller {
	const kept = 1024
	return caller{api + "/bot" + token + "/", &http.Client{
		Transport: &http.Transport{MaxIdleConns: kept, MaxIdleConnsPerHost: kept, DisableCompression: true},
	}}
}

func (c caller) call(ctx context.Context, method string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }() // read to its end
	answer := bytes.NewBuffer(make([]byte, 0, max(res.ContentLength, 0)+bytes.MinRead))
	if _, err := io.Copy(answer, res.Body); err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(answer.Bytes(), []byte(`{"ok":true`)) {
		return nil, fmt.Errorf("%s: %s", method, answer)
	}
	return answer.Bytes(), nil
}

// say sends a message, or changes one where message is not 0.
func (c caller) say(ctx context.Context, chat, message int64, words, markup string) error {
	method := "sendMessage"
	body := append(make([]byte, 0, 1024), `{"chat_id":`...)
	body = strconv.AppendInt(body, chat, 10)
	if message != 0 {
		method = "editMessageText"
		body = append(body, `,"message_id":`...)
		body = strconv.AppendInt(body, message, 10)
	}
	body = append(append(append(body, `,"text":"`...), words...), '"')
	if markup != "" {
		body = append(append(body, `,"reply_markup":`...), markup...)
	}
	_, err := c.call(ctx, method, append(body, '}'))
	return err
}

// done ends the waiting of a tap.
func (c caller) done(ctx context.Context, tap string) error {
	_, err := c.call(ctx, "answerCallbackQuery", []byte(`{"callback_query_id":"`+tap+`"}`))
	return err
}
