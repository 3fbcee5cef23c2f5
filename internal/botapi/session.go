package botapi

import "time"

// settling is how long a bot must run before it may move, and how long it is
// shut out after it has logged out.
const settling = 10 * time.Minute

// closeSession ends the bot's stay on this server. It is refused in the first
// ten minutes; the next call begins a new stay.
func (b *Bot) closeSession(*args) (reply, *apiError) {
	if left := settling - b.now().Sub(b.since); left > 0 {
		return reply{}, tooMany(left)
	}
	b.since = b.now()
	return reply{result: true}, nil
}

// logOut takes the bot off the server, which does not let it back for a while.
func (b *Bot) logOut(*args) (reply, *apiError) {
	b.outTill = b.now().Add(settling)
	b.queue.updates = nil
	return reply{result: true}, nil
}

// loggedOut refuses every call of a bot that has logged out.
func (b *Bot) loggedOut() *apiError {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now().Before(b.outTill) {
		return &apiError{Code: 400, Description: "Logged out"} // this one has no prefix
	}
	return nil
}
