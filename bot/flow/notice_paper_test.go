package flow

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/notices"
	"github.com/linli-bot/linli/internal/paper"
)

// TestThePaperOfTheDoors has what to say, and the doors of each entrance with a box.
func TestThePaperOfTheDoors(t *testing.T) {
	t.Parallel()
	doors := []notices.Door{
		{Name: "赵德福", Building: 1, House: "3", Entrance: 1, Flat: "201", Age: 83, Phone: "0535-555-0111", Way: notices.ByPhone},
		{Name: "刘奶奶", Building: 1, House: "3", Entrance: 1, Flat: "302", Alone: true, Tries: 1, Notes: "门铃坏了"},
		{Name: "周建国", Building: 1, House: "3", Entrance: 2, Flat: "502"},
		{Name: "吴", Flat: ""},
	}
	n := notices.Notice{Draft: notices.Draft{Weight: notices.Important, Language: "zh", Texts: notices.Words{"zh": "明天停水。", "en": "Water off tomorrow."}, Answer: notices.Seen}}
	v := printer(t, "zh")
	v.Person.Language = "zh"
	var all []string
	papers := v.doorsPapers(n, doors)
	for _, p := range papers {
		all = append(all, lines(p)...)
	}
	say := []string{"# 请告诉：", "【重要】明天停水。 | ", "# 请上门"}
	require.Equal(t, slices.Concat(
		[]string{"3号楼1单元"}, say, []string{"201 赵德福（83岁） | □", "0535-555-0111 | ", "302 刘奶奶（一个人住、找过1次） | □", "门铃坏了 | "},
		[]string{"3号楼2单元"}, say, []string{"502 周建国 | □"},
		[]string{"住处不详"}, say, []string{" 吴 | □"},
	), all)
	file, err := paper.Pages(papers...)
	require.NoError(t, err)
	require.Equal(t, 3, bytes.Count(file, []byte("/Type /Page\n")), "each entrance has its page")

	v = printer(t, "en")
	v.Person.Language = "en"
	require.Contains(t, lines(v.doorsPapers(n, doors)[0]), "201 赵德福 (83) | □")
}
