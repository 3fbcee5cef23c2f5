package session

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/linli-bot/linli/internal/clock"
)

const (
	patience = 24 * time.Hour // without a turn, by the clock: then the dialogs are given up
	cleanUp  = 48 * time.Hour // Redis's own time to live: it only takes out the rubbish
)

// ErrLost says that another saved first: load again and replay the turn.
var ErrLost = errors.New("another save came first")

// save writes a state if nobody else has since it was loaded. The key holds
// "version expiry body". A save that is repeated because its reply was lost
// finds its own version and body there, and succeeds; its expiry, which depends
// on the time, is not compared. Versions are compared as text: Lua's numbers
// would lose digits.
var save = redis.NewScript(`
local found = redis.call('GET', KEYS[1]) or ''
local version, body = string.match(found, '^([1-9]%d*) %d+ (.*)$')
version = version or string.match(found, '^([1-9]%d*) ') or '0'
if #version > 18 then version = '0' end
if version == ARGV[2] and body == ARGV[4] then return 1 end
if version ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2] .. ' ' .. ARGV[3] .. ' ' .. ARGV[4], 'PX', ARGV[5])
return 1`)

// Store loads and saves the states of chats.
type Store struct {
	rdb redis.UniversalClient
	clk *clock.Clock
}

// NewStore returns a store on rdb; see Options for how to open it.
func NewStore(rdb redis.UniversalClient, clk *clock.Clock) *Store { return &Store{rdb, clk} }

func key(bot, chat int64) string { return fmt.Sprintf("linli:{%d:%d}:session", bot, chat) }

// Load returns what is remembered of a chat. Where that is nothing, unreadable
// or too old, the state is a fresh one and its Origin tells why; an error is
// only that Redis could not be asked.
func (s *Store) Load(ctx context.Context, bot, chat int64) (State, error) {
	value, err := s.rdb.Get(ctx, key(bot, chat)).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return State{Origin: Nothing}, nil
	case err != nil:
		return State{}, fmt.Errorf("load session of chat %d: %w", chat, err)
	}
	return decode(value, s.clk.Now()), nil
}

// Save writes st as Version+1, unless another has saved since it was loaded:
// then it is ErrLost. After any other error it is unknown whether st was saved,
// and the same st may be saved again. Who saves twice in one turn raises
// Version by one in between.
func (s *Store) Save(ctx context.Context, bot, chat int64, st State) error {
	raw, err := encode(st)
	if err != nil {
		return fmt.Errorf("save session of chat %d: %w", chat, err)
	}
	expires := s.clk.Now().Add(patience).UnixMilli()
	saved, err := save.Run(ctx, s.rdb, []string{key(bot, chat)},
		strconv.FormatInt(st.Version, 10), strconv.FormatInt(st.Version+1, 10),
		expires, raw, cleanUp.Milliseconds()).Bool()
	switch {
	case err != nil:
		return fmt.Errorf("save session of chat %d: %w", chat, err)
	case !saved:
		return fmt.Errorf("save session of chat %d at version %d: %w", chat, st.Version, ErrLost)
	}
	return nil
}

// Each calls back for every chat of a bot of which anything is remembered, in
// no order; a chat may come twice, and one that comes new meanwhile may not.
func (s *Store) Each(ctx context.Context, bot int64, found func(chat int64, st State)) error {
	scan := func(ctx context.Context, rdb redis.Cmdable) error {
		keys := rdb.Scan(ctx, 0, fmt.Sprintf("linli:{%d:*}:session", bot), 1000).Iterator()
		for keys.Next(ctx) {
			var chat int64
			if _, err := fmt.Sscanf(keys.Val(), fmt.Sprintf("linli:{%d:%%d}:session", bot), &chat); err != nil {
				continue // not of ours
			}
			st, err := s.Load(ctx, bot, chat)
			if err != nil {
				return err
			}
			found(chat, st)
		}
		return keys.Err()
	}
	var err error
	if cluster, ok := s.rdb.(*redis.ClusterClient); ok {
		var one sync.Mutex // the nodes are asked side by side
		err = cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
			one.Lock()
			defer one.Unlock()
			return scan(ctx, node)
		})
	} else {
		err = scan(ctx, s.rdb)
	}
	if err != nil {
		return fmt.Errorf("look through sessions: %w", err)
	}
	return nil
}
