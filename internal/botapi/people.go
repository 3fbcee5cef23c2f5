package botapi

import (
	"fmt"
	"time"
)

// Block stops the bot from writing to the person.
func (p *Phone) Block() { p.setBlocked(true) }

// Unblock lets it write again.
func (p *Phone) Unblock() { p.setBlocked(false) }

func (p *Phone) setBlocked(blocked bool) {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	p.switchBlocked(blocked)
}

func (p *Phone) switchBlocked(blocked bool) {
	c := p.bot.phone(p.account).chat
	if c.blocked == blocked || c.deactivated {
		return
	}
	c.blocked = blocked
	status := map[bool]string{false: "member", true: "kicked"}
	p.bot.push("my_chat_member", memberUpdateShape{
		Chat: c.shape(), From: p.account.user(), Date: p.bot.now().Unix(),
		Old: member{who: &p.bot.account, status: status[!blocked]}.shape("private"),
		New: member{who: &p.bot.account, status: status[blocked]}.shape("private"),
	}, messageLifetime)
	p.bot.changed()
}

// Deactivate deletes the person's account. Nothing can be sent from it or to
// it any more.
func (p *Phone) Deactivate() {
	p.bot.mu.Lock()
	defer p.bot.mu.Unlock()
	p.bot.phone(p.account).chat.deactivated = true
	p.bot.changed()
}

// Edit changes the text or caption of a message the person has sent.
func (p *Phone) Edit(messageID int64, text string) (Message, error) {
	words, refused := finishText(formatted{text: text}, true)
	if refused != nil {
		return Message{}, fmt.Errorf("edit message %d: %w", messageID, refused)
	}
	return p.change(messageID, func(m *message) error {
		switch {
		case m.media != nil:
			m.caption = words
		case m.text.text == "" || words.text == "":
			return fmt.Errorf("message %d has no text, or would have none", messageID)
		default:
			m.text = words
		}
		return nil
	})
}

// LiveLocation begins to share a place that moves.
func (p *Phone) LiveLocation(lat, lon float64, period time.Duration) Message {
	return p.send(&message{location: &locationShape{Point: Point{Latitude: lat, Longitude: lon}, LivePeriod: int(period.Seconds())}})
}

// Move tells where a live location is now: an edit, as the real one.
func (p *Phone) Move(messageID int64, lat, lon float64) (Message, error) {
	return p.change(messageID, func(m *message) error {
		if m.location == nil || m.location.LivePeriod == 0 {
			return fmt.Errorf("message %d is no live location", messageID)
		}
		m.location = &locationShape{Point: Point{Latitude: lat, Longitude: lon}, LivePeriod: m.location.LivePeriod}
		return nil
	})
}

// StopMoving ends a live location, which stays as a place.
func (p *Phone) StopMoving(messageID int64) (Message, error) {
	return p.change(messageID, func(m *message) error {
		if m.location == nil {
			return fmt.Errorf("message %d is no location", messageID)
		}
		m.location = &locationShape{Point: m.location.Point}
		return nil
	})
}

// change edits a message of the person's own and tells the bot.
func (p *Phone) change(messageID int64, with func(*message) error) (Message, error) {
	b, c := p.bot, p.chat
	b.mu.Lock()
	defer b.mu.Unlock()
	m := c.byID[messageID]
	switch {
	case m == nil:
		return Message{}, fmt.Errorf("chat %d shows no message %d", c.id, messageID)
	case m.out || m.service != nil || m.from == nil || m.from.ID != p.account.ID || m.origin != nil:
		return Message{}, fmt.Errorf("message %d in chat %d is not %d's to change", messageID, c.id, p.account.ID)
	}
	if err := with(m); err != nil {
		return Message{}, err
	}
	m.edited, m.shown = b.now(), nil
	b.tell(c, m, true)
	b.changed()
	return b.show(c, m), nil
}

// ContactOf sends the contact of somebody who is on Telegram.
func (p *Phone) ContactOf(other *Phone) Message {
	a := other.account
	return p.send(&message{contact: &contactShape{PhoneNumber: a.PhoneNumber, FirstName: a.FirstName, LastName: a.LastName, UserID: a.ID}})
}

// Document sends a file as it is.
func (p *Phone) Document(f File, caption string) Message {
	return p.send(p.file("document", f, caption, 0))
}

// Audio sends a piece of music.
func (p *Phone) Audio(f File, seconds int) Message { return p.send(p.file("audio", f, "", seconds)) }

// VideoNote sends a round video.
func (p *Phone) VideoNote(f File, seconds int) Message {
	return p.send(p.file("video_note", f, "", seconds))
}

// Sticker sends a sticker.
func (p *Phone) Sticker(f File) Message { return p.send(p.file("sticker", f, "", 0)) }

// Dice throws the animated emoji, which shows a value.
func (p *Phone) Dice(emoji string, value int) Message {
	return p.send(&message{dice: &diceShape{Emoji: emoji, Value: value}})
}
