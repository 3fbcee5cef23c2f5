package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/paper"
)

// ownSheet begins the name of a file with the open doors of a notice.
const ownSheet = "doors."

// accountVerbs are the buttons of who looks after whom a notice reached.
func (h *House) accountVerbs() map[string]verb {
	return map[string]verb{"naccount": onID(h.showsAccount), "nsheet": onID(h.sendsSheet)}
}

// tellListed tells the author how many homes were not reached, and for how many there is
// the sheet alone.
func (h *House) tellListed(_ context.Context, v Visit, n notices.Notice, a toldNotice) (dialog.Screen, error) {
	key := "doors.listed"
	switch {
	case a.N == 0:
		key = "doors.listed_none"
	case a.Sheet > 0:
		key = "doors.listed_sheet"
	}
	s := v.say(key, "title", v.noticeTitle(n), "n", a.N, "sheet", a.Sheet)
	row(&s, v.Texts.T("doors.account"), "naccount", number(n.ID))
	if a.N > 0 {
		row(&s, v.Texts.T("doors.print"), "nsheet", number(n.ID))
	}
	return s, nil
}

// showsAccount shows, building by building, what is known of everybody.
func (h *House) showsAccount(ctx context.Context, v Visit, id int64) (Reply, error) {
	n, err := h.Notices.Find(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	all, err := h.Notices.Account(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	var sum notices.HomeAccount
	lines := []string{}
	for _, a := range all {
		sum = sum.Plus(a)
		home := v.Texts.T("doors.nowhere")
		if a.Building != 0 {
			home = buildingWords(v.Texts, a.House)
		}
		lines = append(lines, v.Texts.T("doors.account_home", "home", home, "known", a.People-a.Open, "people", a.People, "open", a.Open))
	}
	head := v.Texts.T("doors.account_all", "title", v.noticeTitle(n), "people", sum.People, "seen", sum.Seen+sum.Help, "help", sum.Help,
		"visited", sum.Visited, "phoned", sum.Phoned, "told", sum.Told, "open", sum.Open)
	s := dialog.Screen{Text: strings.Join(append([]string{head}, lines...), "\n")}
	if n.DoorsDoneAt != nil && sum.Open > 0 {
		row(&s, v.Texts.T("doors.print"), "nsheet", number(id))
	}
	v.back(&s, "notice", number(id))
	return show(s), nil
}

// sendsSheet sends the open doors as a file, a paper for each entrance.
func (h *House) sendsSheet(ctx context.Context, v Visit, id int64) (Reply, error) {
	doors, err := h.Notices.Doors(ctx, v.Actor, id)
	if err != nil {
		return Reply{}, err
	}
	if len(doors) == 0 {
		return Reply{Screen: v.say("doors.none"), Where: Apart, Beside: true}, nil
	}
	s := v.say("doors.sheet", "n", len(doors))
	s.File = ownSheet + number(id) + "." + number(v.Person.ID)
	return Reply{Screen: s, Where: Apart, Beside: true}, nil
}

// doorsFile draws that paper: "12.34" is the notice and its reader.
func (h *House) doorsFile(ctx context.Context, in int64, of string) (name string, data []byte, err error) {
	id, reader, ok := pair(of)
	if !ok {
		return "", nil, fmt.Errorf("no sheet is called %q", of)
	}
	v, err := h.readerOf(ctx, in, reader)
	if err != nil {
		return "", nil, err
	}
	n, err := h.Notices.Read(ctx, in, id)
	if err != nil {
		return "", nil, err
	}
	doors, err := h.Notices.Sheet(ctx, v.Actor, id, notices.Home{})
	if err != nil {
		return "", nil, err
	}
	if len(doors) == 0 { // all were told since
		return "", nil, access.NotFound()
	}
	data, err = paper.Pages(v.doorsPapers(n, doors)...)
	return v.Texts.T("doors.file_name") + ".pdf", data, err
}

// doorsPapers are a paper for each entrance: what to say, and its doors with a box to tick.
func (v Visit) doorsPapers(n notices.Notice, doors []notices.Door) (all []paper.Paper) {
	var at notices.Home
	for i, d := range doors {
		if here := (notices.Home{Building: d.Building, Entrance: d.Entrance}); i == 0 || here != at {
			at = here
			all = append(all, paper.Paper{
				Title: v.entranceWords(d), At: n.DoorsAt,
				Parts: []paper.Part{{Head: v.Texts.T("doors.say"), Lines: []paper.Line{{Text: v.noticeText(n)}}}, {Head: v.Texts.T("doors.paper")}},
			})
		}
		part := &all[len(all)-1].Parts[1]
		part.Lines = append(part.Lines, paper.Line{Text: v.sheetLine(d), Right: "□"})
		for _, more := range []string{d.Phone, d.Notes} {
			if more != "" {
				part.Lines = append(part.Lines, paper.Line{Text: more})
			}
		}
	}
	return all
}

func (v Visit) entranceWords(d notices.Door) string {
	switch {
	case d.Building == 0:
		return v.Texts.T("doors.nowhere")
	case d.Entrance == 0:
		return buildingWords(v.Texts, d.House)
	}
	return v.Texts.T("kitchen.paper_stairs", "building", buildingWords(v.Texts, d.House), "entrance", d.Entrance)
}

// sheetLine is a door on paper: the flat, who, and what to think of.
func (v Visit) sheetLine(d notices.Door) string {
	line := v.Texts.T("kitchen.paper_door", "flat", d.Flat, "name", d.Name)
	if mind := v.doorMind(d); mind != "" {
		line = v.Texts.T("doors.minding", "line", line, "mind", mind)
	}
	return line
}
