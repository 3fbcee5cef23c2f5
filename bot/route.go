package bot

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/session"
)

// outcome is what a turn comes to: what is said on the way, then the screen.
type outcome struct {
	said   []dialog.Screen // messages of their own, ahead of the screen
	screen dialog.Screen
	where  flow.Where     // where the screen goes when a tap asked for it
	tapped *dialog.Screen // what the tapped message shows from now on, where the screen goes elsewhere
	aside  bool           // the screen is not the present one: an open dialog's question stays that
	beside bool           // the screen settles nothing: a question that waits keeps its buttons
}

// Taps on the question whether to go on with the open dialog or begin the other.
const (
	tapKeep = "d.keep"
	tapSwap = "d.swap"
)

// route finds out what the update is, in the order of the house's rules.
func (t *turn) route(ctx context.Context) (outcome, error) {
	if name, payload, ok := t.u.command(); ok {
		return t.command(ctx, name, payload)
	}
	if t.ev.Tap != "" {
		return t.tap(ctx)
	}
	t.ev = t.b.house.Worded(t.v, t.st.Open, t.ev)
	if !t.ev.Forwarded {
		d := flow.FindDanger(t.words(), t.v.Community.DangerWords)
		if d.Alarm != flow.NoAlarm && !flow.TeachesDanger(t.st.Open) {
			if t.ev.Text != "" && flow.GoesOnFile(t.st.Open) {
				return t.filed(ctx, d)
			}
			reply, err := t.b.house.Danger(ctx, t.v, d, t.ev)
			if t.st.Open != nil && t.st.Open.Flow == "welcome" {
				t.st.Open = nil // what comes next says where she is, not what she is called
			}
			return outcome{screen: reply.Screen, where: flow.Apart, aside: t.st.Open != nil}, err
		}
		if command, ok := t.b.house.CommandOf(t.v, t.ev.Text); ok {
			return t.command(ctx, command, "")
		}
		if reply, ok, err := t.b.house.AtDoors(ctx, t.v, t.ev.Text); ok || err != nil {
			if err == nil && reply.Dialog != "" {
				return t.reply(ctx, reply)
			}
			return outcome{screen: reply.Screen, where: flow.Apart, aside: t.st.Open != nil, beside: true}, err
		}
		if data := t.typedButton(); data != "" {
			t.ev = dialog.Event{Now: t.ev.Now, Zone: t.ev.Zone, Tap: data, Guest: t.v}
			return t.tap(ctx)
		}
	}
	return t.answered(ctx)
}

// filed keeps as an answer what a form is told of a danger, and asks above what comes next
// whether it is happening now.
func (t *turn) filed(ctx context.Context, d flow.Danger) (outcome, error) {
	asks := t.b.house.AsksIfNow(t.v, d)
	out, err := t.answered(ctx)
	out.said = append([]dialog.Screen{asks}, out.said...)
	return out, err
}

// answered takes the update as an answer: about a case, to the open dialog, or to nothing.
func (t *turn) answered(ctx context.Context) (outcome, error) {
	if out, ok, err := t.aboutCase(ctx); ok || err != nil {
		return out, err
	}
	if t.st.Open != nil {
		note, kept, err := t.b.house.Keeps(ctx, t.v, t.st.Open, t.ev)
		switch {
		case err != nil:
			return outcome{}, err
		case kept:
			return t.question(ctx, note)
		}
		return t.dialog(ctx)
	}
	reply, err := t.b.house.Outside(ctx, t.v, t.ev)
	if err != nil {
		return outcome{}, err
	}
	return t.reply(ctx, reply)
}

func (t *turn) words() string {
	if t.ev.Media != nil {
		return t.ev.Media.Caption
	}
	return t.ev.Text
}

// typedButton is the button of the present card whose label was typed.
func (t *turn) typedButton() string {
	if t.ev.Text == "" {
		return ""
	}
	for i, row := range t.st.Shown.Screen.Rows {
		for _, b := range row {
			if isOurs(b.Data) && flow.Same(t.ev.Text, b.Label) {
				return b.Data
			}
			if i == 0 && t.asksYesOrNo() && strings.HasPrefix(b.Data, t.st.Open.ID+".") && t.b.house.MeansYes(t.v, t.ev.Text) {
				return b.Data
			}
		}
	}
	return ""
}

// asksYesOrNo reports whether the open dialog waits for no more than a yes,
// its first button: at the summary, and where something is asked to be right.
func (t *turn) asksYesOrNo() bool {
	return t.st.Open != nil && slices.Contains([]string{"", "sure", "right"}, t.st.Open.At)
}

// isOurs reports whether a button is answered outside the dialogs.
func isOurs(data string) bool {
	return flow.IsCard(data) || data == tapKeep || data == tapSwap
}

// command answers a command. It never counts as an answer: an open dialog's
// question comes again below what the command says.
func (t *turn) command(ctx context.Context, name, payload string) (outcome, error) {
	switch {
	case name == "cancel" && t.st.Open != nil:
		screen := screenOf(t.v.Texts.T("dialog.cancelled"))
		screen.Menu = t.v.Person.Known()
		return t.ended(ctx, *t.st.Open, screen)
	case name == "start" && payload == "" && t.st.Open != nil:
		return t.question(ctx, t.v.Texts.T("start.resumed"))
	}
	reply, err := t.b.house.Command(ctx, t.v, name, payload)
	if err != nil {
		return outcome{}, err
	}
	if t.st.Open == nil || reply.Dialog != "" || reply.Screen.Text == "" {
		return t.reply(ctx, reply)
	}
	reply.Screen.Menu = false // the question below brings its own keys
	out, err := t.question(ctx, "")
	out.said = []dialog.Screen{reply.Screen}
	return out, err
}

// tap answers a button: of the open dialog, of a card, or an old one.
func (t *turn) tap(ctx context.Context) (outcome, error) {
	data := t.ev.Tap
	switch {
	case data == tapKeep, data == tapSwap:
		return t.choose(ctx, data == tapSwap)
	case flow.IsCard(data):
		reply, err := t.b.house.Tapped(ctx, t.v, data)
		if err != nil {
			return outcome{}, err
		}
		return t.reply(ctx, reply)
	case t.st.Open != nil && strings.HasPrefix(data, t.st.Open.ID+"."):
		return t.dialog(ctx)
	case t.st.Last != "" && strings.HasPrefix(data, t.st.Last+"."):
		return outcome{screen: dialog.Screen{Toast: t.v.Texts.T("tap.done")}}, nil
	case t.st.Open != nil:
		out, err := t.question(ctx, t.v.Texts.T("dialog.stale"))
		out.where = flow.Spent
		return out, err
	default:
		reply, err := t.b.house.Command(ctx, t.v, "start", "")
		if err != nil {
			return outcome{}, err
		}
		out, err := t.reply(ctx, reply)
		out.where, out.screen.Toast = flow.Spent, t.v.Texts.T("tap.old")
		return out, err
	}
}

// reply turns what a conversation says outside a dialog into an outcome.
func (t *turn) reply(ctx context.Context, r flow.Reply) (outcome, error) {
	if r.Ends {
		t.st.Open, t.st.Aside = nil, nil
	}
	switch {
	case r.Redraw:
		if err := t.refresh(ctx); err != nil {
			return outcome{}, err
		}
		if t.st.Open != nil {
			return t.question(ctx, "")
		}
		r, err := t.b.house.Command(ctx, t.v, "start", "")
		if err != nil {
			return outcome{}, err
		}
		return t.reply(ctx, r)
	case r.Fresh:
		if err := t.refresh(ctx); err != nil {
			return outcome{}, err
		}
	}
	out := outcome{screen: r.Screen, where: r.Where, aside: t.st.Open != nil, beside: r.Beside}
	if r.Dialog != "" {
		var err error
		if out, err = t.start(ctx, r); err != nil {
			return outcome{}, err
		}
	}
	out.tapped = r.Tapped
	return out, nil
}

// refresh reads the person again after something about them changed.
func (t *turn) refresh(ctx context.Context) error {
	p, a, err := t.b.people.Reader(ctx, t.b.community.ID, t.v.Person.ID)
	if err == nil && p.Merged != 0 { // they turned out to be somebody on the register
		p, a, err = t.b.people.Reader(ctx, t.b.community.ID, p.Merged)
	}
	if err != nil {
		return fmt.Errorf("read person again: %w", err)
	}
	t.v = t.b.visit(p, a, t.v.Key)
	t.ev.Guest = t.v
	t.b.languages.store(t.row.Chat, p.Language)
	return nil
}

// start opens a dialog. One in which something was answered is not lost: the
// person chooses which goes on.
func (t *turn) start(ctx context.Context, r flow.Reply) (outcome, error) {
	d, err := t.b.house.Dialogs().Get(r.Dialog)
	if err != nil {
		return outcome{}, err
	}
	s, screen, err := d.Start(ctx, t.sessionID(), r.Prefill, t.dialogTurn())
	if err != nil {
		return outcome{}, fmt.Errorf("start %s: %w", r.Dialog, err)
	}
	if s.Over {
		return outcome{screen: screen, where: r.Where, aside: t.st.Open != nil}, nil
	}
	if t.ev.Tap != "" && t.isOpen(s) {
		return outcome{}, nil // the doubled tap of the one that opened it
	}
	if flow.StillAsks(t.st.Open, &s) {
		return t.question(ctx, r.Note)
	}
	if t.st.Open != nil && t.st.Open.Rev != t.st.OpenedAt && !flow.LosesNothing(t.st.Open) {
		if flow.SameWelcome(t.st.Open, &s) {
			return t.question(ctx, r.Note)
		}
		t.st.Aside = &s
		which := t.whichDialog()
		if r.Note != "" {
			which.Text = r.Note + "\n" + which.Text
		}
		return outcome{screen: which, where: flow.Apart}, nil
	}
	t.open(&s)
	if r.Note != "" {
		screen.Text = r.Note + "\n" + screen.Text
	}
	return outcome{screen: screen, where: r.Where}, nil
}

// isOpen reports whether the open dialog is the same, with nothing answered yet.
func (t *turn) isOpen(s dialog.Session) bool {
	open := t.st.Open
	return open != nil && open.Flow == s.Flow && open.Rev == t.st.OpenedAt && bytes.Equal(open.Draft, s.Draft)
}

func (t *turn) open(s *dialog.Session) {
	t.st.Open, t.st.OpenedAt = s, 0
	if s != nil {
		t.st.OpenedAt = s.Rev
	}
}

func (t *turn) whichDialog() dialog.Screen {
	words := t.v.Texts
	s := screenOf(words.T("dialog.which", "open", words.T(t.st.Open.Flow+".called"), "other", words.T(t.st.Aside.Flow+".called")))
	s.Rows = [][]dialog.Button{
		{{Label: words.T("dialog.keep"), Data: tapKeep, Style: dialog.Primary}},
		{{Label: words.T("dialog.swap"), Data: tapSwap}},
	}
	return s
}

// choose goes on with one of two dialogs; the other waits, if anything was
// answered in it.
func (t *turn) choose(ctx context.Context, swap bool) (outcome, error) {
	if t.st.Open == nil || t.st.Aside == nil {
		if t.st.Open != nil {
			return t.question(ctx, "")
		}
		return outcome{screen: dialog.Screen{Toast: t.v.Texts.T("tap.old")}}, nil
	}
	if swap {
		other := t.st.Open
		t.open(t.st.Aside)
		t.st.Aside = other
	} else {
		t.st.Aside = nil
	}
	return t.question(ctx, "")
}

// dialog gives the event to the open dialog.
func (t *turn) dialog(ctx context.Context) (outcome, error) {
	d, err := t.b.house.Dialogs().Get(t.st.Open.Flow)
	var (
		s      dialog.Session
		screen dialog.Screen
	)
	if err == nil {
		s, screen, err = d.Turn(ctx, *t.st.Open, t.ev, t.v.Texts)
	}
	switch {
	case beyondRepair(err):
		t.b.log.WarnContext(ctx, "dialog begins again", "row", t.row.ID, "flow", t.st.Open.Flow, "error", err)
		t.st.Open = nil
		return t.route(ctx)
	case err != nil:
		return outcome{}, fmt.Errorf("dialog %s: %w", t.st.Open.Flow, err)
	case s.Over:
		return t.ended(ctx, s, screen)
	}
	t.st.Open = &s
	return outcome{said: screen.Above, screen: screen}, nil
}

// beyondRepair tells the errors after which a dialog can only begin again.
func beyondRepair(err error) bool {
	return errors.Is(err, dialog.ErrBroken) || errors.Is(err, dialog.ErrOver) || errors.Is(err, dialog.ErrUnknown)
}

// ended closes a dialog, and goes on with what it was in the way of.
func (t *turn) ended(ctx context.Context, s dialog.Session, last dialog.Screen) (outcome, error) {
	t.st.Open, t.st.Last = nil, s.ID
	if err := t.refresh(ctx); err != nil {
		return outcome{}, err
	}
	switch next, ok, err := t.b.house.After(ctx, t.v, s); {
	case err != nil:
		return outcome{}, err
	case ok && next.Dialog == "":
		last = next.Screen
	case ok:
		out, err := t.start(ctx, next)
		if last.Text != "" {
			out.said = append([]dialog.Screen{last}, out.said...)
		}
		return out, err
	}
	if t.ev.Tap != "" && s.Flow != "welcome" {
		last.Menu = false // the menu is there already: what was tapped changes in its place
	}
	out, err := t.resume(ctx, last)
	if t.ev.Tap != "" && len(last.Media) > 0 {
		out.where = flow.Spent // an edit could not bring the picture
	}
	if s.Flow == "welcome" && t.v.Person.Known() && !out.screen.Menu && err == nil {
		out.said = append([]dialog.Screen{t.b.house.Keys(t.v)}, out.said...) // what comes next has buttons, and cannot bring the menu
	}
	return out, err
}

// resume says the last word of a dialog, then asks again what was put aside.
func (t *turn) resume(ctx context.Context, last dialog.Screen) (outcome, error) {
	if t.st.Aside == nil {
		return outcome{screen: last}, nil
	}
	t.open(t.st.Aside)
	t.st.Aside = nil
	out, err := t.question(ctx, t.v.Texts.T("dialog.resumed"))
	last.Menu = false
	out.said = []dialog.Screen{last}
	return out, err
}

// question draws the open dialog's present question under a note.
func (t *turn) question(ctx context.Context, note string) (outcome, error) {
	d, err := t.b.house.Dialogs().Get(t.st.Open.Flow)
	var (
		s      dialog.Session
		screen dialog.Screen
	)
	if err == nil {
		s, screen, err = d.Redraw(ctx, *t.st.Open, t.dialogTurn())
	}
	if beyondRepair(err) {
		t.st.Open = nil
		return outcome{screen: screenOf(t.v.Texts.T("dialog.begin_again"))}, nil
	}
	if err != nil {
		return outcome{}, fmt.Errorf("draw %s: %w", t.st.Open.Flow, err)
	}
	t.st.Open = &s
	if note != "" {
		screen.Text = note + "\n" + screen.Text
	}
	return outcome{screen: screen}, nil
}

func (t *turn) dialogTurn() dialog.Turn {
	return dialog.Turn{Now: t.v.Now, Zone: t.v.Zone, Texts: t.v.Texts, Guest: t.v}
}

// sessionID is the key of what the dialog sends. It is drawn at random: a turn
// that is played again before its session was saved promised nothing yet.
func (t *turn) sessionID() string { return strings.ToLower(rand.Text()[:12]) }

// remember keeps what is on the screen now, for a tap, a typed label or a
// replay to find.
func (t *turn) remember(out outcome) {
	t.st.Said, t.st.Tapped = out.said, out.tapped
	switch {
	case out.screen.Text == "":
		return
	case out.aside && t.edits(out):
		t.st.Tapped = &out.screen
		return
	case out.aside:
		t.st.Said = append(t.st.Said, out.screen)
		return
	}
	t.st.Shown = session.Shown{Screen: out.screen, Album: t.ev.Album}
	if t.edits(out) {
		t.st.Shown.Message = int(t.u.Callback.Message.ID)
	}
	if c := t.u.Callback; out.where == flow.Spent && c != nil && c.Message != nil {
		t.st.Shown.Spent = int(c.Message.ID)
	}
}
