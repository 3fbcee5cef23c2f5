package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/botapi"
)

// dayLists are the lists of holidays that a transcript can send, by language and
// name. The days of 2027 are invented.
var dayLists = map[string]string{
	"zh.good":    "从,到,休或班,名称\n2027-01-01,2027-01-03,休,元旦\n2027-02-05,2027-02-12,休,春节\n2027-02-20,,班,\n2027-10-01,2027-10-07,休,国庆节\n2027-10-09,,班,\n",
	"zh.faulty":  "从,到,休或班,名称\n2027-01-01,2027-01-03,休,元旦\n2027-02-30,2027-03-02,休,春节\n2027-02-22,,班,\n2027-10-01,2027-09-07,休,国庆节\n2027-01-03,,元旦,休\n2027-01-02,,休,\n",
	"zh.example": "2027-01-01,2027-01-03,休,元旦\n2027-01-09,,班,\n", // as in the example of a community file
	"zh.moved":   "2027-01-01,2027-01-03,休,元旦\n",
	"en.good":    "from,until,what,name\n2027-01-01,2027-01-03,off,New Year\n2027-02-05,2027-02-12,off,Spring Festival\n2027-02-20,,work,\n2027-10-01,2027-10-07,off,National Day\n2027-10-09,,work,\n",
	"en.faulty":  "from,until,what,name\n2027-01-01,2027-01-03,off,New Year\n2027-02-30,2027-03-02,off,Spring Festival\n2027-02-22,,work,\n2027-10-01,2027-09-07,off,National Day\n2027-01-03,,New Year,off\n2027-01-02,,off,\n",
	"en.moved":   "2027-01-01,2027-01-03,off,New Year\n",
}

// dayList is such a list as a file.
func dayList(t *testing.T, name string) botapi.File {
	t.Helper()
	text, ok := dayLists[name]
	require.True(t, ok, "no list is called %s", name)
	return botapi.File{Name: name + ".csv", MIME: "text/csv", Data: []byte(text)}
}
