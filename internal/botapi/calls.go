package botapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Call is one call of the bot as the server took it.
type Call struct {
	Seq         int64
	At          time.Time
	Method      string            // in small letters
	Params      map[string]string // files by name and size; not to be changed
	Chat        int64             // 0 where none was found
	Messages    []int64           // sent, edited, deleted, or tapped
	OK          bool
	Code        int // 200, or the error's
	Description string
	Trace       string        // what the caller says it is for, in the header X-Trace-Id
	Took        time.Duration // until it was carried out, in real time
}

func (b *Bot) note(name string, a *args, answer reply, refused *apiError) {
	c := Call{
		Seq: b.callsGone + int64(len(b.calls)) + 1, At: b.now(), Method: name, Params: maps.Clone(a.values),
		Chat: answer.chat, Messages: answer.messages, OK: refused == nil, Code: 200, Description: answer.description,
		Trace: a.trace, Took: b.server.real.Now().Sub(a.began),
	}
	for field, up := range a.files {
		c.Params[field] = fmt.Sprintf("file %s, %d bytes", up.name, len(up.data))
	}
	if refused != nil {
		c.Code, c.Description = refused.Code, refused.Description
	}
	b.calls = append(b.calls, c)
	if old := outgrown(len(b.calls), b.server.keep.Calls); old > 0 {
		b.calls, b.callsGone = slices.Clone(b.calls[old:]), b.callsGone+int64(old)
	}
}

// Calls gives the calls behind a sequence number, oldest first; those that
// only read (getUpdates, getMe, getFile…) are not among them.
func (b *Bot) Calls(since int64) []Call {
	b.mu.Lock()
	defer b.mu.Unlock()
	from := min(max(since-b.callsGone, 0), int64(len(b.calls)))
	return append([]Call(nil), b.calls[from:]...)
}

// Update is one update as it was queued for the bot.
type Update struct {
	ID   int64
	At   time.Time
	Kind string // message, callback_query…
	Body json.RawMessage
}

// keptUpdates is how many updates are known at least after they were queued.
const keptUpdates = 500

func (b *Bot) noteUpdate(u update) {
	if len(b.queued) == 2*keptUpdates {
		b.queued = append([]Update(nil), b.queued[keptUpdates:]...)
	}
	b.queued = append(b.queued, Update{ID: u.id, At: b.now(), Kind: u.kind, Body: u.body})
}

// Updates gives the last updates that were queued, oldest first, whether they
// were fetched or not.
func (b *Bot) Updates() []Update {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Update(nil), b.queued...)
}
