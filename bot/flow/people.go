package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// findDraft is a search for somebody on the register.
type findDraft struct {
	By    who    `json:"by"`
	Query string `json:"query,omitempty"`
	Who   string `json:"who,omitempty"`
}

// LosesNothing reports whether a dialog is only a search: another one may take
// its place unasked.
func LosesNothing(open *dialog.Session) bool { return open != nil && open.Flow == "find" }

// findFlow asks for a name, initials, a flat or four digits, offers whom they
// fit, and shows the one who is tapped.
func findFlow(h *House) *dialog.Flow[findDraft] {
	return dialog.New("find", h.pick,
		dialog.Text("query", func(d *findDraft) *string { return &d.Query }, 1, people.MaxName).
			Check(func(ctx context.Context, d *findDraft, t dialog.Turn) error {
				some, err := h.finds(ctx, d, t)
				if err == nil && len(some) == 0 {
					return dialog.Reject("nobody", "query", shorten(d.Query, maxName))
				}
				return err
			}, "nobody").
			Beside(h.besideFind),
		dialog.Pick("who", func(d *findDraft) *string { return &d.Who }, h.finds).Anew("query"),
	).NoSummary().Says("dialog.and")
}

// finds are the people who fit a search, of those whom the person may see.
func (h *House) finds(ctx context.Context, d *findDraft, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return nil, err
	}
	found, err := h.People.Search(ctx, v.Actor, d.Query)
	if err != nil {
		return nil, fmt.Errorf("find: %w", err)
	}
	options := make([]dialog.Option, len(found))
	for i, p := range found {
		options[i] = dialog.Option{Value: strconv.FormatInt(p.ID, 10), Label: h.personLabel(ctx, v, p)}
	}
	return options, nil
}

// personLabel is somebody on a button: the name, and the door that tells them
// from others of that name.
func (h *House) personLabel(ctx context.Context, v Visit, p people.Person) string {
	door := h.doorNumber(ctx, v, p)
	return fit(p.Name, func(name string) string { return strings.TrimSpace(name + " " + door) })
}

// doorNumber is 3-2-501, as far as it is known.
func (h *House) doorNumber(ctx context.Context, v Visit, p people.Person) string {
	if p.Building == 0 {
		return ""
	}
	b, err := h.Communities.Building(ctx, v.Community.ID, p.Building)
	if err != nil { // a building that is gone leaves the name
		return ""
	}
	parts := []string{shorten(b.Name, 6)}
	if p.Entrance != 0 {
		parts = append(parts, strconv.Itoa(p.Entrance))
	}
	if p.Flat != "" {
		parts = append(parts, p.Flat)
	}
	return strings.Join(parts, "-")
}

// besideFind offers what else can be done with the register.
func (h *House) besideFind(d *findDraft, t dialog.Turn) []dialog.Button {
	v, ok := t.Guest.(Visit)
	if !ok || v.who() != d.By {
		return nil
	}
	var buttons []dialog.Button
	if v.Actor.May(access.Register, access.SameArea) {
		buttons = append(buttons, dialog.Button{Label: t.Texts.T("people.new"), Data: "m.new"})
	}
	if v.Actor.May(access.Import, access.SameCommunity) {
		buttons = append(buttons, dialog.Button{Label: t.Texts.T("people.sheet"), Data: "m.sheet"})
	}
	if v.Actor.May(access.AnswerFor, access.SameArea) {
		buttons = append(buttons, dialog.Button{Label: t.Texts.T("people.desk"), Data: "m.desk"})
	}
	return buttons
}

func (h *House) pick(ctx context.Context, d *findDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	id, err := strconv.ParseInt(d.Who, 10, 64)
	if err != nil {
		return dialog.Screen{}, dialog.Reject("pick")
	}
	return h.card(ctx, v, id)
}

// people opens the register to who works with it.
func (h *House) people(_ context.Context, v Visit, _ string) (Reply, error) {
	if !v.Actor.May(access.SeePerson, access.SameArea) {
		return show(h.withMenu(v, "command.unknown")), nil
	}
	return Reply{Dialog: "find", Prefill: findDraft{By: v.who()}}, nil
}

// registerVerbs are the buttons about people.
func (h *House) registerVerbs() map[string]verb {
	return map[string]verb{
		"people": h.people, "new": h.enter, "sheet": h.sheet, "template": h.template, "me": h.aboutMe, "edit": h.edit,
		"p": aboutPerson(h.card), "absent": aboutPerson(h.absent), "iam": onPerson(h.isMe),
		"tag": h.toggles("tag", toggledTags), "speaks": h.toggles("speaks", toggledSpeech),
		"away": onPerson(awayStart), "link": onPerson(h.linkPerson), "hospital": aboutPerson(h.inHospital), "back": aboutPerson(h.isBack),
		"moved": aboutPerson(h.hasMoved), "died": aboutPerson(h.hasDied), "wrong": aboutPerson(h.wasWrong),
	}
}

// onPerson answers a button about somebody, whose id it carries.
func onPerson(do func(ctx context.Context, v Visit, person int64) (Reply, error)) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return v.toast("tap.old"), nil
		}
		return do(ctx, v, id)
	}
}

// aboutPerson answers one with a screen.
func aboutPerson(do func(ctx context.Context, v Visit, person int64) (dialog.Screen, error)) verb {
	return onPerson(func(ctx context.Context, v Visit, person int64) (Reply, error) {
		s, err := do(ctx, v, person)
		return show(s), err
	})
}

// personData is what a button about somebody carries.
func personData(verb string, id int64) string { return "m." + verb + "." + strconv.FormatInt(id, 10) }

// card shows somebody to whoever may see them, with what they may do.
func (h *House) card(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	c, now, err := h.People.See(ctx, v.Actor, id)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("card: %w", err)
	}
	s := dialog.Screen{Text: strings.Join(h.cardLines(ctx, v, c), "\n")}
	for _, b := range cardButtons(v, c, now) {
		s.Rows = append(s.Rows, []dialog.Button{b})
	}
	return s, nil
}

func (h *House) cardLines(ctx context.Context, v Visit, c people.Card) []string {
	lines := []string{c.Name}
	if c.BirthYear != 0 {
		lines[0] = v.Texts.T("person.aged", "name", c.Name, "age", v.Now.In(v.Zone).Year()-c.BirthYear)
	}
	lines = append(lines, h.homeWords(ctx, v, c.Person, c.Door))
	if c.Door.DoorNotes != "" {
		lines = append(lines, v.Texts.T("people.notes", "notes", c.Door.DoorNotes))
	}
	if len(c.Tags) > 0 {
		lines = append(lines, v.codes("tag.", c.Tags))
	}
	if len(c.Languages) > 0 {
		lines = append(lines, v.Texts.T("people.speaks", "languages", v.codes("spoken.", c.Languages)))
	}
	if c.Phone != "" {
		lines = append(lines, v.Texts.T("people.phone", "phone", c.Phone))
	}
	lines = append(lines, v.namedLine("named.line", c.Kinds)...)
	if c.Blocked() {
		lines = append(lines, v.Texts.T("block.since", "since", *c.BlockedAt))
	}
	if !c.Here() {
		return append(lines, v.presenceWords(c.Person))
	}
	lines = append(lines, v.Texts.T("people.reach."+c.Reach()))
	if !c.Known() {
		lines = append(lines, v.Texts.T("people.not_agreed"))
	}
	return lines
}

// homeWords is where somebody lives, to the door.
func (h *House) homeWords(ctx context.Context, v Visit, p people.Person, door people.Household) string {
	words := h.placeWords(ctx, v, community.Place{Building: p.Building, Entrance: p.Entrance})
	if p.Flat != "" {
		words += v.Texts.T("card.flat", "flat", p.Flat)
	}
	if door.Floor != nil {
		words += v.Texts.T("people.floor", "floor", *door.Floor)
	}
	return words
}

// codes names some codes one after the other.
func (v Visit) codes(family string, codes []string) string {
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = v.Texts.T(family + code)
	}
	return listed(v.Texts, words)
}

// day is a day without an hour, for telling.
type day time.Time

// OnDay is the day that is told.
func (d day) OnDay() time.Time { return time.Time(d) }

// dated is a moment that is told by its date, for what stands in a chat for days.
type dated time.Time

// Dated is the moment that is told.
func (d dated) Dated() time.Time { return time.Time(d) }

// dayIn makes a day of the register one of a zone.
func dayIn(at time.Time, zone *time.Location) day {
	return day(time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone))
}

func (v Visit) presenceWords(p people.Person) string {
	if p.Until != nil {
		return v.Texts.T("people.presence."+string(p.Presence)+"_until", "until", dayIn(*p.Until, v.Zone))
	}
	return v.Texts.T("people.presence." + string(p.Presence))
}

// cardButtons are what the actor may do for somebody, the usual first.
func cardButtons(v Visit, c people.Card, now people.Actor) []dialog.Button {
	var buttons []dialog.Button
	add := func(ok bool, key, verb string) {
		if ok {
			buttons = append(buttons, dialog.Button{Label: v.Texts.T(key), Data: personData(verb, c.ID)})
		}
	}
	gone := c.Gone()
	add(!gone && now.May(access.ReportFor, c.Rel), "people.report_for", "for")
	add(gone && c.Presence != people.Left && now.May(access.End, c.Rel), "people.wrong", "wrong")
	add(!gone && !c.Here() && now.May(access.Pause, c.Rel), "people.back", "back")
	add(!gone && now.May(access.EditPerson, c.Rel), "people.edit", "edit")
	add(!gone && (now.May(access.Pause, c.Rel) || now.May(access.End, c.Rel)), "people.absent", "absent")
	add(!gone && now.May(access.OpenFamily, c.Rel), "people.family", "fam")
	add(!gone && c.Telegram == 0 && now.May(access.Connect, c.Rel), "people.link", "link")
	buttons = append(buttons, blockButtons(v, c, now)...)
	if now.May(access.SeePerson, access.SameArea) {
		buttons = append(buttons, dialog.Button{Label: v.Texts.T("people.another"), Data: "m.people"})
	}
	return buttons
}
