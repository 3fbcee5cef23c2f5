package community

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// settings are the changes of what is read with the community itself: each says
// whether it made a difference.
var settings = map[What]func(c *Community, to Change) (different bool, err error){
	NameIs: func(c *Community, to Change) (bool, error) {
		name, err := CheckName(to.Is)
		return set(&c.Name, name), err
	},
	LanguageIs: func(c *Community, to Change) (bool, error) {
		if !langCode.MatchString(to.Is) {
			return false, refusal.New(refusal.Invalid, "community.bad_language")
		}
		return set(&c.Language, to.Is), nil
	},
	ZoneIs: func(c *Community, to Change) (bool, error) {
		c.location = nil
		return set(&c.Zone, to.Is), CheckZone(to.Is)
	},
	PhoneIs: func(c *Community, to Change) (bool, error) {
		phone, err := CheckPhone(to.Is)
		return set(&c.OfficePhone, phone), err
	},
	OutsideIs: func(c *Community, to Change) (bool, error) {
		body, err := CheckOutside(to.Is)
		return set(&c.OutsideBody, body), err
	},
	NumberIs:     setNumber,
	RoleNamed:    nameRole,
	DangerSaid:   setDangerWords,
	DutyAre:      setDutyHours,
	QuietAre:     setQuietHours,
	KindAdded:    addKind,
	KindNamed:    nameKind,
	KindDue:      setKindDue,
	KindTake:     setKindTake,
	KindDo:       setKindDo,
	KindClock:    setKindClock,
	KindOffered:  offerKind,
	KindsOrdered: orderKinds,
}

// set reports whether a value became another one.
func set[T comparable](at *T, to T) bool {
	different := *at != to
	*at = to
	return different
}

// CheckName returns the name of a community, area or building without what
// cannot be stored.
func CheckName(name string) (string, error) {
	name = strings.Join(strings.Fields(pg.Text(name)), " ")
	if n := len([]rune(name)); n == 0 || n > MaxName {
		return "", refusal.New(refusal.Invalid, "community.bad_name", "max", MaxName)
	}
	return name, nil
}

// CheckOutside returns the name and number of a body outside without what cannot
// be stored; "" takes back what was set.
func CheckOutside(body string) (string, error) {
	body = strings.Join(strings.Fields(pg.Text(body)), " ")
	if len([]rune(body)) > MaxName {
		return "", refusal.New(refusal.Invalid, "community.bad_name", "max", MaxName)
	}
	return body, nil
}

// MaxName is how long the name of a community, area or building may be, in
// characters.
const MaxName = 60

// CheckZone refuses a time zone that this machine does not know.
func CheckZone(zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return refusal.New(refusal.Invalid, "community.unknown_zone", "zone", zone)
	}
	return nil
}

// setNumber keeps only what differs from the usual number.
func setNumber(c *Community, to Change) (bool, error) {
	number := to.Is
	if !IsDanger(to.Of) {
		return false, refusal.New(refusal.Invalid, "community.no_danger")
	}
	if number != "" {
		var err error
		if number, err = CheckNumber(number); err != nil {
			return false, err
		}
	}
	if number == usual[to.Of] {
		number = ""
	}
	return put(&c.Emergency, to.Of, number), nil
}

// put keeps a value in a map; "" takes it out.
func put[M ~map[string]string](m *M, key, value string) bool {
	was := (*m)[key]
	if value == "" {
		delete(*m, key)
		return was != ""
	}
	if *m == nil {
		*m = M{}
	}
	(*m)[key] = value
	return was != value
}

// CheckRoleName returns a role's name without what cannot be stored, and refuses
// one that fits on no button. "" takes back the one it had.
func CheckRoleName(name string) (string, error) {
	name = strings.Join(strings.Fields(pg.Text(name)), " ")
	if len([]rune(name)) > maxRoleName {
		return "", refusal.New(refusal.Invalid, "community.bad_role_name", "max", maxRoleName)
	}
	return name, nil
}

// nameRole says what a role is called; which roles there are, access knows.
func nameRole(c *Community, to Change) (bool, error) {
	name, err := CheckRoleName(to.Is)
	if err != nil {
		return false, err
	}
	if !langCode.MatchString(to.Lang) || !kindCode.MatchString(to.Of) {
		return false, refusal.New(refusal.Invalid, "community.bad_language")
	}
	names := maps.Clone(c.RoleNames[to.Of])
	if !put(&names, to.Lang, name) {
		return false, nil
	}
	if c.RoleNames == nil {
		c.RoleNames = RoleNames{}
	}
	c.RoleNames[to.Of] = names
	if len(names) == 0 {
		delete(c.RoleNames, to.Of)
	}
	return true, nil
}

// maxRoleName is how long the name of a role may be, in characters.
const maxRoleName = 20

func setDangerWords(c *Community, to Change) (bool, error) {
	if !IsDanger(to.Of) || to.Lang != Rings && to.Lang != Asks {
		return false, refusal.New(refusal.Invalid, "community.no_danger")
	}
	list, err := CheckDangerWords(to.Is)
	if err != nil || slices.Equal(list, c.DangerWords[to.Of].of(to.Lang)) {
		return false, err
	}
	if c.DangerWords == nil {
		c.DangerWords = DangerWords{}
	}
	c.DangerWords[to.Of] = c.DangerWords[to.Of].with(to.Lang, list)
	if w := c.DangerWords[to.Of]; len(w.Rings)+len(w.Asks) == 0 {
		delete(c.DangerWords, to.Of)
	}
	return true, nil
}

// addKind puts a new kind before "other", which stays last.
func addKind(c *Community, to Change) (bool, error) {
	hours, err := strconv.Atoi(to.Is)
	if err != nil || CheckHours(hours) != nil {
		return false, CheckHours(0)
	}
	if err := CheckKindCode(to.Of); err != nil {
		return false, err
	}
	if _, there := c.Kinds.Find(to.Of); there {
		return false, nil
	}
	at := c.Kinds.at(KindOther)
	if at < 0 {
		at = len(c.Kinds)
	}
	c.Kinds = slices.Insert(c.Kinds, at, Kind{Code: to.Of, Hours: hours, Offered: true, Take: TakeUsual, Do: DoUsual})
	return true, nil
}

// ofKind changes one kind.
func ofKind(c *Community, code string, do func(k *Kind) (bool, error)) (bool, error) {
	i := c.Kinds.at(code)
	if i < 0 {
		return false, refusal.New(refusal.NotFound, "community.no_kind")
	}
	return do(&c.Kinds[i])
}

func nameKind(c *Community, to Change) (bool, error) {
	return ofKind(c, to.Of, func(k *Kind) (bool, error) {
		if !langCode.MatchString(to.Lang) {
			return false, refusal.New(refusal.Invalid, "community.bad_language")
		}
		if to.Is == "" {
			return put(&k.Names, to.Lang, ""), nil
		}
		name, err := CheckLabel(to.Is)
		if err != nil {
			return false, err
		}
		return put(&k.Names, to.Lang, name), nil
	})
}

func setKindDue(c *Community, to Change) (bool, error) {
	return ofKind(c, to.Of, func(k *Kind) (bool, error) {
		hours, err := strconv.Atoi(to.Is)
		if err != nil {
			return false, CheckHours(0)
		}
		return set(&k.Hours, hours), CheckHours(hours)
	})
}

func setKindTake(c *Community, to Change) (bool, error) {
	return ofKind(c, to.Of, func(k *Kind) (bool, error) {
		minutes, err := strconv.Atoi(to.Is)
		if err != nil {
			return false, CheckTake(0)
		}
		return set(&k.Take, minutes), CheckTake(minutes)
	})
}

func setKindDo(c *Community, to Change) (bool, error) {
	return ofKind(c, to.Of, func(k *Kind) (bool, error) {
		hours, err := strconv.Atoi(to.Is)
		if err != nil {
			return false, CheckHours(0)
		}
		return set(&k.Do, hours), CheckHours(hours)
	})
}

func setKindClock(c *Community, to Change) (bool, error) {
	return ofKind(c, to.Of, func(k *Kind) (bool, error) {
		if to.Is != ByDuty && to.Is != ByWall {
			return false, refusal.New(refusal.Invalid, "community.bad_clock")
		}
		return set(&k.Duty, to.Is == ByDuty), nil
	})
}

func offerKind(c *Community, to Change) (bool, error) {
	return ofKind(c, to.Of, func(k *Kind) (bool, error) {
		if k.Code == KindOther && to.Is == "false" {
			return false, refusal.New(refusal.Conflict, "community.other_stays")
		}
		return set(&k.Offered, to.Is == "true"), nil
	})
}

// orderKinds puts the named kinds first, in that order; the rest follow as they
// stood, and "other" is last.
func orderKinds(c *Community, to Change) (bool, error) {
	order := strings.Split(to.Is, ",")
	rank := func(k Kind) int {
		i := slices.Index(order, k.Code)
		switch {
		case k.Code == KindOther:
			return len(order) + 1
		case i < 0:
			return len(order)
		}
		return i
	}
	sorted := slices.Clone(c.Kinds)
	slices.SortStableFunc(sorted, func(a, b Kind) int { return rank(a) - rank(b) })
	same := slices.EqualFunc(sorted, c.Kinds, func(a, b Kind) bool { return a.Code == b.Code })
	c.Kinds = sorted
	return !same, nil
}
