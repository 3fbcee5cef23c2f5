package i18n

import (
	"fmt"
	"time"
)

// When tells a moment in the community's zone as people say it: the day by
// its nearness, then the clock.
func (p *Printer) When(at time.Time) string {
	at = at.In(p.zone)
	if p.lang == "zh" {
		return p.dayZh(at) + clockZh(at)
	}
	return p.dayEn(at) + ", " + clockEn(at)
}

// Dated tells a moment by its date alone, short: it is as right next week, on a message
// that is never drawn again.
func (p *Printer) Dated(at time.Time) string {
	at = at.In(p.zone)
	if p.lang == "zh" {
		return dateZh(at) + clockZh(at)
	}
	return at.Format("Mon 2 Jan, ") + clockEn(at)
}

// Day tells a day in the community's zone, without the hour.
func (p *Printer) Day(at time.Time) string {
	if p.lang == "zh" {
		return p.dayZh(at.In(p.zone))
	}
	return p.dayEn(at.In(p.zone))
}

// Clock tells a time of the day, whatever the day.
func (p *Printer) Clock(hour, minute int) string {
	at := time.Date(2000, 1, 1, hour, minute, 0, 0, time.UTC)
	if p.lang == "zh" {
		return clockZh(at)
	}
	return clockEn(at)
}

// daysAhead counts calendar days from today to the day of at.
func (p *Printer) daysAhead(at time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(at).Sub(day(p.now.In(p.zone))) / (24 * time.Hour))
}

var weekdaysZh = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

func (p *Printer) dayZh(at time.Time) string {
	switch p.daysAhead(at) {
	case -1:
		return "昨天"
	case 0:
		return "今天"
	case 1:
		return fmt.Sprintf("明天（%s）%d月%d日", weekdaysZh[at.Weekday()], at.Month(), at.Day())
	default:
		return dateZh(at)
	}
}

func dateZh(at time.Time) string {
	return fmt.Sprintf("%d月%d日（%s）", at.Month(), at.Day(), weekdaysZh[at.Weekday()])
}

func (p *Printer) dayEn(at time.Time) string {
	date := at.Format("2 January")
	switch p.daysAhead(at) {
	case -1:
		return "yesterday"
	case 0:
		return "today"
	case 1:
		return "tomorrow (" + at.Weekday().String() + ") " + date
	default:
		return at.Weekday().String() + " " + date
	}
}

func clockZh(at time.Time) string {
	h, m := at.Hour(), at.Minute()
	if h == 12 && m == 0 {
		return "中午12点"
	}
	part := "凌晨"
	switch {
	case h >= 18:
		part = "晚上"
	case h >= 13:
		part = "下午"
	case h >= 12:
		part = "中午"
	case h >= 6:
		part = "上午"
	}
	if h > 12 {
		h -= 12
	}
	if m == 0 {
		return fmt.Sprintf("%s%d点", part, h)
	}
	return fmt.Sprintf("%s%d点%02d分", part, h, m)
}

func clockEn(at time.Time) string {
	switch {
	case at.Minute() != 0:
		return at.Format("3:04 pm")
	case at.Hour() == 12:
		return "noon"
	case at.Hour() == 0:
		return "midnight"
	default:
		return at.Format("3 pm")
	}
}
