package community

import (
	"regexp"
	"slices"
	"time"
	"unicode"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Kind is a kind of problem, how soon people hear of it at the latest, and how
// soon it is taken and done.
type Kind struct {
	Code    string `json:"code"`
	Hours   int    `json:"hours"`
	Names   Names  `json:"names"`   // by language; without one it has the bot's own word
	Offered bool   `json:"offered"` // new problems can be of it
	Take    int    `json:"take"`    // minutes of office hours in which somebody is to take one
	Do      int    `json:"do"`      // hours in which it is to be done
	Duty    bool   `json:"duty"`    // of those only hours count in which the office works
}

// Names are what something is called, by language.
type Names map[string]string

// Private is why only whom it concerns sees a problem of the kind, "" for most. It
// goes by the code, so that no setting opens what somebody told in confidence.
func (k Kind) Private() string { return private[k.Code] }

var private = map[string]string{"neighbours": "quarrel", "family": "family", KindComplaint: "complaint"}

// KindComplaint is about somebody who serves here.
const KindComplaint = "complaint"

// Due is how soon people hear of a problem of the kind.
func (k Kind) Due() time.Duration { return time.Duration(k.Hours) * time.Hour }

// How long things take where nobody has said otherwise.
const (
	TakeUsual = 120     // minutes of office hours
	DoSoon    = 24      // hours: people cannot live without it
	DoUsual   = 7 * 24  // hours
	DoHard    = 15 * 24 // hours: others have to be asked
)

// KindOther is what fits nothing else; it is always offered, and last.
const KindOther = "other"

// Kinds are a community's kinds of problems, in the order in which they are offered.
type Kinds []Kind

// DefaultKinds are what a community begins with: what people report most, and what
// cannot wait, stands first, and what is private last.
var DefaultKinds = Kinds{
	{Code: "lamp", Hours: 72, Offered: true, Take: TakeUsual, Do: DoUsual},
	{Code: "water", Hours: 24, Offered: true, Take: TakeUsual, Do: DoSoon},
	{Code: "power", Hours: 24, Offered: true, Take: TakeUsual, Do: DoSoon},
	{Code: "gas", Hours: 24, Offered: true, Take: TakeUsual, Do: DoSoon},
	{Code: "lift", Hours: 24, Offered: true, Take: TakeUsual, Do: DoSoon},
	{Code: "leak", Hours: 24, Offered: true, Take: TakeUsual, Do: DoUsual},
	{Code: "rubbish", Hours: 72, Offered: true, Take: TakeUsual, Do: DoUsual},
	{Code: "road", Hours: 72, Offered: true, Take: TakeUsual, Do: DoHard},
	{Code: "heating", Hours: 24, Offered: true, Take: TakeUsual, Do: DoSoon},
	{Code: "drain", Hours: 72, Offered: true, Take: TakeUsual, Do: DoUsual},
	{Code: "tree", Hours: 72, Offered: true, Take: TakeUsual, Do: DoHard},
	{Code: "noise", Hours: 72, Offered: true, Take: TakeUsual, Do: DoUsual},
	{Code: "parking", Hours: 72, Offered: true, Take: TakeUsual, Do: DoUsual},
	{Code: "ads", Hours: 72, Offered: true, Take: TakeUsual, Do: DoUsual},
	{Code: "animals", Hours: 72, Offered: true, Take: TakeUsual, Do: DoUsual},
	{Code: "neighbours", Hours: 72, Offered: true, Take: TakeUsual, Do: DoHard},
	{Code: "family", Hours: 72, Offered: true, Take: TakeUsual, Do: DoHard},
	{Code: KindComplaint, Hours: 72, Offered: true, Take: TakeUsual, Do: DoHard},
	{Code: KindOther, Hours: 72, Offered: true, Take: TakeUsual, Do: DoUsual},
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
func (ks Kinds) Due(code string) time.Duration { return ks.Of(code).Due() }

// Of is the kind with a code; what nobody has named yet, or is unheard of, is as
// "other" things are.
func (ks Kinds) Of(code string) Kind {
	for _, c := range []string{code, KindOther} {
		if k, ok := ks.Find(c); ok {
			return k
		}
	}
	k, _ := DefaultKinds.Find(KindOther)
	return k
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

// Limits of the minutes in which somebody is to take something.
const (
	MinTake = 5
	MaxTake = 3000
)

// CheckTake refuses minutes in which nobody can look, or for which nobody waits.
func CheckTake(minutes int) error {
	if minutes < MinTake || minutes > MaxTake {
		return refusal.New(refusal.Invalid, "community.bad_minutes", "max", MaxTake)
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
