package street

import (
	"context"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// farthest is how far the clock goes at once: whatever falls due on the way
// happens, and a year of it takes its time.
const farthest = 366 * 24 * time.Hour

// Trouble is something that goes wrong when a button is pressed.
type Trouble struct {
	Key   string // names it in addresses and among the page's words
	Begin func(ctx context.Context) error
	End   func(ctx context.Context) error // nil where it passes by itself
}

// drawer is what the visitor can turn, as the page draws it.
type drawer struct {
	Words         words
	Query         template.URL
	Now, Most     string // of the clock's field
	Sizes         []turner
	Hands         []turner
	Troubles      []troubleButton
	TroubleStatus string
}

// turner is a link that turns one thing, and whether it is on.
type turner struct {
	Label string
	Query template.URL
	On    bool
}

type troubleButton struct {
	Key, Label string
	On         bool
}

func (s *street) drawer(l look) drawer {
	w, now := l.Words, s.now()
	d := drawer{
		Words: w, Query: l.Query(),
		Now: now.Format(fieldLayout), Most: now.Add(farthest).Format(fieldLayout),
	}
	for _, size := range sizes {
		other := l
		other.Size = size
		d.Sizes = append(d.Sizes, turner{strconv.Itoa(size) + " %", other.Query(), l.Size == size})
	}
	grey, shaky := l, l
	grey.Grey = !l.Grey
	if shaky.Shaky = 0; l.Shaky == 0 {
		shaky.Shaky = 1
	}
	d.Hands = []turner{{w.Grey, grey.Query(), l.Grey}, {w.Shaky, shaky.Query(), l.Shaky != 0}}
	for _, t := range s.Troubles {
		one := troubleButton{Key: t.Key, Label: w.Troubles[t.Key].Begin, On: s.troubles.on(t.Key)}
		if one.On {
			one.Label = w.Troubles[t.Key].End
		}
		d.Troubles = append(d.Troubles, one)
	}
	d.TroubleStatus = s.troubles.now(s.Troubles, w)
	return d
}

// fieldLayout is how browsers write a date and time without a zone.
const fieldLayout = "2006-01-02T15:04"

// moveClock lets the time pass until a moment: an hour later, nine o'clock of
// the next morning, or any that is given.
func (s *street) moveClock(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	to, refused := s.moment(l.Words, r.PostFormValue("by"), r.PostFormValue("to"))
	if refused == "" {
		s.answer(w, r, l, s.passTime(r.Context(), l, to.Sub(s.now())))
		return
	}
	s.answer(w, r, l, note{Text: refused, Failed: true})
}

func (s *street) moment(w words, by, to string) (at time.Time, refused string) {
	now := s.now()
	switch by {
	case "hour":
		return now.Add(time.Hour), ""
	case "morning":
		return time.Date(now.Year(), now.Month(), now.Day()+1, 9, 0, 0, 0, s.Zone), ""
	}
	at, err := time.ParseInLocation(fieldLayout, to, s.Zone)
	switch {
	case err != nil:
		return at, w.NoMoment
	case at.Before(now.Truncate(time.Minute)):
		return at, w.Backwards
	case at.After(now.Add(farthest)):
		return at, w.TooFar
	}
	return at, ""
}

// passTime moves the clock and says what time it is then.
func (s *street) passTime(ctx context.Context, l look, d time.Duration) note {
	var text string
	err := s.recorder.time(ctx, l.Words.Lang, max(d, 0), func() error {
		err := s.Skip(ctx, max(d, 0))
		text = l.Words.nowIs(s.now())
		return err
	})
	if err != nil {
		return s.sorry(l.Words, "", err)
	}
	return note{Text: text}
}

// cause begins or ends a trouble.
func (s *street) cause(w http.ResponseWriter, r *http.Request) {
	l, ok := s.look(r)
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	what := r.PostFormValue("what")
	i := slices.IndexFunc(s.Troubles, func(t Trouble) bool { return t.Key == what })
	if !ok || i < 0 {
		http.NotFound(w, r)
		return
	}
	err := s.recorder.trouble(r.Context(), l.Words.Lang, what, func() error { return s.troubles.turn(r.Context(), s.Troubles[i]) })
	said := note{Text: l.Words.Troubles[what].Said}
	switch {
	case errors.Is(err, errEnded):
		said.Text = l.Words.Troubles[what].Over
	case err != nil:
		s.Log.WarnContext(r.Context(), "trouble not made", slog.String("what", what), slog.Any("error", err))
		said = note{Text: l.Words.Failed, Failed: true}
	}
	s.answer(w, r, l, said)
}

// troubles knows which are on. One that passes by itself is on while it begins.
type troubles struct {
	mu    sync.Mutex
	began map[string]bool
	bell  bell
}

// errEnded says that a trouble was on and is over now.
var errEnded = errors.New("ended")

func (t *troubles) on(key string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.began[key]
}

// now says what goes wrong now, "" where nothing does.
func (t *troubles) now(all []Trouble, w words) (text string) {
	for _, one := range all {
		if t.on(one.Key) {
			text = w.Troubles[one.Key].Now
		}
	}
	return text
}

func (t *troubles) set(key string, on bool) {
	t.mu.Lock()
	t.began[key] = on
	t.mu.Unlock()
	t.bell.ring()
}

func (t *troubles) turn(ctx context.Context, one Trouble) error {
	if one.End != nil && t.on(one.Key) {
		if err := one.End(ctx); err != nil {
			return err
		}
		t.set(one.Key, false)
		return errEnded
	}
	t.set(one.Key, true)
	err := one.Begin(ctx)
	if err != nil || one.End == nil {
		t.set(one.Key, false)
	}
	return err
}

// bell wakes everybody who listens.
type bell struct {
	mu        sync.Mutex
	listeners map[chan struct{}]struct{}
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for l := range b.listeners {
		select {
		case l <- struct{}{}:
		default: // it has not heard the last one yet
		}
	}
}

func (b *bell) listen() (rings <-chan struct{}, stop func()) {
	l := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listeners == nil {
		b.listeners = map[chan struct{}]struct{}{}
	}
	b.listeners[l] = struct{}{}
	return l, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.listeners, l)
	}
}
