package outbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// What is asked of the buckets in Redis.
const (
	askTake    = "take"
	askAdd     = "add"
	askHold    = "hold"
	askHoldAll = "hold all"
)

// ask is one thing asked of the buckets of a chat: n counts messages, or is the
// time to hold in microseconds.
type ask struct {
	what string
	chat int64
	n    int64
}

// take is Take, Add and Hold of limits.go over buckets in Redis, by its clock:
// all asks in one go, in their order. KEYS are the common bucket and one for
// each ask; ARGV are the common rule (microseconds, burst), then what, n and the
// chat's rule of each ask. It answers the time, the common bucket, and the wait
// of each ask, all in microseconds.
var take = redis.NewScript(`
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function state(key) return math.max(tonumber(redis.call('GET', key) or 0), now) end
local function keep(key, at)
  if at > now then redis.call('SET', key, string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000) + 1) end
end
local function room(rule) return rule.every * (math.max(rule.burst, 1) - 1) end
local function add(rule, n)
  if rule.every <= 0 then return end
  local at, full = state(rule.key), now + rule.every * math.max(rule.burst, 1)
  keep(rule.key, math.max(at, math.min(at + rule.every * n, full)))
end
local function hold(rule, wait)
  if rule.every > 0 then keep(rule.key, math.max(state(rule.key), now + wait + room(rule))) end
end
local function take(rules)
  local wait = 0
  for _, rule in ipairs(rules) do
    if rule.every > 0 then wait = math.max(wait, state(rule.key) - room(rule) - now) end
  end
  if wait > 0 then return wait end
  for _, rule in ipairs(rules) do
    if rule.every > 0 then keep(rule.key, state(rule.key) + rule.every) end
  end
  return 0
end
local all = {key = KEYS[1], every = tonumber(ARGV[1]), burst = tonumber(ARGV[2])}
local waits = {}
for i = 2, #KEYS do
  local a = 4 * i - 5
  local what, n = ARGV[a], tonumber(ARGV[a + 1])
  local chat = {key = KEYS[i], every = tonumber(ARGV[a + 2]), burst = tonumber(ARGV[a + 3])}
  waits[i - 1] = 0
  if what == 'take' then waits[i - 1] = take({all, chat})
  elseif what == 'add' then add(all, n) add(chat, n)
  elseif what == 'hold' then hold(chat, n)
  else hold(all, n) end
end
local answer = {now, state(KEYS[1])}
for i, wait in ipairs(waits) do answer[i + 2] = wait end
return answer`)

// answered is what the buckets said.
type answered struct {
	now   time.Time // by the clock of Redis
	all   time.Time // the common bucket
	waits []time.Duration
}

// shared is the buckets of one bot in Redis, for all replicas.
type shared struct {
	rdb   redis.Scripter
	bot   int64
	rules Rules
}

func (s *shared) key(bucket string) string { return fmt.Sprintf("linli:{%d}:limit:%s", s.bot, bucket) }

func (s *shared) ask(ctx context.Context, asks []ask) (answered, error) {
	keys := []string{s.key("all")}
	args := []any{s.rules.All.Every.Microseconds(), s.rules.All.Burst}
	for _, a := range asks {
		rule := s.rules.For(a.chat)[1]
		keys = append(keys, s.key(strconv.FormatInt(a.chat, 10)))
		args = append(args, a.what, a.n, rule.Every.Microseconds(), rule.Burst)
	}
	micros, err := take.Run(ctx, s.rdb, keys, args...).Int64Slice()
	if err == nil && len(micros) != len(asks)+2 {
		err = errors.New("an answer of another length")
	}
	if err != nil {
		return answered{}, fmt.Errorf("ask the limits: %w", err)
	}
	got := answered{now: time.UnixMicro(micros[0]), all: time.UnixMicro(micros[1])}
	for _, wait := range micros[2:] {
		got.waits = append(got.waits, time.Duration(wait)*time.Microsecond)
	}
	return got, nil
}
