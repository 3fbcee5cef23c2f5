package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
)

// welcomeDraft is the first contact: what to call the person, and where she
// lives. Giving the name is the consent, and worded so.
type welcomeDraft struct {
	By        who    `json:"by"`
	Community string `json:"community"`
	Told      string `json:"told,omitempty"`   // the name that Telegram tells
	Poster    poster `json:"poster,omitzero"`  // where the stairway's poster hangs
	Houses    bool   `json:"houses,omitempty"` // there are buildings to choose from
	Then      string `json:"then,omitempty"`   // the dialog that she came for
	Link      int64  `json:"link,omitempty"`   // a link to be somebody on the register, of which they are asked whether that is them
	Home      string `json:"home,omitempty"`   // of that person, in words

	Known    string `json:"known,omitempty"`
	Name     string `json:"name,omitempty"`
	Right    string `json:"right,omitempty"`
	Building string `json:"building,omitempty"`
	Entrance string `json:"entrance,omitempty"`
}

// poster is the place that a stairway's poster names.
type poster struct {
	Building int64 `json:"b,omitempty"`
	Entrance int   `json:"e,omitempty"`
}

func (d *welcomeDraft) fromPoster() bool { return d.Poster.Building != 0 }

func (d *welcomeDraft) home() (building int64, entrance int) {
	if d.fromPoster() && d.Right == "yes" {
		return d.Poster.Building, d.Poster.Entrance
	}
	building, _ = strconv.ParseInt(d.Building, 10, 64) // the steps offer numbers only; skipped is 0
	entrance, _ = strconv.Atoi(d.Entrance)
	return building, entrance
}

func welcomeFlow(h *House) *dialog.Flow[welcomeDraft] {
	registered := func(d *welcomeDraft) bool { return d.Link != 0 }
	elsewhere := func(d *welcomeDraft) bool { return !registered(d) && d.Houses && (!d.fromPoster() || d.Right == "no") }
	return dialog.New("welcome", h.settle,
		dialog.Choice("known", func(d *welcomeDraft) *string { return &d.Known }, "yes", "no").When(registered).
			Fill(func(_ context.Context, d *welcomeDraft, t dialog.Turn) ([]any, error) {
				return []any{"community", d.communityName(t), "name", d.Told, "home", d.Home}, nil
			}).
			Beside(h.otherLanguages),
		dialog.Text("name", func(d *welcomeDraft) *string { return &d.Name }, 1, maxName).
			Suggest(func(_ context.Context, d *welcomeDraft, t dialog.Turn) ([]dialog.Option, error) {
				name := shorten(d.Told, maxName)
				if name == "" {
					name = t.Texts.T("welcome.neighbour")
				}
				return []dialog.Option{{Value: name, Label: name}}, nil
			}).
			Fill(func(_ context.Context, d *welcomeDraft, t dialog.Turn) ([]any, error) {
				return []any{"community", d.communityName(t)}, nil
			}).
			Beside(h.otherLanguages).
			When(func(d *welcomeDraft) bool { return !registered(d) }),
		dialog.Choice("right", func(d *welcomeDraft) *string { return &d.Right }, "yes", "no").
			When(func(d *welcomeDraft) bool { return !registered(d) && d.fromPoster() }).
			Fill(func(ctx context.Context, d *welcomeDraft, t dialog.Turn) ([]any, error) {
				v := Visit{Community: community.Community{ID: d.By.Community}, Texts: t.Texts}
				at := community.Place{Building: d.Poster.Building, Entrance: d.Poster.Entrance}
				return []any{"name", d.Name, "place", h.placeWords(ctx, v, at)}, nil
			}),
		dialog.Pick("building", func(d *welcomeDraft) *string { return &d.Building },
			func(ctx context.Context, d *welcomeDraft, t dialog.Turn) ([]dialog.Option, error) {
				return h.buildings(ctx, d.By.Community, t)
			}).When(elsewhere).Optional(),
		dialog.Pick("entrance", func(d *welcomeDraft) *string { return &d.Entrance },
			func(ctx context.Context, d *welcomeDraft, t dialog.Turn) ([]dialog.Option, error) {
				return h.entrances(ctx, d.By.Community, d.Building, t)
			}).When(func(d *welcomeDraft) bool { return elsewhere(d) && d.Building != "" }).Optional(),
	).NoSummary().Says("welcome.neighbour", "welcome.done", "welcome.suffix")
}

// SameWelcome reports whether a first contact that would begin is the open one
// once more: it leads nowhere else, and knows no other home.
func SameWelcome(open, begins *dialog.Session) bool {
	if open == nil || open.Flow != "welcome" || begins.Flow != "welcome" {
		return false
	}
	var was, is welcomeDraft
	if json.Unmarshal(open.Draft, &was) != nil || json.Unmarshal(begins.Draft, &is) != nil {
		return false
	}
	return (is.Then == "" || is.Then == was.Then) && (is.Poster == poster{} || is.Poster == was.Poster) && is.Link == was.Link
}

// StillAsks reports whether the open first contact asks whoever opened a link who
// they are, which comes before any other that would begin: what that one would
// lead to follows upon the answer.
func StillAsks(open, begins *dialog.Session) bool {
	if open == nil || open.Flow != "welcome" || begins.Flow != "welcome" {
		return false
	}
	var was, is welcomeDraft
	if json.Unmarshal(open.Draft, &was) != nil || json.Unmarshal(begins.Draft, &is) != nil || was.Link == 0 || is.Link != 0 {
		return false
	}
	if is.Then == "" {
		return true
	}
	was.Then = is.Then
	draft, err := json.Marshal(was)
	if err == nil {
		open.Draft = draft
	}
	return err == nil
}

// maxName is how long a name may be, in characters: it is read on buttons.
const maxName = 20

func shorten(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// otherLanguages offers every language but the present one, each in itself.
func (h *House) otherLanguages(_ *welcomeDraft, t dialog.Turn) []dialog.Button {
	var buttons []dialog.Button
	for _, code := range h.Languages {
		if label := h.Texts(code, t.Now, t.Zone).T("lang." + code); label != t.Texts.T("lang.own") {
			buttons = append(buttons, dialog.Button{Label: label, Data: "m.lang." + code})
		}
	}
	return buttons
}

func (d *welcomeDraft) communityName(t dialog.Turn) string {
	if d.Community == "" {
		return t.Texts.T("community.unnamed")
	}
	return strings.TrimSuffix(d.Community, t.Texts.T("welcome.suffix")) // a fresh community is called as its bot is
}

// settle keeps name, consent and home, and goes on with what she came for.
func (h *House) settle(ctx context.Context, d *welcomeDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	switch d.Known {
	case "yes":
		return h.isThem(ctx, v, d.Link)
	case "no":
		return h.notThem(ctx, v, d.Link)
	}
	if v.Person, err = h.People.Agree(ctx, v.Actor, d.Name); err != nil {
		return dialog.Screen{}, fmt.Errorf("agree: %w", err)
	}
	if building, entrance := d.home(); building != 0 {
		if v.Person, err = h.People.Settle(ctx, v.Actor, building, entrance, ""); err != nil {
			return dialog.Screen{}, fmt.Errorf("settle: %w", err)
		}
	}
	return h.welcomed(ctx, v)
}

// welcomed is the last word to somebody whom we know now.
func (h *House) welcomed(ctx context.Context, v Visit) (dialog.Screen, error) {
	if draft, ok, err := h.waiting(ctx, v); err != nil {
		return dialog.Screen{}, err
	} else if ok {
		return h.draftAfterWelcome(ctx, v, draft.ID)
	}
	s := v.say("welcome.done", "name", v.Person.Name, "phone", phoneWords(v))
	s.Menu = true
	return s, nil
}

// draftAfterWelcome gives the photo that came before its sender was known the
// place where she lives, and asks about it.
func (h *House) draftAfterWelcome(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	c, err := h.Cases.Place(ctx, v.Actor, id, home(v))
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("place case %d: %w", id, err)
	}
	return h.draftCard(ctx, v, c), nil
}

// welcome opens the first contact; then names the dialog that was asked for.
func (h *House) welcome(ctx context.Context, v Visit, then, note string) (Reply, error) {
	d, err := h.firstDraft(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	d.Then = then
	return Reply{Dialog: "welcome", Note: note, Prefill: d}, nil
}

func (h *House) firstDraft(ctx context.Context, v Visit) (welcomeDraft, error) {
	buildings, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil {
		return welcomeDraft{}, fmt.Errorf("welcome: %w", err)
	}
	d := welcomeDraft{By: v.who(), Community: v.Community.Name, Told: v.Person.Name, Houses: len(buildings) > 0}
	if v.Person.Settled() { // who moved or left, and is here again
		d.Poster = poster{Building: v.Person.Building, Entrance: v.Person.Entrance}
	}
	return d, nil
}

// After tells what follows a dialog that ended: the report that somebody new
// had asked for, or how things stand after a Cancel.
func (h *House) After(ctx context.Context, v Visit, ended dialog.Session) (r Reply, ok bool, err error) {
	after := map[string]func(context.Context, Visit, dialog.Session) (Reply, bool, error){
		"welcome": h.afterWelcome, "elsewhere": h.afterElsewhere, "left": h.afterLeft, "setup": h.afterFound,
		"which": h.afterWhich, "setting": h.afterSetting, "houses": h.afterHouses, "holidays": h.afterHolidays,
		"noticetime": h.afterTimes,
	}[ended.Flow]
	if after == nil {
		return Reply{}, false, nil
	}
	return after(ctx, v, ended)
}

// afterWelcome: who gave no name gave no consent, and nothing of theirs stays. Who
// turned out not to be the person on the register is met as anybody is.
func (h *House) afterWelcome(ctx context.Context, v Visit, ended dialog.Session) (Reply, bool, error) {
	var d welcomeDraft
	unread := json.Unmarshal(ended.Draft, &d)
	if !v.Person.Known() && slices.Contains(ended.Done, "known") {
		r, err := h.welcome(ctx, v, d.Then, "")
		return r, err == nil, err
	}
	if !v.Person.Known() {
		c, ok, err := h.waiting(ctx, v)
		if err != nil || !ok {
			return Reply{}, false, err
		}
		r, err := h.dropDraft(ctx, v, c.ID)
		return r, err == nil, err
	}
	if unread != nil {
		return Reply{}, false, nil //nolint:nilerr // a draft that cannot be read asks for nothing more
	}
	if link, ok := strings.CutPrefix(d.Then, "fam."); ok {
		return h.afterFamilyLink(ctx, v, link)
	}
	if c, ok := strings.CutPrefix(d.Then, "side."); ok {
		return h.afterSideLink(ctx, v, c)
	}
	if id, ok := strings.CutPrefix(d.Then, afterNotice); ok {
		return h.afterNoticeLink(ctx, v, id)
	}
	switch d.Then {
	case "setup":
		return h.found(ctx, v, "")
	case "report":
	default:
		return Reply{}, false, nil
	}
	if _, ok, err := h.waiting(ctx, v); ok || err != nil {
		return Reply{}, false, err // the photo that came before is asked about
	}
	return h.startReport(ctx, v, dialog.Words{}, false), true, nil
}

// afterElsewhere: no other place was named, and the photo waits as before.
func (h *House) afterElsewhere(ctx context.Context, v Visit, ended dialog.Session) (Reply, bool, error) {
	var d placeDraft
	if err := json.Unmarshal(ended.Draft, &d); err != nil {
		return Reply{}, false, nil //nolint:nilerr // the dialog's own last word stands
	}
	c, err := h.Cases.Find(ctx, v.Actor, d.Case)
	if err != nil {
		return Reply{}, false, fmt.Errorf("case %d: %w", d.Case, err)
	}
	return show(h.caseScreen(ctx, v, c)), true, nil
}

// afterLeft: nothing more was said, and the work goes on all the same.
func (h *House) afterLeft(ctx context.Context, v Visit, ended dialog.Session) (Reply, bool, error) {
	var d leftDraft
	if err := json.Unmarshal(ended.Draft, &d); err != nil {
		return Reply{}, false, nil //nolint:nilerr // the dialog's own last word stands
	}
	c, err := h.Cases.Find(ctx, v.Actor, d.Case)
	if err != nil {
		return Reply{}, false, fmt.Errorf("case %d: %w", d.Case, err)
	}
	return show(v.say("left.told", "no", c.Number, "name", h.whoGoes(ctx, v, c))), true, nil
}

// keepsFirst keeps a photo, video or voice message that comes in answer to the
// first question: who was told "send me a photo" may well do so.
func (h *House) keepsFirst(ctx context.Context, v Visit, ev dialog.Event) (note string, ok bool, err error) {
	if v.Person.Known() {
		return "", false, nil
	}
	if _, err := h.photoFirst(ctx, v, ev); err != nil {
		return "", false, err
	}
	return v.Texts.T("draft.kept"), true, nil
}

// posterPlace is the payload of a stairway's poster: b<building>u<entrance>,
// the building by its number on the wall.
var posterPlace = regexp.MustCompile(`^b([0-9A-Za-z]+)u([0-9]{1,2})$`)

// fromPoster fills in the home that a stairway's poster names. It grants
// nothing: the person is asked whether it is right.
func (h *House) fromPoster(ctx context.Context, v Visit, place string) (Reply, error) {
	found := posterPlace.FindStringSubmatch(place)
	if found == nil {
		return h.greet(ctx, v)
	}
	buildings, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("poster: %w", err)
	}
	for _, b := range buildings {
		entrance, _ := strconv.Atoi(found[2]) // two digits
		if !strings.EqualFold(b.Name, found[1]) || entrance < 1 || entrance > b.Entrances {
			continue
		}
		return h.atPoster(ctx, v, poster{Building: b.ID, Entrance: entrance})
	}
	return h.greet(ctx, v)
}

func (h *House) atPoster(ctx context.Context, v Visit, at poster) (Reply, error) {
	if v.Person.Known() && v.Person.Settled() {
		return h.greet(ctx, v)
	}
	d, err := h.firstDraft(ctx, v)
	if err != nil {
		return Reply{}, err
	}
	d.Poster = at
	if v.Person.Known() {
		d.Name = v.Person.Name
	}
	return Reply{Dialog: "welcome", Prefill: d}, nil
}
