package flow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// fileVerbs are the buttons of what is known of a child.
func (h *House) fileVerbs() map[string]verb {
	return map[string]verb{
		"ccenrol": h.enrols, "ccfile": onID(h.childFile), "cclooks": onID(h.whoLooked), "ccerase": h.erases,
	}
}

// fileDraft is the file of a child while it is written, or one part of it that is
// changed. No school is "0".
type fileDraft struct {
	By      who      `json:"by"`
	Child   int64    `json:"child"`
	Name    string   `json:"name"`
	Only    string   `json:"only,omitempty"` // the part that is changed; "": it is new
	School  string   `json:"school,omitempty"`
	Grade   string   `json:"grade,omitempty"`
	Class   string   `json:"class,omitempty"`
	Diet    []string `json:"diet,omitempty"`
	Allergy string   `json:"allergy,omitempty"`
	Know    string   `json:"know,omitempty"`
	Naps    string   `json:"naps,omitempty"`
	Subject string   `json:"subject,omitempty"`
	Agree   string   `json:"agree,omitempty"`
}

// Answers that stand for nothing: a list of which at least one is wanted has this one
// too.
const noDiet, noSubject = "none", "none"

// grades are those of a school.
const grades = 12

// asked are the parts of a file that are asked at once; the others are as usual until
// somebody changes them.
var asked = []string{"school", "grade", "diet", "allergy"}

// fileParts are all of them, in the order in which they are shown.
var fileParts = append(slices.Clone(asked), "class", "know", "naps", "subject")

// enrols begins to write a child's file, or to change a part of it: "<child>[.<part>]".
func (h *House) enrols(ctx context.Context, v Visit, value string) (Reply, error) {
	child, part, ok := pair(value)
	if !ok || part != "" && !slices.Contains(fileParts, part) {
		return v.toast("tap.old"), nil
	}
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Dialog: "childfile", Where: Spent, Prefill: fileDraft{By: v.who(), Child: child, Name: c.Name, Only: part}}, nil
}

// fileFlow asks what who minds a child must know, and for the consent of who decides.
func fileFlow(h *House) *dialog.Flow[fileDraft] {
	part := func(name string, step dialog.Step[fileDraft]) dialog.Step[fileDraft] {
		return step.
			When(func(d *fileDraft) bool { return d.Only == name || d.Only == "" && slices.Contains(asked, name) }).
			Fill(func(_ context.Context, d *fileDraft, _ dialog.Turn) ([]any, error) { return []any{"name", d.Name}, nil })
	}
	var titles []string
	for _, name := range fileParts {
		titles = append(titles, "childfile."+name+".title")
	}
	return dialog.New("childfile", h.keepsFile,
		part("school", dialog.Pick("school", func(d *fileDraft) *string { return &d.School }, h.schoolOptions)),
		part("grade", dialog.Pick("grade", func(d *fileDraft) *string { return &d.Grade }, gradeOptions)),
		part("diet", dialog.Several("diet", func(d *fileDraft) *[]string { return &d.Diet }, dietOptions).Alone(noDiet)),
		part("allergy", dialog.Text("allergy", func(d *fileDraft) *string { return &d.Allergy }, 1, 200).Optional()),
		part("class", dialog.Text("class", func(d *fileDraft) *string { return &d.Class }, 1, 20).Optional()),
		part("know", dialog.Text("know", func(d *fileDraft) *string { return &d.Know }, 1, 300).Optional()),
		part("naps", dialog.Choice("naps", func(d *fileDraft) *string { return &d.Naps }, "yes", "no")),
		part("subject", dialog.Choice("subject", func(d *fileDraft) *string { return &d.Subject }, string(childcare.All), string(childcare.Chinese),
			string(childcare.Maths), string(childcare.English), noSubject)),
		dialog.Choice("agree", func(d *fileDraft) *string { return &d.Agree }, "yes").
			When(func(d *fileDraft) bool { return d.Only == "" }).
			Fill(func(_ context.Context, d *fileDraft, _ dialog.Turn) ([]any, error) { return []any{"name", d.Name}, nil }),
	).NoSummary().Says(append(titles, "childfile.none", "childfile.grade_none", "childfile.grade_n")...)
}

// schoolOptions are the schools from which children are fetched, and none.
func (h *House) schoolOptions(ctx context.Context, d *fileDraft, t dialog.Turn) ([]dialog.Option, error) {
	all, err := h.Childcare.Schools(ctx, d.By.Community)
	if err != nil {
		return nil, fmt.Errorf("schools: %w", err)
	}
	var options []dialog.Option
	for _, s := range all {
		options = append(options, dialog.Option{Value: number(s.ID), Label: fit(s.Name, alone), Said: s.Name})
	}
	return append(options, dialog.Option{Value: "0", Label: t.Texts.T("childfile.none")}), nil
}

func gradeOptions(_ context.Context, _ *fileDraft, t dialog.Turn) ([]dialog.Option, error) {
	options := []dialog.Option{{Value: "0", Label: t.Texts.T("childfile.grade_none")}}
	for n := 1; n <= grades; n++ {
		options = append(options, dialog.Option{Value: strconv.Itoa(n), Label: t.Texts.T("childfile.grade_n", "n", n)})
	}
	return options, nil
}

func dietOptions(_ context.Context, _ *fileDraft, t dialog.Turn) ([]dialog.Option, error) {
	options := []dialog.Option{{Value: noDiet, Label: t.Texts.T("childfile.none")}}
	for _, x := range childcare.Diets {
		options = append(options, dialog.Option{Value: string(x), Label: t.Texts.T("kitchen.diet." + string(x))})
	}
	return options, nil
}

// keepsFile writes the file, and shows what can be booked; of a part that is changed the
// file.
func (h *House) keepsFile(ctx context.Context, d *fileDraft, t dialog.Turn) (dialog.Screen, error) {
	v, err := h.visit(ctx, d.By, t)
	if err != nil {
		return dialog.Screen{}, err
	}
	c := childcare.Child{ID: d.Child, Naps: true, Subject: childcare.All}
	if d.Only != "" {
		if c, err = h.careChild(ctx, v, d.Child); err != nil {
			return dialog.Screen{}, err
		}
	}
	for _, name := range fileParts {
		if d.Only == name || d.Only == "" && slices.Contains(asked, name) {
			d.part(name, &c)
		}
	}
	if _, err := h.Childcare.Enrol(ctx, v.Actor, c); err != nil {
		if text, no := v.Refused(err); no {
			return dialog.Screen{Text: text}, nil
		}
		return dialog.Screen{}, fmt.Errorf("file of child %d: %w", d.Child, err)
	}
	shows := h.careOf
	if d.Only != "" {
		shows = h.childFile
	}
	r, err := shows(ctx, v, d.Child)
	return r.Screen, err
}

// part writes one part of a file: the steps offer ids, numbers and codes only.
func (d *fileDraft) part(name string, c *childcare.Child) {
	switch name {
	case "school":
		c.School, _, _ = pair(d.School)
	case "grade":
		c.Grade, _ = strconv.Atoi(d.Grade)
	case "diet":
		c.Diet = nil
		for _, x := range d.Diet {
			if x != noDiet {
				c.Diet = append(c.Diet, childcare.Diet(x))
			}
		}
	case "allergy":
		c.Allergy = d.Allergy
	case "class":
		c.Class = d.Class
	case "know":
		c.Know = d.Know
	case "naps":
		c.Naps = d.Naps == "yes"
	case "subject":
		c.Subject = childcare.Subject(d.Subject)
		if d.Subject == noSubject {
			c.Subject = childcare.NoSubject
		}
	}
}

// childFile shows what is known of a child.
func (h *House) childFile(ctx context.Context, v Visit, child int64) (Reply, error) {
	c, err := h.careChild(ctx, v, child)
	if err != nil {
		return Reply{}, err
	}
	s := dialog.Screen{Text: strings.Join(v.fileLines(c), "\n")}
	for _, name := range fileParts {
		label := v.Texts.T("dialog.change", "title", v.Texts.T("childfile."+name+".title"))
		row(&s, label, "ccenrol", number(child), name)
	}
	row(&s, v.Texts.T("care.home.to_looks"), "cclooks", number(child))
	row(&s, v.Texts.T("care.home.to_erase"), "ccerase", number(child))
	v.back(&s, "ccmore", number(child))
	return show(s), nil
}

// fileLines is the file of a child as its family and whoever minds it read it.
func (v Visit) fileLines(c childcare.Child) []string {
	place := c.SchoolName
	if place == "" {
		place = v.Texts.T("childfile.none")
	}
	if c.Grade > 0 {
		place = v.Texts.T("care.home.file_class", "school", place, "n", c.Grade, "class", c.Class)
	}
	lines := []string{v.Texts.T("care.home.file", "name", c.Name, "year", c.BirthYear), strings.TrimSpace(place)}
	if len(c.Diet) > 0 || c.Allergy != "" {
		var words []string
		for _, x := range c.Diet {
			words = append(words, v.Texts.T("kitchen.diet."+string(x)))
		}
		if c.Allergy != "" {
			words = append(words, c.Allergy)
		}
		lines = append(lines, v.Texts.T("care.home.file_mind", "words", listed(v.Texts, words)))
	}
	if c.Know != "" {
		lines = append(lines, c.Know)
	}
	if !c.Naps {
		lines = append(lines, v.Texts.T("care.home.file_no_nap"))
	}
	return lines
}

// looksShown is how many looks one screen tells.
const looksShown = 8

// whoLooked tells who looked at what is known of a child.
func (h *House) whoLooked(ctx context.Context, v Visit, child int64) (Reply, error) {
	all, err := h.Childcare.Looks(ctx, v.Actor, child)
	if err != nil {
		return Reply{}, fmt.Errorf("who looked at child %d: %w", child, err)
	}
	lines := []string{v.Texts.T("care.home.looks", "name", h.name(ctx, v, child))}
	if len(all) == 0 {
		lines = []string{v.Texts.T("care.home.looks_none", "name", h.name(ctx, v, child))}
	}
	for _, l := range all[:min(looksShown, len(all))] {
		lines = append(lines, v.Texts.T("care.home.look", "at", l.At, "name", l.Name, "what", v.Texts.T("care.home.looked."+l.What)))
	}
	s := dialog.Screen{Text: strings.Join(lines, "\n")}
	v.back(&s, "ccfile", number(child))
	return show(s), nil
}

// erases forgets what is known of a child, once it was asked: "<child>[.yes]".
func (h *House) erases(ctx context.Context, v Visit, value string) (Reply, error) {
	child, sure, ok := pair(value)
	if !ok {
		return v.toast("tap.old"), nil
	}
	name := h.name(ctx, v, child)
	if sure != "yes" {
		mine, err := h.writesOf(ctx, v, child)
		if err != nil || !mine {
			return v.toast("tap.old"), err
		}
		s := v.say("care.home.erase_ask", "name", name)
		row(&s, v.Texts.T("care.home.erase"), "ccerase", number(child), "yes")
		v.back(&s, "ccfile", number(child))
		return show(s), nil
	}
	if err := h.Childcare.Erase(ctx, v.Actor, child); err != nil {
		return Reply{}, fmt.Errorf("erase child %d: %w", child, err)
	}
	return show(h.withMenu(v, "care.home.erased", "name", name)), nil
}
