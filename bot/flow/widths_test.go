package flow

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/i18n"
)

// phoneWide is how many letters of a line whoever works with one hand takes in at once.
const phoneWide = 60

// onCards are the words of which the cards and lists of staff are made.
var onCards = []string{"card.", "clocks.", "look.", "morning.case.", "morning.line.", "manage.", "today.", "overview."}

// longer are those that are no line of a card: an explanation that is read once, or a
// message that goes to residents.
var longer = []string{"overview.is.", "clocks.slips"}

// TestALineOnACardFitsAPhone fills the English words, which are the longer ones, with
// what usually stands in them.
func TestALineOnACardFitsAPhone(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.Load()
	require.NoError(t, err)
	words := catalog.In("en", time.Time{}, time.UTC)
	usual := map[string]any{
		"no": 12, "kind": "Stair lamp", "place": "building 3, entrance 2", "name": "Daniel", "names": "Daniel, Priya", "case": "No. 12 Water",
		"n": 2, "hours": 2, "long": "90 minutes", "month": "November", "who": "Margaret", "words": "It drips", "question": "When are you at home?",
		"end": "a wish, because it is one", "rate": "50% (1 of 2)", "until": dated(time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)),
	}
	for _, code := range []string{"since", "by", "at", "on", "day", "from"} {
		usual[code] = dated(time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC))
	}
	hole := regexp.MustCompile(`\{\{\.(\w+)\}\}`)
	for _, key := range catalog.Keys("en") {
		if !starts(key, onCards) || starts(key, longer) {
			continue
		}
		var args []any
		for _, found := range hole.FindAllStringSubmatch(catalog.Raw("en", key, 2), -1) {
			value, known := usual[found[1]]
			if !known {
				value = "something"
			}
			args = append(args, found[1], value)
		}
		for line := range strings.SplitSeq(words.T(key, args...), "\n") {
			if len([]rune(line)) > phoneWide {
				t.Errorf("%s is %d wide: %s", key, len([]rune(line)), line)
			}
		}
	}
}

func starts(key string, with []string) bool {
	return slices.ContainsFunc(with, func(head string) bool { return strings.HasPrefix(key, head) })
}
