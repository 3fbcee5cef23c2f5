package botapi

import (
	"fmt"
	"slices"
	"strconv"
)

// Poll is a poll as it is shown.
type Poll struct {
	ID                                string
	Question, Description             string
	Options                           []PollOption
	Voters                            int // persons
	Anonymous, Multiple, Quiz, Closed bool
	Explanation                       string // of a quiz, shown after a wrong answer
}

// PollOption is an answer that can be chosen. Apps hide who voted while the
// poll is anonymous, and what is correct until one has voted.
type PollOption struct {
	Text    string
	Votes   int
	Voters  []int64 // persons by their ids
	Correct bool    // in a quiz
}

// Ask sends a poll of the person's own: anonymous, with one answer. The bot
// gets the message and hears of no votes.
func (p *Phone) Ask(question string, options ...string) Message {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	poll := &ballot{anonymous: true, revoting: true, foreign: true, votes: map[int64][]int{}, question: formatted{text: question}}
	for _, option := range options {
		poll.options = append(poll.options, formatted{text: option})
	}
	if poll.check() != nil {
		return Message{} // no app would send it
	}
	p.bot.open(poll)
	return p.deliver(&message{ballot: poll})
}

// Vote chooses answers of a poll by their places, from 0; none takes the vote
// back. An error where the app would not let one.
func (p *Phone) Vote(messageID int64, options ...int) error {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	p.bot.closeDue()
	m := p.chat.byID[messageID]
	if m == nil || m.ballot == nil {
		return fmt.Errorf("chat %d shows no poll as message %d", p.chat.id, messageID)
	}
	options = slices.Compact(slices.Sorted(slices.Values(options)))
	if err := m.ballot.votable(p.account.ID, options); err != nil {
		return fmt.Errorf("vote in poll %d: %w", messageID, err)
	}
	m.ballot.choose(p.account.ID, options)
	p.bot.voted(m.ballot, p.account)
	return nil
}

func (p *ballot) votable(person int64, options []int) error {
	switch {
	case p.closed:
		return told("it is closed")
	case len(p.votes[person]) > 0 && !p.revoting:
		return told("the vote is given and cannot be changed")
	case len(options) > 1 && !p.multiple:
		return told("it takes one answer")
	case len(options) > 0 && (options[0] < 0 || options[len(options)-1] >= len(p.options)):
		return told("it has %d answers", len(p.options))
	}
	return nil
}

// voted tells the bot: of the counts always, of who it was unless the poll
// is anonymous.
func (b *Bot) voted(p *ballot, who Account) {
	b.tellPoll(p)
	if !p.anonymous && !p.foreign {
		answer := pollAnswerShape{PollID: strconv.FormatInt(p.id, 10), User: who.user(), Options: []int{}, PersistentIDs: []string{}}
		for _, i := range p.votes[who.ID] {
			answer.Options = append(answer.Options, i)
			answer.PersistentIDs = append(answer.PersistentIDs, strconv.Itoa(i))
		}
		b.push("poll_answer", answer, messageLifetime)
	}
	b.changed()
}
