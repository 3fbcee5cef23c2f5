package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/inbox"
)

const (
	mostAtOnce = 500             // updates in one commit
	lookForAll = 3 * time.Second // between looks for what other processes left
)

// arrival is what came in together and waits to be committed.
type arrival struct {
	updates   []received
	committed chan<- error
}

var errEnding = errors.New("the bot is ending")

// store answers danger at once and returns when the updates are committed to
// the inbox. What arrives while a commit is under way goes into the next one
// together, however many it is.
func (b *Bot) store(ctx context.Context, updates []received) error {
	for i := range updates {
		b.safety(ctx, &updates[i].update)
	}
	committed := make(chan error, 1)
	select {
	case b.arrivals <- arrival{updates, committed}:
	case <-ctx.Done():
		return ctx.Err()
	case <-b.ending:
		return errEnding
	}
	select {
	case err := <-committed:
		return err
	case <-b.ending:
		return errEnding // it may be committed all the same: then it is known when it comes again
	}
}

// commitAll commits what arrives, and hands it to the lanes.
func (b *Bot) commitAll(ctx, work context.Context) error {
	for {
		var batch []arrival
		select {
		case a := <-b.arrivals:
			batch = append(batch, a)
		case <-ctx.Done():
			return nil
		}
		for n := len(batch[0].updates); n < mostAtOnce; {
			select {
			case a := <-b.arrivals:
				batch = append(batch, a)
				n += len(a.updates)
				continue
			default:
			}
			break
		}
		err := b.commit(ctx, work, batch)
		for _, a := range batch {
			a.committed <- err
		}
	}
}

// task is a row to be played, with its update where that was read already.
type task struct {
	inbox.Row
	u     *update
	alone bool // it is noted that nothing else is played beside it
}

// update is what the row holds.
func (t task) update() (update, error) {
	if t.u != nil {
		return *t.u, nil
	}
	return readUpdate(t.Body)
}

func (b *Bot) commit(ctx, work context.Context, batch []arrival) error {
	var updates []inbox.Update
	decoded := map[int64]*update{}
	for _, a := range batch {
		for i := range a.updates {
			u := &a.updates[i]
			if u.read && u.passes() {
				continue
			}
			updates = append(updates, inbox.Update{Community: b.community.ID, ID: u.ID, Chat: u.lane(), Body: u.body})
			if u.read && u.ID != 0 {
				decoded[u.ID] = &u.update
			}
		}
	}
	if len(updates) == 0 {
		return nil
	}
	rows, err := b.inbox.Put(ctx, updates)
	if err == nil && (len(rows) < len(updates) || b.overtakes(rows)) {
		// Some were there already: of a commit whose end nobody heard, or of a
		// process that is no more and whose commit ended after we began. Or another
		// process has stored for this one what comes before.
		rows, err = b.unfinished(ctx)
	}
	if err != nil {
		return fmt.Errorf("store updates: %w", err)
	}
	for i := range batch {
		for j := range batch[i].updates {
			b.metrics.Taken(batch[i].updates[j].kind())
		}
	}
	for _, row := range rows {
		if row.Owner != b.process {
			b.warned.forget(row.Update) // nobody here waits for its safety text
			continue
		}
		b.take(work, task{Row: row, u: decoded[row.Update]})
	}
	return nil
}

// overtakes reports whether something of this process's waits before one of the
// rows and is in no lane yet.
func (b *Bot) overtakes(rows []inbox.Row) bool {
	return slices.ContainsFunc(rows, func(r inbox.Row) bool {
		return r.Owner == b.process && r.After != 0 && !b.inHand.has(r.After)
	})
}

// unfinished lists what waits and is in no lane. A row that was in one before
// the list was read may be done by now, and would be played a second time.
func (b *Bot) unfinished(ctx context.Context) ([]inbox.Row, error) {
	inHand := b.inHand.all()
	rows, err := b.inbox.Mine(ctx, b.community.ID)
	if err != nil {
		return nil, err
	}
	fresh := rows[:0]
	for _, row := range rows {
		if !inHand[row.ID] {
			fresh = append(fresh, row)
		}
	}
	return fresh, nil
}

// take hands a row to its lane, once while it is in hand.
func (b *Bot) take(work context.Context, t task) {
	b.inHand.take(t.ID, func() { b.lanes.put(work, t.Chat, t) })
}

// heirs takes over what processes that are no more have left, and what was
// given to this one by another. It looks when it is woken, and now and then.
func (b *Bot) heirs(ctx, work context.Context) error {
	for ctx.Err() == nil {
		if err := b.inherit(ctx, work); err != nil && ctx.Err() == nil {
			b.log.WarnContext(ctx, "not looked for what others left", "error", err)
		}
		b.forgetCalm()
		b.sleep(ctx, lookForAll)
	}
	return nil
}

func (b *Bot) inherit(ctx, work context.Context) error {
	n, parked, err := b.inbox.Inherit(ctx, b.community.ID)
	if err != nil {
		return err
	}
	for _, row := range parked {
		b.log.ErrorContext(ctx, "update parked: a process ended over it", "row", row.ID, "chat", row.Chat)
		b.sorry(ctx, row)
	}
	if n > 0 {
		b.log.InfoContext(ctx, "took over what another process left", "rows", n)
	}
	rows, err := b.unfinished(ctx)
	for _, row := range rows {
		b.take(work, task{Row: row})
	}
	return err
}

// Back lets go of what passed to others while this process seemed dead to them.
func (b *Bot) Back(ctx context.Context) error {
	inHand := b.inHand.all()
	rows, err := b.inbox.Mine(ctx, b.community.ID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		delete(inHand, row.ID)
	}
	b.inHand.lose(slices.Collect(maps.Keys(inHand)))
	return nil
}

// finish notes rows as done, many at once: a row counts as played when its turn
// is shown, and is noted together with what else was played meanwhile.
func (b *Bot) finish(ctx context.Context) {
	for {
		var ids []int64
		select {
		case id := <-b.played:
			ids = append(ids, id)
		case <-b.drained:
			if len(b.played) == 0 {
				return
			}
		}
		for len(ids) < mostAtOnce && len(b.played) > 0 {
			ids = append(ids, <-b.played)
		}
		b.noteDone(ctx, ids)
	}
}

func (b *Bot) noteDone(ctx context.Context, ids []int64) {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, mostPause) {
		err := b.inbox.Done(ctx, b.community.ID, ids...)
		if err == nil {
			break
		}
		b.log.WarnContext(ctx, "updates not noted as done", "rows", len(ids), "error", err)
		select {
		case <-b.drained:
			return // they are played once more after the next start, which changes nothing
		default:
			b.pause(ctx, pause)
		}
	}
	b.inHand.forget(ids...)
}
