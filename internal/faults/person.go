package faults

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
)

// town is one community: its bot, its secretary and its residents.
type town struct {
	stage     *Stage
	nth       int
	bot       *botapi.Bot
	secretary *secretary
	residents []*resident
	readers   int // people who are only told something
	stop      func()
	stopped   sync.WaitGroup

	mu     sync.Mutex
	people map[int64]*person // some move in while the bot is watched already
}

// person is whose chat it is; nil where it is nobody's.
func (t *town) person(chat int64) *person {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.people[chat]
}

// everyone is all who live there.
func (t *town) everyone() []*person {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Collect(maps.Values(t.people))
}

func newTown(s *Stage, nth int, bot *botapi.Bot) *town {
	t := &town{stage: s, nth: nth, bot: bot, people: map[int64]*person{}}
	t.secretary = &secretary{person: t.newPerson(int64(900+nth), fmt.Sprintf("%sS%d", canary, nth))}
	return t
}

func (t *town) moveIn(nth int) {
	name := fmt.Sprintf("%s%03d", canary, nth)
	t.residents = append(t.residents, &resident{person: t.newPerson(int64(10_000+nth), name), seen: map[int64]bool{}, gone: map[int64]bool{}, photos: true})
}

// botID is the number that the town's bot has at Telegram.
func (t *town) botID() int64 { return int64(7_000_001 + t.nth) }

// canary is in everything that people say and are called: no log may hold it.
const canary = "Quill"

// watch hands every call of the bot to whom it was for.
func (t *town) watch() {
	changes, stop := t.bot.Watch()
	ended := make(chan struct{})
	t.stop = func() { stop(); close(ended) }
	t.stopped.Go(func() {
		var seq int64
		for {
			for _, call := range t.bot.Calls(seq) {
				seq = call.Seq
				if p := t.person(call.Chat); p != nil && call.OK {
					p.shown(call)
				}
			}
			select {
			case <-changes:
			case <-ended:
				return
			}
		}
	})
}

func (t *town) close() {
	if t.stop != nil {
		t.stop()
		t.stopped.Wait()
	}
}

// person is somebody with a phone: what is done with it is written down.
type person struct {
	town  *town
	id    int64
	name  string
	phone *botapi.Phone
	rng   *rand.Rand

	mu     sync.Mutex
	unread []int64       // messages that came or changed, in that order
	news   chan struct{} // something is unread

	done    atomic.Int64 // updates that this phone has sent
	waiting atomic.Bool  // something was done and nothing has come yet
	taps    []*botapi.Tap
	typed   []string        // in a script
	menu    int64           // behind which call a menu was opened; shut: none is
	acted   map[string]bool // questions that were answered, buttons that were tapped
}

func (t *town) newPerson(id int64, name string) *person {
	p := &person{
		town: t, id: id, name: name, news: make(chan struct{}, 1), menu: shut, acted: map[string]bool{},
		phone: t.bot.Phone(botapi.Account{ID: id, FirstName: name, LanguageCode: "en"}),
		rng:   rand.New(rand.NewPCG(t.stage.Seed, uint64(id))),
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.people[id] = p
	return p
}

func (p *person) shown(call botapi.Call) {
	if call.Method == "editmessagereplymarkup" || !strings.HasPrefix(call.Method, "send") && !strings.HasPrefix(call.Method, "edit") {
		return
	}
	p.waiting.Store(false)
	p.mu.Lock()
	p.unread = append(p.unread, call.Messages...)
	p.mu.Unlock()
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// screens waits for something new, and reads it in the order of its coming;
// what came several times is read as it came last. None: nothing came.
func (p *person) screens(ctx context.Context, patience time.Duration) []screen {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.news:
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return nil
	}
	p.mu.Lock()
	ids := p.unread
	p.unread = nil
	p.mu.Unlock()
	messages := p.phone.Chat().Messages
	var list []screen
	for i, id := range ids {
		if slices.Contains(ids[i+1:], id) {
			continue
		}
		at := slices.IndexFunc(messages, func(m botapi.Message) bool { return m.ID == id })
		if at >= 0 { // it may be deleted by now
			list = append(list, p.town.stage.phrases.read(messages[at]))
		}
	}
	return list
}

// think takes a moment, as people do.
func (p *person) think(ctx context.Context) {
	moment := time.Duration(150+p.rng.IntN(700)) * time.Millisecond
	p.town.stage.pause(ctx, moment/time.Duration(max(p.town.stage.Haste, 1)))
}

func (p *person) act() {
	p.done.Add(1)
	p.waiting.Store(true)
}

func (p *person) start(payload string) {
	p.act()
	p.phone.Start(payload)
}

func (p *person) say(text string) {
	p.act()
	p.phone.Say(text)
}

func (p *person) photo(caption string) {
	p.act()
	data := fmt.Appendf(nil, "%s takes photo %d", p.name, p.done.Load())
	p.phone.Photo(botapi.File{Name: "photo.jpg", MIME: "image/jpeg", Data: data}, caption)
}

// tap presses a button, where it is still shown.
func (p *person) tap(message int64, data string) bool {
	tap, err := p.phone.Tap(message, data)
	if err != nil {
		return false
	}
	p.act()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taps = append(p.taps, tap)
	return true
}

// tooLate takes the last tap back out of what must be answered: Telegram will
// have dropped it before anybody asks.
func (p *person) tooLate() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taps = p.taps[:len(p.taps)-1]
	p.done.Add(-1)
}

// screen is a message as a person understands it.
type screen struct {
	kind    string // a key of the words, or one of those below
	message int64
	session string            // of a question: which one it is
	verbs   map[string]string // what its buttons do → their data
	values  []string          // data of the answers offered
	number  int64             // of a receipt or a card
}

// Kinds of screens that are known by their buttons.
const (
	isSummary = "summary"
	isCheck   = "check"
	isDraft   = "draft"
	isNear    = "near" // a neighbour's is like it
	isWhich   = "which"
	isCard    = "card"
	isMenu    = "menu"
	isGone    = "taken back"
	isOther   = "other"
)

// needed are the words that people must know, questions first: a longer one
// before one that it begins with.
var needed = []string{
	"welcome.name.ask", "report.sure.ask", "report.kind.ask", "report.where.ask", "report.place.ask", "report.what.ask", "report.photo.ask",
	"which.matter.ask", "proof.case.ask", "proof.as.ask", "proof.photo.ask", "proof.why.ask", "proof.done_told",
	"receipt.sent", "receipt.open", "menu.greeting", "welcome.done", "card.head", "case.taken_back_done",
	"call.office", "mine.list", "command.unknown", "card.yours", "check.thanks", "told.taken", "told.taken_private", "told.held",
}

var questions = needed[:12]

// question is the data of a dialog's button: the session and its revision,
// then what the button does.
var question = regexp.MustCompile(`^([A-Za-z0-9_-]{1,16}\.[0-9a-z]+):(.*)$`)

// read understands a message.
func (p phrases) read(m botapi.Message) screen {
	s := screen{kind: isOther, message: m.ID, verbs: map[string]string{}}
	for _, row := range m.Buttons {
		for _, b := range row {
			s.button(b.Data)
		}
	}
	s.kind = p.kindOf(m.Text, s)
	for _, key := range []string{"receipt.sent", "receipt.open", "card.head", "case.taken_back_done"} {
		s.number = max(s.number, p.number(m.Text, key))
	}
	return s
}

func (s *screen) button(data string) {
	if found := question.FindStringSubmatch(data); found != nil {
		s.session = found[1]
		s.verbs[found[2]] = data
		if strings.HasPrefix(found[2], "=") {
			s.values = append(s.values, data)
		}
		return
	}
	verb := strings.TrimRight(data, "0123456789")
	s.verbs[strings.TrimSuffix(verb, ".")] = data
}

func (p phrases) kindOf(text string, s screen) string {
	if s.session != "" {
		if s.verbs["send"] != "" {
			return isSummary
		}
		for _, key := range questions {
			if p.says(text, key) {
				return key
			}
		}
		return isOther
	}
	for _, by := range []struct{ verb, kind string }{
		{"c.fixed", isCheck}, {"c.own", isNear}, {"c.send", isDraft}, {"d.keep", isWhich}, {"c.take", isCard}, {"c.done", isCard},
	} {
		if s.verbs[by.verb] != "" {
			return by.kind
		}
	}
	for _, by := range []struct{ key, kind string }{
		{"receipt.sent", "receipt"}, {"receipt.open", "receipt"}, {"proof.done_told", "proof.done_told"},
		{"case.taken_back_done", isGone}, {"menu.greeting", isMenu}, {"welcome.done", isMenu},
	} {
		if p.says(text, by.key) {
			return by.kind
		}
	}
	return isOther
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
