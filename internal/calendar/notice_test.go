package calendar

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// list is what a spreadsheet makes of a text.
func list(t *testing.T, text string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	cells, err := r.ReadAll()
	require.NoError(t, err)
	return cells
}

func TestChinas2026(t *testing.T) {
	t.Parallel()
	n := embeddedNotices[2026]
	require.Equal(t, 33, n.Off())
	require.Len(t, n.Of(Off), 7)
	require.Len(t, n.Of(Work), 6)
	days := n.Days()
	for day, works := range map[string]bool{
		"2026-01-02": false, "2026-01-04": true, "2026-02-14": true, "2026-02-16": false, "2026-02-24": true, "2026-02-28": true,
		"2026-04-06": false, "2026-05-05": false, "2026-05-09": true, "2026-06-19": false, "2026-09-20": true, "2026-09-25": false,
		"2026-10-07": false, "2026-10-08": true, "2026-10-10": true, "2026-10-11": false, "2026-11-23": true,
	} {
		require.Equal(t, works, days.Workday(moment(t, day+" 12:00", zone(t, "Asia/Shanghai"))), day)
	}
}

func TestAListIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text string }{
		{"as the bot gives it", "from,until,what,name\n2027-01-01,2027-01-03,off,元旦\n2027-01-09,,work,\n"},
		{"in Chinese", "开始,结束,休或班,名称\n2027年1月1日,2027年1月3日,休,元旦\n2027/1/9,2027/1/9,班\n"},
		{"without headings", "2027.1.1,2027.1.3,放假,元旦\n2027.1.9,,上班,\n"},
		{"as a workbook keeps days", "from,until,what,name\n46388,46390,Off,元旦\n46396,,WORK,\n"},
		{"with Chinese commas", "2027-01-01，2027-01-03，休，元旦\n2027-01-09，，班\n"},
		{"not in order, with an empty line", "2027-01-09, ,work\n\" \"\n 2027-01-01 ,2027-01-03, off,元旦\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n, faults := ParseNotice(list(t, c.text))
			require.Empty(t, faults)
			require.Equal(t, 2027, n.Year)
			require.Equal(t, 3, n.Off())
			require.Equal(t, Days{"2027-01-01": Off, "2027-01-02": Off, "2027-01-03": Off, "2027-01-09": Work}, n.Days())
			require.Equal(t, "元旦", n.Runs[0].Name)
		})
	}
}

func TestAListMayReachOverTheYearsEnds(t *testing.T) {
	t.Parallel()
	n, faults := ParseNotice(list(t, "2026-12-27,,work\n2026-12-31,2027-01-02,off,元旦\n2027-10-01,2027-10-07,off\n2027-12-31,2028-01-02,off\n2027-05-01,,off\n"))
	require.Empty(t, faults)
	require.Equal(t, 2027, n.Year)
	require.Equal(t, Work, n.Days()["2026-12-27"])
}

func TestWhatIsWrongWithAListIsSaidByLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"nothing in it", "from,until,what,name\n", "1 calendar.no_days []"},
		{"no such day", "2027-02-29,,off\n2027-13-01,,off\nMonday 5,,off\n",
			"1 calendar.no_day [text 2027-02-29]\n2 calendar.no_day [text 2027-13-01]\n3 calendar.no_day [text Monday 5]"},
		{"no such end", "2027-02-20,soon,off\n", "1 calendar.no_day [text soon]"},
		{"neither off nor work", "2027-02-20,,maybe\n2027-02-21\n", "1 calendar.off_or_work [text maybe]\n2 calendar.off_or_work [text ]"},
		{"the end before the beginning", "2027-02-20,2027-02-10,off\n", "1 calendar.backwards []"},
		{"too long", "2027-02-20,2027-05-20,off\n", "1 calendar.too_long [n 90]"},
		{"work on a day that is worked anyway", "2027-02-22,,work\n", "1 calendar.worked_anyway []"},
		{"a day twice", "from,until,what\n2027-05-01,2027-05-05,off\n2027-05-08,,work\n2027-05-05,2027-05-06,off\n", "4 calendar.day_twice [line 2]"},
		{"another year", "2027-05-01,2027-05-05,off\n2026-10-01,,off\n2027-06-09,,off\n2027-06-19,,work\n", "2 calendar.other_year [year 2027]"},
		{"more than a list can hold", strings.Repeat("2027-05-01,,off\n", MaxRuns+1), "101 calendar.too_many_days [max 100]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, faults := ParseNotice(list(t, c.text))
			var got []string
			for _, f := range faults {
				got = append(got, fmt.Sprint(f.Line, " ", f.Why.Key, " ", f.Why.Args))
			}
			require.Equal(t, c.want, strings.Join(got, "\n"))
		})
	}
}
