package street

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var blanks = regexp.MustCompile(`%[a-z]`)

func TestEveryWordIsThereInEveryLanguage(t *testing.T) {
	t.Parallel()
	require.Len(t, table, len(languages))
	first := reflect.ValueOf(table[languages[0]])
	for _, lang := range languages {
		w := reflect.ValueOf(table[lang])
		require.Equal(t, lang, table[lang].Lang)
		for i := range w.NumField() {
			name := w.Type().Field(i).Name
			if w.Field(i).Kind() != reflect.String {
				continue
			}
			require.NotEmpty(t, strings.TrimSpace(w.Field(i).String()), "%s in %s", name, lang)
			require.Equal(t, blanks.FindAllString(first.Field(i).String(), -1),
				blanks.FindAllString(w.Field(i).String(), -1), "blanks of %s in %s", name, lang)
		}
		for _, name := range sampleOrder {
			require.NotEmpty(t, table[lang].Samples[name], "sample %s in %s", name, lang)
		}
		require.Len(t, table[lang].Samples, len(sampleOrder), lang)
		require.Len(t, table[lang].Troubles, len(table[languages[0]].Troubles), lang)
		require.Len(t, table[lang].Services, len(table[languages[0]].Services), lang)
		for name, text := range table[languages[0]].Services {
			require.Equal(t, blanks.FindAllString(text, -1), blanks.FindAllString(table[lang].Services[name], -1), name)
		}
		for key := range table[languages[0]].Troubles {
			said := reflect.ValueOf(table[lang].Troubles[key])
			for i := range said.NumField() {
				require.NotEmpty(t, said.Field(i).String(), "trouble %s in %s", key, lang)
			}
		}
		require.NotContains(t, table[lang].weekdays, "", lang)
		require.Contains(t, languages, table[lang].SwitchTo)
		require.NotEqual(t, lang, table[lang].SwitchTo)
	}
}

func TestDatesAreSaidAsPeopleSayThem(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 24, 14, 5, 0, 0, time.UTC)
	require.Equal(t, "Tuesday 24 November", table["en"].Day(day))
	require.Equal(t, "11月24日 星期二", table["zh"].Day(day))
}

func TestPageSpeaksTheBrowsersLanguage(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"":                            "en",
		"zh-CN,zh;q=0.9,en;q=0.8":     "zh",
		"ZH":                          "zh",
		"zh-Hant-TW":                  "zh",
		"en-GB,en;q=0.9,zh;q=0.5":     "en",
		"de-DE, zh;q=0.5":             "zh",
		"fr":                          "en",
		"<script>, ;;;,q=,zhx, zh_CN": "en",
	} {
		require.Equal(t, want, preferred(accept), accept)
	}
}

func TestEverySampleIsMade(t *testing.T) {
	t.Parallel()
	samples := drawSamples()
	require.Len(t, samples, len(sampleOrder))
	for name := range samples {
		require.True(t, slices.Contains(sampleOrder, name), name)
	}
}
