package botapi

import (
	"slices"
	"strconv"
	"time"
)

// ballot is a poll. All messages that show it share it: forwarding takes the
// votes along.
type ballot struct {
	id            int64
	question      formatted
	options       []formatted
	description   formatted
	explanation   formatted // of a quiz
	anonymous     bool
	multiple      bool // answers
	revoting      bool
	quiz          bool
	correct       []int
	from          time.Time
	closesAt      time.Time // zero: by hand only
	closed        bool
	foreign       bool            // a person's: the bot hears nothing of it
	votes         map[int64][]int // options by person
	optionsByVote []int           // how often each is chosen
}

type pollShape struct {
	ID                  string            `json:"id"`
	Question            string            `json:"question"`
	QuestionEntities    []entity          `json:"question_entities,omitempty"`
	Options             []pollOptionShape `json:"options"`
	Voters              int               `json:"total_voter_count"`
	OpenPeriod          int64             `json:"open_period,omitempty"`
	CloseDate           int64             `json:"close_date,omitempty"`
	Closed              bool              `json:"is_closed"`
	Anonymous           bool              `json:"is_anonymous"`
	Multiple            bool              `json:"allows_multiple_answers"`
	Revoting            bool              `json:"allows_revoting"`
	MembersOnly         bool              `json:"members_only"`
	Type                string            `json:"type"`
	Correct             *int              `json:"correct_option_id,omitempty"`
	CorrectAll          []int             `json:"correct_option_ids,omitempty"`
	Explanation         string            `json:"explanation,omitempty"`
	ExplanationEntities []entity          `json:"explanation_entities,omitempty"`
	Description         string            `json:"description,omitempty"`
	DescriptionEntities []entity          `json:"description_entities,omitempty"`
}

type pollOptionShape struct {
	PersistentID string   `json:"persistent_id"`
	Text         string   `json:"text"`
	TextEntities []entity `json:"text_entities,omitempty"`
	Voters       int      `json:"voter_count"`
}

type pollAnswerShape struct {
	PollID        string   `json:"poll_id"`
	User          user     `json:"user"`
	Options       []int    `json:"option_ids"`
	PersistentIDs []string `json:"option_persistent_ids"`
}

func (p *ballot) shape() *pollShape {
	s := &pollShape{
		ID: strconv.FormatInt(p.id, 10), Question: p.question.text, QuestionEntities: p.question.entities,
		Options: make([]pollOptionShape, len(p.options)), Voters: len(p.votes),
		Closed: p.closed, Anonymous: p.anonymous, Multiple: p.multiple, Revoting: p.revoting, Type: "regular",
		Description: p.description.text, DescriptionEntities: p.description.entities,
	}
	for i, option := range p.options {
		s.Options[i] = pollOptionShape{strconv.Itoa(i), option.text, option.entities, p.optionsByVote[i]}
	}
	if !p.closesAt.IsZero() {
		s.OpenPeriod, s.CloseDate = int64(p.closesAt.Sub(p.from)/time.Second), p.closesAt.Unix()
	}
	if p.quiz {
		s.Type, s.CorrectAll = "quiz", p.correct
		s.Explanation, s.ExplanationEntities = p.explanation.text, p.explanation.entities
		if len(p.correct) == 1 {
			s.Correct = &p.correct[0]
		}
	}
	return s
}

// choose takes a person's vote in place of an earlier one.
func (p *ballot) choose(person int64, options []int) {
	for _, i := range p.votes[person] {
		p.optionsByVote[i]--
	}
	delete(p.votes, person)
	if len(options) > 0 {
		p.votes[person] = options
	}
	for _, i := range options {
		p.optionsByVote[i]++
	}
}

// show is the poll as people see it.
func (p *ballot) show() *Poll {
	out := &Poll{
		ID: strconv.FormatInt(p.id, 10), Question: p.question.text, Description: p.description.text, Explanation: p.explanation.text,
		Options: make([]PollOption, len(p.options)), Voters: len(p.votes),
		Anonymous: p.anonymous, Multiple: p.multiple, Quiz: p.quiz, Closed: p.closed,
	}
	for i, option := range p.options {
		out.Options[i] = PollOption{Text: option.text, Votes: p.optionsByVote[i], Correct: slices.Contains(p.correct, i)}
		for person, chosen := range p.votes {
			if slices.Contains(chosen, i) {
				out.Options[i].Voters = append(out.Options[i].Voters, person)
			}
		}
		slices.Sort(out.Options[i].Voters)
	}
	return out
}

// watchClock has a poll closed when its time is over.
func (b *Bot) watchClock(p *ballot) {
	if p != nil && !p.closesAt.IsZero() {
		b.timed = append(b.timed, p)
	}
}

// closeDue closes the polls whose time is over. It runs whenever somebody
// calls or looks, so the closing is told then and not in the very moment.
func (b *Bot) closeDue() {
	b.timed = slices.DeleteFunc(b.timed, func(p *ballot) bool {
		if !p.closed && b.now().Before(p.closesAt) {
			return false
		}
		if !p.closed {
			b.closePoll(p)
		}
		return true
	})
}

func (b *Bot) closePoll(p *ballot) {
	p.closed = true
	b.tellPoll(p)
	b.changed()
}

// tellPoll queues the counts, of the bot's own polls only.
func (b *Bot) tellPoll(p *ballot) {
	if !p.foreign {
		b.push("poll", p.shape(), messageLifetime)
	}
}
