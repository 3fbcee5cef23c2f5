package botapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// ServeHTTP answers /bot<token>/<method>, /file/bot<token>/<path>, and what
// Control answers.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.serveFile(w, rest)
		return
	}
	if isControl(r.URL.Path) {
		s.control.ServeHTTP(w, r)
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
	began := s.real.Now()
	a, refused := readArgs(r)
	if refused != nil {
		writeError(w, refused)
		return
	}
	a.trace, a.began = r.Header.Get("X-Trace-Id"), began
	c := newCall(r.Context(), b, name, a)
	if f, hit := s.faults.hit(b, c.method, c.chat); hit {
		s.broken(f, w, c)
		return
	}
	answer, refused := c.run()
	if refused != nil {
		writeError(w, refused)
		return
	}
	writeAnswer(w, answer)
}

// verbatim is a result that is encoded already, and may be broken.
type verbatim []byte

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
	"setwebhook":             {run: (*Bot).setWebhook},
	"deletewebhook":          {run: (*Bot).deleteWebhook},
	"sendmessage":            {run: (*Bot).sendMessage},
	"sendphoto":              {run: (*Bot).sendPhoto},
	"sendvideo":              {run: (*Bot).sendVideo},
	"sendvoice":              {run: (*Bot).sendVoice},
	"senddocument":           {run: (*Bot).sendDocument},
	"sendaudio":              {run: (*Bot).sendAudio},
	"sendanimation":          {run: (*Bot).sendAnimation},
	"sendvideonote":          {run: (*Bot).sendVideoNote},
	"sendsticker":            {run: (*Bot).sendSticker},
	"close":                  {run: (*Bot).closeSession},
	"logout":                 {run: (*Bot).logOut},
	"sendlocation":           {run: (*Bot).sendLocation},
	"forwardmessage":         {run: (*Bot).forwardMessage},
	"forwardmessages":        {run: (*Bot).forwardMessages},
	"copymessage":            {run: (*Bot).copyMessage},
	"copymessages":           {run: (*Bot).copyMessages},
	"pinchatmessage":         {run: (*Bot).pinChatMessage},
	"unpinchatmessage":       {run: (*Bot).unpinChatMessage},
	"unpinallchatmessages":   {run: (*Bot).unpinAllChatMessages},
	"sendcontact":            {run: (*Bot).sendContact},
	"setmessagereaction":     {run: (*Bot).setMessageReaction},
	"getmyname":              {run: (*Bot).getMyName, quiet: true},
	"setmyname":              {run: (*Bot).setMyName},
	"getmydescription":       {run: (*Bot).getMyDescription, quiet: true},
	"setmydescription":       {run: (*Bot).setMyDescription},
	"getmyshortdescription":  {run: (*Bot).getMyShortDescription, quiet: true},
	"setmyshortdescription":  {run: (*Bot).setMyShortDescription},
	"getchatmenubutton":      {run: (*Bot).getChatMenuButton, quiet: true},
	"setchatmenubutton":      {run: (*Bot).setChatMenuButton},
	"getuserprofilephotos":   {run: (*Bot).getUserProfilePhotos, quiet: true},
	"sendpoll":               {run: (*Bot).sendPoll},
	"stoppoll":               {run: (*Bot).stopPoll},
	"sendmediagroup":         {run: (*Bot).sendMediaGroup},
	"sendchataction":         {run: (*Bot).sendChatAction},
	"editmessagetext":        {run: (*Bot).editMessageText},
	"editmessagecaption":     {run: (*Bot).editMessageCaption},
	"editmessagemedia":       {run: (*Bot).editMessageMedia},
	"editmessagereplymarkup": {run: (*Bot).editMessageReplyMarkup},
	"deletemessage":          {run: (*Bot).deleteMessage},
	"deletemessages":         {run: (*Bot).deleteMessages},
	"answercallbackquery":    {run: (*Bot).answerCallbackQuery},
	"setmycommands":          {run: (*Bot).setMyCommands},
	"deletemycommands":       {run: (*Bot).deleteMyCommands},
}

func writeAnswer(w http.ResponseWriter, answer reply) {
	if as, ok := answer.result.(verbatim); ok {
		writeData(w, http.StatusOK, slices.Concat([]byte(`{"ok":true,"result":`), as, []byte("}")))
		return
	}
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
	writeData(w, status, encode(body))
}

func writeData(w http.ResponseWriter, status int, data []byte) {
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
