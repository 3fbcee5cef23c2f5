package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/calm"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
)

// told is what the outbox keeps of a message about a case: ids and codes.
type told struct {
	Case    int64  `json:"case"`
	By      int64  `json:"by"`
	Outcome string `json:"outcome"`
	From    int    `json:"from"`  // so many media were told before
	Words   bool   `json:"words"` // words came with it
	Item    int64  `json:"item"`  // what of the case it is about: a visit, something said
	Code    string `json:"code"`
}

// A caseTopic draws a message about a case, a caseJob does what falls due of one, and
// a caseVerb is a button about one.
type (
	caseTopic = func(context.Context, Visit, cases.Case, told) dialog.Screen
	caseJob   = func(ctx context.Context, community, id int64) error
	caseVerb  = func(context.Context, Visit, int64) (Reply, error)
)

// casePart is a part of the life of a case: what it adds to the buttons, to the
// messages and to what falls due.
type casePart struct {
	verbs  map[string]caseVerb
	topics map[string]caseTopic
	jobs   map[string]caseJob
}

// caseParts are all parts of the life of a case.
func (h *House) caseParts() []casePart {
	return []casePart{
		{verbs: h.ownVerbs(), topics: h.ownTopics(), jobs: h.ownJobs()},
		h.endsPart(),
		h.clocksPart(),
		h.talkPart(),
		h.nearPart(),
		h.sealedPart(),
		h.visitsPart(),
		h.sharesPart(),
	}
}

// wholeLife joins the parts. Like eachOnce it panics where two of them have the same,
// so that none hides another.
func (h *House) wholeLife() casePart {
	var verbs []map[string]caseVerb
	var topics []map[string]caseTopic
	var jobs []map[string]caseJob
	for _, part := range h.caseParts() {
		verbs, topics, jobs = append(verbs, part.verbs), append(topics, part.topics), append(jobs, part.jobs)
	}
	return casePart{eachOnce(verbs...), eachOnce(topics...), eachOnce(jobs...)}
}

// speaker is who said how it is: a row of an older day does not name them.
func (a told) speaker(c cases.Case) int64 { return cmp.Or(a.By, c.For) }

// Render draws a message of the outbox for the person who gets it, as things
// stand when it is sent. An unknown topic is an error of ours.
func (h *House) Render(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	about, _, _ := strings.Cut(topic, ".")
	draw := map[string]func(context.Context, Visit, string, []byte) (dialog.Screen, error){
		"case": h.renderCase, "family": h.renderFamily, "group": h.renderGroupNews, "role": h.renderRole,
		"digest": h.renderDigest, "plan": h.renderPlan, "shift": h.renderShift, "lunch": h.renderLunch,
		"today": h.renderToday, "hand": h.renderHand, "morning": h.renderMorning, "alarm": h.renderAlarm,
		"notice": h.renderNotice, "care": h.renderCare,
	}[about]
	if draw == nil {
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
	return draw(ctx, v, topic, args)
}

// renderCase draws the messages about cases.
func (h *House) renderCase(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var a told
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	draw := h.life.topics[topic]
	if draw == nil {
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
	c, err := h.Cases.Read(ctx, v.Community.ID, a.Case)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	if !c.Concerns(v.Actor) && !slices.Contains(sealedStill, topic) {
		return dialog.Screen{Gone: true}, nil // it became private since
	}
	return draw(ctx, v, c, a), nil
}

// sealedStill is what people hear of a private case whom it does not concern: that it
// is theirs no more, also where they only followed it, and its number who wrote it
// down for another; who is in charge that one waits for a mediator, and whoever shared
// its pictures that they are still there.
var sealedStill = []string{
	"case.withdrawn", "case.not_yours", "case.receipt", "case.near", "case.mediator_wanted", "case.still_shown",
}

// ownTopics are the messages on the way from a report to the resident's word.
func (h *House) ownTopics() map[string]caseTopic {
	return map[string]caseTopic{
		"case.ping":               h.tellPing,
		"case.ping_gone":          h.tellPing,
		"case.unsent_ping":        h.tellUnsent,
		"case.joined":             h.tellJoined,
		"case.ping_again":         again(h.tellPing),
		"case.check_again":        again(func(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen { return h.tellCheck(ctx, v, c) }),
		"case.withdrawn":          func(context.Context, Visit, cases.Case, told) dialog.Screen { return dialog.Screen{Gone: true} },
		"case.taken_back":         h.tell("told.taken_back"),
		"case.taken":              h.tellTaken,
		"case.for_you":            h.tellForYou,
		"case.taken_back_by":      h.tellTakenBackBy,
		"case.check_gone":         h.tellAnswered,
		"case.check":              func(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen { return h.tellCheck(ctx, v, c) },
		"case.to_phone":           h.tellToPhone,
		"case.receipt":            func(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen { return h.receipt(ctx, v, c) },
		"case.progress":           h.tellProgress,
		"case.held":               h.tell("told.held"),
		"case.dropped":            h.tell("told.dropped"),
		"case.reopened":           h.tellReopened,
		"case.left":               h.tellLeft,
		"case.reopened_secretary": h.tellSecretary,
		"case.not_yours":          h.tellNotYours,
		"case.handed_over":        h.tell("told.handed_over"),
		"case.reporter_gone":      h.tellReporterGone,
		"case.reminded":           h.tellTask("told.reminded"),
		"case.given":              h.tellTask("told.given"),
	}
}

// AskAgain asks once more who has not answered a card, after an outage in which
// taps were lost. The key makes a repeat harmless.
func (h *House) AskAgain(ctx context.Context, community int64, key string) error {
	ids, err := h.Cases.Unanswered(ctx, community)
	if err != nil {
		return fmt.Errorf("ask again: %w", err)
	}
	for _, id := range ids {
		if err := h.Cases.AskAgain(ctx, community, id, key); err != nil {
			return fmt.Errorf("ask again: %w", err)
		}
	}
	return nil
}

// again says why the same question comes once more, where it is one still.
func again(draw func(context.Context, Visit, cases.Case, told) dialog.Screen) func(context.Context, Visit, cases.Case, told) dialog.Screen {
	return func(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
		s := draw(ctx, v, c, a)
		switch {
		case c.Status == cases.Done && a.Code == "silence":
			s.Text = v.Texts.T("check.silent") + "\n" + s.Text
		case c.Status == cases.Assigned || c.Status == cases.Done:
			s.Text = v.Texts.T("tap.again") + "\n" + s.Text
		}
		return s
	}
}

// RenderGroup draws a message of the outbox for a group. Only topics made for
// groups are drawn there: what a group reads never holds a name or a flat.
func (h *House) RenderGroup(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	draw := h.ForGroups[topic]
	if draw == nil {
		draw = h.posts[topic]
	}
	if draw == nil {
		return dialog.Screen{}, fmt.Errorf("render %s for a group: unknown topic", topic)
	}
	s, err := draw(ctx, v, args)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s for a group: %w", topic, err)
	}
	if topic != "group.greeting" { // that stands where somebody spoke to the bot
		s.Topic = v.Group.Topic
	}
	return s, nil
}

// Unreached tells whoever sent a message that a person cannot be reached any
// more: what waited for them passes on, and with it all they hold, whatever the
// message was.
func (h *House) Unreached(ctx context.Context, community, person int64, topic string, args []byte) error {
	if err := h.unheard(ctx, community, person, topic, args); err != nil {
		return err
	}
	return h.Unreachable(ctx, community, person)
}

// Unreachable passes on what somebody holds whom Telegram does not reach any more,
// and what they were told of shifts that lack somebody.
func (h *House) Unreachable(ctx context.Context, community, person int64) error {
	if err := h.Roster.Unreached(ctx, community, person); err != nil {
		return err
	}
	if err := h.Cases.Unreachable(ctx, community, person); err != nil {
		return fmt.Errorf("pass on what person %d holds: %w", person, err)
	}
	return nil
}

// unheard passes on what one message was about.
func (h *House) unheard(ctx context.Context, community, person int64, topic string, args []byte) error {
	switch {
	case topic == "group.setup":
		return h.notSetUp(ctx, community, args)
	case topic == calm.DigestTopic:
		return h.nightLost(ctx, community, person, args)
	case topic == "role.asked":
		return h.askElse(ctx, community, person, args)
	case topic == "morning.page":
		return h.Today.Unreached(ctx, community, person)
	case !strings.HasPrefix(topic, "case."):
		return nil
	}
	var a told
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("unreached %s: %w", topic, err)
	}
	if err := h.Cases.Unreached(ctx, community, a.Case, person); err != nil {
		return fmt.Errorf("unreached %s of case %d: %w", topic, a.Case, err)
	}
	return nil
}

// tell says one line about a case.
func (h *House) tell(key string) func(context.Context, Visit, cases.Case, told) dialog.Screen {
	return func(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
		return v.say(key, "no", c.Number, "kind", kindWords(v, c), "place", h.placeWords(ctx, v, c.Place),
			"name", h.name(ctx, v, c.Holder), "who", h.name(ctx, v, a.speaker(c)))
	}
}

// tellTaken says that somebody goes there; with what is private they listen first.
func (h *House) tellTaken(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	if c.Private != "" {
		return h.tell("told.taken_private")(ctx, v, c, a)
	}
	return h.tell("told.taken")(ctx, v, c, a)
}

// tellToPhone leads to the desk, where what is said on the phone is written down.
func (h *House) tellToPhone(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	s := v.say("told.to_phone", "no", c.Number, "kind", kindWords(v, c), "name", h.name(ctx, v, c.Holder), "who", h.name(ctx, v, c.For))
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("people.desk"), Data: "m.desk"}}}
	return s
}

func (h *House) tellPing(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := h.memberCard(ctx, v, c)
	if a.Code == cases.Behind || asksOthers(v, c, a) {
		s.Rows = nil
	}
	switch {
	case c.Lingers():
		s.Text = v.Texts.T("clocks.lingers", "no", c.Number) + "\n" + s.Text
	case c.Danger != "":
		s.Text = v.Texts.T("danger.ping", "kind", v.Texts.T("danger.kind."+c.Danger)) + "\n" + s.Text
	}
	return s
}

// asksOthers reports whether a card that its reader had answered is drawn when the case
// has gone on to somebody else: another end was found, and they had their part in it.
func asksOthers(v Visit, c cases.Case, a told) bool {
	return a.Code == cases.Through && c.Holder != v.Person.ID && (c.Status == cases.Open || c.Status == cases.Assigned)
}

// tellJoined tells what came in after the card: the words as they are now, and
// only the media that are new.
func (h *House) tellJoined(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := v.say("told.joined", "no", c.Number)
	if c.Words != "" {
		s.Text += "\n" + v.Texts.T("card.words", "words", c.Words)
	}
	media := h.mediaOf(ctx, v, c.ID, cases.Before)
	s.Media = shown(media[min(a.From, len(media)):])
	return s
}

// tellProgress tells at home what is new, in the words and pictures of who is at it.
func (h *House) tellProgress(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	key := "told.progress"
	words := h.written(ctx, v, c.ID, cases.Under)
	if a.Words && words != "" {
		key = "told.progress_words"
	}
	s := v.say(key, "no", c.Number, "kind", kindWords(v, c), "name", h.name(ctx, v, a.By), "words", words)
	media := h.mediaOf(ctx, v, c.ID, cases.Under)
	s.Media = shown(media[min(a.From, len(media)):])
	return s
}

func (h *House) tellCheck(ctx context.Context, v Visit, c cases.Case) dialog.Screen {
	if c.Status != cases.Done { // answered before it was told
		return h.stands(ctx, v, c)
	}
	return h.checkScreen(ctx, v, c)
}

// tellUnsent puts a report before a person whose sender said no more.
func (h *House) tellUnsent(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Status != cases.Draft {
		return h.caseScreen(ctx, v, c)
	}
	s := v.say("told.unsent", "name", h.name(ctx, v, c.Reporter), "place", h.placeWords(ctx, v, c.Place))
	if c.Words != "" {
		s.Text += "\n" + v.Texts.T("card.words", "words", c.Words)
	}
	s.Media = shown(h.mediaOf(ctx, v, c.ID, cases.Before))
	s.Rows = [][]dialog.Button{
		{{Label: v.Texts.T("told.unsent_send"), Data: CaseData("send", c.ID), Style: dialog.Primary}},
		{{Label: v.Texts.T("told.unsent_drop"), Data: CaseData("drop", c.ID)}},
	}
	return s
}

func (h *House) tellReopened(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := h.memberCard(ctx, v, c)
	if c.Status == cases.Taken && c.DoneBy != nil && !c.DoneBy.After(v.Now) {
		s.Text = v.Texts.T("clocks.late", "no", c.Number, "by", dated(*c.DoneBy)) + "\n" + s.Text
	}
	s.Text = v.Texts.T("told.reopened."+a.Outcome, "no", c.Number, "who", h.name(ctx, v, a.speaker(c))) + "\n" + s.Text
	return s
}

// tellNotYours takes the place of a card whose reader is asked no more.
func (h *House) tellNotYours(ctx context.Context, v Visit, c cases.Case, _ told) dialog.Screen {
	if c.Holder == 0 || c.Holder == v.Person.ID {
		return v.say("told.not_yours", "no", c.Number)
	}
	return v.say("told.not_yours_but", "no", c.Number, "name", h.name(ctx, v, c.Holder))
}

// tellTask says above a card who wants something of whoever holds the case, where
// they hold it still.
func (h *House) tellTask(key string) func(context.Context, Visit, cases.Case, told) dialog.Screen {
	return func(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
		if c.Holder != v.Person.ID {
			return h.tellNotYours(ctx, v, c, a)
		}
		s, head := h.memberCard(ctx, v, c), v.Texts.T(key, "no", c.Number, "name", h.name(ctx, v, a.By))
		if a.By == v.Person.ID { // nobody asks themselves
			head = v.Texts.T("manage.given_you", "no", c.Number)
		}
		s.Text = head + "\n" + s.Text
		return s
	}
}

// tellReporterGone tells who goes there that somebody is not to be asked any more.
func (h *House) tellReporterGone(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s := h.memberCard(ctx, v, c)
	s.Text = v.Texts.T("told.reporter_gone", "no", c.Number, "who", h.name(ctx, v, a.By)) + "\n" + s.Text
	return s
}

func (h *House) tellLeft(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	s, stage := v.say("told.left", "no", c.Number), cases.Rest
	if c.Status == cases.Held {
		s, stage = v.say("told.word", "no", c.Number), cases.Word
	}
	if words := h.written(ctx, v, c.ID, stage); a.Words && words != "" {
		s.Text += "\n" + v.Texts.T("card.words", "words", words)
	}
	s.Media = shown(h.mediaOf(ctx, v, c.ID, stage))
	return s
}

func (h *House) tellSecretary(ctx context.Context, v Visit, c cases.Case, a told) dialog.Screen {
	return v.say("told.secretary."+a.Outcome, "no", c.Number, "kind", kindWords(v, c),
		"place", h.placeWords(ctx, v, c.Place), "name", h.name(ctx, v, c.Holder))
}

// Do does what falls due: the jobs of the outbox.
func (h *House) Do(ctx context.Context, community int64, topic string, args []byte) error {
	switch about, _, _ := strings.Cut(topic, "."); {
	case topic == "person.back":
		return h.doBack(ctx, community, args)
	case about == "calm":
		return h.Calm.Do(ctx, community, topic, args, Manner)
	case about == "roster":
		return h.Roster.Do(ctx, community, topic, args)
	case about == "lunch":
		return h.Lunch.Do(ctx, community, topic, args)
	case about == "care":
		return h.Childcare.Do(ctx, community, topic, args)
	case about == "notice":
		return h.Notices.Do(ctx, community, topic, args)
	case about == "today":
		return h.Today.Do(ctx, community, topic)
	case topic == "hand.lapse":
		return h.lapse(ctx, community, args)
	case topic == groups.WeekTopic:
		return h.tellWeek(ctx, community, args)
	}
	var a told
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("do %s: %w", topic, err)
	}
	do := h.life.jobs[topic]
	if do == nil {
		return fmt.Errorf("do %s: unknown job", topic)
	}
	if err := do(ctx, community, a.Case); err != nil {
		return fmt.Errorf("do %s of case %d: %w", topic, a.Case, err)
	}
	return nil
}

// ownJobs are what falls due of a report in the making.
func (h *House) ownJobs() map[string]caseJob {
	return map[string]caseJob{
		"case.self_send": h.Cases.SendItself,
		"case.unsent":    h.Cases.Unsent,
		"case.alarm":     h.Cases.AlarmItself,
	}
}
