package community

import (
	"regexp"
	"slices"
	"time"
	"unicode"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Kind is a kind of problem, and how soon people hear of it at the latest.
type Kind struct {
	Code    string `json:"code"`
	Hours   int    `json:"hours"`
	Names   Names  `json:"names"`   // by language; without one it has the bot's own word
	Offered bool   `json:"offered"` // new problems can be of it
}

// Names are what something is called, by language.
type Names map[string]string

// Due is how soon people hear of a problem of the kind.
func (k Kind) Due() time.Duration { return time.Duration(k.Hours) * time.Hour }

// KindOther is what fits nothing else; it is always offered, and last.
const KindOther = "other"

// Kinds are a community's kinds of problems, in the order in which they are offered.
type Kinds []Kind

// DefaultKinds are what a community begins with.
var DefaultKinds = Kinds{
	{Code: "lamp", Hours: 72, Offered: true},
	{Code: "road", Hours: 72, Offered: true},
	{Code: "water", Hours: 24, Offered: true},
	{Code: "power", Hours: 24, Offered: true},
	{Code: "gas", Hours: 24, Offered: true},
	{Code: "lift", Hours: 24, Offered: true},
	{Code: "leak", Hours: 24, Offered: true},
	{Code: "rubbish", Hours: 72, Offered: true},
	{Code: "drain", Hours: 72, Offered: true},
	{Code: "tree", Hours: 72, Offered: true},
	{Code: "ads", Hours: 72, Offered: true},
	{Code: "noise", Hours: 72, Offered: true},
	{Code: "parking", Hours: 72, Offered: true},
	{Code: "animals", Hours: 72, Offered: true},
	{Code: "neighbours", Hours: 72, Offered: true},
	{Code: KindOther, Hours: 72, Offered: true},
}

// Find finds a kind by its code.
func (ks Kinds) Find(code string) (Kind, bool) {
	i := ks.at(code)
	if i < 0 {
		return Kind{}, false
	}
	return ks[i], true
}

func (ks Kinds) at(code string) int {
	return slices.IndexFunc(ks, func(k Kind) bool { return k.Code == code })
}

// Due is how soon people hear of a problem with this code: as of an "other" one
// where nobody has named it yet, or where it is unheard of.
func (ks Kinds) Due(code string) time.Duration {
	if k, ok := ks.Find(code); ok {
		return k.Due()
	}
	if k, ok := ks.Find(KindOther); ok {
		return k.Due()
	}
	k, _ := DefaultKinds.Find(KindOther)
	return k.Due()
}

// Scan reads the kinds as the database gives them.
func (ks *Kinds) Scan(from any) error { return scan(from, ks) }

// Limits of a kind.
const (
	MaxHours      = 2000
	maxHanLabel   = 5  // Chinese characters: a status stands beside it on a button
	maxOtherLabel = 12 // letters
)

var (
	kindCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,19}$`)
	langCode = regexp.MustCompile(`^[a-z]{2,3}$`)
)

// CheckLabel returns a kind's name without what cannot be stored, and refuses
// one that does not fit on a button beside a number and how the matter stands.
func CheckLabel(name string) (string, error) {
	name = pg.Text(name)
	han, all := 0, 0
	for _, r := range name {
		all++
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if all == 0 || han > maxHanLabel || all > maxOtherLabel {
		return "", refusal.New(refusal.Invalid, "community.bad_label", "han", maxHanLabel, "max", maxOtherLabel)
	}
	return name, nil
}

// CheckHours refuses a time in which nobody can answer, or for which nobody waits.
func CheckHours(hours int) error {
	if hours < 1 || hours > MaxHours {
		return refusal.New(refusal.Invalid, "community.bad_hours", "max", MaxHours)
	}
	return nil
}

// CheckKindCode refuses what cannot be the code of a kind.
func CheckKindCode(code string) error {
	if !kindCode.MatchString(code) {
		return refusal.New(refusal.Invalid, "community.bad_code")
	}
	return nil
}
