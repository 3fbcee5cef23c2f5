package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
)

// Broadcast is a notice that goes to many people while replicas are killed, Telegram
// refuses for a while now and then, and some of the people have blocked the bot.
type Broadcast struct {
	Recipients int
	Kills      int
	Storms     bool // Telegram says to wait, again and again
	Probes     bool // some people talk to the bot meanwhile, and some report a fire
}

// Brought is how a broadcast went.
type Brought struct {
	Took               time.Duration
	Sent, Blocked      int
	Uncertain, Repeats int
	Refused            int // calls, in storms
	Replies, Alarms    []time.Duration
	Beyond             []string // calls that went beyond the limits
	Killed             []time.Time
}

// TelegramLimits are about those of the real server.
var TelegramLimits = botapi.Limits{
	All:   botapi.Limit{Messages: 30, Per: time.Second},
	Chat:  botapi.Limit{Messages: 3, Per: 3 * time.Second},
	Group: botapi.Limit{Messages: 20, Per: time.Minute},
}

const (
	firstReader  = 1_000_000     // the account of the first recipient
	blocksEach   = 20            // of so many one has blocked the bot: five in a hundred
	stormWait    = 4             // seconds, as no limit of the server's own names
	waterIsOff   = "Quill water" // what the notice says
	talkers      = 19            // so many recipients talk meanwhile, each again and again; of the others each reports one fire
	betweenTalks = 2 * time.Second
	betweenFires = 6 * time.Second
)

// Announce opens the town, lets a notice out as its author has confirmed it, and returns
// how it went, with what is wrong in the end.
func (s *Stage) Announce(ctx context.Context, b Broadcast) (Brought, []string, error) {
	t := s.towns[0]
	if err := s.readers(ctx, b.Recipients); err != nil {
		return Brought{}, nil, err
	}
	if err := s.Open(ctx); err != nil {
		return Brought{}, nil, err
	}
	s.pause(ctx, TelegramLimits.Chat.Per) // the secretary has just been told much
	notice, err := s.letOut(ctx, b.Recipients)
	if err != nil {
		return Brought{}, nil, err
	}
	var got Brought
	begun := s.clk.Now()
	over := make(chan struct{})
	var beside sync.WaitGroup
	if b.Storms {
		beside.Go(func() { s.storms(ctx, over) })
	}
	if b.Probes {
		beside.Go(func() { got.Replies = s.talk(ctx, over) })
		beside.Go(func() { got.Alarms = s.burn(ctx, over) })
	}
	got.Killed, err = s.killAmid(ctx, b, notice)
	if err == nil {
		err = s.out(ctx, b, notice)
	}
	got.Took = s.clk.Now().Sub(begun)
	close(over)
	beside.Wait()
	s.api.Mend()
	if err != nil {
		return got, nil, err
	}
	wrong, err := s.brought(ctx, &got, b, notice)
	got.count(t.bot.Calls(0))
	return got, wrong, err
}

// readers are people with a phone whom the bot may write to; of what they said to be so
// the bot hears nothing.
func (s *Stage) readers(ctx context.Context, n int) error {
	t := s.towns[0]
	t.readers = n
	for i := range n {
		p := t.bot.Phone(botapi.Account{ID: int64(firstReader + i), FirstName: nameOf(int64(firstReader + i)), LanguageCode: "en"})
		p.Start("")
		if i%blocksEach == blocksEach-1 {
			p.Block()
		}
	}
	call, err := http.NewRequestWithContext(ctx, http.MethodPost, s.server.URL+"/bot"+tokenOf(0)+"/deleteWebhook?drop_pending_updates=true", http.NoBody)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(call)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// letOut enters the readers, and a notice to all of them that is to go out now.
func (s *Stage) letOut(ctx context.Context, n int) (id int64, err error) {
	_, err = s.db.ExecContext(ctx, `
		INSERT INTO persons (community_id, telegram, name, language, reachable, consent_at, created_at)
		SELECT c.id, $2::bigint + g, $3 || ($2::bigint + g), 'en', true, $4, $4 FROM communities c, generate_series(0, $5::bigint - 1) g WHERE c.bot = $1`,
		s.towns[0].botID(), firstReader, canary, s.clk.Now(), n)
	if err != nil {
		return 0, fmt.Errorf("enter the readers: %w", err)
	}
	err = s.db.QueryRowContext(ctx, `
		INSERT INTO notices (community_id, key, state, weight, author_id, language, texts, audience, answer, send_at, over_at, set_at)
		SELECT r.community_id, 'broadcast', 'set', 'important', r.person_id, 'en', jsonb_build_object('en', $2::text), '{"people": true}', 'seen',
			$3, $3::timestamptz + interval '1 day', $3
		FROM person_roles r JOIN communities c ON c.id = r.community_id WHERE c.bot = $1 AND r.role = 'secretary' RETURNING id`,
		s.towns[0].botID(), waterIsOff, s.clk.Now()).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("set the notice: %w", err)
	}
	_, err = s.db.ExecContext(ctx, `
		INSERT INTO outbox (community_id, key, person_id, subject, topic, args, urgency, due_at, edits)
		SELECT id, 'broadcast', 0, '', 'notice.start', jsonb_build_object('notice', $2::bigint), 1, $3, '' FROM communities WHERE bot = $1`,
		s.towns[0].botID(), id, s.clk.Now())
	return id, err
}

// storms let Telegram refuse everything for a moment, again and again.
func (s *Stage) storms(ctx context.Context, over <-chan struct{}) {
	const calm = 20 * time.Second
	for {
		mend := s.api.Break(botapi.Fault{Kind: botapi.TooMany, Method: "sendMessage", RetryAfter: stormWait, Times: 15})
		if !s.lets(ctx, over, calm) {
			mend()
			return
		}
	}
}

// lets lets time pass; false where it is over.
func (s *Stage) lets(ctx context.Context, over <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-over:
	case <-ctx.Done():
	}
	return false
}

// killAmid kills one replica after the other, spread over the time that the broadcast
// takes.
func (s *Stage) killAmid(ctx context.Context, b Broadcast, notice int64) (at []time.Time, err error) {
	rng := rand.New(rand.NewPCG(s.Seed, 5))
	for n := range b.Kills {
		due := b.Recipients * (n + 1) / (b.Kills + 1)
		ok, err := s.until(ctx, s.patience(b), func() (bool, error) {
			left, state, err := s.left(ctx, notice)
			return state == "out" || state == "going" && b.Recipients-left >= due, err
		})
		if err != nil || !ok {
			return at, fmt.Errorf("before kill %d nothing gets on: %w\n%s", n+1, err, s.Said())
		}
		which := rng.IntN(len(s.children))
		if err := s.KillOne(which); err != nil {
			return at, err
		}
		at = append(at, s.clk.Now())
		s.pause(ctx, time.Duration(rng.IntN(500))*time.Millisecond)
		if err := s.ServeOne(which); err != nil {
			return at, err
		}
	}
	return at, nil
}

// patience is how long a broadcast may take on a busy machine.
func (s *Stage) patience(b Broadcast) time.Duration {
	return 3*time.Minute + time.Duration(b.Recipients)*time.Second/8
}

func (s *Stage) out(ctx context.Context, b Broadcast, notice int64) error {
	ok, err := s.until(ctx, s.patience(b), func() (bool, error) {
		_, state, err := s.left(ctx, notice)
		return state == "out", err
	})
	if err == nil && !ok {
		err = fmt.Errorf("the notice does not come to its end: %s\n%s", s.waiting(ctx), s.Said())
	}
	return err
}

// left is of how many messages of a notice nobody knows yet what became of them.
func (s *Stage) left(ctx context.Context, notice int64) (left int, state string, err error) {
	s.pause(ctx, 200*time.Millisecond) // it is much to count
	err = s.db.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM outbox o WHERE o.community_id = n.community_id AND o.subject = 'notice:' || n.id AND o.edits = '' AND o.state IN ('waiting', 'claimed')),
			n.state
		FROM notices n WHERE n.id = $1`, notice).Scan(&left, &state)
	return left, state, err
}

// talk lets some of the readers ask something now and then, and measures how long each
// waits for an answer.
func (s *Stage) talk(ctx context.Context, over <-chan struct{}) (took []time.Duration) {
	return s.probe(ctx, over, talking{0, talkers, betweenTalks}, func(ctx context.Context, p *botapi.Phone) error {
		had := p.Chat().Last().ID
		p.Say("/help")
		_, err := s.towns[0].bot.Wait(ctx, p.Account().ID, func(v botapi.View) bool {
			last := v.Last()
			return last.FromBot && last.ID > had && !strings.Contains(last.Text, waterIsOff)
		})
		return err
	})
}

// burn lets some of them report a fire, and measures how long it takes until the
// secretary's phone rings.
func (s *Stage) burn(ctx context.Context, over <-chan struct{}) (took []time.Duration) {
	secretary := s.towns[0].secretary
	return s.probe(ctx, over, talking{talkers, s.towns[0].readers - talkers, betweenFires}, func(ctx context.Context, p *botapi.Phone) error {
		p.Say("the kitchen is on fire")
		_, err := s.towns[0].bot.Wait(ctx, secretary.id, func(v botapi.View) bool {
			return slices.ContainsFunc(v.Messages, func(m botapi.Message) bool {
				return m.FromBot && s.phrases.says(m.Text, "danger.ping") && strings.Contains(m.Text, nameOf(p.Account().ID))
			})
		})
		return err
	})
}

// talking is which of the readers do something, so many from that one on, and how often.
type talking struct {
	from, of int
	every    time.Duration
}

func nameOf(account int64) string { return fmt.Sprint(canary, account) }

// probe does something with one phone after the other; what never comes has taken as
// long as anybody waits.
func (s *Stage) probe(ctx context.Context, over <-chan struct{}, who talking, do func(context.Context, *botapi.Phone) error) (took []time.Duration) {
	const longest = 2 * time.Minute
	bot := s.towns[0].bot
	for n := 0; s.lets(ctx, over, who.every); n++ {
		account := int64(firstReader + who.from + n%who.of)
		if account%blocksEach == blocksEach-1 {
			continue
		}
		begun := s.clk.Now()
		ctx, cancel := context.WithTimeout(ctx, longest)
		err := do(ctx, bot.Phone(botapi.Account{ID: account}))
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return took
		}
		took = append(took, s.clk.Now().Sub(begun))
	}
	return took
}
