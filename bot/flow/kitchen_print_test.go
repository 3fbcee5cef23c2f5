package flow

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/i18n"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/paper"
)

// tuesdaySheet has two at one door with a diet, one who comes, and one that nobody finds.
func tuesdaySheet() lunch.Sheet {
	mei := lunch.Label{Order: 1, Name: "王秀英", Way: lunch.Bring, Portions: 2, Diet: lunch.Codes[lunch.Diet]{lunch.Soft}, Word: "不要香菜", Alone: true,
		Door: lunch.Door{Building: 1, House: "3", Entrance: 2, Flat: "501"}}
	li := lunch.Label{Order: 2, Name: "李堃", Way: lunch.Eat, Portions: 1}
	lost := lunch.Label{Order: 3, Name: "赵", Way: lunch.Bring, Portions: 1}
	return lunch.Sheet{
		Day:    lunch.Day{Day: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)},
		Count:  lunch.Count{Orders: 3, Portions: 4},
		Dishes: []lunch.Helping{{Dish: lunch.Dish{Name: "豆腐"}, Portions: 4}},
		Diets:  []lunch.Special{{Diet: lunch.Soft, Portions: 2}},
		Words:  []lunch.Label{mei}, Labels: []lunch.Label{mei, li, lost}, Nth: 2,
		Late: []lunch.Correction{{Order: 1, Was: 1, Is: 2}},
		Run: []lunch.Entrance{
			{Building: 1, House: "3", Entrance: 2, Portions: 2, Labels: []lunch.Label{mei}},
			{Portions: 1, Labels: []lunch.Label{lost}},
		},
	}
}

// lines are what stands on a paper.
func lines(p paper.Paper) []string {
	all := []string{p.Title}
	for _, part := range p.Parts {
		if part.Head != "" {
			all = append(all, "# "+part.Head)
		}
		for _, l := range part.Lines {
			all = append(all, l.Text+" | "+l.Right)
		}
	}
	return all
}

func printer(t *testing.T, lang string) Visit {
	t.Helper()
	catalog, err := i18n.Load()
	require.NoError(t, err)
	return Visit{Zone: time.UTC, Texts: catalog.In(lang, time.Time{}, time.UTC)}
}

func TestThePaperOfADay(t *testing.T) {
	t.Parallel()
	v := printer(t, "zh")
	require.Equal(t, []string{
		"11月24日（周二）午饭：共4份", "第2张，含头一张以后的更正 | ",
		"# 截止后的更正", "更正：王秀英 1→2 | ",
		"# 菜", "豆腐 | 4", "# 怎么吃", "送到家 | 3", "来吃 | 1",
		"# 忌口", "软烂 | 2", "# 要留心", "王秀英：不要香菜 | 2",
		"# 3号楼2单元", "501 王秀英：软烂、独居 | 2", "# 不知道门牌", " 赵 | 1",
	}, lines(v.printed(tuesdaySheet())))
}

func TestOneLabelForEachMeal(t *testing.T) {
	t.Parallel()
	v := printer(t, "zh")
	require.Equal(t, []paper.Label{
		{Big: "3-2-501", Lines: []string{"王秀英 2份之1", "软烂", "不要香菜"}},
		{Big: "3-2-501", Lines: []string{"王秀英 2份之2", "软烂", "不要香菜"}},
		{Big: "来吃", Lines: []string{"李堃"}},
		{Big: "不知道门牌", Lines: []string{"赵"}},
	}, v.stickers(tuesdaySheet()))
}

// TestWhoCooksReadsNoNames: on no paper of theirs is one, nor a door.
func TestWhoCooksReadsNoNames(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh", "en"} {
		v := printer(t, lang)
		all := fmt.Sprint(lines(v.printed(tuesdaySheet().WithoutNames())))
		for _, hidden := range []string{"王秀英", "李堃", "赵", "501"} {
			require.NotContains(t, all, hidden, lang)
		}
		require.Contains(t, all, "不要香菜", "but what to mind")
		require.NotContains(t, all, "<no value>")
	}
}
