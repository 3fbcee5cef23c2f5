package flow

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALabelFitsItsButton(t *testing.T) {
	t.Parallel()
	stop := func(name string) string { return "停掉" + name }
	in := func(name string) string { return name + " 3-2-501" }
	for name, row := range map[string]struct {
		part  string
		label func(string) string
		want  string
	}{
		"a short name stays":                   {"Anna", in, "Anna 3-2-501"},
		"a long one is cut, and says so":       {"Wilhelmina-Charlotte", in, "Wilhelmina-Ch… 3-2-501"},
		"a Chinese one holds fewer characters": {"欧阳春兰和她的妹妹", stop, "停掉欧阳春兰和她…"},
		"no blank stands before the cut":       {"Neighbours of the green courtyard", alone, "Neighbours of the gre…"},
		"blanks around it do not count":        {" 3 ", alone, "3"},
		"one character is always left":         {"欧阳", func(name string) string { return name + "一二三四五六七八九" }, "欧…一二三四五六七八九"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.want, fit(row.part, row.label))
		})
	}
}

func TestAPageHoldsEight(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		at          string
		total       int
		from, until int
	}{
		{"", 0, 0, 0}, {"", 8, 0, 8}, {"", 9, 0, 8}, {"1", 9, 8, 9}, {"2", 9, 8, 9}, {"-1", 9, 0, 8}, {"x", 20, 0, 8}, {"1", 20, 8, 16}, {"1", 0, 0, 0},
	} {
		from, until := pageOf(row.at, row.total)
		require.Equal(t, []int{row.from, row.until}, []int{from, until}, "page %q of %d", row.at, row.total)
	}
}
