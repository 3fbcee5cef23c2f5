package flow

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/cases"
)

// How people write the number of a case: alone, or in a sentence. What people
// write is known in every language at once.
var (
	aloneNumber = regexp.MustCompile(`(?i)^(?:no\.?|nr\.?|number|case|编号|第|#)?\s*(\d{1,9})\s*[号號]?[\s?？.。!！]*$`)
	saidNumbers = []*regexp.Regexp{
		regexp.MustCompile(`(?:^|\D)(\d{1,9})\s*[号號]([^楼樓院门門线線]|$)`), // not house 3
		regexp.MustCompile(`(?i)(?:^|[\s,.;:])(?:no\.?|number|case|#)\s*(\d{1,9})(\D|$)`),
		regexp.MustCompile(`(?i)(?:^|\s)(?:about|with|is)\s+(\d{1,9})(\D|$)`),
	}
)

// asking are words that ask how something stands.
var asking = []string{
	"怎么样", "怎样", "咋样", "好了吗", "好了没", "好没好", "到哪", "进展", "什么时候", "啥时候", "有消息", "办了吗", "办了没", "修了吗", "来了吗",
	"what about", "how about", "how is", "how's", "how far", "any news", "status", "when ", "done yet", "fixed yet", "coming?",
}

// caseNumber is the number of a case in what somebody wrote.
type caseNumber struct {
	no    int64
	alone bool // there is nothing else
	asks  bool // how it stands
}

// numberIn finds the number of a case in a text; ok is false where there is none.
func numberIn(text string) (found caseNumber, ok bool) {
	text = strings.TrimSpace(text)
	if m := aloneNumber.FindStringSubmatch(text); m != nil {
		no, err := strconv.ParseInt(m[1], 10, 64)
		return caseNumber{no: no, alone: true}, err == nil
	}
	for _, shape := range saidNumbers {
		m := shape.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		no, err := strconv.ParseInt(m[1], 10, 64)
		low := strings.ToLower(text)
		asks := slices.ContainsFunc(asking, func(word string) bool { return strings.Contains(low, word) })
		return caseNumber{no: no, asks: asks}, err == nil
	}
	return caseNumber{}, false
}

// byNumberIn is the case whose number stands in a text, as far as its writer may
// see it.
func (h *House) byNumberIn(ctx context.Context, v Visit, text string) (c cases.Case, n caseNumber, ok bool, err error) {
	n, ok = numberIn(text)
	if !ok {
		return cases.Case{}, n, false, nil
	}
	c, err = h.Cases.ByNumber(ctx, v.Actor, n.no)
	if _, refused := v.Refused(err); refused {
		return cases.Case{}, n, false, nil
	}
	return c, n, err == nil, err
}
