package street

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"time"
)

// whole is the whole page as one visitor sees it.
type whole struct {
	Words  words
	Look   look
	Query  template.URL
	Clock  string
	Hint   string
	Phones []phone
	More   []offer
	Note   *note
	Drawer *drawer      // nil where it is closed
	Turn   template.URL // the view with the drawer opened, or closed
}

// offer is a phone that can be opened.
type offer struct {
	Name, Role string
	Query      template.URL
}

func (s *street) page(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	var out bytes.Buffer
	if err := s.templates.ExecuteTemplate(&out, "page.html", s.whole(r.Context(), l, r.URL.Query().Get("note"))); err != nil {
		s.fail(w, fmt.Errorf("draw page: %w", err))
		return
	}
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("Content-Language", l.Words.Lang)
	s.send(w, "text/html; charset=utf-8", out.Bytes())
}

func (s *street) whole(ctx context.Context, l look, noteID string) whole {
	page := whole{Words: l.Words, Look: l, Query: l.Query(), Clock: l.Words.clock(s.now()), Note: s.notes.find(noteID)}
	turned := l
	turned.Tools = !l.Tools
	page.Turn = turned.Query()
	if l.Tools {
		d := s.drawer(l)
		page.Drawer = &d
	}
	for _, p := range s.Personas {
		if p.Lang == l.Words.Lang && !l.shows(p.Key) {
			page.More = append(page.More, offer{p.Name[l.Words.Lang], p.Role[l.Words.Lang], l.with(p).Query()})
		}
	}
	page.Phones, page.Hint = s.phones(l)
	for i := range page.Phones {
		if l.inspects(page.Phones[i].Key) {
			behind := s.inspector(ctx, l, l.Open[i])
			page.Phones[i].Behind = &behind
		}
	}
	for i := range page.Phones {
		if page.Note != nil && page.Note.Phone == page.Phones[i].Key {
			page.Phones[i].Note, page.Note = page.Note, nil
		}
	}
	return page
}

// phones draws all open phones, and says what a stranger could do next.
func (s *street) phones(l look) (drawn []phone, hint string) {
	for _, p := range l.Open {
		drawn = append(drawn, s.phone(l, p))
	}
	if wrong := s.troubles.now(s.Troubles, l.Words); wrong != "" && !l.Tools { // the drawer says it itself
		return drawn, fmt.Sprintf(l.Words.HintTrouble, wrong)
	}
	if len(drawn) == 0 {
		return nil, l.Words.NoPhone
	}
	first, last := &drawn[0], drawn[len(drawn)-1]
	if first.Members != nil { // a group tells no story by itself
		return drawn, l.Words.HintRest
	}
	turn, asked := s.whoseTurn(l)
	name := turn.Name[l.Words.Lang]
	switch {
	case !first.Started:
		return drawn, fmt.Sprintf(l.Words.HintStart, first.Name)
	case asked && turn.Key == first.Key && first.askedOfMedia():
		return drawn, fmt.Sprintf(l.Words.HintWait, name)
	case asked && !l.shows(turn.Key):
		return drawn, fmt.Sprintf(l.Words.HintOpen, name)
	case asked:
		return drawn, fmt.Sprintf(l.Words.HintTurn, name)
	case !first.sentMedia():
		first.Wanted = true
		return drawn, fmt.Sprintf(l.Words.HintPhoto, first.Name)
	case !last.Started: // the one that was opened just now
		return drawn, fmt.Sprintf(l.Words.HintStart, last.Name)
	default:
		return drawn, l.Words.HintRest
	}
}

// askedOfMedia tells whether the question that waits is about what was just
// shown or spoken: the one that answers itself. Once it has changed, something
// else is asked, or nothing.
func (p phone) askedOfMedia() bool {
	before := len(p.Log) - 2
	return before >= 0 && p.Log[before].Mine && p.Log[before].isMedia() && !p.Log[before+1].Edited
}

// isMedia tells whether it is a picture, video or voice of one's own.
func (e entry) isMedia() bool {
	return e.From == "" && (len(e.Album) > 0 || e.Voice != "" || e.Video != "")
}

// atOnce is how far apart messages come that one thing set off.
const atOnce = 2 * time.Second

// whoseTurn is whom the newest question with buttons was put to, on an open
// phone or on one that should be opened. Of those that were asked at once it is
// rather not the first: what that one was sent is most often a receipt.
func (s *street) whoseTurn(l look) (turn Persona, asked bool) {
	rank := func(p Persona) int {
		switch {
		case p.Key == l.Open[0].Key:
			return 0
		case !l.shows(p.Key):
			return 1
		}
		return 2
	}
	var newest time.Time
	for _, p := range s.Personas {
		at, is := s.asked(p)
		if p.Lang != l.Words.Lang || !is {
			continue
		}
		apart := at.Sub(newest)
		if !asked || apart > atOnce || apart >= -atOnce && rank(p) > rank(turn) {
			turn, newest = p, at
		}
		asked = true
	}
	return turn, asked
}

// asked tells whether the last word on somebody's phone has buttons, and when
// it was said.
func (s *street) asked(p Persona) (at time.Time, is bool) {
	if p.Group != nil {
		return at, false
	}
	messages := s.chat(p).Messages
	if len(messages) == 0 {
		return at, false
	}
	last := messages[len(messages)-1]
	return last.At, len(last.Buttons) > 0
}

// sentMedia tells whether this person has shown anything yet.
func (p phone) sentMedia() bool {
	for _, e := range p.Log {
		if e.Mine && e.isMedia() {
			return true
		}
	}
	return false
}

// shown are the kinds of files that browsers may show; all others are saved.
var shown = map[string]bool{"image/jpeg": true, "image/png": true, "image/gif": true, "image/webp": true}

func (s *street) file(w http.ResponseWriter, r *http.Request) {
	b := s.Bots[r.PathValue("lang")]
	if b == nil {
		http.NotFound(w, r)
		return
	}
	data, kind, err := b.File(r.PathValue("id"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if base, _, err := mime.ParseMediaType(kind); err != nil || !shown[base] {
		kind = "application/octet-stream"
		w.Header().Set("Content-Disposition", attachment(r.URL.Query().Get("name")))
	}
	s.send(w, kind, data)
}

// clock is the time as the bar shows it.
func (w words) clock(t time.Time) string { return w.Day(t) + t.Format(" 15:04") }

// nowIs says what time it is, after it has moved.
func (w words) nowIs(t time.Time) string { return fmt.Sprintf(w.NowIs, w.clock(t)) }

func (w words) skipped(t time.Time) string { return fmt.Sprintf(w.Skipped, t.Format("15:04")) }
