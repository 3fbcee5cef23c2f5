package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// folk is somebody with a phone, and what they do with it.
type folk struct {
	key     string
	serves  bool
	manners map[string]int // by what a button does, how many times of a hundred in an hour
	reports int            // likewise, how often they bring something
}

// What people do about the buttons that they have, an hour in which they are awake:
// "c.take" is a button "c.take.<case>", "m.visit.fixed" one "m.visit.<visit>.fixed".
var (
	servants = map[string]int{
		"c.take": 35, "c.pass": 4, "c.done": 10, "c.progress": 4, "c.more": 8, "c.when": 4, "c.what": 25, "c.heard": 40,
		"c.agree": 30, "c.refuse": 12, "c.goon": 4, "c.say": 25, "c.sides": 15, "c.show": 2, "c.split": 3, "c.undo": 1, "m.ofday": 2,
		"m.isof": 60, "m.visit.fixed": 8, "m.visit.half": 3, "m.visit.not": 3, "m.visit.seen": 6, "m.visit.nobody": 12, "m.visit.pass": 3,
		"m.overtake": 60, "m.night": 60, "m.come": 30, "m.here": 60, "m.there": 60, "m.askyes": 20, "m.askno": 5, "m.cannot": 2, "m.seat": 10,
		"m.desk": 20, "m.visit": 15, "m.sidetell": 5, "g.take": 20,
	}
	residents = map[string]int{
		"c.send": 60, "c.fixed": 8, "c.half": 3, "c.not": 4, "c.back": 1, "c.answer": 30, "c.disagree": 10, "c.still": 15, "c.again": 4,
		"c.nothere": 15, "c.share": 10, "c.myside": 20, "c.say": 1, "c.word": 10, "c.unfollow": 1, "c.own": 40, "m.same": 60, "m.night": 60,
		"m.part.yes": 10, "m.part.no": 5, "m.sign": 15, "m.kept.yes": 15, "m.kept.no": 5, "c.shareyes": 30,
	}
)

// menus are what is chosen at once where it comes up, by weight.
var menus = map[string]int{
	"m.pass": 10, "m.isof": 10, "m.kindof": 10, "m.heard": 10, "m.coming": 10, "m.sealas": 3, "m.double": 20, "m.way": 5,
	"m.press.no": 20, "m.press.yes": 2, "m.more": 6,
	"m.act.wait": 6, "m.act.notours": 4, "m.act.cannot": 4, "m.act.wish": 3, "m.act.nonsense": 2, "m.act.remark": 3, "m.act.ask": 4,
	"m.act.urgent": 1, "m.act.kindof": 2, "m.act.matters": 2, "m.act.double": 4, "m.act.seal": 1,
	"c.settle": 8, "c.other": 8, "c.talked": 3, "m.sidetell": 3,
	"c.send": 12, "c.place": 1, "c.drop": 1, "m.belongs": 1, "m.same": 6, "c.own": 4,
}

// everybody is who lives here. Two never answer: one of them shuts the bot out.
func (m *month) everybody() []*folk {
	var all []*folk
	for _, n := range m.towns[0].neighbours {
		f := &folk{key: n.key, manners: residents, reports: 4}
		switch {
		case n.key == "secretary" || n.key == "mediator" || strings.HasPrefix(n.key, "member") || n.key == "kitchen":
			f.serves, f.manners, f.reports = true, servants, 0
		case n.key == "silent" || n.key == "blocker":
			f.manners = map[string]int{"c.send": 30}
		case n.key == "busy" || n.key == "resident":
			f.reports = 8
		}
		all = append(all, f)
	}
	return all
}

// awake reports whether somebody does anything now: by day, or on a shift, and not
// on leave.
func (f *folk) awake(m *month, now time.Time) bool {
	if now.Before(m.back[f.key]) {
		return false
	}
	if now.Hour() >= 8 && now.Hour() < 20 {
		return true
	}
	if !f.serves {
		return false
	}
	on, _, err := m.app.roster.OnDuty(m.t.Context(), m.home, m.area)
	require.NoError(m.t, err)
	for _, p := range on {
		if p.ID == m.id[f.key] {
			return true
		}
	}
	return false
}

// goAbout is one hour of somebody: they look at their phone and may do something.
func (m *month) goAbout(f *folk, now time.Time) {
	m.t.Helper()
	phone := m.phone(f.key)
	view := phone.Chat()
	if view.Blocked || view.Gone {
		return
	}
	switch {
	case f.serves && now.Hour() == 9 && m.maybe(70):
		m.does(f, func() { phone.Say("/today") })
	case f.serves && now.Hour() == 15 && m.maybe(40):
		m.does(f, func() { m.answersTap(f.key, phone.TapOld(newest(view.Messages).ID, "m.desk")) })
	}
	if f.serves {
		m.looksIntoTheGroup(f)
	}
	if m.maybe(f.reports) && len(m.promise) < m.days*m.perDay {
		m.brings(f)
	}
	if id, data, found := m.fancies(f); found {
		m.taps(f, id, data)
	}
}

// recent are the messages that somebody still looks at.
const recent = 30

// fancies is a button that somebody feels like tapping.
func (m *month) fancies(f *folk) (message int64, data string, found bool) {
	all := m.phone(f.key).Chat().Messages
	for _, one := range slices.Backward(all[max(0, len(all)-recent):]) {
		for _, row := range one.Buttons {
			for _, b := range row {
				if chance := weight(f.manners, b.Data); chance > 0 && m.maybe(chance) {
					return one.ID, b.Data, true
				}
			}
		}
	}
	return 0, "", false
}

// weight is what a table says of a button: of all that it does, or of its beginning.
func weight(table map[string]int, data string) int {
	if strings.Contains(data, ":") { // a dialog's
		return 0
	}
	for does := doing(data); strings.Contains(does, "."); does = does[:strings.LastIndex(does, ".")] {
		if w, known := table[does]; known {
			return w
		}
	}
	return 0
}

// doing is what a button does, whatever it is about: "c.take" of "c.take.<case>".
func doing(data string) string {
	var parts []string
	for _, p := range strings.Split(data, ".") {
		if _, err := strconv.ParseInt(p, 10, 64); err != nil {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ".")
}

// does lets somebody do something, and goes on where it leads.
func (m *month) does(f *folk, what func()) {
	m.t.Helper()
	before := m.state(f.key)
	m.writes("%s:", f.key)
	what()
	m.settleDown()
	m.takeDown()
	m.goesOn(f, before)
}

func (m *month) taps(f *folk, message int64, data string) {
	m.t.Helper()
	m.does(f, func() { m.answersTap(f.key, m.phone(f.key).TapOld(message, data)) })
}

// answersTap waits for the answer to a tap; what was not refused is a deed.
func (m *month) answersTap(who string, tap *botapi.Tap) {
	m.t.Helper()
	m.writes("%s taps %s", who, tap.Data)
	m.settleDown()
	toast, _, err := tap.Answer(m.t.Context())
	require.NoError(m.t, err, tap.Data)
	if texts := m.shown[who][tap.MessageID]; len(texts) > 0 {
		m.hearsWord(who, tap.Data, texts[len(texts)-1], toast)
	}
	if !strings.Contains(tap.Data, ":") {
		m.deeds = append(m.deeds, deed{who, tap.Data, m.clk.Now()})
		m.did[doing(tap.Data)]++
	}
}

// state is what a phone shows, to see what is new.
func (m *month) state(key string) map[int64]string {
	all := map[int64]string{}
	for _, one := range m.phone(key).Chat().Messages {
		all[one.ID] = fmt.Sprint(one.Text, one.Buttons)
	}
	return all
}

// longest is how many taps somebody gives one thing.
const longest = 12

// goesOn answers what the bot asks, until nothing is asked any more.
func (m *month) goesOn(f *folk, before map[int64]string) {
	m.t.Helper()
	for n := range longest + 1 {
		message, asked := m.asked(f.key, before)
		if !asked {
			return
		}
		before = m.state(f.key)
		if n == longest {
			m.cancels(f, message)
			return
		}
		if !m.replies(f, message) {
			return
		}
		m.settleDown()
		m.takeDown()
	}
}

// asked is the newest message that came or changed and wants something.
func (m *month) asked(key string, before map[int64]string) (botapi.Message, bool) {
	for _, one := range slices.Backward(m.phone(key).Chat().Messages) {
		if !one.FromBot || before[one.ID] == fmt.Sprint(one.Text, one.Buttons) {
			continue
		}
		for _, row := range one.Buttons {
			for _, b := range row {
				if strings.Contains(b.Data, ":") || weight(menus, b.Data) > 0 {
					return one, true
				}
			}
		}
	}
	return botapi.Message{}, false
}

// replies answers one question by a button or by words.
func (m *month) replies(f *folk, to botapi.Message) bool {
	m.t.Helper()
	var some []botapi.Button
	for _, row := range to.Buttons {
		some = append(some, row...)
	}
	if slices.ContainsFunc(some, func(b botapi.Button) bool { return strings.Contains(b.Data, ":") }) {
		return m.answersDialog(f, to, some)
	}
	total := 2 // and sometimes nothing is done
	for _, b := range some {
		total += weight(menus, b.Data)
	}
	at := m.rng.IntN(total)
	for _, b := range some {
		if at -= weight(menus, b.Data); at < 0 {
			m.answersTap(f.key, m.phone(f.key).TapOld(to.ID, b.Data))
			return true
		}
	}
	return false
}

// answersDialog taps one of what is offered, or says something where that is wanted.
func (m *month) answersDialog(f *folk, to botapi.Message, some []botapi.Button) bool {
	phone := m.phone(f.key)
	var offers []string
	for _, b := range some {
		_, verb, _ := strings.Cut(b.Data, ":")
		switch {
		case verb == "send":
			m.answersTap(f.key, phone.TapOld(to.ID, b.Data))
			return true
		case strings.HasPrefix(verb, "=") || strings.HasPrefix(verb, "#"), verb == "more" && m.maybe(60), verb == "skip" && m.maybe(50):
			offers = append(offers, b.Data)
		}
	}
	if len(offers) > 0 {
		m.answersTap(f.key, phone.TapOld(to.ID, m.prefers(some, offers)))
		return true
	}
	switch m.rng.IntN(4) {
	case 0:
		m.words++
		phone.Voice(botapi.File{Name: "v.ogg", MIME: "audio/ogg", Data: []byte(fmt.Sprint("voice", m.words))}, 4)
	case 1:
		m.words++
		phone.Photo(picture(uint8(m.words)), "")
	default:
		phone.Say(m.newWords())
	}
	return true
}

// prefers is what somebody wants, where it is offered or may be on the next page,
// else any of some offers.
func (m *month) prefers(all []botapi.Button, offers []string) string {
	for _, want := range append(slices.Clone(m.wants), "more") {
		for _, b := range all {
			if _, verb, _ := strings.Cut(b.Data, ":"); len(m.wants) > 0 && verb == want {
				return b.Data
			}
		}
	}
	return offers[m.rng.IntN(len(offers))]
}

// newWords are some that nobody has said before.
func (m *month) newWords() string {
	m.words++
	return fmt.Sprintf("zebra%dfinch it is the third step", m.words)
}

func (m *month) cancels(f *folk, message botapi.Message) {
	m.t.Helper()
	for _, row := range message.Buttons {
		for _, b := range row {
			if strings.HasSuffix(b.Data, ":cancel") {
				m.answersTap(f.key, m.phone(f.key).TapOld(message.ID, b.Data))
				m.settleDown()
				return
			}
		}
	}
}

// brings is a report: a photo, a voice message, by the questions, or a danger.
func (m *month) brings(f *folk) {
	m.t.Helper()
	phone := m.phone(f.key)
	m.words++
	switch n := m.rng.IntN(20); {
	case n < 7:
		m.did["report by photo"]++
		m.does(f, func() { phone.Photo(picture(uint8(m.words)), "") })
	case n < 10:
		m.did["report by voice"]++
		m.does(f, func() {
			phone.Voice(botapi.File{Name: "v.ogg", MIME: "audio/ogg", Data: []byte(fmt.Sprint("voice", m.words))}, 4)
		})
	case n < 19:
		m.did["report by the questions"]++
		m.does(f, func() { phone.Say("/report") })
	default:
		m.did["danger"]++
		m.does(f, func() { phone.Say([]string{"there is a gas leak in my flat", "my kitchen is on fire"}[m.rng.IntN(2)]) })
	}
}

// looksIntoTheGroup may take what nobody has taken.
func (m *month) looksIntoTheGroup(f *folk) {
	m.t.Helper()
	g := m.towns[0].newGroup
	for _, one := range slices.Backward(g.View().Messages) {
		for _, row := range one.Buttons {
			for _, b := range row {
				if strings.HasPrefix(b.Data, "g.take.") && m.maybe(f.manners["g.take"]) {
					tap, err := g.By(m.phone(f.key)).Tap(one.ID, b.Data)
					if err != nil { // no member of the group
						return
					}
					m.does(f, func() { m.answersTap(f.key, tap) })
					return
				}
			}
		}
	}
}
