package main

import (
	"cmp"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/street"
)

var update = flag.Bool("update", false, "rewrite what the bot says in bot/flow/testdata/*.dlg")

// TestTranscripts plays every conversation of bot/flow/testdata over the local
// Telegram, a real Postgres and a Redis, and compares every word that reaches
// anybody. A line begins with what it is:
//
//	#            a remark
//	who> hello   somebody writes; [Label] is tapped; {photo}, {voice}… is sent
//	who< words   the bot's new message on that phone, its buttons in brackets, {pinned} where it is
//	who~ words   a message that the bot changed
//	who- words   a message that the bot deleted
//	who! words   the short answer to a tap
//	who> {open other}        the newest link that the other phone, or the group, shows
//	who> {group say /setup}  somebody does something in a group, see inGroup
//	group< words the bot's new message in a group, and so on as on phones
//	who> {answer words | text}   somebody answers the newest message of the bot's with those words
//	who> {edit was | is}     somebody changes what they wrote
//	who> {press m.for.Old_Zhao}  a button with that data, of a screen that is not shown
//	> skip 2m    time passes; > restart: linli is started anew
//	> enter Old_Zhao 2 501 0535-555-0110   the secretary registers somebody without Telegram
//	> week       the town gets a week plan: one member by day, the other by night
//	> area East  the community has one more area
//	> fresh      it begins with a bot that nobody has claimed
//	> at 2026-11-23 09:05:00   when it begins, where that is not on that Monday
//	> shift day 2026-11-24 08:00 20:00 1 member   the secretary makes a shift of duty with so many places, and who gets one
//	> keeper                   whoever keeps the machine invites another, for {open claim}
//	> mediator member2         that person mediates; > deputy member2 likewise
//	> kitchen kitchen          lines of the kitchen, see cooks; > hall member likewise, see minds
//	> fail 2                   so many updates are put aside; 0: they were seen to
//	> look                     it is looked whether all is well
//	> claim --replace          whoever keeps the machine makes a claim, for {open claim}
//	= …          what must hold in the database, see check in claims_test.go
//
// -update writes the bot's lines, never the others.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../bot/flow/testdata/*.dlg")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	if *update && os.Getenv("CI") != "" {
		t.Fatal("-update writes what the bot says now; a person must read that first")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".dlg"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			got := playTranscript(t, file, string(want))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
				return
			}
			if diff := gocmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("the conversation went otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

// transcript is a conversation being played.
type transcript struct {
	*testStage
	lang    string
	history map[string][]botapi.Message // by who, everything ever shown
	taps    map[string]int
	script  *street.Script
	photos  uint8
	claim   string // what the newest link from the terminal begins with
	actor   string // who acted last, and
	toast   string // what the tap was answered with
	groups  map[string]*botapi.Group
}

// cast are the phones of a town, in the order in which their lines stand.
var cast = []string{"resident", "newcomer", "member", "member2", "secretary", "daughter", "kitchen"}

func playTranscript(t *testing.T, file, script string) string {
	return secret.ReplaceAllString(played(t, file, script).script.String(), "$1$2…")
}

// played plays a conversation; the town stays as it left it.
func played(t *testing.T, file, script string) *transcript {
	begun := newTestStageAt
	if strings.HasPrefix(script, "> fresh\n") || strings.Contains(script, "\n> fresh\n") {
		begun = newFreshStageAt
	}
	lang := strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(file, ".dlg")), ".")
	begin := monday
	if at := startLine.FindStringSubmatch(script); at != nil {
		var err error
		begin, err = time.ParseInLocation(time.DateTime, at[1], towns(botapi.New(botapi.Options{}))[0].zone())
		require.NoError(t, err)
	}
	p := &transcript{
		testStage: begun(t, lang, begin), lang: lang,
		history: map[string][]botapi.Message{}, taps: map[string]int{},
	}
	p.groups = map[string]*botapi.Group{"group": p.towns[0].group, "newgroup": p.towns[0].newGroup}
	p.script = street.NewScript(slices.Concat(cast, groupCast), p.messages)
	p.remember()
	for _, group := range groupCast {
		for _, m := range p.messages(group) {
			p.namesNobody(m)
		}
	}
	for line := range strings.Lines(script) {
		line = strings.TrimRight(line, "\n")
		who, said, acts := strings.Cut(line, "> ")
		switch {
		case line == "" || line[0] == '#':
			p.script.Line(line)
		case line[0] == '=':
			p.script.Line(line)
			p.check(strings.TrimSpace(line[1:]))
		case acts && (who == "" || slices.Contains(cast, who)):
			p.script.Line(line)
			p.act(who, said)
			p.tellNews()
		}
	}
	return p
}

// secret is what differs from day to day: in a one-time link, and of the code by which
// somebody picks a child up.
var secret = regexp.MustCompile(`(\?start=[a-z]+_)[\w-]{22}|(show this: |know them: |看这个：|接的人：)\d{4}`)

// startLine says when a conversation begins, where that matters.
var startLine = regexp.MustCompile(`(?m)^> at (.+)$`)

// act does what a line says.
func (p *transcript) act(who, said string) {
	p.t.Helper()
	p.actor, p.toast = who, ""
	if who == "" {
		p.pass(said)
		return
	}
	phone := p.phone(who)
	inner, braces := strings.CutPrefix(said, "{")
	label, tap := strings.CutPrefix(said, "[")
	switch {
	case braces:
		p.send(phone, who, strings.TrimSuffix(inner, "}"))
	case tap:
		p.tap(phone, who, strings.TrimSuffix(label, "]"))
	default:
		phone.Say(strings.ReplaceAll(said, `\n`, "\n"))
	}
	p.settleDown()
}

func (p *transcript) pass(said string) {
	p.t.Helper()
	verb, rest, _ := strings.Cut(said, " ")
	if p.keeps(verb, rest) || p.cooks(verb, rest) || p.minds(verb, rest) {
		return
	}
	switch verb {
	case "at", "fresh": // it began so
	case "restart":
		p.restart()
	case "enter":
		p.enter(strings.Fields(rest))
	case "week":
		require.NoError(p.t, p.towns[0].weekIn(p.t.Context(), p.app))
		p.settleDown()
	case "area":
		c, err := p.app.communities.ByBot(p.t.Context(), p.towns[0].botID())
		require.NoError(p.t, err)
		_, err = p.app.communities.AddArea(p.t.Context(), c.ID, 0, rest)
		require.NoError(p.t, err)
	case "shift":
		p.makeShift(strings.Fields(rest))
	case "claim":
		p.claim = "claim_" + p.newClaim(rest == "--replace")
	case "skip":
		d, err := time.ParseDuration(rest)
		require.NoError(p.t, err)
		require.NoError(p.t, p.skip(p.t.Context(), d))
	default:
		p.t.Fatalf("unknown line %q", said)
	}
}

// enter registers somebody without Telegram: name, entrance, flat, and their phone if
// they have one.
func (p *transcript) enter(of []string) {
	p.t.Helper()
	c, err := p.app.communities.ByBot(p.t.Context(), p.towns[0].botID())
	require.NoError(p.t, err)
	secretary, err := p.app.people.Secretary(p.t.Context(), c.ID)
	require.NoError(p.t, err)
	entrance, err := strconv.Atoi(of[1])
	require.NoError(p.t, err)
	phone := strings.Join(of[3:], " ") // or none
	_, err = p.app.people.Register(p.t.Context(), people.Actor{Community: c.ID, Person: secretary.ID}, people.Registration{
		Name: strings.ReplaceAll(of[0], "_", " "), Building: secretary.Building, Entrance: entrance, Flat: of[2], Phone: phone, Consent: true,
	})
	require.NoError(p.t, err)
}

// withID puts a person's number in the place of the name at the end of a button's data.
func (p *transcript) withID(data string) string {
	p.t.Helper()
	at := strings.LastIndex(data, ".")
	var id int64
	err := p.app.db.Get(&id, `SELECT id FROM persons WHERE name = $1`, strings.ReplaceAll(data[at+1:], "_", " "))
	if err != nil {
		return data
	}
	return data[:at+1] + strconv.FormatInt(id, 10)
}

// send is everything that is no text and no tap.
func (p *transcript) send(phone *botapi.Phone, who, what string) {
	p.t.Helper()
	verb, rest, _ := strings.Cut(what, " ")
	p.photos++
	if p.groups[verb] != nil {
		p.inGroup(phone, verb, rest)
		return
	}
	switch verb {
	case "open":
		phone.Start(p.linkOf(rest))
	case "start":
		phone.Start(rest)
	case "press":
		p.answers(phone.TapOld(newest(phone.Chat().Messages).ID, p.withShift(p.withID(rest))))
	case "answer": // to the newest message of the bot's with those words: {answer words | text}, {answer words | {photo}}
		p.reply(phone, who, rest)
	case "edit": // the newest message of one's own that says so: {edit was | is}
		was, is, _ := strings.Cut(rest, " | ")
		_, err := phone.Edit(p.saying(phone, false, was).ID, is)
		require.NoError(p.t, err)
	case "photo":
		phone.Photo(picture(p.photos), rest)
	case "album":
		phone.Album(rest, picture(p.photos), picture(p.photos+100))
	case "video":
		phone.Video(botapi.File{Name: "v.mp4", MIME: "video/mp4", Data: []byte{p.photos}}, rest)
	case "paper": // a file as it is
		phone.Document(botapi.File{Name: "plan.pdf", MIME: "application/pdf", Data: []byte{p.photos}}, rest)
	case "voice":
		phone.Voice(botapi.File{Name: "v.ogg", MIME: "audio/ogg", Data: []byte{p.photos}}, 4)
	case "location":
		phone.Location(37.5, 121.4)
	case "late": // the last album's straggler
		phone.AlbumLater(picture(p.photos))
	case "contact":
		phone.Contact(cmp.Or(rest, "0535-555-0101"))
	case "sheet": // a list of people
		phone.Document(sheetFile(p.t, p.lang+"."+rest), "")
	case "days": // a list of holidays
		phone.Document(dayList(p.t, p.lang+"."+rest), "")
	case "long": // so many characters
		n, err := strconv.Atoi(rest)
		require.NoError(p.t, err)
		phone.Say(strings.Repeat("啊", n))
	case "block":
		phone.Block()
	case "unblock":
		phone.Unblock()
	case "forward-photo":
		phone.ForwardPhoto(picture(p.photos), "老张")
	case "forward":
		phone.ForwardText(rest, "老张")
	case "old": // the oldest message that ever showed the button, as on another device
		p.tapOld(phone, who, strings.Trim(rest, "[]"))
	case "twice":
		label := strings.Trim(rest, "[]")
		if view := phone.Chat(); view.Keyboard != nil && !p.offered(view, label) {
			for range 2 {
				_, err := phone.Press(label)
				require.NoError(p.t, err)
			}
			return
		}
		m, data := p.find(phone, strings.Trim(rest, "[]"))
		first := phone.TapOld(m.ID, data)
		second := phone.TapOld(m.ID, data)
		p.answers(first, second)
	default:
		p.t.Fatalf("nobody can send {%s}", what)
	}
}

// reply answers a message of the bot's, as one does by pulling it aside.
func (p *transcript) reply(phone *botapi.Phone, who, what string) {
	p.t.Helper()
	to, said, _ := strings.Cut(what, " | ")
	phone = phone.Replying(p.saying(phone, true, to).ID)
	if inner, braces := strings.CutPrefix(said, "{"); braces {
		p.send(phone, who, strings.TrimSuffix(inner, "}"))
		return
	}
	phone.Say(said)
}

// saying is the newest message in a chat, of the bot's or of one's own, with those words.
func (p *transcript) saying(phone *botapi.Phone, bots bool, words string) botapi.Message {
	p.t.Helper()
	for _, m := range slices.Backward(phone.Chat().Messages) {
		if m.FromBot == bots && strings.Contains(m.Text, words) {
			return m
		}
	}
	p.t.Fatalf("no message says %q:\n%s", words, p.script.String())
	return botapi.Message{}
}

// newClaim is the token of a link as the terminal shows it.
func (p *transcript) newClaim(replace bool) string {
	p.t.Helper()
	c, err := p.app.communities.ByBot(p.t.Context(), p.towns[0].botID())
	require.NoError(p.t, err)
	token, err := p.app.people.NewClaim(p.t.Context(), c.ID, replace)
	require.NoError(p.t, err)
	return token
}

// tap presses the newest button, or the key of the keyboard, with that label.
func (p *transcript) tap(phone *botapi.Phone, who, label string) {
	p.t.Helper()
	p.taps[who]++
	view := phone.Chat()
	if view.Keyboard != nil && !p.offered(view, label) {
		_, err := phone.Press(label)
		require.NoError(p.t, err, p.script.String())
		return
	}
	m, data := p.find(phone, label)
	tap, err := phone.Tap(m.ID, data)
	require.NoError(p.t, err)
	p.answers(tap)
}

func (p *transcript) offered(view botapi.View, label string) bool {
	return slices.ContainsFunc(view.Messages, func(m botapi.Message) bool { return dataOf(m, label) != "" })
}

func dataOf(m botapi.Message, label string) string {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Text == label {
				return b.Data
			}
		}
	}
	return ""
}

// find is the newest message that shows a button.
func (p *transcript) find(phone *botapi.Phone, label string) (botapi.Message, string) {
	p.t.Helper()
	view := phone.Chat()
	for _, m := range slices.Backward(view.Messages) {
		if data := dataOf(m, label); data != "" {
			return m, data
		}
	}
	p.t.Fatalf("no message shows [%s]:\n%s", label, p.script.String())
	return botapi.Message{}, ""
}

// tapOld presses a button that a message once showed, wherever it is now.
func (p *transcript) tapOld(phone *botapi.Phone, who, label string) {
	p.t.Helper()
	for _, old := range p.history[who] {
		if data := dataOf(old, label); data != "" {
			p.answers(phone.TapOld(old.ID, data))
			return
		}
	}
	p.t.Fatalf("no message ever showed [%s]", label)
}

func (p *transcript) answers(taps ...*botapi.Tap) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), mostWait)
	defer cancel()
	for _, tap := range taps {
		toast, _, err := tap.Answer(ctx)
		require.NoError(p.t, err)
		if toast != "" {
			p.toast = toast
		}
	}
}

// remember keeps what every phone shows, for taps on what is gone by then.
func (p *transcript) remember() {
	for _, who := range slices.Concat(cast, groupCast) {
		p.history[who] = append(p.history[who], p.script.Seen(who)...)
	}
}

// tellNews writes down what changed on every phone since the last action.
func (p *transcript) tellNews() {
	for _, told := range p.script.News(p.actor, p.toast) {
		lintMessage(p.t, p.lang, told.Who, told.Message)
		if p.groups[told.Who] != nil {
			p.namesNobody(told.Message)
		}
	}
	p.remember()
}
