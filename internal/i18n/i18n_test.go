package i18n_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/i18n"
)

var shanghai = time.FixedZone("CST", 8*3600)

// Monday morning.
var now = time.Date(2026, 11, 23, 9, 5, 0, 0, shanghai)

func load(t *testing.T) *i18n.Catalog {
	t.Helper()
	c, err := i18n.Load()
	require.NoError(t, err)
	return c
}

func TestEveryLanguageHasTheSameKeys(t *testing.T) {
	t.Parallel()
	c := load(t)
	require.Equal(t, []string{"en", "zh"}, c.Languages())
	require.NotEmpty(t, c.Keys("en"))
	require.Equal(t, c.Keys("en"), c.Keys("zh"))
}

// placeholder finds the arguments that words ask for.
var placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

func TestEveryLanguageAsksForTheSameArguments(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, key := range c.Keys("en") {
		asked := map[string][]string{}
		for _, lang := range c.Languages() {
			for _, n := range []int{1, 2} {
				for _, found := range placeholder.FindAllStringSubmatch(c.Raw(lang, key, n), -1) {
					asked[lang] = append(asked[lang], found[1])
				}
			}
			slices.Sort(asked[lang])
			asked[lang] = slices.Compact(asked[lang])
		}
		require.Equal(t, asked["en"], asked["zh"], "arguments of %s", key)
	}
}

func TestMissingWordsAreSeen(t *testing.T) {
	t.Parallel()
	p := load(t).In("zh", now, shanghai)
	require.Equal(t, "⟦no.such.key⟧", p.T("no.such.key"))
	_, err := p.Check("no.such.key")
	require.Error(t, err)
	_, err = p.Check("told.left")
	require.Error(t, err, "an argument is missing")
}

// Whatever fills the gaps, the files are templates as everybody knows them.
func TestWordsAreFilledInAsATemplateWouldBe(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, lang := range c.Languages() {
		p := c.In(lang, now, shanghai)
		for _, key := range c.Keys(lang) {
			args, data := []any{"more", "than asked"}, map[string]any{}
			for i, found := range placeholder.FindAllStringSubmatch(c.Raw(lang, key, 2), -1) {
				value := []any{"<b> {{.n}} \"王\"", int64(-7), 2.5}[i%3]
				if found[1] == "n" {
					value = 2
				}
				if _, had := data[found[1]]; !had {
					args, data[found[1]] = append(args, found[1], value), value
				}
			}
			var want strings.Builder
			require.NoError(t, template.Must(template.New("").Parse(c.Raw(lang, key, 2))).Execute(&want, data))
			got, err := p.Check(key, args...)
			require.NoError(t, err)
			require.Equal(t, want.String(), got, key)
		}
	}
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	c := load(t)
	en, zh := c.In("en", now, shanghai), c.In("zh", now, shanghai)
	require.Equal(t, "1 picture received.", en.T("dialog.got", "n", 1))
	require.Equal(t, "2 pictures received.", en.T("dialog.got", "n", 2))
	require.Equal(t, "2 张收到了。", zh.T("dialog.got", "n", 2))
}

func TestMatch(t *testing.T) {
	t.Parallel()
	c := load(t)
	for tag, want := range map[string]string{"zh": "zh", "zh-hans": "zh", "zh-CN": "zh", "en-GB": "en", "en": "en"} {
		got, ok := c.Match(tag)
		require.True(t, ok, tag)
		require.Equal(t, want, got, tag)
	}
	for _, tag := range []string{"", "fi", "not a tag"} {
		got, ok := c.Match(tag)
		require.False(t, ok, tag)
		require.Equal(t, i18n.Fallback, got, tag)
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	c := load(t)
	en, zh := c.In("en", now, shanghai), c.In("zh", now, shanghai)
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 11, day, hour, minute, 0, 0, shanghai).UTC()
	}
	for _, row := range []struct {
		name   string
		at     time.Time
		zh, en string
	}{
		{"later today", at(23, 15, 20), "今天下午3点20分", "today, 3:20 pm"},
		{"tomorrow noon", at(24, 12, 0), "明天（周二）11月24日中午12点", "tomorrow (Tuesday) 24 November, noon"},
		{"later this week", at(26, 9, 0), "11月26日（周四）上午9点", "Thursday 26 November, 9 am"},
		{"yesterday evening", at(22, 20, 5), "昨天晚上8点05分", "yesterday, 8:05 pm"},
		{"just after midnight", at(24, 0, 30), "明天（周二）11月24日凌晨0点30分", "tomorrow (Tuesday) 24 November, 12:30 am"},
		{"half past noon", at(23, 12, 30), "今天中午12点30分", "today, 12:30 pm"},
	} {
		require.Equal(t, row.zh, zh.When(row.at), row.name)
		require.Equal(t, row.en, en.When(row.at), row.name)
	}
	require.Equal(t, "11月23日（周一）下午3点20分", zh.Dated(at(23, 15, 20)), "by its date it is told today and for ever")
	require.Equal(t, "Mon 23 Nov, 3:20 pm", en.Dated(at(23, 15, 20)), "by its date it is told today and for ever")
}
