package street

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linli-bot/linli/internal/botapi"
)

// phone is one person's phone as the page draws it.
type phone struct {
	Words      words
	Key        string
	Name, Role string
	Bot        string       // the bot's name, as the head of the chat shows it
	Query      template.URL // the visitor's view, kept by every form
	Close      template.URL // the view without this phone
	Started    bool
	Typing     bool
	Log        []entry
	Keyboard   *botapi.ReplyKeyboard
	Commands   []botapi.Command
	Samples    []choice
	Note       *note
	Wanted     bool     // the attach button is where the visitor should look
	Members    []choice // of a group: who can write there
	There      bool     // the bot is in it
	Quiet      string   // what to say of a bot that is not
	Gear       *gear
	Behind     *inspector // nil where it is not open
}

// gear is what the drawer adds to a phone.
type gear struct {
	Words      words
	Key, Name  string
	Query      template.URL
	Inspect    template.URL // the view with the inspector switched over
	Inspecting bool
	Recording  bool
	Recorded   string // the name of the file that is ready
}

// choice is a sample in the attach menu; Picture says that it has one.
type choice struct {
	Name, Label string
	Picture     bool
}

// entry is a bubble, or the line that says that another day begins.
type entry struct {
	Day     string
	ID      int64
	Mine    bool
	Who     string        // in a group: who wrote it
	Text    template.HTML // the local Telegram has escaped it, and made its tags
	Album   []shot
	Other   []string // media that are named rather than shown
	Files   []saved
	Links   []elsewhere
	Voice   string // length, m:ss
	Video   string
	Place   bool
	From    string // forwarded from
	Time    string
	Machine string // the time for machines
	Edited  bool
	Silent  bool
	Pinned  bool
	Buttons [][]button
	at      time.Time
	album   string
}

type shot struct {
	Source        string
	Width, Height int
}

// Square tells a code that is to be scanned from what a camera saw.
func (s shot) Square() bool { return s.Width != 0 && s.Width == s.Height }

// button is under a message: it sends Data, opens Link, starts with Start, or
// shows Copy to be copied.
type button struct {
	Text, Data, Link, Copy string
	Start                  *string
}

// phone draws p's phone for a visitor's view.
func (s *street) phone(l look, p Persona) phone {
	chat := s.chat(p)
	w := l.Words
	drawn := phone{
		Words: w, Key: p.Key, Name: p.Name[w.Lang], Role: p.Role[w.Lang], Bot: s.Name[w.Lang],
		Query: l.Query(), Close: l.without(p.Key).Query(),
		Started: chat.Started || len(chat.Messages) > 0, Typing: chat.Action != "",
		Log: s.log(w, p, chat.Messages), Keyboard: chat.Keyboard, Commands: chat.Commands,
	}
	if l.Tools {
		g := s.gear(l, p)
		drawn.Gear = &g
	}
	if p.Group != nil {
		s.intoGroup(&drawn, chat)
		return drawn
	}
	for _, name := range sampleOrder {
		one := s.samples[name]
		drawn.Samples = append(drawn.Samples, choice{name, w.Samples[name], len(one.files) > 0 && name != "voice"})
	}
	return drawn
}

// chat is what a phone shows now.
func (s *street) chat(p Persona) botapi.View {
	if p.Group != nil {
		return p.Group.View()
	}
	return s.inHand[p.Key].Chat()
}

// intoGroup makes a phone into the group as its members see it: everybody's
// name stands above what they write, and nobody is oneself.
func (s *street) intoGroup(drawn *phone, chat botapi.View) {
	drawn.Bot, drawn.Started, drawn.Commands, drawn.Keyboard = chat.Title, true, nil, nil
	if drawn.There = s.isThere(drawn.Words.Lang, chat); !drawn.There {
		drawn.Quiet = drawn.Words.GroupWithout
	}
	for i := range drawn.Log {
		drawn.Log[i].Mine = false
	}
	for _, one := range s.others(drawn.Words, "") {
		if slices.ContainsFunc(chat.Members, func(a botapi.Account) bool { return a.ID == s.inHand[one.Name].Account().ID }) {
			drawn.Members = append(drawn.Members, one)
		}
	}
}

func (s *street) gear(l look, p Persona) gear {
	on, finished := s.recorder.state(p.Key)
	return gear{
		Words: l.Words, Key: p.Key, Name: p.Name[l.Words.Lang], Query: l.Query(),
		Inspect: l.inspecting(p.Key).Query(), Inspecting: l.inspects(p.Key), Recording: on, Recorded: finished.Name,
	}
}

// Initial stands in the round picture of whoever has none.
func (p phone) Initial() string {
	first, _ := utf8.DecodeRuneInString(p.Bot)
	return strings.ToUpper(string(first))
}

// Placeholder stands in the empty writing line.
func (p phone) Placeholder() string {
	if p.Keyboard != nil && p.Keyboard.Placeholder != "" {
		return p.Keyboard.Placeholder
	}
	return p.Words.Write
}

// Bubble is an entry with the phone on which it stands.
func (p phone) Bubble(e entry) any {
	return struct {
		Phone phone
		Entry entry
	}{p, e}
}

// Path is the address to which a form of this phone goes.
func (p phone) Path(action string) template.URL {
	return template.URL("/street/phone/"+p.Key+"/"+action+"?") + p.Query
}

// log turns messages into what is drawn: days apart, albums together.
func (s *street) log(w words, p Persona, messages []botapi.Message) []entry {
	var entries []entry
	day := ""
	for _, m := range messages {
		at := m.At.In(s.Zone)
		if d := w.Day(at); d != day {
			day = d
			entries = append(entries, entry{Day: d, Machine: at.Format(time.DateOnly)})
		}
		if m.Service != "" {
			if what, known := w.Services[m.Service]; known {
				entries = append(entries, entry{ID: m.ID, Day: fmt.Sprintf(what, strings.Join(m.About, ", ")), Machine: at.Format(time.RFC3339)})
			}
			continue
		}
		next := s.bubble(w, m, at)
		s.apart(w, p, &next)
		if last := len(entries) - 1; next.album != "" && entries[last].album == next.album {
			entries[last] = join(entries[last], next)
			continue
		}
		entries = append(entries, next)
	}
	return entries
}

// Bare tells whether pictures are all there is, so that the time goes onto them.
func (e entry) Bare() bool { return len(e.Album) > 0 && e.Text == "" }

// join puts the next item of an album into the bubble of the first.
func join(first, next entry) entry {
	first.Album = append(first.Album, next.Album...)
	first.Other = append(first.Other, next.Other...)
	first.Files = append(first.Files, next.Files...)
	first.Links = append(first.Links, next.Links...)
	if first.Text == "" {
		first.Text = next.Text
	}
	first.Buttons = append(first.Buttons, next.Buttons...)
	return first
}

func (s *street) bubble(w words, m botapi.Message, at time.Time) entry {
	e := entry{
		ID: m.ID, Mine: !m.FromBot, Text: template.HTML(m.HTML), From: m.Forwarded, Place: m.Location != nil,
		Who: m.From, Time: at.Format("15:04"), Machine: at.Format(time.RFC3339), Edited: m.Edited, Silent: m.Silent, Pinned: m.Pinned,
		at: m.At, album: m.AlbumID,
	}
	for _, media := range m.Media {
		switch media.Kind {
		case "photo":
			e.Album = append(e.Album, shot{"/street/file/" + w.Lang + "/" + url.PathEscape(media.FileID), media.Width, media.Height})
		case "voice", "audio":
			e.Voice = length(media.Seconds)
		case "video", "video_note", "animation":
			e.Video = length(media.Seconds)
		case "document":
			e.Files = append(e.Files, savedOf(w, media))
		default:
			e.Other = append(e.Other, w.Sticker)
		}
	}
	if m.Contact != nil {
		name := strings.TrimSpace(m.Contact.FirstName + " " + m.Contact.LastName)
		e.Other = append(e.Other, name+", "+m.Contact.Phone)
	}
	for _, row := range m.Buttons {
		e.Buttons = append(e.Buttons, s.row(w.Lang, row))
	}
	if m.FromBot {
		e.Links = s.linksOf(w, m)
	}
	return e
}

func (s *street) row(lang string, row []botapi.Button) []button {
	drawn := make([]button, 0, len(row))
	for _, b := range row {
		one := button{Text: b.Text, Data: b.Data, Link: b.URL, Copy: b.Copy}
		if payload, group, ok := s.follow(lang, b.URL); ok && !group {
			one.Start = &payload
		}
		drawn = append(drawn, one)
	}
	return drawn
}

func length(seconds int) string { return fmt.Sprintf("%d:%02d", seconds/60, seconds%60) }
