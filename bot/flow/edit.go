package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// Parts of what is known of somebody that can be changed.
const (
	partName  = "name"
	partHome  = "home"
	partPhone = "phone"
	partOwn   = "own" // one's own number, told by Telegram
	partBorn  = "born"
	partNotes = "notes"
)

// editDraft is a change of one part.
type editDraft struct {
	By     who    `json:"by"`
	Person int64  `json:"p"`
	Part   string `json:"part"`

	Name     string `json:"name,omitempty"`
	Building string `json:"building,omitempty"`
	Entrance string `json:"entrance,omitempty"`
	Flat     string `json:"flat,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Own      string `json:"own,omitempty"`
	Decade   string `json:"decade,omitempty"`
	Year     string `json:"year,omitempty"`
	Notes    string `json:"notes,omitempty"`
}

// editFlow asks for one part anew: of somebody on the register, or of oneself.
func editFlow(h *House) *dialog.Flow[editDraft] {
	of := func(part string) func(*editDraft) bool { return func(d *editDraft) bool { return d.Part == part } }
	steps := []dialog.Step[editDraft]{
		dialog.Text("name", func(d *editDraft) *string { return &d.Name }, 1, maxName).When(of(partName)),
		dialog.Pick("building", func(d *editDraft) *string { return &d.Building },
			func(ctx context.Context, d *editDraft, t dialog.Turn) ([]dialog.Option, error) {
				return h.buildings(ctx, d.By.Community, t)
			}).When(of(partHome)),
		dialog.Pick("entrance", func(d *editDraft) *string { return &d.Entrance },
			func(ctx context.Context, d *editDraft, t dialog.Turn) ([]dialog.Option, error) {
				return h.entrances(ctx, d.By.Community, d.Building, t)
			}).When(of(partHome)).Optional(),
		dialog.Text("flat", func(d *editDraft) *string { return &d.Flat }, 1, people.MaxFlat).When(of(partHome)).Optional(),
		dialog.Text("phone", func(d *editDraft) *string { return &d.Phone }, 3, people.MaxPhone).When(of(partPhone)),
		dialog.Phone("own", func(d *editDraft) *string { return &d.Own }).When(of(partOwn)),
		dialog.Text("notes", func(d *editDraft) *string { return &d.Notes }, 1, people.MaxDoorNotes).When(of(partNotes)),
	}
	steps = append(steps, bornSteps(func(d *editDraft) *string { return &d.Decade }, func(d *editDraft) *string { return &d.Year })...)
	steps[len(steps)-2] = steps[len(steps)-2].When(of(partBorn))
	return dialog.New("edit", h.edited, steps...).NoSummary().Says("dialog.and", "dialog.none", "dialog.line", "dialog.change", "dialog.back", "dialog.done")
}

// edited writes the change and shows how it stands.
func (h *House) edited(ctx context.Context, d *editDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	switch d.Part {
	case partNotes:
		err = h.People.NoteDoor(ctx, v.Actor, d.Person, d.Notes)
	case partOwn:
		v.Person, err = h.People.OwnPhone(ctx, v.Actor, d.Own)
	default:
		_, err = h.People.Correct(ctx, v.Actor, d.Person, d.correction())
	}
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("edit: %w", err)
	}
	switch {
	case d.Part == partOwn:
		return h.ownPhone(ctx, v)
	case d.Person == v.Person.ID:
		return h.me(ctx, v)
	}
	return h.card(ctx, v, d.Person)
}

func (d *editDraft) correction() people.Correction {
	switch d.Part {
	case partName:
		return people.Correction{Name: &d.Name}
	case partPhone:
		return people.Correction{Phone: &d.Phone}
	case partHome:
		home := people.Home{Flat: d.Flat}
		home.Building, _ = strconv.ParseInt(d.Building, 10, 64) // the steps offer numbers only; skipped is 0
		home.Entrance, _ = strconv.Atoi(d.Entrance)
		return people.Correction{Home: &home}
	case partBorn:
		year, _ := strconv.Atoi(d.Year) // as above
		return people.Correction{BirthYear: &year}
	}
	return people.Correction{}
}

// edit opens the change of a part; without one it asks which: "12" or "12.name".
func (h *House) edit(ctx context.Context, v Visit, value string) (Reply, error) {
	number, part, _ := strings.Cut(value, ".")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return v.toast("tap.old"), nil
	}
	switch {
	case part == "":
		s, err := h.editParts(ctx, v, id)
		return show(s), err
	case slices.Contains([]string{partName, partHome, partPhone, partOwn, partBorn, partNotes}, part):
		return Reply{Dialog: "edit", Prefill: editDraft{By: v.who(), Person: id, Part: part}}, nil
	}
	return v.toast("tap.old"), nil
}

func (h *House) editParts(ctx context.Context, v Visit, id int64) (dialog.Screen, error) {
	c, now, err := h.People.See(ctx, v.Actor, id)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("edit: %w", err)
	}
	if !now.May(access.EditPerson, c.Rel) {
		return dialog.Screen{}, access.NotFound()
	}
	s := v.say("edit.which", "name", c.Name)
	add := func(key, data string) {
		s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T(key), Data: data}})
	}
	add("edit.part.name", personData("edit", id)+"."+partName)
	add("edit.part.home", personData("edit", id)+"."+partHome)
	if c.Rel != access.Own {
		add("edit.part.phone", personData("edit", id)+"."+partPhone)
	}
	add("edit.part.born", personData("edit", id)+"."+partBorn)
	add("edit.part.tags", personData("tag", id))
	add("edit.part.languages", personData("speaks", id))
	if c.Door.ID != 0 {
		add("edit.part.notes", personData("edit", id)+"."+partNotes)
	}
	add("dialog.back", personData("p", id))
	return s, nil
}

// spokenCodes are the languages that can be noted of somebody.
var spokenCodes = []string{"zh", "dialect", "en", "ko", "ja", "sign"}

// toggles answers a screen of several choices, each put on or off by a tap:
// "12" shows it, "12.alone" changes one.
func (h *House) toggles(verb string, t toggled) verb {
	return func(ctx context.Context, v Visit, value string) (Reply, error) {
		number, code, _ := strings.Cut(value, ".")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil || code != "" && !slices.Contains(t.codes, code) {
			return v.toast("tap.old"), nil
		}
		c, _, err := h.People.See(ctx, v.Actor, id)
		if err != nil {
			return Reply{}, fmt.Errorf("toggle: %w", err)
		}
		p := c.Person
		if code != "" {
			has := t.of(p)
			if i := slices.Index(has, code); i >= 0 {
				has = slices.Delete(slices.Clone(has), i, i+1)
			} else {
				has = append(slices.Clone(has), code)
			}
			if p, err = h.People.Correct(ctx, v.Actor, id, t.change(has)); err != nil {
				return Reply{}, fmt.Errorf("toggle: %w", err)
			}
		}
		return show(v.toggleScreen(verb, t, p)), nil
	}
}

// toggled is what of somebody is put on and off.
type toggled struct {
	family string // of the labels
	ask    string
	codes  []string
	of     func(people.Person) people.Codes
	change func(people.Codes) people.Correction
}

var (
	toggledTags = toggled{
		"tag.", "edit.tags", people.Tags,
		func(p people.Person) people.Codes { return p.Tags },
		func(c people.Codes) people.Correction { return people.Correction{Tags: &c} },
	}
	toggledSpeech = toggled{
		"spoken.", "edit.languages", spokenCodes,
		func(p people.Person) people.Codes { return p.Languages },
		func(c people.Codes) people.Correction { return people.Correction{Languages: &c} },
	}
)

func (v Visit) toggleScreen(verb string, t toggled, p people.Person) dialog.Screen {
	s := v.say(t.ask, "name", p.Name)
	for _, code := range t.codes {
		label := v.Texts.T(t.family + code)
		if slices.Contains(t.of(p), code) {
			label = "✓ " + label
		}
		s.Rows = append(s.Rows, []dialog.Button{{Label: label, Data: personData(verb, p.ID) + "." + code}})
	}
	s.Rows = append(s.Rows, []dialog.Button{{Label: v.Texts.T("dialog.done"), Data: personData("p", p.ID)}})
	return s
}
