package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/setup"
)

// byNumber are the changes of what has a number: its button carries that.
var byNumber = []community.What{
	community.AreaRenamed, community.AreaRemoved, community.BuildingRenamed, community.BuildingMoved, community.EntrancesAre, community.BuildingRemoved,
	setup.BuildingsHere,
}

// readEdit reads "<what>.<of>.<language>.<is>"; what is not there is empty.
func readEdit(value string) setup.Edit {
	parts := append(strings.SplitN(value, ".", 4), "", "", "")
	e := setup.Edit{What: community.What(parts[0]), Of: parts[1], Lang: parts[2], Is: parts[3]}
	if slices.Contains(byNumber, e.What) {
		e.ID, _ = strconv.ParseInt(e.Of, 10, 64) // no number is nothing there
		e.Of = ""
	}
	return e
}

// after is the page that shows what an edit changed.
func after(e setup.Edit) string {
	id := strconv.FormatInt(e.ID, 10)
	switch e.What {
	case community.NameIs, community.LanguageIs, community.ZoneIs, community.PhoneIs, community.OutsideIs:
		return "basics"
	case community.DutyAre, community.QuietAre:
		return "times"
	case community.NumberIs:
		return "numbers"
	case community.RoleNamed:
		return "role." + e.Of
	case community.DangerSaid:
		return "danger." + e.Of
	case community.KindNamed, community.KindDue, community.KindTake, community.KindDo, community.KindClock, community.KindOffered:
		return "kind." + e.Of
	case community.KindAdded, community.KindsOrdered:
		return "kinds"
	case community.AreaRenamed, setup.BuildingsHere:
		return "area." + id
	case community.AreaAdded, community.AreaRemoved:
		return "areas"
	case community.BuildingRenamed, community.BuildingMoved, community.EntrancesAre:
		return "house." + id
	}
	return "houses"
}

// setTap changes a setting with one tap, and shows how it stands.
func (h *House) setTap(ctx context.Context, v Visit, value string) (Reply, error) {
	e := readEdit(value)
	return h.changed(ctx, v, after(e), e)
}

// upTap puts a kind one place further up.
func (h *House) upTap(ctx context.Context, v Visit, code string) (Reply, error) {
	order := kindUp(v.Community.Kinds, code)
	return h.changed(ctx, v, "kind."+code, setup.Edit{What: community.KindsOrdered, Is: order})
}

// usualTap gives up what was set otherwise than the bot has it: all emergency
// numbers, or what a role or kind is called.
func (h *House) usualTap(ctx context.Context, v Visit, path string) (Reply, error) {
	of, code, _ := strings.Cut(path, ".")
	if of == "numbers" {
		return h.changed(ctx, v, path, usualNumbers()...)
	}
	what := community.RoleNamed
	if of == "kind" {
		what = community.KindNamed
	}
	var edits []setup.Edit
	for _, lang := range h.Languages {
		edits = append(edits, setup.Edit{What: what, Of: code, Lang: lang})
	}
	return h.changed(ctx, v, path, edits...)
}

func usualNumbers() []setup.Edit {
	var edits []setup.Edit
	for _, danger := range community.DangerKinds {
		edits = append(edits, setup.Edit{What: community.NumberIs, Of: danger})
	}
	return edits
}

// changed makes changes and shows a page; why not is said above it.
func (h *House) changed(ctx context.Context, v Visit, path string, edits ...setup.Edit) (Reply, error) {
	_, err := h.Setup.Change(ctx, v.Actor, edits...)
	why, refused := v.Refused(err)
	if err != nil && !refused {
		return Reply{}, fmt.Errorf("settings: %w", err)
	}
	if refused && edits[0].ID != 0 {
		path = stillThere(edits[0], path)
	}
	s, err := h.page(ctx, v, path)
	if err != nil {
		return Reply{}, err
	}
	s.Toast = v.Texts.T("settings.noted")
	if refused {
		s.Toast = why
		if s.Text != why {
			s.Text = why + "\n" + s.Text
		}
	}
	return show(s), nil
}

// stillThere is the page of what could not be removed.
func stillThere(e setup.Edit, path string) string {
	id := strconv.FormatInt(e.ID, 10)
	switch e.What {
	case community.BuildingRemoved:
		return "house." + id
	case community.AreaRemoved:
		return "area." + id
	default:
		return path
	}
}

// settingDraft is the one setting that is being written.
type settingDraft struct {
	By    who        `json:"by"`
	Edit  setup.Edit `json:"e"`
	Value string     `json:"v,omitempty"`
}

// maxSetting is how much can be written for one setting, in characters.
const maxSetting = 400

// written are the settings that can be written.
var written = []community.What{
	community.NameIs, community.PhoneIs, community.OutsideIs, community.ZoneIs, community.NumberIs, community.RoleNamed, community.DangerSaid,
	community.DutyAre, community.QuietAre, community.KindAdded, community.KindNamed, community.KindDue, community.KindTake, community.KindDo, community.AreaAdded, community.AreaRenamed,
	community.BuildingRenamed, community.EntrancesAre, setup.BuildingsHere,
}

// questions are the keys of what is asked for each of them.
func questions() []string {
	keys := make([]string, len(written))
	for i, what := range written {
		keys[i] = "setting.ask." + string(what)
	}
	return keys
}

// settingFlow asks for one setting in words.
func settingFlow(h *House) *dialog.Flow[settingDraft] {
	return dialog.New("setting", h.sendSetting,
		dialog.Text("value", func(d *settingDraft) *string { return &d.Value }, 1, maxSetting).
			Fill(func(ctx context.Context, d *settingDraft, t dialog.Turn) ([]any, error) {
				v, err := h.visit(ctx, d.By, t)
				if err != nil {
					return nil, err
				}
				question, err := h.settingQuestion(ctx, v, d.Edit)
				return []any{"question", question}, err
			}),
	).NoSummary().Says(append(questions(), "setting.send.no", "dialog.and", "dialog.none", "dialog.more", "dialog.earlier")...)
}

// TeachesDanger reports whether the open dialog asks for words of danger, or for those of
// a notice, such as that the gas is off: what is written there is no cry for help.
func TeachesDanger(open *dialog.Session) bool {
	if open == nil {
		return false
	}
	switch open.Flow {
	case "setting":
		return strings.Contains(string(open.Draft), `"`+string(community.DangerSaid)+`"`)
	case "notice", "noticefix":
		return open.At != "" // a question of it waits for an answer
	}
	return false
}

// askTap opens the dialog for one setting.
func (h *House) askTap(_ context.Context, v Visit, value string) (Reply, error) {
	e := readEdit(value)
	if !setup.May(v.Actor) || !slices.Contains(written, e.What) {
		return show(v.say("refused.access.not_found")), nil
	}
	return Reply{Dialog: "setting", Prefill: settingDraft{By: v.who(), Edit: e}}, nil
}

// settingQuestion asks for a setting, and says what it is now.
func (h *House) settingQuestion(ctx context.Context, v Visit, e setup.Edit) (string, error) {
	now, of := v.Texts.T("dialog.none"), ""
	switch e.What {
	case community.NameIs:
		now = v.Community.Name
	case community.PhoneIs:
		now = phoneWords(v)
	case community.OutsideIs:
		now = v.outsideBody()
	case community.ZoneIs:
		now = v.Community.Zone
	case community.DutyAre:
		now = v.Community.DutyHours()
	case community.QuietAre:
		if now = v.Community.QuietHours(); now == community.NoQuiet {
			now = v.Texts.T("dialog.none")
		}
	case community.NumberIs:
		of, now = v.Texts.T("danger.kind."+e.Of), v.Community.Number(e.Of)
	case community.RoleNamed:
		of, now = h.Texts(e.Lang, v.Now, v.Zone).T("lang.own"), roleWords(h.reading(v, e.Lang), access.Role(e.Of))
	case community.KindNamed:
		of, now = h.Texts(e.Lang, v.Now, v.Zone).T("lang.own"), h.reading(v, e.Lang).kind(e.Of)
	case community.KindDue, community.KindTake, community.KindDo:
		of = v.kind(e.Of)
	case community.DangerSaid:
		of = v.Texts.T("danger.kind." + e.Of)
		words := v.Community.DangerWords[e.Of]
		now = v.wordsOf(words.Rings)
		if e.Lang == community.Asks {
			now = v.wordsOf(words.Asks)
		}
	case community.BuildingRenamed, community.EntrancesAre:
		b, _, err := h.house(ctx, v, strconv.FormatInt(e.ID, 10))
		if err != nil {
			return "", err
		}
		of = buildingWords(v.Texts, b.Name)
	case setup.BuildingsHere:
		areas, err := h.Communities.Areas(ctx, v.Community.ID)
		if err != nil {
			return "", fmt.Errorf("areas: %w", err)
		}
		of = v.areaOf(areas, e.ID)
	}
	return v.Texts.T("setting.ask."+string(e.What), "now", now, "of", of), nil
}

// reading is the same visit by somebody who reads another language.
func (h *House) reading(v Visit, lang string) Visit {
	v.Texts, v.Person.Language = h.Texts(lang, v.Now, v.Zone), lang
	return v
}

// sendSetting makes the change, or says over the question why it cannot be.
func (h *House) sendSetting(ctx context.Context, d *settingDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	e := d.Edit
	e.Is = d.Value
	if e.What == community.KindAdded {
		e.Lang = v.Person.Language
	}
	made, err := h.Setup.Change(ctx, v.Actor, e)
	if why, refused := v.Refused(err); refused {
		return dialog.Screen{}, dialog.Reject("no", "why", why)
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("settings: %w", err)
	}
	path := after(e)
	if e.What == community.KindAdded && len(made) > 0 { // its other names and its time come next
		path = "kind." + made[0].Of
	}
	s, err := h.page(ctx, v, path)
	s.Text = v.Texts.T("settings.noted") + "\n" + s.Text
	return s, err
}

// afterSetting: nothing was written, and the page from which it was asked is
// there again.
func (h *House) afterSetting(ctx context.Context, v Visit, ended dialog.Session) (Reply, bool, error) {
	var d settingDraft
	if err := json.Unmarshal(ended.Draft, &d); err != nil || ended.At == "" {
		return Reply{}, false, nil //nolint:nilerr // the dialog's own last word stands
	}
	s, err := h.page(ctx, v, after(d.Edit))
	return show(s), err == nil, err
}
