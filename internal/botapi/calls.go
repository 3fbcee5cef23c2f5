package botapi

import (
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
}

func (b *Bot) note(name string, a *args, answer reply, refused *apiError) {
	c := Call{
		Seq: b.callsGone + int64(len(b.calls)) + 1, At: b.now(), Method: name, Params: maps.Clone(a.values),
		Chat: answer.chat, Messages: answer.messages, OK: refused == nil, Code: 200, Description: answer.description,
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
