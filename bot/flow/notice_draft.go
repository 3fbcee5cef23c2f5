package flow

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
)

// noticeDraft is a notice as it is being written.
type noticeDraft struct {
	By       who    `json:"by"`
	Of       int64  `json:"of,omitempty"`  // what it was begun from
	Everyone bool   `json:"all,omitempty"` // its writer may write to everybody, and to groups
	Language string `json:"lang"`          // in which it is written first

	Text     string       `json:"t,omitempty"`
	Other    string       `json:"t2,omitempty"` // the same in the other language
	With     dialog.Media `json:"m,omitzero"`
	Homes    []string     `json:"h,omitempty"` // buildings, or allHouses
	Entrance []string     `json:"e,omitempty"` // of the only building; none: all
	Only     []string     `json:"o,omitempty"` // whom of those who live there, see narrowings
	OnlyWas  string       `json:"ow,omitempty"`
	Weight   string       `json:"w,omitempty"`
	When     string       `json:"at,omitempty"` // a moment, or atOnce

	Answer       string   `json:"a,omitempty"`
	Options      string   `json:"op,omitempty"` // one a line
	OtherOptions string   `json:"op2,omitempty"`
	Closes       string   `json:"cl,omitempty"`
	Voice        string   `json:"v,omitempty"`
	Named        string   `json:"nm,omitempty"`
	Starts       string   `json:"st,omitempty"`
	Ends         string   `json:"en,omitempty"`
	Place        string   `json:"pl,omitempty"`
	Places       string   `json:"ps,omitempty"`
	To           string   `json:"to,omitempty"`
	Groups       []string `json:"g,omitempty"` // or allGroups
	Pin          string   `json:"pin,omitempty"`
	Repeat       string   `json:"r,omitempty"`
	Doors        string   `json:"d,omitempty"`
	Keep         string   `json:"k,omitempty"`
}

// Answers of the dialog that stand for none of the values of a notice.
const (
	atOnce    = "now"
	allGroups = "all"
	once      = "once"
	yes       = "yes"
	no        = "no"

	toBoth   = "both"
	toPeople = "people"
	toGroups = "groups"
)

// newNotice is a draft in which all stands as it usually is.
func (v Visit) newNotice() noticeDraft {
	d := noticeDraft{
		By: v.who(), Everyone: v.Actor.May(access.Announce, access.SameCommunity), Language: v.reads(),
		Weight: string(notices.Ordinary), When: atOnce, Answer: string(notices.Seen), Repeat: once,
	}
	if d.Everyone {
		d.To, d.Groups, d.Pin = toBoth, []string{allGroups}, no
	}
	return d
}

// noticeLike is a draft that says what an earlier notice said, at a time of its own.
func (v Visit) noticeLike(n notices.Notice, other string) noticeDraft {
	d := v.newNotice()
	d.Of, d.Language, d.Weight, d.Answer = n.ID, n.Language, string(n.Weight), string(n.Answer)
	d.Text, d.Other = n.Texts[n.Language], n.Texts[other]
	if len(n.Media) > 0 {
		m := n.Media[0]
		d.With = dialog.Media{Kind: m.Kind, FileID: m.FileID, UniqueID: m.UniqueID}
	}
	d.Homes, d.Only = []string{allHouses}, narrowed(n.For)
	if len(n.For.Homes) > 0 {
		d.Homes = nil
	}
	for _, home := range n.For.Homes {
		if of := number(home.Building); !slices.Contains(d.Homes, of) {
			d.Homes = append(d.Homes, of)
		}
		if home.Entrance != 0 {
			d.Entrance = append(d.Entrance, strconv.Itoa(home.Entrance))
		}
	}
	for _, o := range n.Options {
		d.Options += o[n.Language] + "\n"
		d.OtherOptions += o[other] + "\n"
	}
	d.Options, d.OtherOptions = strings.TrimSpace(d.Options), strings.TrimSpace(d.OtherOptions)
	d.Voice, d.Named = string(n.Voice), yesNo(n.Named)
	if n.Happens != nil {
		d.Place = n.Happens.Place
		if n.Happens.Places > 0 {
			d.Places = strconv.Itoa(n.Happens.Places)
		}
	}
	d.OnlyWas = strings.Join(d.Only, " ")
	if d.Everyone {
		d.to(n.For)
		d.Pin = yesNo(n.Pin)
	}
	return d
}

func (d *noticeDraft) to(a notices.Audience) {
	switch {
	case !a.Groups:
		d.To = toPeople
	case !a.People:
		d.To = toGroups
	}
	for i, id := range a.Only {
		if i == 0 {
			d.Groups = nil
		}
		d.Groups = append(d.Groups, number(id))
	}
}

func yesNo(is bool) string {
	if is {
		return yes
	}
	return no
}

// narrowings are whom of those who live somewhere a notice can be for, in the order in
// which they are offered: by age, by role, by what those who help should know of them,
// and who has something booked for the next day.
func narrowings() []string {
	some := []string{"age.60", "age.70", "age.80"}
	for _, r := range []access.Role{access.Member, access.Helper, access.Volunteer} {
		some = append(some, "role."+string(r))
	}
	for _, tag := range people.Tags {
		some = append(some, "tag."+tag)
	}
	return append(some, "tomorrow")
}

// narrowed are the narrowings of an audience.
func narrowed(a notices.Audience) []string {
	var some []string
	if a.From > 0 {
		some = append(some, "age."+strconv.Itoa(a.From))
	}
	for _, r := range a.Roles {
		some = append(some, "role."+string(r))
	}
	for _, tag := range a.Tags {
		some = append(some, "tag."+tag)
	}
	if a.Tomorrow {
		some = append(some, "tomorrow")
	}
	return some
}

// audience is for whom the draft is.
func (d *noticeDraft) audience() notices.Audience {
	a := notices.Audience{People: d.To != toGroups, Groups: d.Everyone && d.To != toPeople}
	for _, text := range d.Homes {
		building, err := strconv.ParseInt(text, 10, 64)
		if err != nil { // all of them
			continue
		}
		if len(d.Entrance) == 0 {
			a.Homes = append(a.Homes, notices.Home{Building: building})
		}
		for _, e := range d.Entrance {
			n, _ := strconv.Atoi(e) // the step offers numbers only
			a.Homes = append(a.Homes, notices.Home{Building: building, Entrance: n})
		}
	}
	for _, only := range d.Only {
		kind, code, _ := strings.Cut(only, ".")
		switch kind {
		case "age":
			age, _ := strconv.Atoi(code)
			if a.From == 0 || age < a.From { // of several the youngest takes in the others
				a.From = age
			}
		case "role":
			a.Roles = append(a.Roles, access.Role(code))
		case "tag":
			a.Tags = append(a.Tags, code)
		case "tomorrow":
			a.Tomorrow = true
		}
	}
	for _, text := range d.Groups {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil && a.Groups { // no number is all of them
			a.Only = append(a.Only, id)
		}
	}
	return a
}

// notice is what the draft comes to; key is the dialog's own.
func (d *noticeDraft) notice(key, other string) notices.Draft {
	n := notices.Draft{
		Key: key, Weight: notices.Weight(d.Weight), Language: d.Language, Texts: d.words(d.Text, d.Other, other), For: d.audience(),
		Answer: notices.Answer(d.Answer), Pin: d.Pin == yes, At: momentOf(d.When), DoorsAt: momentOf(d.Doors), Of: d.Of, Template: d.Keep,
	}
	if d.With.FileID != "" {
		n.Media = []notices.Media{{Kind: d.With.Kind, FileID: d.With.FileID, UniqueID: d.With.UniqueID}}
	}
	if d.Repeat != once {
		n.Repeats = d.Repeat
	}
	switch n.Answer {
	case notices.Question:
		n.Voice, n.Named, n.Until = notices.Voice(d.Voice), d.Named == yes, momentOf(d.Closes)
		others := linesOf(d.OtherOptions)
		for i, option := range linesOf(d.Options) {
			second := ""
			if i < len(others) {
				second = others[i]
			}
			n.Options = append(n.Options, d.words(option, second, other))
		}
	case notices.Event:
		places, _ := strconv.Atoi(d.Places) // "" is as many as come
		n.Happens = &notices.Happens{Starts: momentOf(d.Starts), Ends: momentOf(d.Ends), Place: d.Place, Places: places}
		n.Until = n.Happens.Ends
	case notices.Seen, notices.NoAnswer:
	}
	return n
}

// words are what is said in one language or in two.
func (d *noticeDraft) words(first, second, other string) notices.Words {
	w := notices.Words{d.Language: first}
	if second != "" {
		w[other] = second
	}
	return w
}

// preview is the draft as if it were a notice already.
func (d *noticeDraft) preview(t dialog.Turn, other string) notices.Notice {
	n := notices.Notice{Draft: d.notice(t.Key, other), Community: d.By.Community, State: notices.Set, Author: d.By.Person, SetAt: t.Now}
	n.At = laterOf(n.At, t.Now)
	return n
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// linesOf are the lines of a text that say anything.
func linesOf(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// otherLanguage is in which a notice can be written beside its own: the community's, or
// the first that is neither. "" where there is none.
func (h *House) otherLanguage(of, community string) string {
	rest := slices.DeleteFunc(slices.Clone(h.Languages), func(l string) bool { return l == of })
	if slices.Contains(rest, community) {
		return community
	}
	return cmp.Or(append(rest, "")...)
}
