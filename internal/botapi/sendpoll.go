package botapi

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of polls; the explanation's are documented, the text of their
// refusal is not.
const (
	maxQuestion    = 300
	maxOption      = 100
	maxOptions     = 12
	maxExplanation = 200
	maxOpenSeconds = 2_628_000
)

// sendPoll sends a poll or a quiz.
func (b *Bot) sendPoll(a *args) (reply, *apiError) {
	p, err := a.poll()
	if err != nil {
		return reply{}, err
	}
	membersOnly := a.bool("members_only") || strings.Trim(a.str("country_codes"), "[] ") != ""
	return b.send(a, draft{kind: "poll", fill: func(m *message) *apiError {
		if err := p.check(); err != nil {
			return err
		}
		if membersOnly {
			return bad("Poll voters can be restricted only in channel chats")
		}
		b.open(p)
		p.schedule(a)
		m.ballot = p
		return nil
	}})
}

// poll reads the parameters in the server's order.
func (a *args) poll() (p *ballot, err *apiError) {
	p = &ballot{anonymous: true, votes: map[int64][]int{}, quiz: a.str("type") == "quiz"}
	if p.question, err = a.formatted("question"); err != nil {
		return nil, err
	}
	if p.options, err = a.pollOptions(); err != nil {
		return nil, err
	}
	if p.description, err = a.formatted("description"); err != nil {
		return nil, err
	}
	if a.has("is_anonymous") {
		p.anonymous = a.bool("is_anonymous")
	}
	p.multiple = a.bool("allows_multiple_answers")
	switch a.str("type") {
	case "quiz":
		if p.explanation, err = a.formatted("explanation"); err != nil {
			return nil, err
		}
		if p.correct, err = a.correctOptions(); err != nil {
			return nil, err
		}
	case "", "regular":
	default:
		return nil, bad("Unsupported poll type specified")
	}
	if p.revoting = !p.quiz; a.has("allows_revoting") {
		p.revoting = a.bool("allows_revoting")
	}
	return p, nil
}

func (a *args) formatted(name string) (formatted, *apiError) {
	list, _ := decodeJSON(a.str(name + "_entities")) // broken ones count as none
	return parseText(a.str(name), a.str(name+"_parse_mode"), list)
}

func (a *args) has(name string) bool {
	_, given := a.values[name]
	return given
}

func (a *args) pollOptions() ([]formatted, *apiError) {
	value, broken := decodeJSON(a.str("options"))
	if broken != nil {
		return nil, bad("Can't parse options JSON object")
	}
	list, ok := value.([]any)
	if !ok {
		return nil, bad("Expected an Array of String as options")
	}
	options := make([]formatted, len(list))
	for i, item := range list {
		var err *apiError
		if options[i], err = readOption(item); err != nil {
			return nil, err
		}
	}
	return options, nil
}

func readOption(item any) (formatted, *apiError) {
	switch option := item.(type) {
	case string:
		return formatted{text: option}, nil
	case map[string]any:
		text, err := object(option).mustStr("text")
		if err != nil {
			return formatted{}, bad("%s", err.Error())
		}
		mode, err := object(option).str("text_parse_mode")
		if err != nil {
			return formatted{}, bad("%s", err.Error())
		}
		return parseText(text, mode, option["text_entities"])
	}
	return formatted{}, bad("Expected an option to be of type String")
}

func (a *args) correctOptions() ([]int, *apiError) {
	if !a.has("correct_option_ids") {
		if !a.has("correct_option_id") {
			return []int{}, nil
		}
		return []int{int(a.int("correct_option_id", -1, -1<<31, 1<<31-1))}, nil
	}
	value, broken := decodeJSON(a.str("correct_option_ids"))
	if broken != nil {
		return nil, bad("Can't parse correct option identifiers JSON object")
	}
	list, ok := value.([]any)
	if !ok {
		return nil, bad("Expected an Array of correct option identifiers")
	}
	ids := make([]int, len(list))
	for i, item := range list {
		number, ok := item.(json.Number)
		if !ok {
			return nil, bad("Correct option identifier must be of type Number")
		}
		id, err := strconv.ParseInt(number.String(), 10, 32)
		if err != nil {
			return nil, bad("Invalid correct option identifier specified")
		}
		ids[i] = int(id)
	}
	return ids, nil
}

// check is what the inner server says to a poll.
func (p *ballot) check() (err *apiError) {
	if p.question, err = pollText(p.question, maxQuestion, "question"); err != nil {
		return err
	}
	switch {
	case len(p.options) == 0:
		return bad("Poll must have at least one answer option")
	case len(p.options) > maxOptions:
		return bad("Poll can't have more than %d options", maxOptions)
	}
	for i := range p.options {
		if p.options[i], err = pollText(p.options[i], maxOption, "options"); err != nil {
			return err
		}
	}
	if p.description, err = limitCaption(p.description); err != nil {
		return err
	}
	return p.checkQuiz()
}

func (p *ballot) checkQuiz() (err *apiError) {
	if !p.quiz {
		return nil
	}
	if len(p.correct) == 0 {
		return bad("Correct quiz option list must be non-empty")
	}
	for i, id := range p.correct {
		if i > 0 && id <= p.correct[i-1] {
			return bad("Correct quiz option list must be increasing")
		}
	}
	if p.correct[0] < 0 || p.correct[len(p.correct)-1] >= len(p.options) {
		return bad("Wrong quiz correct_option_id")
	}
	if p.explanation, err = finishText(p.explanation, true); err != nil {
		return err
	}
	if utf8.RuneCountInString(p.explanation.text) > maxExplanation || strings.Count(p.explanation.text, "\n") > 2 {
		return bad("Message is too long")
	}
	return nil
}

// pollText keeps the custom emoji alone: nothing else is formatted there.
func pollText(f formatted, limit int, what string) (formatted, *apiError) {
	f, err := finishText(f, false)
	if err != nil {
		return f, err
	}
	if utf8.RuneCountInString(f.text) > limit {
		return f, bad("Poll %s length must not exceed %d", what, limit)
	}
	var kept []entity
	for _, e := range f.entities {
		if e.Type == "custom_emoji" {
			kept = append(kept, e)
		}
	}
	f.entities = kept
	return f, nil
}

// open gives a poll its number.
func (b *Bot) open(p *ballot) {
	b.ballots++
	p.id = 5_400_000_000_000_000_000 + b.self.ID%1_000_000*1_000_000 + b.ballots
	p.from, p.optionsByVote = b.now(), make([]int, len(p.options))
}

// schedule gives it its end.
func (p *ballot) schedule(a *args) {
	p.closed = a.bool("is_closed")
	if seconds := a.int("open_period", 0, 0, maxOpenSeconds); seconds > 0 {
		p.closesAt = p.from.Add(time.Duration(seconds) * time.Second)
	} else if date := a.int("close_date", 0, 0, 1<<31-1); date > 0 {
		p.closesAt = time.Unix(date, 0)
	}
}

// stopPoll closes a poll and tells how it ended; without reply_markup the
// buttons go.
func (b *Bot) stopPoll(a *args) (reply, *apiError) {
	keys, err := parseMarkup(a.str("reply_markup"))
	if err != nil {
		return reply{}, err
	}
	c, m, err := b.messageOf(a, "message with poll to stop", forEditing)
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: c.id, messages: []int64{m.id}}
	switch {
	case m.ballot == nil:
		return answer, bad("Message is not a poll")
	case !m.out || m.frozen || m.forwarded != "":
		return answer, bad("Poll can't be stopped")
	case m.ballot.closed:
		return answer, bad("Poll has already been closed")
	}
	after := *m
	if err := edited(&after, keys, func(*message) *apiError { return nil }); err != nil {
		return answer, err
	}
	after.shown = nil
	*m = after
	b.closePoll(m.ballot)
	answer.result = m.ballot.shape()
	return answer, nil
}

// messageOf finds the message that a call is about.
func (b *Bot) messageOf(a *args, what string, want access) (*chat, *message, *apiError) {
	c, err := b.findChatFor(a.str("chat_id"), want)
	if err != nil {
		return nil, nil, err
	}
	m := c.byID[a.messageID("message_id")]
	if m == nil {
		return c, nil, bad("%s not found", what)
	}
	return c, m, nil
}
