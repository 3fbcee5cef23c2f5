package community

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/refusal"
)

// NoQuiet is what quiet hours are where there are none.
const NoQuiet = "none"

// DutyHours is when the office works on workdays, like 8:00-18:00.
func (c Community) DutyHours() string { return HoursText(c.DutyFrom, c.DutyUntil) }

// QuietHours is when nothing but what is urgent makes a sound, like 20:30-7:30;
// NoQuiet where there is no such time.
func (c Community) QuietHours() string { return HoursText(c.QuietFrom, c.QuietUntil) }

// HoursText writes hours of the day, given in minutes, as they are read: 8:00-18:00.
// The same twice is NoQuiet.
func HoursText(from, until int) string {
	if from == until {
		return NoQuiet
	}
	return fmt.Sprintf("%d:%02d-%d:%02d", from/60, from%60, until/60, until%60)
}

// CheckDutyHours returns duty hours as HoursText writes them; they end on the day
// on which they begin.
func CheckDutyHours(text string) (string, error) {
	from, until, ok := readHours(text)
	if !ok || from >= until {
		return "", refusal.New(refusal.Invalid, "community.bad_duty_hours")
	}
	return HoursText(from, until), nil
}

// CheckQuietHours returns quiet hours as HoursText writes them.
func CheckQuietHours(text string) (string, error) {
	from, until, err := ReadQuietHours(text)
	return HoursText(from, until), err
}

// ReadQuietHours reads quiet hours, or NoQuiet, in minutes of the day.
func ReadQuietHours(text string) (from, until int, err error) {
	if strings.EqualFold(strings.TrimSpace(text), NoQuiet) {
		return 0, 0, nil
	}
	from, until, ok := readHours(text)
	if !ok || from == until {
		return 0, 0, refusal.New(refusal.Invalid, "community.bad_quiet_hours")
	}
	return from, until, nil
}

// KindClock is by which clock the hours of a kind run.
func (k Kind) KindClock() string {
	if k.Duty {
		return ByDuty
	}
	return ByWall
}

// hoursForm is hours as people write them: 8:00-18:00, 8-18, 8点到18点30分.
var hoursForm = regexp.MustCompile(`^(\d{1,2})(?:[:：.点时](\d{2})?分?)?\s*(?:-|–|—|~|～|到|至|to)\s*(\d{1,2})(?:[:：.点时](\d{2})?分?)?$`)

func readHours(text string) (from, until int, ok bool) {
	m := hoursForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return 0, 0, false
	}
	from, fromOK := minuteOfDay(m[1], m[2])
	until, untilOK := minuteOfDay(m[3], m[4])
	return from, until, fromOK && untilOK
}

func minuteOfDay(hour, minute string) (int, bool) {
	h, _ := strconv.Atoi(hour)   // digits
	m, _ := strconv.Atoi(minute) // digits, or nothing
	return h*60 + m, h < 24 && m < 60
}

func setDutyHours(c *Community, to Change) (bool, error) {
	text, err := CheckDutyHours(to.Is)
	if err != nil {
		return false, err
	}
	was := c.DutyHours()
	c.DutyFrom, c.DutyUntil, _ = readHours(text)
	return c.DutyHours() != was, nil
}

func setQuietHours(c *Community, to Change) (bool, error) {
	from, until, err := ReadQuietHours(to.Is)
	if err != nil {
		return false, err
	}
	was := c.QuietHours()
	c.QuietFrom, c.QuietUntil = from, until
	return c.QuietHours() != was, nil
}
