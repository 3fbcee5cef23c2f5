package street

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
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
	file    *botapi.File // nil: none was chosen
	look    look
}

// done is what somebody did: the note that the phone shows for a moment, most
// often none, since the chat itself changes; and what a script says of it.
type done struct {
	note note
	said []string
}

// actions is everything one can do on a phone.
var actions = map[string]func(s *street, ctx context.Context, h hand) (done, error){
	"start": (*street).start,
	"say":   (*street).say,
	"key":   (*street).key,
	"tap":   (*street).tap,
	"give":  (*street).give,

	"document": (*street).document,
	"add":      (*street).addBot,
	"remove":   (*street).removeBot,
}

// inGroups are the actions that there are in a group; all but the first are
// there alone.
var inGroups = []string{"say", "add", "remove"}

// errGone is a tap on what the phone does not show any more.
var errGone = errors.New("no such button")

func (s *street) act(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	p, known := s.persona(r.PathValue("key"), l.Words.Lang)
	action := r.PathValue("action")
	do, possible := actions[action]
	if p.Group != nil {
		possible = possible && slices.Contains(inGroups, action)
	} else {
		possible = possible && !slices.Contains(inGroups[1:], action)
	}
	if !ok || !known || !possible {
		http.NotFound(w, r)
		return
	}
	file, err := readForm(w, r)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	s.perform(w, r, do, hand{p, s.inHand[p.Key], r.PostForm, file, l})
}

// perform does what somebody does with a phone, and says how it went.
func (s *street) perform(w http.ResponseWriter, r *http.Request, do func(*street, context.Context, hand) (done, error), h hand) {
	var d done
	err := s.recorder.act(r.Context(), h.persona, func() (_ []string, _ string, err error) {
		d, err = do(s, r.Context(), h)
		return d.said, d.note.toast, err
	})
	said := d.note
	if err != nil {
		said = s.sorry(h.look.Words, h.persona.Key, err)
	}
	said.Phone = h.persona.Key
	if p, known := s.persona(said.Phone, h.look.Words.Lang); known && err == nil && !h.look.shows(said.Phone) {
		h.look = h.look.with(p)
		said.Open = "/?" + string(h.look.Query()) + "#phone-" + said.Phone
	}
	s.answer(w, r, h.look, said)
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

func (s *street) start(_ context.Context, h hand) (done, error) {
	payload := h.persona.Payload
	if h.form.Has("payload") {
		payload = h.form.Get("payload")
	}
	h.phone.Start(payload)
	return done{said: []string{"{" + strings.TrimSpace("start "+payload) + "}"}}, nil
}

func (s *street) say(_ context.Context, h hand) (done, error) {
	text := strings.TrimSpace(h.form.Get("text"))
	if word := h.form.Get("word"); word != "" { // a key for what need not be typed
		text = word
	}
	if text == "" {
		return done{note: note{Text: h.look.Words.Nothing, Failed: true}}, nil
	}
	if g := h.persona.Group; g != nil {
		who := s.inHand[h.form.Get("as")]
		if who == nil || g.Say(who, text).ID == 0 {
			return done{}, errGone
		}
		return done{}, nil
	}
	h.phone.Say(text)
	return done{said: []string{text}}, nil
}

// key presses a key of the reply keyboard.
func (s *street) key(_ context.Context, h hand) (done, error) {
	var labels []string
	if keyboard := h.phone.Chat().Keyboard; keyboard != nil {
		for _, row := range keyboard.Rows {
			for _, key := range row {
				labels = append(labels, key.Text)
			}
		}
	}
	at := slices.Index(labels, h.form.Get("label"))
	if at < 0 {
		return done{}, errGone
	}
	p := s.press(h, labels, at)
	for range p.times {
		if _, err := h.phone.Press(p.label); err != nil {
			return done{}, errors.Join(errGone, err)
		}
	}
	return done{note{Text: p.slipped}, []string{p.script()}}, nil
}

// tap presses a button under a message and waits a while for what the bot
// says to it. A bot that is slow is no error: its answer comes into the chat.
func (s *street) tap(ctx context.Context, h hand) (done, error) {
	id, err := strconv.ParseInt(h.form.Get("message"), 10, 64)
	if err != nil {
		return done{}, errGone
	}
	chat := h.phone.Chat()
	labels, data := buttonsOf(chat, id)
	at := slices.Index(data, h.form.Get("data"))
	if at < 0 {
		return done{}, errGone
	}
	p := s.press(h, labels, at)
	tap, err := h.phone.Tap(id, data[p.at])
	if err != nil {
		return done{}, errors.Join(errGone, err)
	}
	taps := []*botapi.Tap{tap}
	if p.times > 1 {
		taps = append(taps, h.phone.TapOld(id, data[p.at])) // also where the first has changed the message
	}
	d := done{note{Text: p.slipped}, []string{p.script()}}
	if p.times == 1 && !newestWith(chat, p.label, id) {
		d.said = []string{"{old [" + p.label + "]}"}
	}
	ctx, stop := context.WithTimeout(ctx, tapPatience)
	defer stop()
	for _, tap := range taps {
		toast, alert, err := tap.Answer(ctx)
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			d.note.Text = strings.TrimSpace(p.slipped + " " + h.look.Words.NoAnswer)
			return d, nil
		case err != nil:
			return d, err
		case toast != "":
			d.note.Text, d.note.Alert, d.note.toast = strings.TrimSpace(p.slipped+" "+toast), alert, toast
		}
	}
	return d, nil
}

// give sends one of the samples.
func (s *street) give(_ context.Context, h hand) (done, error) {
	one, known := s.samples[h.form.Get("sample")]
	if !known {
		return done{}, errGone
	}
	said := "{" + one.name + "}"
	switch one.name {
	case "album":
		h.phone.Album("", one.files...)
	case "forward":
		h.phone.ForwardPhoto(one.files[0], h.look.Words.ForwardedFrom)
		said = "{forward-photo}"
	case "voice":
		h.phone.Voice(one.files[0], voiceSeconds)
	case "place":
		place := h.persona.Account.Place
		h.phone.Location(place.Latitude, place.Longitude)
		said = "{location}"
	default:
		h.phone.Photo(one.files[0], "")
		said = "{photo}"
	}
	return done{said: []string{said}}, nil
}

// skip lets two minutes pass for everybody.
func (s *street) skip(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	said := s.passTime(r.Context(), l, 2*time.Minute)
	if !said.Failed {
		said.Text = l.Words.skipped(s.now())
	}
	s.answer(w, r, l, said)
}

func (s *street) now() time.Time { return s.Clock.Now().In(s.Zone) }
