package faults_test

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/faults"
)

var (
	recipients = flag.Int("recipients", 100, "how many people a notice goes to")
	talk       = flag.Bool("talk", true, "whether people talk and report fires meanwhile")
)

// A notice goes out while its replicas are killed and Telegram refuses now and then, and
// one in twenty has blocked the bot.
//
//	go test ./internal/faults -run TestANoticeIsKilled -v -timeout 1h -recipients 10000 -kills 50
func TestANoticeIsKilled(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	s := newStage(t, faults.Setting{Binary: binary, Towns: 1, Replicas: 3, Limits: faults.TelegramLimits})
	got, wrong, err := s.Announce(t.Context(), faults.Broadcast{Recipients: *recipients, Kills: min(*kills, *recipients/20), Storms: true})
	t.Log(got)
	require.NoError(t, err)
	report(t, s, wrong)
	require.Empty(t, got.Beyond)
	require.Positive(t, got.Refused)
	require.Equal(t, *recipients/20, got.Blocked)
}

// A notice to everybody goes out at the pace of the limits, and delays neither answers
// nor what is urgent.
//
//	go test ./internal/faults -run TestANoticeDelaysNobody -v -timeout 1h -recipients 7500
func TestANoticeDelaysNobody(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	s := newStage(t, faults.Setting{Binary: binary, Towns: 1, Limits: faults.TelegramLimits})
	got, wrong, err := s.Announce(t.Context(), faults.Broadcast{Recipients: *recipients, Probes: *talk})
	t.Log(got, got.Beyond)
	require.NoError(t, err)
	report(t, s, wrong)
	require.LessOrEqual(t, len(got.Beyond), 1+*recipients/1000, "answers ask no limit; what comes next makes up for them")
	require.Equal(t, *talk, len(got.Replies) > 0)
	most := 5 * time.Second
	if *recipients < 1000 {
		most = time.Minute // beside other tests on a busy machine it is no measure
	}
	require.LessOrEqual(t, faults.Quantile(got.Replies, 0.99), most)
	require.LessOrEqual(t, faults.Quantile(got.Alarms, 0.99), most)
}
