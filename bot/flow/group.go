package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
)

// groupDraft is what a group is for, as it is asked in private.
type groupDraft struct {
	By    who    `json:"by"`
	Group int64  `json:"g"`
	Title string `json:"t,omitempty"`

	Purpose   string   `json:"p,omitempty"`
	Buildings []string `json:"b,omitempty"`
	Posts     []string `json:"o,omitempty"`
	UsualOf   string   `json:"u,omitempty"` // the purpose whose usual posts were proposed
	Language  string   `json:"l,omitempty"`
}

// allHouses is the answer that a group is of all buildings.
const allHouses = "all"

// groupDraftOf is the draft of a group as it stands; what nobody has said of it
// is asked, but for the language, which is mostly the community's.
func groupDraftOf(v Visit, g groups.Group) groupDraft {
	d := groupDraft{By: v.who(), Group: g.ID, Title: g.Title, Language: g.Language}
	if d.Language == "" {
		d.Language = v.Community.Language
	}
	if !g.Tied() {
		return d
	}
	d.Purpose, d.UsualOf, d.Posts = string(g.Purpose), string(g.Purpose), g.Posts
	for _, b := range g.Buildings {
		d.Buildings = append(d.Buildings, strconv.FormatInt(b, 10))
	}
	if len(d.Buildings) == 0 {
		d.Buildings = []string{allHouses}
	}
	return d
}

// propose chooses the usual posts of a purpose, each time that one is chosen.
func (d *groupDraft) propose() {
	if d.UsualOf == d.Purpose {
		return
	}
	d.UsualOf, d.Posts = d.Purpose, nil
	for _, p := range groups.Purpose(d.Purpose).Usual() {
		d.Posts = append(d.Posts, string(p))
	}
}

func (d *groupDraft) setting() groups.Setting {
	to := groups.Setting{Purpose: groups.Purpose(d.Purpose), Language: d.Language}
	for _, b := range d.Buildings {
		if id, err := strconv.ParseInt(b, 10, 64); err == nil { // "all" is no number, and none means all
			to.Buildings = append(to.Buildings, id)
		}
	}
	slices.Sort(to.Buildings)
	for _, p := range groups.Posts {
		if slices.Contains(d.Posts, string(p)) {
			to.Posts = append(to.Posts, p)
		}
	}
	return to
}

func groupFlow(h *House) *dialog.Flow[groupDraft] {
	purposes := make([]string, len(groups.Purposes))
	for i, p := range groups.Purposes {
		purposes[i] = string(p)
	}
	return dialog.New("group", h.tie,
		dialog.Choice("purpose", func(d *groupDraft) *string { return &d.Purpose }, purposes...).
			Fill(func(_ context.Context, d *groupDraft, _ dialog.Turn) ([]any, error) {
				return []any{"title", d.Title}, nil
			}).
			Check(func(_ context.Context, d *groupDraft, _ dialog.Turn) error { d.propose(); return nil }),
		dialog.Several("buildings", func(d *groupDraft) *[]string { return &d.Buildings }, h.groupHouses).Alone(allHouses),
		dialog.Several("posts", func(d *groupDraft) *[]string { return &d.Posts }, groupPosts),
		dialog.Pick("language", func(d *groupDraft) *string { return &d.Language }, h.groupLanguages),
	).Says("group.buildings.opt.all", "group.posts.opt.notices", "group.posts.opt.problems", "group.posts.opt.fixed")
}

func (h *House) groupHouses(ctx context.Context, d *groupDraft, t dialog.Turn) ([]dialog.Option, error) {
	some, err := h.buildings(ctx, d.By.Community, t)
	return append([]dialog.Option{{Value: allHouses}}, some...), err
}

func groupPosts(context.Context, *groupDraft, dialog.Turn) ([]dialog.Option, error) {
	options := make([]dialog.Option, len(groups.Posts))
	for i, p := range groups.Posts {
		options[i].Value = string(p)
	}
	return options, nil
}

func (h *House) groupLanguages(_ context.Context, _ *groupDraft, t dialog.Turn) ([]dialog.Option, error) {
	options := make([]dialog.Option, len(h.Languages))
	for i, code := range h.Languages {
		options[i] = dialog.Option{Value: code, Label: h.Texts(code, t.Now, t.Zone).T("lang." + code)}
	}
	return options, nil
}

// tie says what the group is for.
func (h *House) tie(ctx context.Context, d *groupDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	g, err := h.Groups.Tie(ctx, v.Actor, d.Group, d.setting())
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("tie group: %w", err)
	}
	s := v.say("groups.done", "title", g.Title)
	if g.Silent {
		s.Text += "\n" + v.Texts.T("groups.silent")
	}
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("groups.others"), Data: "m.groups"}}}
	return s, nil
}
