package faults

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/botapi"
)

// A menu is opened on the message of a card, and goes when that card changes: what a step
// before it changed may be told later than the menu was opened, where much is to be told.
// Whoever sees that opens it once more. Nothing else is tried again by anybody.

// errTaken is that what was to be tapped stood in a menu that is there no more.
var errTaken = errors.New("its menu was opened, and taken away")

// mostMenus is how often somebody opens one menu again: one that never stays is a fault.
const mostMenus = 3

// shut is where calls are counted from for whom no menu is open.
const shut = math.MaxInt64

// pages are what is opened from a menu, in its place.
var pages = []string{"More>", "Wrong kind"}

// beginsMenu reports whether a label opens one.
func beginsMenu(label string) bool {
	label, _, _ = strings.Cut(label, ": ")
	return label == "More"
}

// opens notes that somebody opens a menu, or a page of it, or taps something else.
func (p *person) opens(label string) {
	switch {
	case beginsMenu(label):
		p.menu = 0
		for _, c := range p.town.bot.Calls(0) {
			p.menu = c.Seq
		}
	case !slices.Contains(pages, label):
		p.menu = shut
	}
}

// taken reports whether a button stood on a phone since its menu was opened, and stands
// there no more.
func (l *life) taken(p *person, label string) bool {
	if p.menu == shut {
		return false
	}
	stood := slices.ContainsFunc(l.town.bot.Calls(p.menu), func(c botapi.Call) bool {
		_, data := button(botapi.View{Messages: []botapi.Message{under(c)}}, label)
		return c.OK && c.Chat == p.id && data != ""
	})
	_, data := button(p.phone.Chat(), label) // only now: it may have come meanwhile
	return stood && data == ""
}

// under is a message as a call left it: what it says, and what stands under it.
func under(c botapi.Call) botapi.Message {
	var markup struct {
		Rows [][]struct {
			Text string
			Data string `json:"callback_data"`
		} `json:"inline_keyboard"`
	}
	m := botapi.Message{Text: c.Params["text"] + c.Params["caption"]}
	if json.Unmarshal([]byte(c.Params["reply_markup"]), &markup) != nil {
		return m // nothing stands under it
	}
	for _, row := range markup.Rows {
		var buttons []botapi.Button
		for _, b := range row {
			buttons = append(buttons, botapi.Button{Text: b.Text, Data: b.Data})
		}
		m.Buttons = append(m.Buttons, buttons)
	}
	return m
}

// openAgain opens the menu in which the last of some acts is chosen, and chooses it.
func (l *life) openAgain(ctx context.Context, done []act) error {
	from := len(done) - 1
	for from > 0 && !beginsMenu(strings.Trim(done[from].what, "[]")) {
		from--
	}
	for _, a := range done[from:] {
		if err := l.act(ctx, a); err != nil {
			return err
		}
	}
	return nil
}
