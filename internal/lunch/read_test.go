package lunch_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/luck"
	"github.com/linli-bot/linli/internal/lunch"
)

// read is what is read of a text from Monday 23 November 2026 on: "11-24 dish, dish/1"
// each, and the faults, "line key" each.
func read(text string) (all []string) {
	written, faults := lunch.ReadMenus(text, dayAt(23))
	for _, w := range written {
		var dishes []string
		for _, l := range w.Lines {
			if l.Choice > 0 {
				l.Name += fmt.Sprintf("/%d", l.Choice)
			}
			dishes = append(dishes, l.Name)
		}
		all = append(all, strings.TrimSpace(w.Day.Format("01-02")+" "+strings.Join(dishes, ", ")))
	}
	for _, f := range faults {
		all = append(all, fmt.Sprintf("%d %s", f.Line, f.Why.Key))
	}
	return all
}

func TestAPastedWeek(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"weekdays in Chinese": {"周一：红烧带鱼、炒青菜、小米粥\n周二：肉末豆腐，白菜，米饭\n星期三 排骨汤 馒头\n礼拜四：面条",
			[]string{"11-23 红烧带鱼, 炒青菜, 小米粥", "11-24 肉末豆腐, 白菜, 米饭", "11-25 排骨汤, 馒头", "11-26 面条"}},
		"weekdays in English": {"Mon: braised hairtail, greens, millet porridge\nTuesday - tofu with minced pork; cabbage; rice\nThurs. noodles",
			[]string{"11-23 braised hairtail, greens, millet porridge", "11-24 tofu with minced pork, cabbage, rice", "11-26 noodles"}},
		"dates": {"11月24日（周二）：豆腐\n11/25 鱼\n11.26：面条\n2026-11-27 粥\n30日：饭",
			[]string{"11-24 豆腐", "11-25 鱼", "11-26 面条", "11-27 粥", "11-30 饭"}},
		"English dates":         {"Tue 24 Nov: tofu\nNovember 25th, fish\n26/11 noodles", []string{"11-24 tofu", "11-25 fish", "11-26 noodles"}},
		"dishes below":          {"【周二】\n1. 红烧带鱼\n2、炒青菜\n- 小米粥\n\n周三\n豆腐 8元\n", []string{"11-24 红烧带鱼, 炒青菜, 小米粥", "11-25 豆腐"}},
		"one of two":            {"周二：红烧带鱼/肉末豆腐（二选一）、米饭\n周三：鱼或豆腐、粥\nThursday: fish or tofu, rice", []string{"11-24 红烧带鱼/1, 肉末豆腐/2, 米饭", "11-25 鱼/1, 豆腐/2, 粥", "11-26 fish/1, tofu/2, rice"}},
		"two sets":              {"周二\nA餐：鱼、饭\nB餐：豆腐、面\n汤", []string{"11-24 鱼/1, 饭/1, 豆腐/2, 面/2, 汤"}},
		"two sets in a line":    {"周二：A：鱼、饭 B：豆腐、面", []string{"11-24 鱼/1, 饭/1, 豆腐/2, 面/2"}},
		"no lunch":              {"周二：休息\n周三：鱼\nThursday: closed", []string{"11-24", "11-25 鱼", "11-26"}},
		"next week":             {"下周菜单\n周一：鱼\n周五：豆腐", []string{"11-30 鱼", "12-04 豆腐"}},
		"next Monday":           {"下周一：鱼\nnext Tuesday: tofu", []string{"11-30 鱼", "12-01 tofu"}},
		"out of order":          {"周三：鱼\n周一：豆腐", []string{"11-23 豆腐", "11-25 鱼"}},
		"the turn of the year":  {"1月4日：鱼", []string{"01-04 鱼"}},
		"a dish like a weekday": {"Tuesday:\nsun-dried tomatoes\n1.5斤排骨", []string{"11-24 sun-dried tomatoes, 1.5斤排骨"}},
		"a heading":             {"本周菜单\n周二：鱼", []string{"11-24 鱼"}},

		"nothing":                {"", []string{"1 lunch.no_day"}},
		"no day":                 {"红烧带鱼、青菜", []string{"1 lunch.no_day"}},
		"a day without a dish":   {"周二：\n周三：鱼", []string{"11-25 鱼", "1 lunch.no_menu"}},
		"the same day twice":     {"周二：鱼\n周二：豆腐", []string{"11-24 鱼", "2 lunch.day_twice"}},
		"no such day":            {"2月30日：鱼\n周三：粥", []string{"11-25 粥", "1 lunch.no_such_day"}},
		"another weekday":        {"11月24日 周三：鱼", []string{"1 lunch.other_weekday"}},
		"one of three":           {"周二：鱼/豆腐/肉", []string{"1 lunch.two_choices"}},
		"twice one of two":       {"周二：鱼/豆腐、饭/面", []string{"1 lunch.two_choices"}},
		"a set without another":  {"周二\nA：鱼\n汤", []string{"1 lunch.one_choice"}},
		"no lunch, and a dish":   {"周二：休息、鱼", []string{"1 lunch.off_or_not"}},
		"a dish twice":           {"周二：鱼、鱼", []string{"1 lunch.dish_twice"}},
		"more than fit":          {"周二：a,b,c,d,e,f,g,h,i", []string{"1 lunch.too_many_dishes"}},
		"what stands before all": {"红烧带鱼\n周二：鱼", []string{"11-24 鱼", "1 lunch.no_day"}},
	} {
		require.Equal(t, c.want, read(c.text), name)
	}
}

// TestWhateverIsPasted: nothing breaks it, what it reads can be written, each day
// once, and what it cannot read it says.
func TestWhateverIsPasted(t *testing.T) {
	t.Parallel()
	bits := []string{"周一", "周二：", "下周三", "11/24", "2月30日", "Mon", "next Fri", "鱼", "豆腐/肉", " 或 ", "A：", "B餐：", "、", ",", "\n", "\r\n", "休息",
		"8元", "1. ", "（二选一）", "tofu", " ", "\x00", "2026-13-40", "99日", "或", "/"}
	luck.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(bits), 0, 40).Draw(rt, "text"), "")
		written, faults := lunch.ReadMenus(text, dayAt(23))
		if len(written)+len(faults) == 0 {
			rt.Fatalf("%q: neither a day nor a fault", text)
		}
		lines := strings.Count(text, "\n") + strings.Count(text, "\r") + 1
		for _, f := range faults {
			if f.Line < 1 || f.Line > lines || f.Why == nil {
				rt.Fatalf("%q: %+v", text, f)
			}
		}
		seen := map[time.Time]bool{}
		for _, w := range written {
			if seen[w.Day] {
				rt.Fatalf("%q: %s twice", text, w.Day)
			}
			seen[w.Day] = true
		}
	})
}
