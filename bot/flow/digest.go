package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/dialog"
)

// nightVerbs are the buttons of the morning's digest.
func (h *House) nightVerbs() map[string]verb {
	return map[string]verb{"night": h.openNight, "nights": h.nightPage}
}

// renderDigest tells in one message what was kept in the night. Where it was all
// taken back meanwhile there is nothing to tell.
func (h *House) renderDigest(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var d calm.Digest
	if err := json.Unmarshal(args, &d); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	left, err := h.Calm.Left(ctx, v.Community.ID, v.Person.ID, d.ID)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	if len(left) == 0 {
		return dialog.Screen{Gone: true}, nil
	}
	return h.nightScreen(ctx, v, night{id: d.ID, left: left, key: "digest.night"}), nil
}

// night is what a digest shows: what is left of it, from a page on.
type night struct {
	id   int64
	left []calm.Kept
	page int
	key  string // of its first line
}

// perNight is how many things one screen tells of: their first lines stand in it.
const perNight = 3

// nightScreen is the first lines of what was kept, and a button for each.
func (h *House) nightScreen(ctx context.Context, v Visit, n night) dialog.Screen {
	pages := (len(n.left) + perNight - 1) / perNight
	n.page = max(0, min(n.page, pages-1))
	s := v.say(n.key, "n", len(n.left))
	from := n.page * perNight
	for _, k := range n.left[from:min(from+perNight, len(n.left))] {
		s.Text += "\n" + v.Texts.T("digest.line", "n", k.N, "line", h.firstLine(ctx, v, k))
		row(&s, v.Texts.T("digest.open", "n", k.N), "night", strconv.FormatInt(k.ID, 10))
	}
	at := strconv.FormatInt(n.id, 10)
	if n.page+1 < pages {
		row(&s, v.Texts.T("dialog.more"), "nights", at, strconv.Itoa(n.page+1))
	}
	if n.page > 0 {
		row(&s, v.Texts.T("dialog.earlier"), "nights", at, strconv.Itoa(n.page-1))
	}
	return s
}

// firstLine is how a message would begin now. One that cannot be drawn is still
// there to be opened.
func (h *House) firstLine(ctx context.Context, v Visit, k calm.Kept) string {
	s, err := h.Render(ctx, v, k.Topic, k.Args)
	if err != nil {
		return v.Texts.T("digest.something")
	}
	return v.inBrief(s.Text)
}

// inBrief is how a message begins, and the number that it gives to be called: that is
// never cut.
func (v Visit) inBrief(text string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if first == "" {
		return v.Texts.T("digest.something")
	}
	line := brief(first)
	if phone := v.toCall(text, first); phone != "" && !strings.Contains(line, phone) {
		if at := strings.LastIndex(line, "。"); at > 0 { // half a sentence before it says nothing
			line = line[:at+len("。")]
		}
		return v.Texts.T("digest.call", "line", line, "phone", phone)
	}
	return line
}

// aPhone is a number that can be dialled: longer than that of any case.
var aPhone = regexp.MustCompile(`\+?\d(?:[ -]?\d){5,}`)

// toCall is the number that a message gives to be called: the office's, wherever it
// stands, or another's in its first line; "" where there is none.
func (v Visit) toCall(text, first string) string {
	if office := v.Community.OfficePhone; office != "" && strings.Contains(text, office) {
		return office
	}
	return aPhone.FindString(first)
}

// What of a first line a digest shows: three of them are to be read at a glance.
const (
	mostLineHan   = 16
	mostLineWords = 10
)

// brief cuts a line for a digest, at a word where there are words. It asks
// nothing yet: what is asked is answered where it is opened.
func brief(line string) string {
	line = strings.TrimRight(line, ":：")
	if at := strings.IndexAny(line, "?？"); at >= 0 {
		line = line[:at] + "…"
	}
	if words := strings.Fields(line); len(words) > mostLineWords {
		line = strings.TrimRight(strings.Join(words[:mostLineWords], " "), ",;:") + "…"
	}
	han := 0
	for i, r := range line {
		if unicode.Is(unicode.Han, r) {
			han++
		}
		if han > mostLineHan {
			return strings.TrimRight(line[:i], "，、：") + "…"
		}
	}
	return line
}

// openNight brings one thing of the night as it stands now, and takes it out of
// the digest.
func (h *House) openNight(ctx context.Context, v Visit, value string) (Reply, error) {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	of, opened, err := h.Calm.Open(ctx, v.Actor, id)
	if _, refused := v.Refused(err); refused {
		return v.toast("tap.old"), nil
	}
	if err != nil {
		return Reply{}, fmt.Errorf("open: %w", err)
	}
	r, err := h.nightLeft(ctx, v, of, 0)
	if !opened && err == nil {
		r.Screen.Toast = v.Texts.T("digest.over")
	}
	return r, err
}

// nightPage shows another page of a digest.
func (h *House) nightPage(ctx context.Context, v Visit, value string) (Reply, error) {
	of, at, _ := strings.Cut(value, ".")
	id, err := strconv.ParseInt(of, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	page, _ := strconv.Atoi(at) // the first has no number
	return h.nightLeft(ctx, v, id, page)
}

// nightLeft shows what is left of a digest.
func (h *House) nightLeft(ctx context.Context, v Visit, id int64, page int) (Reply, error) {
	left, err := h.Calm.Left(ctx, v.Community.ID, v.Person.ID, id)
	if err != nil {
		return Reply{}, fmt.Errorf("what is left of the night: %w", err)
	}
	s := v.say("digest.all_seen")
	if len(left) > 0 {
		s = h.nightScreen(ctx, v, night{id: id, left: left, page: page, key: "digest.left"})
	}
	return Reply{Screen: s, Beside: true}, nil
}

// nightLost passes on what a digest told of that did not arrive, as if each had
// been sent alone.
func (h *House) nightLost(ctx context.Context, community, person int64, args []byte) error {
	var d calm.Digest
	if err := json.Unmarshal(args, &d); err != nil {
		return fmt.Errorf("a digest that was lost: %w", err)
	}
	return h.Calm.Lost(ctx, community, person, d.ID, func(k calm.Kept) error {
		return h.Unreached(ctx, community, person, k.Topic, k.Args)
	})
}
