package outbox

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linli-bot/linli/internal/luck"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// one asks for one message.
func one(t interface{ Context() context.Context }, l *Limiter, at time.Time, chat int64) time.Duration {
	return l.Take(t.Context(), at, chat)[0]
}

func TestWhoMustWaitAndHowLong(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		chats []int64       // messages asked for before, all at noon
		after time.Duration // when the last one is asked for
		chat  int64         // and to whom
		want  time.Duration
	}{
		{"the first message goes at once", nil, 0, 1, 0},
		{"three to one person go at once", []int64{1, 1}, 0, 1, 0},
		{"the fourth waits a second", []int64{1, 1, 1}, 0, 1, time.Second},
		{"a little later the fourth waits less", []int64{1, 1, 1}, 400 * time.Millisecond, 1, 600 * time.Millisecond},
		{"a second later the fourth goes", []int64{1, 1, 1}, time.Second, 1, 0},
		{"another person does not wait for the first", []int64{1, 1, 1}, 0, 2, 0},
		{"the sixth over all waits a 25th of a second", []int64{1, 2, 3, 4, 5}, 0, 6, 40 * time.Millisecond},
		{"a group waits four seconds after five", []int64{-1, -1, -1, -1, -1}, time.Second, -1, 3 * time.Second},
		{"the longest wait counts", []int64{1, 1, 1, 2, 3}, 0, 1, time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			l := NewLimiter(TelegramRules)
			for _, chat := range row.chats {
				require.Zero(t, one(t, l, noon, chat))
			}
			require.Equal(t, row.want, one(t, l, noon.Add(row.after), row.chat))
		})
	}
}

func TestARefusedMessageTakesNothing(t *testing.T) {
	t.Parallel()
	l := NewLimiter(TelegramRules)
	for range 3 {
		require.Zero(t, one(t, l, noon, 1))
	}
	for range 100 { // the person's bucket is empty: the common one must not suffer
		require.Equal(t, time.Second, one(t, l, noon, 1))
	}
	require.Zero(t, one(t, l, noon, 2))
	require.Zero(t, one(t, l, noon, 3))
	require.Equal(t, 40*time.Millisecond, one(t, l, noon, 4))
}

func TestTakeLeavesEveryBucketAloneWhereOneIsEmpty(t *testing.T) {
	t.Parallel()
	state := Buckets{noon.Add(-time.Hour), noon.Add(2 * time.Second)}
	got, wait := Take(noon, state, TelegramRules.For(1))
	require.Zero(t, wait, "one left of three")
	require.Equal(t, Buckets{noon.Add(40 * time.Millisecond), noon.Add(3 * time.Second)}, got)
	again, wait := Take(noon, got, TelegramRules.For(1))
	require.Equal(t, time.Second, wait)
	require.Equal(t, got, again)
}

func TestWithoutRulesNobodyWaits(t *testing.T) {
	t.Parallel()
	l := NewLimiter(Rules{})
	for range 5000 {
		require.Zero(t, one(t, l, noon, 1))
	}
	require.Empty(t, l.own.chats)
}

func TestTheLimiterForgetsChatsThatHaveRested(t *testing.T) {
	t.Parallel()
	l := NewLimiter(Rules{Chat: TelegramRules.Chat})
	for i := range int64(50 * sweepFrom) {
		require.Zero(t, one(t, l, noon.Add(time.Duration(i)*10*time.Millisecond), i+1))
	}
	require.LessOrEqual(t, len(l.own.chats), sweepFrom)
}

// Whatever is asked for and when: no window holds more than the burst and what
// comes evenly, and whoever waits as told goes then.
func TestNoWindowHoldsMoreThanItsRule(t *testing.T) {
	t.Parallel()
	luck.Check(t, func(t *rapid.T) {
		rules := Rules{All: Rule{40 * time.Millisecond, 5}, Chat: Rule{time.Second, 3}, Group: Rule{4 * time.Second, 5}}
		l := NewLimiter(rules)
		sent := map[string][]time.Time{}
		at := noon
		for range rapid.IntRange(1, 200).Draw(t, "asked") {
			at = at.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "pause")) * time.Millisecond)
			chat := rapid.SampledFrom([]int64{1, 2, 3, -1}).Draw(t, "chat")
			if wait := one(t, l, at, chat); wait > 0 {
				at = at.Add(wait)
				if again := one(t, l, at, chat); again > 0 {
					t.Fatalf("told to wait %v, then %v more", wait, again)
				}
			}
			sent["all"] = append(sent["all"], at)
			sent[fmt.Sprint(chat)] = append(sent[fmt.Sprint(chat)], at)
		}
		for bucket, rule := range map[string]Rule{"all": rules.All, "1": rules.Chat, "2": rules.Chat, "3": rules.Chat, "-1": rules.Group} {
			tooMany(t, bucket, sent[bucket], rule)
		}
	})
}

func tooMany(t *rapid.T, bucket string, sent []time.Time, rule Rule) {
	for i := range sent {
		for j := i; j < len(sent); j++ {
			if most := rule.Burst + int(sent[j].Sub(sent[i])/rule.Every); j-i+1 > most {
				t.Fatalf("%s: %d messages in %v, at most %d", bucket, j-i+1, sent[j].Sub(sent[i]), most)
			}
		}
	}
}

func TestAnAnswerGoesAtOnceAndIsMadeUpFor(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	l := NewLimiter(Rules{All: Rule{Every: time.Second / 25, Burst: 5}, Chat: Rule{Every: time.Second, Burst: 3}})
	for range 3 {
		l.Count(at, 7)
	}
	require.Equal(t, time.Second, one(t, l, at, 7), "three answers used up the burst")
	require.Zero(t, one(t, l, at, 8), "nobody else waits for them")
	for range 100 {
		l.Count(at, 7)
	}
	require.Equal(t, time.Second, one(t, l, at, 7), "tapping on and on puts off no further")
}
