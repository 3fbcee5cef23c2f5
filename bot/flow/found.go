package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/setup"
)

// foundDraft is a community being set up by whoever just became its secretary.
// Every question can be left out, and answered at any time in the settings.
type foundDraft struct {
	By        who    `json:"by"`
	Now       string `json:"now,omitempty"` // what the community is called so far
	Name      string `json:"name,omitempty"`
	Language  string `json:"lang,omitempty"`
	Zone      string `json:"zone,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Numbers   string `json:"numbers,omitempty"`
	Own       string `json:"own,omitempty"` // fire, ambulance and police, as written
	Houses    string `json:"houses,omitempty"`
	Entrances string `json:"entrances,omitempty"`
}

// Answers to the question for emergency numbers.
const (
	numbersUsual = "usual"
	numbersOwn   = "own"
)

func foundFlow(h *House) *dialog.Flow[foundDraft] {
	return dialog.New("setup", h.sendFound,
		dialog.Text("name", func(d *foundDraft) *string { return &d.Name }, 1, community.MaxName).
			Suggest(func(_ context.Context, d *foundDraft, _ dialog.Turn) ([]dialog.Option, error) {
				if tooLong(d.Now) || d.Now == "" {
					return nil, nil
				}
				return []dialog.Option{{Value: d.Now, Label: d.Now}}, nil
			}).Optional(),
		dialog.Pick("language", func(d *foundDraft) *string { return &d.Language },
			func(ctx context.Context, d *foundDraft, t dialog.Turn) ([]dialog.Option, error) {
				v, err := h.visit(ctx, d.By, t)
				if err != nil {
					return nil, err
				}
				var options []dialog.Option
				for _, code := range h.ownFirst(v.Person.Language) {
					options = append(options, dialog.Option{Value: code, Label: h.Texts(code, t.Now, t.Zone).T("lang.own")})
				}
				return options, nil
			}).Optional(),
		dialog.Pick("zone", func(d *foundDraft) *string { return &d.Zone },
			func(_ context.Context, _ *foundDraft, t dialog.Turn) ([]dialog.Option, error) {
				var options []dialog.Option
				for _, z := range zones {
					options = append(options, dialog.Option{Value: z.zone, Label: t.Texts.T(z.key)})
				}
				return options, nil
			}).Optional(),
		dialog.Text("phone", func(d *foundDraft) *string { return &d.Phone }, 1, maxSetting).
			Check(stands(func(d *foundDraft) error { _, err := community.CheckPhone(d.Phone); return err }), "no").Optional(),
		dialog.Choice("numbers", func(d *foundDraft) *string { return &d.Numbers }, numbersUsual, numbersOwn).Optional(),
		dialog.Text("own", func(d *foundDraft) *string { return &d.Own }, 1, maxSetting).
			When(func(d *foundDraft) bool { return d.Numbers == numbersOwn }).
			Check(stands(func(d *foundDraft) error { _, err := setup.ThreeNumbers(d.Own); return err }), "no").Optional(),
		housesStep(func(d *foundDraft) *string { return &d.Houses }).Optional(),
		entrancesStep(func(d *foundDraft) *string { return &d.Entrances }).
			When(func(d *foundDraft) bool { return d.Houses != "" }),
	).Says("setup.send.no", "setup.done", "setup.kept")
}

// stands says a refusal of a check over the question.
func stands[D any](check func(d *D) error) func(context.Context, *D, dialog.Turn) error {
	return func(_ context.Context, d *D, t dialog.Turn) error {
		if why, ok := (Visit{Texts: t.Texts}).Refused(check(d)); ok {
			return dialog.Reject("no", "why", why)
		}
		return nil
	}
}

// housesStep asks which buildings there are, many at once.
func housesStep[D any](field func(*D) *string) dialog.Step[D] {
	return dialog.Text("houses", field, 1, maxSetting).
		Check(stands(func(d *D) error { _, err := setup.Numbers(*field(d)); return err }), "no")
}

// entrancesStep asks how many entrances each of them has.
func entrancesStep[D any](field func(*D) *string) dialog.Step[D] {
	return dialog.Text("entrances", field, 1, 2).
		Suggest(func(_ context.Context, _ *D, t dialog.Turn) ([]dialog.Option, error) {
			var options []dialog.Option
			for n := 1; n <= likelyEntrances; n++ {
				options = append(options, dialog.Option{Value: strconv.Itoa(n), Label: t.Texts.T("settings.n_entrances", "n", n)})
			}
			return options, nil
		}).
		Check(stands(func(d *D) error { _, err := community.CheckEntrances(*field(d)); return err }), "no")
}

// edits are the answers that were given.
func (d *foundDraft) edits() []setup.Edit {
	var edits []setup.Edit
	for _, e := range []setup.Edit{
		{What: community.NameIs, Is: d.Name}, {What: community.LanguageIs, Is: d.Language},
		{What: community.ZoneIs, Is: d.Zone}, {What: community.PhoneIs, Is: d.Phone},
	} {
		if e.Is != "" {
			edits = append(edits, e)
		}
	}
	if d.Numbers == numbersUsual {
		edits = append(edits, usualNumbers()...)
	}
	if own, err := setup.ThreeNumbers(d.Own); err == nil {
		for danger, i := range map[string]int{"fire": 0, "gas": 0, "trapped": 0, "hurt": 1, "crime": 2} {
			edits = append(edits, setup.Edit{What: community.NumberIs, Of: danger, Is: own[i]})
		}
	}
	if d.Houses != "" && d.Entrances != "" {
		edits = append(edits, setup.Edit{What: community.BuildingAdded, Of: d.Houses, Is: d.Entrances})
	}
	return edits
}

func (h *House) sendFound(ctx context.Context, d *foundDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	_, err = h.Setup.Change(ctx, v.Actor, d.edits()...)
	if why, refused := v.Refused(err); refused {
		return dialog.Screen{}, dialog.Reject("no", "why", why)
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("set up: %w", err)
	}
	return h.foundScreen(v, "setup.done"), nil
}

// foundScreen says that the community is there, and what can be done next.
func (h *House) foundScreen(v Visit, key string) dialog.Screen {
	s := v.say(key)
	s.Rows = append(s.Rows,
		[]dialog.Button{{Label: v.Texts.T("settings.invite"), Data: "m.invite"}},
		[]dialog.Button{{Label: v.Texts.T("settings.town"), Data: "m.town"}})
	return s
}

// found opens the set-up for a secretary whose community has no buildings yet.
func (h *House) found(ctx context.Context, v Visit, note string) (r Reply, ok bool, err error) {
	buildings, err := h.Communities.Buildings(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, false, fmt.Errorf("set up: %w", err)
	}
	if len(buildings) > 0 || !setup.May(v.Actor) {
		return Reply{}, false, nil
	}
	return v.startFound(note), true, nil
}

func (v Visit) startFound(note string) Reply {
	return Reply{Dialog: "setup", Note: note, Prefill: foundDraft{By: v.who(), Now: v.Community.Name}}
}

func (h *House) setupTap(_ context.Context, v Visit, _ string) (Reply, error) {
	if !setup.May(v.Actor) {
		return show(v.say("refused.access.not_found")), nil
	}
	return v.startFound(""), nil
}

// afterFound keeps what was answered before somebody stopped.
func (h *House) afterFound(ctx context.Context, v Visit, ended dialog.Session) (Reply, bool, error) {
	var d foundDraft
	if err := json.Unmarshal(ended.Draft, &d); err != nil {
		return Reply{}, false, nil //nolint:nilerr // the dialog's own last word stands
	}
	made, err := h.Setup.Change(ctx, v.Actor, d.edits()...)
	if _, refused := v.Refused(err); refused || err == nil && len(made) == 0 {
		return Reply{}, false, nil
	}
	if err != nil {
		return Reply{}, false, fmt.Errorf("set up: %w", err)
	}
	return show(h.foundScreen(v, "setup.kept")), true, nil
}

// housesDraft are buildings that are added later.
type housesDraft struct {
	By        who    `json:"by"`
	Divided   bool   `json:"d,omitempty"`
	Area      string `json:"a,omitempty"`
	Houses    string `json:"h,omitempty"`
	Entrances string `json:"e,omitempty"`
}

func housesFlow(h *House) *dialog.Flow[housesDraft] {
	return dialog.New("houses", h.sendHouses,
		dialog.Pick("area", func(d *housesDraft) *string { return &d.Area },
			func(ctx context.Context, d *housesDraft, t dialog.Turn) ([]dialog.Option, error) {
				areas, err := h.Communities.Areas(ctx, d.By.Community)
				if err != nil {
					return nil, fmt.Errorf("areas: %w", err)
				}
				var options []dialog.Option
				for _, a := range areas {
					label := fit(Visit{Texts: t.Texts}.areaWords(a), alone)
					options = append(options, dialog.Option{Value: strconv.FormatInt(a.ID, 10), Label: label})
				}
				return options, nil
			}).When(func(d *housesDraft) bool { return d.Divided }),
		housesStep(func(d *housesDraft) *string { return &d.Houses }),
		entrancesStep(func(d *housesDraft) *string { return &d.Entrances }),
	).NoSummary().Says("houses.send.no", "dialog.more", "dialog.earlier")
}

func (h *House) sendHouses(ctx context.Context, d *housesDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	e := setup.Edit{What: community.BuildingAdded, Of: d.Houses, Is: d.Entrances}
	e.ID, _ = strconv.ParseInt(d.Area, 10, 64) // 0 is the only area
	_, err = h.Setup.Change(ctx, v.Actor, e)
	if why, refused := v.Refused(err); refused {
		return dialog.Screen{}, dialog.Reject("no", "why", why)
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("add buildings: %w", err)
	}
	s, err := h.page(ctx, v, "houses")
	s.Text = v.Texts.T("settings.noted") + "\n" + s.Text
	return s, err
}

// afterHouses: none were added, and those there are are shown again.
func (h *House) afterHouses(ctx context.Context, v Visit, ended dialog.Session) (Reply, bool, error) {
	if ended.At == "" {
		return Reply{}, false, nil
	}
	s, err := h.page(ctx, v, "houses")
	return show(s), err == nil, err
}

// housesTap opens the dialog in which buildings are added.
func (h *House) housesTap(ctx context.Context, v Visit, _ string) (Reply, error) {
	if !setup.May(v.Actor) {
		return show(v.say("refused.access.not_found")), nil
	}
	areas, err := h.Communities.Areas(ctx, v.Community.ID)
	if err != nil {
		return Reply{}, fmt.Errorf("areas: %w", err)
	}
	return Reply{Dialog: "houses", Prefill: housesDraft{By: v.who(), Divided: len(areas) > 1}}, nil
}
