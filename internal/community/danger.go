package community

import (
	"regexp"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// DangerKinds are the kinds of danger that have a safety text of their own.
var DangerKinds = []string{"fire", "gas", "hurt", "trapped", "crime"}

// usual are the emergency numbers as they are in China.
var usual = map[string]string{"fire": "119", "gas": "119", "hurt": "120", "trapped": "119", "crime": "110"}

// UsualNumber is the emergency number of a kind of danger where a community has
// none of its own.
func UsualNumber(danger string) string { return usual[danger] }

// Numbers are a community's own emergency numbers, by kind of danger.
type Numbers map[string]string

// Scan reads the numbers as the database gives them.
func (n *Numbers) Scan(from any) error { return scan(from, n) }

// Number is whom to call in a danger.
func (c Community) Number(danger string) string {
	if own := c.Emergency[danger]; own != "" {
		return own
	}
	return usual[danger]
}

// How surely a word tells of a danger.
const (
	Rings = "rings" // everybody on duty is rung at once
	Asks  = "asks"  // it is asked first, and rung for after a minute of silence
)

// Words are a community's own words for one kind of danger, in small letters.
type Words struct {
	Rings []string `json:"rings,omitempty"`
	Asks  []string `json:"asks,omitempty"`
}

// DangerWords are a community's own words, by kind of danger.
type DangerWords map[string]Words

// Scan reads the words as the database gives them.
func (d *DangerWords) Scan(from any) error { return scan(from, d) }

// of is the list of one sureness.
func (w Words) of(how string) []string {
	if how == Rings {
		return w.Rings
	}
	return w.Asks
}

// with is the words with one list replaced.
func (w Words) with(how string, list []string) Words {
	if how == Rings {
		w.Rings = list
	} else {
		w.Asks = list
	}
	return w
}

// Limits of danger words: so many of one kind, and so long, in characters. A
// word of one letter would ring everybody for nothing.
const (
	MaxDangerWords = 30
	minDangerWord  = 2
	maxDangerWord  = 30
)

// CheckDangerWords makes of what was written, words between commas or on lines,
// the list that is kept: small letters, each once, in alphabetical order.
func CheckDangerWords(text string) ([]string, error) {
	list := strings.FieldsFunc(strings.ToLower(pg.Text(text)), func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) })
	for i, word := range list {
		list[i] = strings.Join(strings.Fields(word), " ")
	}
	list = slices.DeleteFunc(list, func(word string) bool { return word == "" })
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) > MaxDangerWords {
		return nil, refusal.New(refusal.Invalid, "community.too_many_words", "max", MaxDangerWords)
	}
	for _, word := range list {
		if n := len([]rune(word)); n < minDangerWord || n > maxDangerWord {
			return nil, refusal.New(refusal.Invalid, "community.bad_word", "min", minDangerWord, "max", maxDangerWord)
		}
	}
	return list, nil
}

// IsDanger reports whether there is such a kind of danger.
func IsDanger(kind string) bool { return slices.Contains(DangerKinds, kind) }

var (
	emergencyNumber = regexp.MustCompile(`^[0-9][0-9 -]{1,14}$`)
	officeNumber    = regexp.MustCompile(`^[^\n]*[0-9][^\n]*[0-9][^\n]*[0-9][^\n]*$`)
)

// CheckNumber refuses what nobody can dial in an emergency.
func CheckNumber(number string) (string, error) {
	number = pg.Text(number)
	if !emergencyNumber.MatchString(number) {
		return "", refusal.New(refusal.Invalid, "community.bad_number")
	}
	return number, nil
}

// CheckPhone refuses what is no telephone number. "" is none.
func CheckPhone(phone string) (string, error) {
	phone = pg.Text(phone)
	if phone != "" && (!officeNumber.MatchString(phone) || len([]rune(phone)) > 30) {
		return "", refusal.New(refusal.Invalid, "community.bad_phone")
	}
	return phone, nil
}
