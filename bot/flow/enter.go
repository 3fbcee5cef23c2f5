package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/people"
)

// enterDraft is somebody whom a member enters at the door.
type enterDraft struct {
	By       who    `json:"by"`
	Name     string `json:"name,omitempty"`
	Building string `json:"building,omitempty"`
	Entrance string `json:"entrance,omitempty"`
	Flat     string `json:"flat,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Decade   string `json:"decade,omitempty"`
	Year     string `json:"year,omitempty"`
	Tag      string `json:"tag,omitempty"`
	Tag2     string `json:"tag2,omitempty"`
	Agreed   string `json:"agreed,omitempty"`
}

// enterFlow asks what a member can ask at a door. Most of it can be skipped; that
// they agree cannot.
func enterFlow(h *House) *dialog.Flow[enterDraft] {
	steps := []dialog.Step[enterDraft]{
		dialog.Text("name", func(d *enterDraft) *string { return &d.Name }, 1, maxName),
		dialog.Pick("building", func(d *enterDraft) *string { return &d.Building },
			func(ctx context.Context, d *enterDraft, t dialog.Turn) ([]dialog.Option, error) {
				return h.doorsOf(ctx, d.By, t)
			}),
		dialog.Pick("entrance", func(d *enterDraft) *string { return &d.Entrance },
			func(ctx context.Context, d *enterDraft, t dialog.Turn) ([]dialog.Option, error) {
				return h.entrances(ctx, d.By.Community, d.Building, t)
			}).Optional(),
		dialog.Text("flat", func(d *enterDraft) *string { return &d.Flat }, 1, people.MaxFlat).Optional(),
		dialog.Text("phone", func(d *enterDraft) *string { return &d.Phone }, 3, people.MaxPhone).Optional(),
	}
	born := bornSteps(func(d *enterDraft) *string { return &d.Decade }, func(d *enterDraft) *string { return &d.Year })
	born[0] = born[0].Optional()
	steps = append(steps, born...)
	steps = append(steps,
		dialog.Pick("tag", func(d *enterDraft) *string { return &d.Tag },
			func(_ context.Context, _ *enterDraft, t dialog.Turn) ([]dialog.Option, error) {
				return tags(t, ""), nil
			}).Optional(),
		dialog.Pick("tag2", func(d *enterDraft) *string { return &d.Tag2 },
			func(_ context.Context, d *enterDraft, t dialog.Turn) ([]dialog.Option, error) {
				return tags(t, d.Tag), nil
			}).
			When(func(d *enterDraft) bool { return d.Tag != "" }).Optional(),
		dialog.Choice("agreed", func(d *enterDraft) *string { return &d.Agreed }, "yes").
			Fill(func(_ context.Context, d *enterDraft, _ dialog.Turn) ([]any, error) {
				return []any{"name", d.Name}, nil
			}).
			Hidden(),
	)
	return dialog.New("enter", h.entered, steps...).Says("enter.done", "dialog.and")
}

// bornSteps ask for the year of birth: the decade, then the year.
func bornSteps[D any](decade, year func(*D) *string) []dialog.Step[D] {
	return []dialog.Step[D]{
		dialog.Pick("decade", decade, func(_ context.Context, _ *D, t dialog.Turn) ([]dialog.Option, error) { return decades(t), nil }).
			Hidden(),
		dialog.Pick("year", year, func(_ context.Context, d *D, t dialog.Turn) ([]dialog.Option, error) {
			return years(*decade(d), t), nil
		}).When(func(d *D) bool { return *decade(d) != "" }),
	}
}

// decades are offered as people of a neighbourhood are old: those of most first.
func decades(t dialog.Turn) []dialog.Option {
	var options []dialog.Option
	for _, from := range []int{1930, 1940, 1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020, 1920, 1910} {
		options = append(options, dialog.Option{Value: strconv.Itoa(from), Label: t.Texts.T("people.decade", "decade", from)})
	}
	return options
}

func years(decade string, t dialog.Turn) []dialog.Option {
	from, err := strconv.Atoi(decade)
	if err != nil {
		return nil
	}
	var options []dialog.Option
	for year := from; year < from+10 && year <= t.Now.In(t.Zone).Year(); year++ {
		options = append(options, dialog.Option{Value: strconv.Itoa(year), Label: t.Texts.T("people.in_year", "year", year)})
	}
	return options
}

// tags are what can be known of somebody, but for one.
func tags(t dialog.Turn, but string) []dialog.Option {
	var options []dialog.Option
	for _, tag := range people.Tags {
		if tag != but {
			options = append(options, dialog.Option{Value: tag, Label: t.Texts.T("tag." + tag)})
		}
	}
	return options
}

// doorsOf are the buildings where somebody may enter people.
func (h *House) doorsOf(ctx context.Context, by who, t dialog.Turn) ([]dialog.Option, error) {
	v, err := h.visit(ctx, by, t)
	if err != nil {
		return nil, err
	}
	options, err := h.buildings(ctx, by.Community, t)
	if err != nil || v.Actor.May(access.Register, access.SameCommunity) {
		return options, err
	}
	all, err := h.Communities.Buildings(ctx, by.Community)
	if err != nil {
		return nil, fmt.Errorf("doors: %w", err)
	}
	mine := options[:0]
	for i, b := range all {
		if slices.Contains(v.Actor.Areas, b.Area) {
			mine = append(mine, options[i])
		}
	}
	return mine, nil
}

// entered enters them. Repeated, it finds them there and shows the same.
func (h *House) entered(ctx context.Context, d *enterDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	r := people.Registration{Name: d.Name, Phone: d.Phone, Flat: d.Flat, Consent: true}
	r.Building, _ = strconv.ParseInt(d.Building, 10, 64) // the steps offer numbers only; skipped is 0
	r.Entrance, _ = strconv.Atoi(d.Entrance)
	r.BirthYear, _ = strconv.Atoi(d.Year)
	for _, tag := range []string{d.Tag, d.Tag2} {
		if tag != "" {
			r.Tags = append(r.Tags, tag)
		}
	}
	p, err := h.People.Register(ctx, v.Actor, r)
	if text, ok := v.Refused(err); ok {
		return dialog.Screen{Text: text}, nil
	} else if err != nil {
		return dialog.Screen{}, fmt.Errorf("enter: %w", err)
	}
	s, err := h.card(ctx, v, p.ID)
	s.Text = v.Texts.T("enter.done") + "\n" + s.Text
	return s, err
}

// enter opens the dialog at the door.
func (h *House) enter(_ context.Context, v Visit, _ string) (Reply, error) {
	if !v.Actor.May(access.Register, access.SameArea) {
		return v.toast("tap.old"), nil
	}
	return Reply{Dialog: "enter", Prefill: enterDraft{By: v.who()}}, nil
}
