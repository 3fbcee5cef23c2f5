package calendar

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ReadMoment reads a day and an hour as people write them: 明天下午3点, 12月3日9:30, 下周三
// 上午十点半, tomorrow 3 pm, Wed 9:30, 3 Dec noon. Now is when they write, in their zone. A
// day without an hour is at usual; an hour without a day is the next one. Ok is false
// where something of it is not understood, or there is no such moment.
func ReadMoment(text string, now time.Time, usual Clock) (at time.Time, ok bool) {
	rest := strings.ToLower(strings.TrimSpace(between.ReplaceAllString(digits.Replace(text), " ")))
	day, rest, dated := readDay(rest, now)
	clock, rest, timed := readClock(strings.TrimSpace(rest))
	if strings.TrimSpace(rest) != "" || !dated.ok || !dated.found && !timed {
		return time.Time{}, false
	}
	switch {
	case !timed:
		clock = usual
	case !dated.found:
		return clock.Next(now), true
	}
	return clock.On(day), true
}

// readings is what becomes of a part of a text.
type readings struct {
	found bool
	ok    bool // there is such a day
}

var (
	digits  = strings.NewReplacer("：", ":", "０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")
	between = regexp.MustCompile(`[\s,，、。（）()的]+|\b(?i:at|on|the|o'clock)\b`)

	nearDay  = regexp.MustCompile(`^(大后天|后天|明天|今天|明(?:早|晚)|今(?:早|晚)|day after tomorrow|tomorrow|today|tonight)`)
	dayName  = regexp.MustCompile(`^(本|这|这个|下|下个|this |next )?(?:(?:周|星期|礼拜)([一二三四五六日天])|(mon|tue|wed|thu|fri|sat|sun)[a-z]*)`)
	fullDate = regexp.MustCompile(`^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})[日号]?`)
	zhDate   = regexp.MustCompile(`^(?:(\d{1,2})月)?(\d{1,2})[日号]`)
	dayMonth = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*`)
	monthDay = regexp.MustCompile(`^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\d{1,2})(?:st|nd|rd|th)?`)

	zhClock = regexp.MustCompile(`^(凌晨|清早|早上|早晨|早|上午|中午|下午|傍晚|晚上|晚|夜里)? ?(?:([零一二两三四五六七八九十]{1,3}|\d{1,2})(?:点|时)(?:钟|整|半|一刻|三刻|(\d{1,2})分?)?|(\d{1,2}):(\d{2}))`)
	enClock = regexp.MustCompile(`^(\d{1,2})(?::(\d{2}))? ?(am|pm|a\.m\.|p\.m\.)`)
)

var (
	nearDays = map[string]int{"大后天": 3, "后天": 2, "day after tomorrow": 2, "明天": 1, "明早": 1, "明晚": 1, "tomorrow": 1}
	zhDays   = map[string]int{"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "日": 7, "天": 7}
	enDays   = map[string]int{"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
	months   = "janfebmaraprmayjunjulaugsepoctnovdec"
)

// readDay reads the day with which a text begins; without one it is today.
func readDay(text string, now time.Time) (day time.Time, rest string, r readings) {
	today := Clock(0).On(now)
	if m := nearDay.FindString(text); m != "" {
		rest = text[len(m):]
		if part := strings.TrimLeft(m, "今明"); part == "早" || part == "晚" { // 明晚7点 says its part of the day as well
			rest = part + rest
		}
		if rest = strings.TrimSpace(rest); m == "tonight" && !enClock.MatchString(rest) {
			rest = "晚" + rest
		}
		return today.AddDate(0, 0, nearDays[m]), rest, readings{true, true}
	}
	if m := dayName.FindStringSubmatch(text); m != nil {
		return onWeekday(today, strings.TrimSpace(m[1]), zhDays[m[2]]+enDays[m[3]]), text[len(m[0]):], readings{true, true}
	}
	year, month, d, n := 0, 0, 0, 0
	if m := fullDate.FindStringSubmatch(text); m != nil {
		year, month, d, n = number(m[1]), number(m[2]), number(m[3]), len(m[0])
	} else if m := zhDate.FindStringSubmatch(text); m != nil {
		month, d, n = number(m[1]), number(m[2]), len(m[0])
	} else if m := dayMonth.FindStringSubmatch(text); m != nil {
		month, d, n = 1+strings.Index(months, m[2])/3, number(m[1]), len(m[0])
	} else if m := monthDay.FindStringSubmatch(text); m != nil {
		month, d, n = 1+strings.Index(months, m[1])/3, number(m[2]), len(m[0])
	}
	if n == 0 {
		return today, text, readings{ok: true}
	}
	day, ok := nextDate(today, year, month, d)
	return day, text[n:], readings{true, ok}
}

// onWeekday is the next day of that name, or the one of this week or the next.
func onWeekday(today time.Time, which string, name int) time.Time {
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	switch which {
	case "下", "下个", "next":
		return monday.AddDate(0, 0, 6+name)
	case "":
		return today.AddDate(0, 0, (name-(int(today.Weekday())+6)%7+6)%7)
	default:
		return monday.AddDate(0, 0, name-1)
	}
}

// nextDate is a date that comes, of any year and month where they are 0.
func nextDate(today time.Time, year, month, d int) (time.Time, bool) {
	for n := range 366 {
		day := today.AddDate(0, 0, n)
		if day.Day() == d && (month == 0 || int(day.Month()) == month) && (year == 0 || day.Year() == year) {
			return day, true
		}
	}
	return time.Time{}, false
}

// alone is when a part of the day is that is told without an hour.
var alone = map[string]Clock{
	"早": ClockAt(8, 0), "早上": ClockAt(8, 0), "上午": ClockAt(9, 0), "中午": ClockAt(12, 0), "下午": ClockAt(14, 0), "晚": ClockAt(19, 0),
	"晚上": ClockAt(19, 0), "morning": ClockAt(9, 0), "noon": ClockAt(12, 0), "afternoon": ClockAt(14, 0), "evening": ClockAt(19, 0),
}

// readClock reads the hour with which a text begins.
func readClock(text string) (c Clock, rest string, ok bool) {
	if c, ok := alone[text]; ok {
		return c, "", true
	}
	if m := enClock.FindStringSubmatch(text); m != nil {
		hour, minute := number(m[1]), number(m[2])
		if hour < 1 || hour > 12 || minute > 59 {
			return 0, text, false
		}
		if hour %= 12; m[3][0] == 'p' {
			hour += 12
		}
		return ClockAt(hour, minute), text[len(m[0]):], true
	}
	m := zhClock.FindStringSubmatch(text)
	if m == nil {
		return 0, text, false
	}
	hour, minute := zhNumber(m[2])+number(m[4]), number(m[3])+number(m[5])
	switch {
	case strings.HasSuffix(m[0], "半"):
		minute = 30
	case strings.HasSuffix(m[0], "一刻"):
		minute = 15
	case strings.HasSuffix(m[0], "三刻"):
		minute = 45
	}
	hour = inPart(m[1], hour, m[4] != "")
	if hour > 23 || minute > 59 {
		return 0, text, false
	}
	return ClockAt(hour, minute), text[len(m[0]):], true
}

// inPart is the hour of the day of one that is told by its part: 下午3点. Nobody who
// writes 3点 means the night; who writes 3:00 may.
func inPart(part string, hour int, exact bool) int {
	switch part {
	case "下午", "傍晚", "晚上", "晚":
		if hour < 12 {
			return hour + 12
		}
	case "中午":
		if hour < 3 {
			return hour + 12
		}
	case "":
		if !exact && hour >= 1 && hour <= 6 {
			return hour + 12
		}
	}
	return hour
}

var zhDigits = map[rune]int{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

// zhNumber is a number to 99 in digits or in words.
func zhNumber(text string) int {
	n := number(text)
	for _, r := range text {
		if r == '十' {
			n = max(n, 1) * 10
		}
		n += zhDigits[r]
	}
	return n
}

// number is one of a few digits; "" is none, and is 0.
func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}
