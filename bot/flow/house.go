// Package flow holds the conversations, one file each: what is asked, what is
// answered, and which verb of a service a tap stands for. It knows no Telegram
// types, no SQL and no words: it takes a Visit and gives back a Reply.
//
//	a turn outside a dialog   Command, Outside, Tapped, Danger  → Reply
//	a turn inside a dialog    Dialogs                           → dialog.Screen
//	a command in a group      InGroup                           → a message of the outbox
//	what must reach a person  Render (topics of the outbox)     → dialog.Screen
//	what must reach a group   RenderGroup                       → dialog.Screen
//	what falls due            Do     (jobs of the outbox)
//
// Buttons outside dialogs carry "c.<verb>.<case>" or "m.<verb>[.<value>]"; what
// a tap may do is decided by who taps, never by its data.
package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/register"
	"github.com/linli-bot/linli/internal/roster"
	"github.com/linli-bot/linli/internal/setup"
	"github.com/linli-bot/linli/internal/today"
)

// House is what the conversations need of the services.
type House struct {
	Communities *community.Service
	Setup       *setup.Service
	People      *people.Service
	Cases       *cases.Service
	Groups      *groups.Service
	Chats       Chats
	Register    *register.Service
	Roster      *roster.Service
	Lunch       *lunch.Service
	Childcare   *childcare.Service
	Notices     *notices.Service
	Calm        *calm.Service
	Today       *today.Service
	Calendar    *calendar.Service
	Texts       func(lang string, now time.Time, zone *time.Location) dialog.Texts
	Languages   []string                                                // codes that can be chosen, each with the key lang.<code>
	ForGroups   map[string]Draw                                         // topics that may be shown to a group, beside those about the group itself
	Files       map[string]func() (name string, data []byte, err error) // that a screen may bring, by what it calls them
	// Link is a t.me link that opens a community's bot with a payload.
	Link func(ctx context.Context, community int64, payload string) (string, error)
	// Fetch reads a file that somebody sent to a community's bot, of at most max bytes.
	Fetch   func(ctx context.Context, community int64, fileID string, max int64) ([]byte, error)
	dialogs dialog.Registry
	verbs   map[string]verb // of buttons outside dialogs that are not about a case
	life    casePart        // all that is about a case
	posts   map[string]Draw // that linli itself has for groups
}

// Draw draws one topic of the outbox for a group.
type Draw func(ctx context.Context, v Visit, args []byte) (dialog.Screen, error)

// New returns the conversations over their services.
func New(h House) *House {
	h.dialogs = dialog.NewRegistry(
		welcomeFlow(&h), reportFlow(&h), placeFlow(&h), leftFlow(&h), proofFlow(&h), childFlow(&h),
		groupFlow(&h), waitFlow(&h), answerFlow(&h), endingFlow(&h), refusalFlow(&h), objectionFlow(&h), sayFlow(&h), remarkFlow(&h), whichFlow(&h),
		seenFlow(&h), wordFlow(&h), hearingFlow(&h), agreementFlow(&h), otherSideFlow(&h), notSoFlow(&h),
		foundFlow(&h), settingFlow(&h), housesFlow(&h),
		findFlow(&h), enterFlow(&h), editFlow(&h), awayFlow(&h), sheetFlow(&h), holidaysFlow(&h),
		eaterFlow(&h), pasteFlow(&h), offFlow(&h),
		whoseFlow(&h), cashFlow(&h), receiptFlow(&h), supportFlow(&h), mendFlow(&h), lessFlow(&h), closeFlow(&h), letInFlow(&h), dislikesFlow(&h),
		noticeFlow(&h), noticeTimeFlow(), noticeFixFlow(&h), eventOffFlow(&h),
		fileFlow(&h), collectorFlow(&h), barredFlow(&h), hallOffFlow(&h), hallEndFlow(&h), confideFlow(&h), schoolFlow(&h),
		whereFlow(&h, "place"), whereFlow(&h, "gate"), whereFlow(&h, "point"), priceFlow(&h), patternFlow(&h), breakFlow(&h),
		strangerFlow(&h), overrideFlow(&h), takenFlow(&h), worryFlow(&h), voiceFlow(&h), typedFlow(&h),
	)
	h.Files = h.withTemplates()
	h.verbs, h.life, h.posts = h.menuVerbs(), h.wholeLife(), eachOnce(h.toGroups(), h.groupPosts(), h.noticePosts())
	return &h
}

// File makes the file that a screen brings in a community: one that is the same
// for all, or one of somebody's own.
func (h *House) File(ctx context.Context, community int64, of string) (name string, data []byte, err error) {
	if person, own := strings.CutPrefix(of, ownShifts); own {
		return h.shiftsFile(ctx, community, person)
	}
	if chart, own := strings.CutPrefix(of, ownChart); own {
		return h.chartFile(ctx, community, chart)
	}
	if lunch, own := strings.CutPrefix(of, ownLunch); own {
		return h.lunchFile(ctx, community, lunch)
	}
	if list, own := strings.CutPrefix(of, ownHall); own {
		return h.hallFile(ctx, community, list)
	}
	if event, is := strings.CutPrefix(of, ownEvent); is {
		return h.eventFile(ctx, community, event)
	}
	if doors, own := strings.CutPrefix(of, ownSheet); own {
		return h.doorsFile(ctx, community, doors)
	}
	made := h.Files[of]
	if made == nil {
		return "", nil, fmt.Errorf("no file is called %q", of)
	}
	return made()
}

// Dialogs is the registry of the step-by-step conversations.
func (h *House) Dialogs() dialog.Registry { return h.dialogs }

// Visit is one turn of one person: who is here, when, in which words.
type Visit struct {
	Community community.Community
	Person    people.Person
	Actor     people.Actor
	Now       time.Time
	Zone      *time.Location
	Texts     dialog.Texts
	Key       string       // the same however often this turn is repeated
	Bot       string       // the bot's name at Telegram, of which links are made
	Group     groups.Group // that reads it, where it is no person
	About     int64        // the case of the bot's message that is answered; 0: none is
}

func (v Visit) say(key string, args ...any) dialog.Screen {
	return dialog.Screen{Text: v.Texts.T(key, args...)}
}

// Reply is what a turn outside a dialog comes to: a screen, or a dialog that
// begins with some answers filled in.
type Reply struct {
	Screen  dialog.Screen
	Dialog  string
	Prefill any
	Note    string         // said above what is shown next
	Where   Where          // where it goes when a tap asked for it
	Redraw  bool           // nothing changed: show the present screen again, in today's language
	Fresh   bool           // something about the person changed: read them again first
	Beside  bool           // it settles nothing: a question that waits keeps its buttons
	Tapped  *dialog.Screen // what the tapped message shows from now on, where the answer is a message of its own
	Ends    bool           // whatever was being asked is asked no more
}

// Where is where the answer to a tap goes.
type Where int

// The places of an answer.
const (
	InPlace Where = iota // it takes the place of what the tapped message shows
	Apart                // it is a new message; the tapped one stays as it is
	Spent                // it is a new message; the tapped one loses its buttons
)

// linkScreen shows a one-time link, drawn for another phone to scan and written
// to be sent on.
func (h *House) linkScreen(ctx context.Context, v Visit, payload, key string, args ...any) (dialog.Screen, error) {
	link, err := h.Link(ctx, v.Community.ID, payload)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("link: %w", err)
	}
	s := v.say(key, append(args, "link", link)...)
	s.QR = link
	return s, nil
}

func show(s dialog.Screen) Reply { return Reply{Screen: s} }

// toast answers a tap without changing the screen.
func (v Visit) toast(key string) Reply {
	return Reply{Screen: dialog.Screen{Toast: v.Texts.T(key)}}
}

// who names one person in one community: a draft keeps it, and the services
// read the person's roles again whenever something is done.
type who struct {
	Community int64 `json:"c"`
	Person    int64 `json:"p"`
}

func (v Visit) who() who { return who{v.Community.ID, v.Person.ID} }

// visit is the visit of a dialog's turn: that of the turn around it, or made anew.
func (h *House) visit(ctx context.Context, by who, t dialog.Turn) (Visit, error) {
	if v, ok := t.Guest.(Visit); ok && v.who() == by {
		v.Key = t.Key
		return v, nil
	}
	c, err := h.Communities.ByID(ctx, by.Community)
	if err != nil {
		return Visit{}, fmt.Errorf("visit: %w", err)
	}
	p, a, err := h.People.Reader(ctx, by.Community, by.Person)
	if err != nil {
		return Visit{}, fmt.Errorf("visit: %w", err)
	}
	return Visit{Community: c, Person: p, Actor: a, Now: t.Now, Zone: t.Zone, Texts: t.Texts, Key: t.Key}, nil
}

// Refused words a refusal for the person who met it; ok is false for errors
// that are ours.
func (v Visit) Refused(err error) (text string, ok bool) {
	r, ok := refusal.As(err)
	if !ok {
		return "", false
	}
	if strings.HasPrefix(r.Key, "pg.") { // a rule of the database alone: which one helps nobody
		return v.Texts.T("refused.again"), true
	}
	return v.Texts.T("refused."+r.Key, append(slices.Clone(r.Args), "phone", phoneWords(v))...), true
}

// Refusal is a screen that says why something is refused, with the way to what has to be
// done first.
func (v Visit) Refusal(err error) (s dialog.Screen, ok bool) {
	if s.Text, ok = v.Refused(err); !ok {
		return s, false
	}
	if r, _ := refusal.As(err); slices.Contains([]string{"roster.holds", "roster.holds_still", "care.holds"}, r.Key) && v.minds() {
		row(&s, v.Texts.T("care.hall.open"), "hall")
	}
	return s, true
}
