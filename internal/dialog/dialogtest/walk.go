// Package dialogtest walks through a flow at random and checks what must hold
// on every screen of every flow.
package dialogtest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

const (
	seeds  = 3000
	events = 30 // of one conversation
)

// Walk holds 3,000 conversations with d (300 with -short or -race), each begun with
// prefill, tapping and typing at random. It fails on an error, a dead end, a
// hole in the summary, a hidden answer that survives, button data over 64
// bytes, a stale tap that changes something, a key that Keys does not list, or
// when no conversation gets to its end. The flow's own functions must never
// fail but by Reject. Check, unless nil, sees every session and its screen.
func Walk(t *testing.T, d dialog.Dialog, prefill any, texts dialog.Texts, check func(dialog.Session, dialog.Screen)) {
	t.Helper()
	n := seeds
	if testing.Short() || racing {
		n /= 10
	}
	WalkSome(t, n, d, prefill, texts, check)
}

// WalkSome is Walk with n conversations, for flows whose functions ask a real
// store.
func WalkSome(t *testing.T, n int, d dialog.Dialog, prefill any, texts dialog.Texts, check func(dialog.Session, dialog.Screen)) {
	t.Helper()
	known := map[string]bool{}
	for _, k := range d.Keys() {
		known[k] = true
	}
	sent := 0
	for seed := range n {
		w := newWalker(t, d, seed, &listening{Texts: texts, known: known, flow: d.Name()})
		if w.run(prefill, check) {
			sent++
		}
	}
	require.NotZero(t, sent, "no conversation of %d got to its end", n)
}

type walker struct {
	t      *testing.T
	d      dialog.Dialog
	texts  *listening
	rnd    *rand.Rand
	seed   int
	s      dialog.Session
	screen dialog.Screen
	old    []string // data of earlier buttons
	trail  []dialog.Event
}

func newWalker(t *testing.T, d dialog.Dialog, seed int, texts *listening) *walker {
	return &walker{t: t, d: d, seed: seed, texts: texts, rnd: rand.New(rand.NewPCG(uint64(seed), 1))}
}

// run holds one conversation and tells whether it was sent.
func (w *walker) run(prefill any, check func(dialog.Session, dialog.Screen)) bool {
	w.t.Helper()
	ctx, now := w.t.Context(), time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	id := fmt.Sprintf("walk%012d", w.seed) // as long as an id may be
	s, screen, err := w.d.Start(ctx, id, prefill, dialog.Turn{Now: now, Zone: time.UTC, Texts: w.texts})
	w.require(err == nil, "start: %v", err)
	w.s, w.screen = s, screen
	for range events {
		w.holds()
		if check != nil {
			check(w.s, w.screen)
		}
		if w.s.Over {
			return w.screen.Text != w.texts.T("dialog.cancelled")
		}
		w.s = w.stored()
		ev := w.event()
		ev.Now, ev.Zone = now, time.UTC
		w.trail = append(w.trail, ev)
		w.turn(ctx, ev)
	}
	return false
}

func (w *walker) turn(ctx context.Context, ev dialog.Event) {
	before, shown := w.s, w.screen
	s, screen, err := w.d.Turn(ctx, before, ev, w.texts)
	w.require(err == nil, "%v", err)
	w.require(s.ID == before.ID && s.Rev >= before.Rev, "id or revision went from %s.%d to %s.%d", before.ID, before.Rev, s.ID, s.Rev)
	if ev.Tap != "" && !offered(shown, ev.Tap) && !fresh(before, ev.Tap) {
		w.require(same(before, s), "a stale tap changed the session")
		w.require(strings.HasPrefix(screen.Text, w.texts.T("dialog.stale")), "no word about a stale tap: %q", screen.Text)
	}
	if !s.Over && w.rnd.IntN(4) == 0 {
		again, drawn, err := w.d.Redraw(ctx, s, dialog.Turn{Now: ev.Now, Zone: ev.Zone, Texts: w.texts})
		w.require(err == nil && same(s, again), "redraw changed the session: %v", err)
		w.require(strings.HasSuffix(screen.Text, drawn.Text), "redraw drew %q, not %q", drawn.Text, screen.Text)
	}
	for _, b := range slices.Concat(shown.Rows...) {
		w.old = append(w.old, b.Data)
	}
	w.s, w.screen = s, screen
}

// holds checks what must be true of every session and screen.
func (w *walker) holds() {
	w.require(w.texts.unknown == "", "Keys does not list %q", w.texts.unknown)
	if a, ok := w.d.(interface{ Audit(dialog.Session) error }); ok {
		err := a.Audit(w.s)
		w.require(err == nil, "%v", err)
	}
	if w.s.Over {
		return
	}
	buttons, keys := slices.Concat(w.screen.Rows...), slices.Concat(w.screen.Keyboard...)
	w.require(w.screen.Text != "", "a screen without words")
	w.require(len(buttons) > 0 != (len(keys) > 0), "want buttons or keys: %d and %d", len(buttons), len(keys))
	seen := map[string]bool{}
	for _, b := range buttons {
		w.require(b.Label != "", "a button without words")
		w.require(len(b.Data) <= 64, "button data %q has over 64 bytes", b.Data)
		w.require(!seen[b.Data], "button data %q twice", b.Data)
		seen[b.Data] = true
	}
	last := ""
	if len(buttons) > 0 {
		last = buttons[len(buttons)-1].Label
	} else {
		last = keys[len(keys)-1].Text
	}
	w.require(last == w.texts.T("dialog.cancel"), "the last button is %q, want cancel", last)
}

// event picks what the person does next: mostly a tap, seldom a cancel.
func (w *walker) event() dialog.Event {
	buttons := slices.Concat(w.screen.Rows...)
	if r := w.rnd.IntN(10); r < 6 && len(buttons) > 0 {
		n := len(buttons)
		if w.rnd.IntN(20) > 0 {
			n-- // cancel is the last
		}
		b := buttons[w.rnd.IntN(max(n, 1))]
		if w.rnd.IntN(4) == 0 {
			return dialog.Event{Text: b.Label}
		}
		return dialog.Event{Tap: b.Data}
	}
	keys := slices.Concat(w.screen.Keyboard...)
	switch r := w.rnd.IntN(12); {
	case r == 0 && len(w.old) > 0:
		return dialog.Event{Tap: w.old[w.rnd.IntN(len(w.old))]}
	case r == 1:
		return dialog.Event{Tap: "other.1:send"}
	case r == 2:
		return dialog.Event{Other: true}
	case r == 3:
		return dialog.Event{Location: &dialog.Point{Lat: 37.46, Lon: 121.44}}
	case r == 4:
		return dialog.Event{Contact: &dialog.Contact{Phone: "+8600000", Own: w.rnd.IntN(2) == 0}}
	case r < 8:
		return dialog.Event{Media: w.media()}
	case r == 8 && len(keys) > 0:
		return dialog.Event{Text: keys[w.rnd.IntN(len(keys))].Text}
	}
	said := []string{"7", "是", "a long enough story", strings.Repeat("so long ", 300), " ", "👍"}
	return dialog.Event{Text: said[w.rnd.IntN(len(said))], Forwarded: w.rnd.IntN(8) == 0}
}

func (w *walker) media() *dialog.Media {
	m := dialog.Media{
		Kind:   []string{dialog.Photo, dialog.Photo, dialog.Video, dialog.Voice}[w.rnd.IntN(4)],
		FileID: fmt.Sprintf("file%d", len(w.trail)),
		Album:  []string{"", "first", "second"}[w.rnd.IntN(3)],
	}
	m.UniqueID = m.FileID
	if w.rnd.IntN(4) == 0 {
		m.Caption = "look at this"
	}
	return &m
}

// stored is the session after a restart.
func (w *walker) stored() dialog.Session {
	raw, err := json.Marshal(w.s)
	w.require(err == nil, "%v", err)
	var s dialog.Session
	err = json.Unmarshal(raw, &s)
	w.require(err == nil, "%v", err)
	return s
}

func (w *walker) require(ok bool, format string, args ...any) {
	if ok {
		return
	}
	w.t.Helper()
	for i, ev := range w.trail {
		w.t.Logf("%d: %s", i, say(ev))
	}
	w.t.Fatalf("seed %d at %q: %s", w.seed, w.s.At, fmt.Sprintf(format, args...))
}

// listening notes the first key of the flow, or of the engine, that Keys does not list.
type listening struct {
	dialog.Texts
	known   map[string]bool
	flow    string
	unknown string
}

func (l *listening) T(key string, args ...any) string {
	family, _, _ := strings.Cut(key, ".")
	if (family == "dialog" || family == l.flow) && !l.known[key] && l.unknown == "" {
		l.unknown = key
	}
	return l.Texts.T(key, args...)
}

func offered(on dialog.Screen, data string) bool {
	return slices.ContainsFunc(slices.Concat(on.Rows...), func(b dialog.Button) bool { return b.Data == data })
}

// fresh tells whether a tap carries the session's present revision: earlier
// buttons of a question that is still asked stay good.
func fresh(s dialog.Session, tap string) bool {
	tag, _, _ := strings.Cut(tap, ":")
	rev, _ := strings.CutPrefix(tag, s.ID+".")
	return rev == strconv.FormatInt(int64(s.Rev), 36)
}

func same(a, b dialog.Session) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func say(ev dialog.Event) string {
	ev.Now, ev.Zone = time.Time{}, nil
	raw, err := json.Marshal(ev)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
