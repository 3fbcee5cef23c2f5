package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/today"
)

// doorVerbs are the buttons of who goes to the doors that a notice did not reach:
// "m.<verb>.<door>".
func (h *House) doorVerbs() map[string]verb {
	return map[string]verb{
		"ndoorkeys": h.givesDoorKeys, "ndoors": h.myDoors, "ncalls": h.myCalls, "ndoor": onID(h.showsDoor),
		"ntold":     h.ticksDoor(notices.Reached),
		"nobody":    h.ticksDoor(notices.Nobody),
		"nleft":     h.ticksDoor(notices.Told),
		"nsays":     h.saysAtDoor,
		"ndoorhelp": onID(h.helpAtDoor),
	}
}

// tellNoticeDoors tells who is to go how many doors and calls they have.
func (h *House) tellNoticeDoors(_ context.Context, v Visit, n notices.Notice, a toldNotice) (dialog.Screen, error) {
	s := v.say("doors.yours", "title", v.noticeTitle(n), "doors", a.Doors, "calls", a.Calls)
	if a.Doors > 0 {
		row(&s, v.Texts.T("doors.open"), "ndoors")
	}
	if a.Calls > 0 {
		row(&s, v.Texts.T("doors.call"), "ncalls")
	}
	return s, nil
}

// doorsBy are the reader's open doors, or calls: doors as somebody walks to them, calls with
// those first who were not called yet.
func (h *House) doorsBy(ctx context.Context, v Visit, way notices.Way) ([]notices.Door, error) {
	all, err := h.Notices.Mine(ctx, v.Actor)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d notices.Door) bool { return d.Way != way })
	if way == notices.AtDoor {
		slices.SortStableFunc(all, notices.AsWalked)
	}
	return all, nil
}

// myDoors lists the doors to which the reader goes, entrance by entrance.
func (h *House) myDoors(ctx context.Context, v Visit, at string) (Reply, error) {
	all, err := h.doorsBy(ctx, v, notices.AtDoor)
	if err != nil {
		return Reply{}, err
	}
	s, err := h.doorsScreen(ctx, v, all, at)
	return Reply{Screen: s, Beside: true}, err
}

func (h *House) doorsScreen(ctx context.Context, v Visit, all []notices.Door, at string) (dialog.Screen, error) {
	calls, err := h.doorsBy(ctx, v, notices.ByPhone)
	if err != nil {
		return dialog.Screen{}, err
	}
	all = oneOfEach(all)
	s := v.say("doors.none")
	if len(all) > 0 {
		s = v.say("doors.list", "n", len(all))
	}
	buttons := make([]dialog.Button, len(all))
	from, until := pageOf(at, len(all))
	for i, d := range all {
		buttons[i] = dialog.Button{Label: v.doorLabel(d), Data: "m.ndoor." + number(d.ID)}
		if i >= from && i < until {
			s.Text += "\n" + v.doorLineOf(d)
		}
	}
	v.list(&s, "ndoors", at, buttons)
	if len(all) > 0 {
		row(&s, v.Texts.T("doors.keys"), "ndoorkeys")
	}
	if calls = oneOfEach(calls); len(calls) > 0 {
		row(&s, v.Texts.T("doors.call_n", "n", len(calls)), "ncalls")
	}
	return s, nil
}

// oneOfEach are the doors of a list without those of homes that are in it already, to be
// told of another notice.
func oneOfEach(all []notices.Door) (homes []notices.Door) {
	for _, d := range all {
		if !slices.ContainsFunc(homes, d.SameHome) {
			homes = append(homes, d)
		}
	}
	return homes
}

// doorAt is where a door is, in short: 3-2-501.
func (v Visit) doorAt(d notices.Door) string {
	if d.Building == 0 {
		return v.Texts.T("doors.nowhere")
	}
	parts := []string{d.House}
	if d.Entrance != 0 {
		parts = append(parts, strconv.Itoa(d.Entrance))
	}
	if d.Flat != "" {
		parts = append(parts, d.Flat)
	}
	return strings.Join(parts, "-")
}

// doorLabel is a door on a button.
func (v Visit) doorLabel(d notices.Door) string {
	return named(v.Texts, "doors.label", d.Name, "at", v.doorAt(d))
}

// doorLineOf is a door in a list: where, who, and what makes them come first.
func (v Visit) doorLineOf(d notices.Door) string {
	line := v.Texts.T("doors.line", "at", v.doorAt(d), "name", d.Name)
	if mind := v.doorMind(d); mind != "" {
		line = v.Texts.T("doors.minding", "line", line, "mind", mind)
	}
	return line
}

// doorMind is what to think of at a door.
func (v Visit) doorMind(d notices.Door) string {
	var mind []string
	if d.Age >= notices.OldFrom {
		mind = append(mind, v.Texts.T("doors.age", "age", d.Age))
	}
	if d.Alone {
		mind = append(mind, v.Texts.T("doors.alone"))
	}
	if d.Tries > 0 {
		mind = append(mind, v.Texts.T("doors.tried", "n", d.Tries))
	}
	return listed(v.Texts, mind)
}

// myCalls shows who is to be called next.
func (h *House) myCalls(ctx context.Context, v Visit, _ string) (Reply, error) {
	s, err := h.nextDoor(ctx, v, notices.Door{Way: notices.ByPhone})
	return Reply{Screen: s, Beside: true}, err
}

func (h *House) showsDoor(ctx context.Context, v Visit, id int64) (Reply, error) {
	d, err := h.Notices.Door(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	s, err := h.doorScreen(ctx, v, d)
	return Reply{Screen: s, Beside: true}, err
}

// doorScreen is a door, or a call: who it is, what to tell them, and what may come of it.
func (h *House) doorScreen(ctx context.Context, v Visit, d notices.Door) (dialog.Screen, error) {
	n, err := h.Notices.Read(ctx, v.Community.ID, d.Notice)
	if err != nil {
		return dialog.Screen{}, err
	}
	lines := []string{v.doorLineOf(d)}
	if d.Notes != "" {
		lines = append(lines, d.Notes)
	}
	if d.Phone != "" {
		lines = append(lines, d.Phone)
	}
	if !d.Open() {
		s := v.say("doors.was." + string(d.Outcome))
		s.Text = lines[0] + "\n" + s.Text
		row(&s, v.Texts.T("doors.slip"), "nobody", number(d.ID))
		v.toList(&s, "ndoors")
		return s, nil
	}
	s := dialog.Screen{Text: strings.Join(append(lines, "", v.Texts.T("doors.say"), v.noticeText(n)), "\n")}
	id := number(d.ID)
	if n.Answer == notices.Question && n.Until.After(v.Now) {
		for i, o := range n.Options {
			row(&s, fit(v.wording(n, o), alone), "nsays", id, strconv.Itoa(i))
		}
	} else {
		row(&s, v.Texts.T("doors.told"), "ntold", id)
	}
	nobody := "doors.nobody"
	if d.Way == notices.ByPhone {
		nobody = "doors.no_reply"
	}
	row(&s, v.Texts.T(nobody), "nobody", id)
	if d.Way == notices.AtDoor {
		row(&s, v.Texts.T("doors.left"), "nleft", id)
	}
	if n.Answer == notices.Seen {
		row(&s, v.Texts.T("doors.help"), "ndoorhelp", id)
	}
	v.toList(&s, "ndoors")
	return s, nil
}

// ticksDoor notes what became of a door, and shows the next.
func (h *House) ticksDoor(is notices.Outcome) verb {
	return onID(func(ctx context.Context, v Visit, id int64) (Reply, error) {
		d, err := h.Notices.Tick(ctx, v.Actor, id, is)
		if err != nil {
			return Reply{}, err
		}
		return h.afterDoor(ctx, v, d, v.Texts.T("doors.noted."+string(is), "at", v.doorAt(d), "name", d.Name))
	})
}

// saysAtDoor notes what somebody at a door, or on the telephone, answers: "12.2".
func (h *House) saysAtDoor(ctx context.Context, v Visit, value string) (Reply, error) {
	id, rest, ok := pair(value)
	choice, err := strconv.Atoi(rest)
	if !ok || err != nil {
		return v.toast("tap.old"), nil
	}
	d, err := h.Notices.Door(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	how := notices.WordDoor
	if d.Way == notices.ByPhone {
		how = notices.WordCall
	}
	if err := h.Notices.Say(ctx, v.Actor, d.Notice, d.Person, choice, how); err != nil {
		return Reply{}, err
	}
	if d, err = h.Notices.Tick(ctx, v.Actor, id, notices.Reached); err != nil {
		return Reply{}, err
	}
	return h.afterDoor(ctx, v, d, v.Texts.T("doors.answered", "at", v.doorAt(d), "name", d.Name))
}

// helpAtDoor opens the case of somebody at a door who needs help.
func (h *House) helpAtDoor(ctx context.Context, v Visit, id int64) (Reply, error) {
	d, err := h.Notices.Door(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	n, err := h.Notices.Read(ctx, v.Community.ID, d.Notice)
	if err != nil {
		return Reply{}, err
	}
	_, no, err := h.Notices.HelpAt(ctx, v.Actor, id, v.helpWords(n))
	if err != nil {
		return Reply{}, err
	}
	return h.afterDoor(ctx, v, d, v.Texts.T("doors.helped", "at", v.doorAt(d), "name", d.Name, "no", no))
}

// afterDoor says what was noted of a door, and shows the next.
func (h *House) afterDoor(ctx context.Context, v Visit, d notices.Door, noted string) (Reply, error) {
	s, err := h.nextDoor(ctx, v, d)
	if err != nil {
		return Reply{}, fmt.Errorf("after door %d: %w", d.ID, err)
	}
	s.Text = noted + "\n\n" + s.Text
	return Reply{Screen: s, Beside: true}, nil
}

// nextDoor shows what else is to be told at a door; then the door behind it, as somebody
// walks, or who is to be called next; the list where there is none.
func (h *House) nextDoor(ctx context.Context, v Visit, was notices.Door) (dialog.Screen, error) {
	all, err := h.doorsBy(ctx, v, was.Way)
	if err != nil {
		return dialog.Screen{}, err
	}
	for _, d := range all {
		if d.SameHome(was) && d.ID != was.ID && d.Outcome == notices.NoOutcome {
			return h.doorScreen(ctx, v, d)
		}
	}
	for i, d := range all {
		first := was.Way == notices.ByPhone && i == 0 && d.ID != was.ID
		if first || was.Way == notices.AtDoor && notices.AsWalked(d, was) > 0 {
			return h.doorScreen(ctx, v, d)
		}
	}
	if was.Way == notices.ByPhone {
		if all, err = h.doorsBy(ctx, v, notices.AtDoor); err != nil {
			return dialog.Screen{}, err
		}
	}
	return h.doorsScreen(ctx, v, all, "")
}

// doorErrands are the doors and calls that are somebody's to do today, as one errand.
type doorErrands struct{ h *House }

func (d doorErrands) errands(ctx context.Context, v Visit) ([]errand, error) {
	all, err := d.h.Notices.Mine(ctx, v.Actor)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	all = oneOfEach(all)
	doors := 0
	for _, one := range all {
		if one.Way == notices.AtDoor {
			doors++
		}
	}
	y, m, day := v.Now.In(v.Zone).Date()
	return []errand{{
		at:     today.Errand{Due: time.Date(y, m, day, 23, 59, 0, 0, v.Zone)},
		line:   v.Texts.T("doors.errand", "doors", doors, "calls", len(all)-doors),
		button: dialog.Button{Label: v.Texts.T("doors.to_doors"), Data: "m.ndoors"},
	}}, nil
}

// doorMatters are the homes that current notices have not reached, for the morning.
type doorMatters struct{ h *House }

func (d doorMatters) counts(ctx context.Context, v Visit) ([]figure, error) {
	n, err := d.h.Notices.OpenDoors(ctx, v.Actor)
	return []figure{{name: "doors", n: n, data: "m.nlist"}}, err
}

func (doorMatters) list(context.Context, Visit, string, string) (dialog.Screen, bool, error) {
	return dialog.Screen{}, false, nil // the notices are its list
}
