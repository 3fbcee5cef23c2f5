package community_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/community"
)

func TestHoursAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ duty, quiet string }{
		"8:00-18:00": {"8:00-18:00", "8:00-18:00"}, " 8 - 18 ": {"8:00-18:00", "8:00-18:00"}, "8：30到17：30": {"8:30-17:30", "8:30-17:30"},
		"9点至17点30分": {"9:00-17:30", "9:00-17:30"}, "09:00–17:00": {"9:00-17:00", "9:00-17:00"}, "9 to 17": {"9:00-17:00", "9:00-17:00"},
		"20:30-7:30": {"", "20:30-7:30"}, "none": {"", "none"}, "None": {"", "none"},
		"8:00-8:00": {}, "8:60-9:00": {}, "8-24": {}, "8": {}, "": {}, "eight to ten": {}, "8:0-9:00": {},
	} {
		duty, err := community.CheckDutyHours(text)
		require.Equal(t, want.duty != "", err == nil, "duty %q: %v", text, err)
		require.Equal(t, want.duty, duty, text)
		quiet, err := community.CheckQuietHours(text)
		require.Equal(t, want.quiet != "", err == nil, "quiet %q: %v", text, err)
		if err == nil {
			require.Equal(t, want.quiet, quiet, text)
		}
	}
}
