package botapi

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
)

// ServeHTTP answers /bot<token>/<method> and /file/bot<token>/<path>.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.serveFile(w, rest)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, name, found := strings.Cut(rest, "/")
	if !ok || !found || token == "" || name == "" || strings.Contains(name, "/") || r.Method != http.MethodGet && r.Method != http.MethodPost {
		writeError(w, fail(404, "Not Found"))
		return
	}
	b, refused := s.bot(token)
	if refused != nil {
		writeError(w, refused)
		return
	}
	a, refused := readArgs(r)
	if refused != nil {
		writeError(w, refused)
		return
	}
	answer, refused := b.call(r.Context(), strings.ToLower(name), a)
	if refused != nil {
		s.log.Debug("call refused", slog.Int64("bot", b.self.ID), slog.String("method", name), slog.String("why", refused.Description))
		writeError(w, refused)
		return
	}
	writeAnswer(w, answer)
}

// reply is a method's answer.
type reply struct {
	result      any
	description string
	chat        int64   // for the log
	messages    []int64 // for the log
}

type method struct {
	run   func(*Bot, *args) (reply, *apiError)
	quiet bool // reads only; not in the log of calls
}

// methods by their names in small letters: the case does not matter.
var methods = map[string]method{
	"getme":                  {run: (*Bot).getMe, quiet: true},
	"getfile":                {run: (*Bot).getFile, quiet: true},
	"getchat":                {run: (*Bot).getChat, quiet: true},
	"getchatmember":          {run: (*Bot).getChatMember, quiet: true},
	"getchatmembercount":     {run: (*Bot).getChatMemberCount, quiet: true},
	"getchatmemberscount":    {run: (*Bot).getChatMemberCount, quiet: true},
	"getchatadministrators":  {run: (*Bot).getChatAdministrators, quiet: true},
	"leavechat":              {run: (*Bot).leaveChat},
	"getmycommands":          {run: (*Bot).getMyCommands, quiet: true},
	"getwebhookinfo":         {run: (*Bot).getWebhookInfo, quiet: true},
	"deletewebhook":          {run: (*Bot).deleteWebhook},
	"sendmessage":            {run: (*Bot).sendMessage},
	"sendphoto":              {run: (*Bot).sendPhoto},
	"sendvideo":              {run: (*Bot).sendVideo},
	"sendvoice":              {run: (*Bot).sendVoice},
	"sendmediagroup":         {run: (*Bot).sendMediaGroup},
	"sendchataction":         {run: (*Bot).sendChatAction},
	"editmessagetext":        {run: (*Bot).editMessageText},
	"editmessagecaption":     {run: (*Bot).editMessageCaption},
	"editmessagereplymarkup": {run: (*Bot).editMessageReplyMarkup},
	"deletemessage":          {run: (*Bot).deleteMessage},
	"deletemessages":         {run: (*Bot).deleteMessages},
	"answercallbackquery":    {run: (*Bot).answerCallbackQuery},
	"setmycommands":          {run: (*Bot).setMyCommands},
	"deletemycommands":       {run: (*Bot).deleteMyCommands},
}

// call runs a method under the bot's lock and writes it down. getUpdates
// alone waits, and holds no lock then.
func (b *Bot) call(ctx context.Context, name string, a *args) (reply, *apiError) {
	if name == "getupdates" {
		return b.getUpdates(ctx, a)
	}
	m, known := methods[name]
	if !known {
		return reply{}, fail(404, "Not Found: method not found")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	answer, refused := m.run(b, a)
	if !m.quiet {
		b.note(name, a, answer, refused)
	}
	return answer, refused
}

func writeAnswer(w http.ResponseWriter, answer reply) {
	body := map[string]any{"ok": true, "result": answer.result}
	if answer.description != "" {
		body["description"] = answer.description
	}
	write(w, http.StatusOK, body)
}

func writeError(w http.ResponseWriter, e *apiError) {
	body := map[string]any{"ok": false, "error_code": e.Code, "description": e.Description}
	if e.Parameters != nil {
		body["parameters"] = e.Parameters
		if after := e.Parameters.RetryAfter; after > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(after))
		}
	}
	write(w, e.Code, body)
}

func write(w http.ResponseWriter, status int, body any) {
	data := encode(body)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(status)
	_, _ = w.Write(data) // the caller may be gone; nobody is left to tell
}

// encode makes JSON of shapes of this package, which cannot fail.
func encode(value any) json.RawMessage {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // only strings, numbers and what was decoded from JSON
	return bytes.TrimSpace(out.Bytes())
}
