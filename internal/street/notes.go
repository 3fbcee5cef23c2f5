package street

import (
	"strconv"
	"sync"
)

// note is a line that is shown for a moment: the bot's toast, or our regret.
type note struct {
	Phone  string `json:"phone"` // "" is the whole page
	Text   string `json:"text"`
	Alert  bool   `json:"alert"` // stays until it is closed
	Failed bool   `json:"failed"`
	Open   string `json:"open,omitempty"` // the page with a phone that was used and is not open
	toast  string // what of it the bot said
}

// notes keeps the last few notes between a form and the page that follows it,
// so that no address can put words into the page.
type notes struct {
	mu   sync.Mutex
	next int
	last [64]note
}

func (n *notes) keep(one note) (id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.next++
	n.last[n.next%len(n.last)] = one
	return strconv.Itoa(n.next)
}

// find returns the note for a page; it stays, since looking changes nothing.
func (n *notes) find(id string) *note {
	number, err := strconv.Atoi(id)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil || number <= max(0, n.next-len(n.last)) || number > n.next {
		return nil
	}
	found := n.last[number%len(n.last)]
	return &found
}
