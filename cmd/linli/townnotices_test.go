package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestATownIsTold lets the days of a town pass: what it is told comes to people and to
// the group at its hour, and of what matters the doors are listed in the evening.
func TestATownIsTold(t *testing.T) {
	t.Parallel()
	for lang, told := range map[string][]string{
		"en": {"Please keep some tonight.", "Free clinic", "in the yard?", "The stairs are washed"},
		"zh": {"请今晚存点水", "社区义诊", "楼下空地", "清洗楼道"},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			ts := newTestStage(t, lang)
			town := ts.towns[0]
			require.NoError(t, town.weekIn(t.Context(), ts.app))
			require.NoError(t, town.noticesIn(t.Context(), ts.app))
			require.NoError(t, town.noticesIn(t.Context(), ts.app), "what is set is left as it is")
			ts.settleDown()
			says := func(words string) int {
				n := 0
				for _, m := range ts.phone("resident").Chat().Messages {
					if strings.Contains(m.Text, words) {
						n++
					}
				}
				return n
			}
			count := func(query string) (n int) {
				require.NoError(t, ts.app.db.Get(&n, query))
				return n
			}
			require.Zero(t, says(told[0]), "nobody is told before its hour")
			require.NoError(t, ts.skip(t.Context(), time.Hour))
			require.Equal(t, 1, says(told[0]))
			require.Zero(t, count(`SELECT count(*) FROM notice_doors`))
			require.NoError(t, ts.skip(t.Context(), 8*time.Hour))
			require.Positive(t, count(`SELECT count(*) FROM notice_doors`), "who has no Telegram is told at the door")
			require.NoError(t, ts.skip(t.Context(), 40*time.Hour))
			require.Equal(t, 1, says(told[1]))
			require.Equal(t, 1, says(told[2]))
			require.Zero(t, says(told[3]), "that is for the group")
			require.Equal(t, 4, count(`SELECT count(*) FROM notices WHERE state = 'out' AND of_id IS NULL`))
			require.Equal(t, 1, count(`SELECT count(*) FROM notices WHERE state = 'set' AND of_id IS NOT NULL`), "next week's")
			require.Zero(t, count(`SELECT count(*) FROM outbox WHERE state IN ('failed', 'uncertain')`))
		})
	}
}
