package community

import (
	"slices"
	"time"
)

// Kind is a kind of problem and how soon people hear of it at the latest.
type Kind struct {
	Code string
	Due  time.Duration
}

// Kinds are the kinds of problems, in the order in which they are offered.
var Kinds = []Kind{
	{"lamp", 72 * time.Hour},
	{"water", 24 * time.Hour},
	{"power", 24 * time.Hour},
	{"gas", 24 * time.Hour},
	{"lift", 24 * time.Hour},
	{"leak", 24 * time.Hour},
	{"drain", 72 * time.Hour},
	{"rubbish", 72 * time.Hour},
	{"road", 72 * time.Hour},
	{"tree", 72 * time.Hour},
	{"noise", 72 * time.Hour},
	{"other", 72 * time.Hour},
}

// KindOf finds a kind by its code.
func KindOf(code string) (Kind, bool) {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Code == code })
	if i < 0 {
		return Kind{}, false
	}
	return Kinds[i], true
}

// Due is how soon people hear of a case of this kind: that of "other" for one
// that nobody has named yet.
func Due(code string) time.Duration {
	if k, ok := KindOf(code); ok {
		return k.Due
	}
	k, _ := KindOf("other")
	return k.Due
}
