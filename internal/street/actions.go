package street

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
)

// tapPatience is how long the page waits for the bot's answer to a tap.
const tapPatience = 8 * time.Second

// hand is a person with their phone in hand, about to do something.
type hand struct {
	persona Persona
	phone   *botapi.Phone
	form    url.Values
	words   words
}

// actions is everything one can do on a phone. The note is what the phone
// shows for a moment; most actions need none, since the chat itself changes.
var actions = map[string]func(s *street, ctx context.Context, h hand) (note, error){
	"start": (*street).start,
	"say":   (*street).say,
	"key":   (*street).key,
	"tap":   (*street).tap,
	"give":  (*street).give,
}

// errGone is a tap on what the phone does not show any more.
var errGone = errors.New("no such button")

func (s *street) act(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	p, known := s.persona(r.PathValue("key"), l.Words.Lang)
	do, possible := actions[r.PathValue("action")]
	if !ok || !known || !possible {
		http.NotFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	said, err := do(s, r.Context(), hand{p, s.inHand[p.Key], r.PostForm, l.Words})
	if err != nil {
		said = s.sorry(l.Words, p.Key, err)
	}
	said.Phone = p.Key
	s.answer(w, r, l, said)
}

// sorry is the friendly line for what could not be done.
func (s *street) sorry(w words, key string, err error) note {
	if errors.Is(err, errGone) {
		return note{Text: w.Gone, Failed: true}
	}
	s.Log.Warn("action on a phone did not go through", slog.String("phone", key), slog.Any("error", err))
	return note{Text: w.Failed, Failed: true}
}

// answer says how it went: as data to the script, as a page to a plain form.
func (s *street) answer(w http.ResponseWriter, r *http.Request, l look, said note) {
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(said); err != nil {
			s.Log.Debug("reader went away", slog.Any("error", err))
		}
		return
	}
	to := "/?" + string(l.Query())
	if said.Text != "" {
		to += "&note=" + s.notes.keep(said)
	}
	if said.Phone != "" {
		to += "#phone-" + said.Phone
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (s *street) start(_ context.Context, h hand) (note, error) {
	payload := h.persona.Payload
	if h.form.Has("payload") {
		payload = h.form.Get("payload")
	}
	h.phone.Start(payload)
	return note{}, nil
}

func (s *street) say(_ context.Context, h hand) (note, error) {
	text := strings.TrimSpace(h.form.Get("text"))
	if text == "" {
		return note{Text: h.words.Nothing, Failed: true}, nil
	}
	h.phone.Say(text)
	return note{}, nil
}

// key presses a key of the reply keyboard.
func (s *street) key(_ context.Context, h hand) (note, error) {
	if _, err := h.phone.Press(h.form.Get("label")); err != nil {
		return note{}, errors.Join(errGone, err)
	}
	return note{}, nil
}

// tap presses a button under a message and waits a while for what the bot
// says to it. A bot that is slow is no error: its answer comes into the chat.
func (s *street) tap(ctx context.Context, h hand) (note, error) {
	id, err := strconv.ParseInt(h.form.Get("message"), 10, 64)
	if err != nil {
		return note{}, errGone
	}
	tap, err := h.phone.Tap(id, h.form.Get("data"))
	if err != nil {
		return note{}, errors.Join(errGone, err)
	}
	ctx, stop := context.WithTimeout(ctx, tapPatience)
	defer stop()
	toast, alert, err := tap.Answer(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return note{Text: h.words.NoAnswer}, nil
	}
	return note{Text: toast, Alert: alert}, err
}

// give sends one of the samples.
func (s *street) give(_ context.Context, h hand) (note, error) {
	one, known := s.samples[h.form.Get("sample")]
	if !known {
		return note{}, errGone
	}
	switch one.name {
	case "album":
		h.phone.Album("", one.files...)
	case "forward":
		h.phone.ForwardPhoto(one.files[0], h.words.ForwardedFrom)
	case "voice":
		h.phone.Voice(one.files[0], voiceSeconds)
	case "place":
		place := h.persona.Account.Place
		h.phone.Location(place.Latitude, place.Longitude)
	default:
		h.phone.Photo(one.files[0], "")
	}
	return note{}, nil
}

// skip lets two minutes pass for everybody.
func (s *street) skip(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	said := note{}
	if err := s.Skip(r.Context(), 2*time.Minute); err != nil {
		said = s.sorry(l.Words, "", err)
	} else {
		said.Text = l.Words.skipped(s.now())
	}
	s.answer(w, r, l, said)
}

func (s *street) now() time.Time { return s.Clock.Now().In(s.Zone) }
