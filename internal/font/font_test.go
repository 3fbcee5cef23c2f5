package font_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/font"
)

func TestTheFontHasWhatPeopleRead(t *testing.T) {
	t.Parallel()
	f, err := font.Read()
	require.NoError(t, err)
	for _, r := range "0123456789%AZaz月年报来办好楼道灯停水电梯下垃圾树邻居其他，。：·×→□" {
		require.NotZero(t, f.Index(r), "%c", r)
	}
	require.Zero(t, f.Index('龘'), "a rare one is not there")
}

func TestARareNameCanBeRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"王秀英":        "王秀英",
		"李堃":         "李(kun)",
		"陶喆 3-2-501": "陶(zhe) 3-2-501",
		"no nuts 😀":  "no nuts □",
		"":           "",
	} {
		got, err := font.Spell(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}
