package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
	"github.com/linli-bot/linli/internal/session"
	"github.com/linli-bot/linli/internal/trace"
)

// errAgain marks what is wrong with the world and not with the update: a store
// or Telegram out of reach. Such a turn is played again for as long as it
// takes, and does not count towards parking.
var errAgain = errors.New("out of reach")

// turn is one update of one person being worked through.
type turn struct {
	b   *Bot
	row inbox.Row
	u   update
	ev  dialog.Event
	v   flow.Visit
	st  session.State

	beside bool // it was no answer to the open dialog
}

// traced names what a row sets off: one of our own has no update.
func traced(ctx context.Context, row inbox.Row) context.Context {
	if row.Update == 0 {
		return trace.With(ctx, trace.Own, row.ID)
	}
	return trace.With(ctx, trace.Update, row.Update)
}

// work plays a row's turn until it is done or parked.
func (b *Bot) work(ctx context.Context, row task) {
	b.playing.Add(1)
	defer b.playing.Add(-1)
	ctx = traced(ctx, row.Row)
	if !b.inHand.begin(row.ID) {
		b.inHand.forget(row.ID)
		return
	}
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, mostPause) {
		began := b.real.Now()
		err := b.playInTurn(ctx, &row)
		b.metrics.Turn(turned(err), b.real.Now().Sub(began))
		if err == nil {
			b.isDone(row.Row)
			return
		}
		b.log.ErrorContext(ctx, "turn failed", "row", row.ID, "chat", row.Chat, "error", err)
		if !errors.Is(err, errAgain) && !inbox.Away(err) && b.tried(ctx, row.Row, err) {
			break
		}
		if b.lanes.ending() {
			break // it is stored, and played after the next start
		}
		b.pause(ctx, pause)
	}
	b.inHand.forget(row.ID)
}

// playInTurn plays a row beside all others, or, where it may end the process,
// while no other is played.
func (b *Bot) playInTurn(ctx context.Context, row *task) error {
	if !row.Suspect() {
		b.alone.RLock()
		defer b.alone.RUnlock()
		return b.playSafely(ctx, *row)
	}
	b.alone.Lock()
	defer b.alone.Unlock()
	if !row.alone { // noted only now that it is: others may wait to be the next
		if !b.notedAlone(ctx, row.Row) {
			return errAgain
		}
		row.alone = true
	}
	return b.playSafely(ctx, *row)
}

// notedAlone notes that a row is worked through alone, for as long as it takes:
// were it put aside, what its person said later would go first. It gives up
// where the bot ends.
func (b *Bot) notedAlone(ctx context.Context, row inbox.Row) bool {
	for pause := 50 * time.Millisecond; !b.lanes.ending(); pause = min(2*pause, mostPause) {
		err := b.inbox.Alone(ctx, row)
		if err == nil {
			return true
		}
		b.log.WarnContext(ctx, "a row that may end the process waits", "row", row.ID, "error", err)
		b.pause(ctx, pause)
	}
	return false
}

// turned names how a turn ended, for counting.
func turned(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.Is(err, errAgain), inbox.Away(err):
		return "again"
	default:
		return "failed"
	}
}

// isDone hands a row on to be noted as done; until then it stays in hand, and
// is not played again.
func (b *Bot) isDone(row inbox.Row) {
	select {
	case b.played <- row.ID:
	case <-b.drained:
	}
}

// tried counts a failure; a row that is parked is told to the person, and the
// next one goes on.
func (b *Bot) tried(ctx context.Context, row inbox.Row, cause error) (parked bool) {
	parked, err := b.inbox.Tried(ctx, row, cause.Error())
	if err != nil {
		b.log.ErrorContext(ctx, "failure not counted", "row", row.ID, "error", err)
		return false
	}
	if parked {
		b.metrics.Turn("parked", 0)
		b.log.ErrorContext(ctx, "update parked", "row", row.ID, "chat", row.Chat)
		b.sorry(ctx, row)
	}
	return parked
}

// sorry tells a person that what they did could not be worked through, and whom
// to call.
func (b *Bot) sorry(ctx context.Context, row inbox.Row) {
	if row.Chat <= 0 { // a group, or an update of which not even the chat could be read
		return
	}
	words := b.wordsOf(row.Chat)
	sorry := screenOf(words.T("turn.failed", "ref", strconv.FormatInt(row.ID, 10), "phone", b.phone(words)))
	if _, err := b.post(ctx, row.Chat, sorry, words); err != nil {
		b.log.ErrorContext(ctx, "failure not told", "row", row.ID, "error", err)
	}
}

// wordsOf is the language last spoken in a chat, else the community's.
func (b *Bot) wordsOf(chat int64) dialog.Texts {
	lang, ok := b.languages.load(chat)
	if !ok {
		lang = b.town.Load().Language
	}
	return b.texts.In(lang, b.clk.Now(), b.zone())
}

func (b *Bot) phone(words dialog.Texts) string {
	if phone := b.town.Load().OfficePhone; phone != "" {
		return phone
	}
	return words.T("person.no_phone")
}

func (b *Bot) playSafely(ctx context.Context, row task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			b.log.ErrorContext(ctx, "panic in a turn", "row", row.ID, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic in row %d", row.ID)
		}
	}()
	put, err := b.pens.take(ctx, row.Chat)
	if err != nil {
		return err
	}
	defer put()
	return b.play(ctx, row)
}

func (b *Bot) play(ctx context.Context, row task) error {
	u, err := row.update()
	if err != nil {
		return err
	}
	switch {
	case u.Member != nil:
		return b.membership(ctx, u)
	case u.inGroup():
		return b.fromGroup(ctx, row.Row, u.Message)
	case u.tappedInGroup():
		return b.groupTap(ctx, row.Row, u.Callback)
	case u.Again != nil && row.Chat == 0:
		return b.askAllAgain(ctx, row.Row)
	}
	from := u.sender()
	if u.Again != nil {
		if gone, err := b.unreachable(ctx, row.Chat); gone || err != nil {
			return err
		}
		from = &user{ID: row.Chat}
	}
	if from == nil || b.isFlood(ctx, row.Row, &u) {
		return nil
	}
	t, err := b.begin(ctx, row.Row, u, from)
	if err != nil {
		return err
	}
	if u.Again != nil {
		return t.askAgain(ctx, u.Again.After)
	}
	if err := t.oneOfTwins(ctx); err != nil {
		return err
	}
	if row.ID < t.st.Applied {
		b.log.WarnContext(ctx, "a row behind the session is left out", "row", row.ID, "applied", t.st.Applied)
		return t.show(ctx, outcome{screen: dialog.Screen{Toast: t.v.Texts.T("tap.old")}})
	}
	if row.ID == t.st.Applied {
		return t.redraw(ctx)
	}
	if u.Edited != nil && t.ev.Text == "" {
		return nil
	}
	within := t.dialogID()
	out, err := t.route(ctx)
	t.hears(within)
	if s, ok := t.v.Refusal(err); ok {
		out, err = outcome{screen: s, where: flow.Apart}, nil
	}
	if err != nil {
		return err
	}
	return t.finish(ctx, out)
}

// unreachable reports whether nobody is reached in a chat: an update of our own
// is no sign of life.
func (b *Bot) unreachable(ctx context.Context, chat int64) (bool, error) {
	p, err := b.people.ByTelegram(ctx, b.community.ID, chat)
	if refusal.Is(err, refusal.NotFound) {
		return true, nil
	}
	return !p.Reachable, err
}

// begin loads who is here and what is on the screen.
func (b *Bot) begin(ctx context.Context, row inbox.Row, u update, from *user) (*turn, error) {
	b.lookUp(ctx)
	lang, ok := b.texts.Match(from.Language)
	if !ok {
		lang = b.town.Load().Language
	}
	p, a, err := b.people.Visit(ctx, b.community.ID, people.Telegram{ID: from.ID, FirstName: clean(from.FirstName), Language: lang})
	if err != nil {
		return nil, fmt.Errorf("meet: %w", err)
	}
	st, err := b.sessions.Load(ctx, b.community.Bot, row.Chat)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errAgain, err)
	}
	b.languages.store(row.Chat, p.Language)
	v := b.visit(p, a, "u"+strconv.FormatInt(row.ID, 36))
	if v.About, err = b.about(ctx, v, u.Message); err != nil {
		return nil, err
	}
	t := &turn{b: b, row: row, u: u, ev: u.event(v.Now, v.Zone), v: v, st: st}
	t.ev.Guest = v
	return t, nil
}

// finish saves the session, then shows what the turn came to. A tap is
// answered beside the message, not before it.
func (t *turn) finish(ctx context.Context, out outcome) error {
	t.st.Applied = t.row.ID
	t.remember(out)
	err := t.b.sessions.Save(ctx, t.b.community.Bot, t.row.Chat, t.st)
	if err != nil {
		return fmt.Errorf("%w: %w", errAgain, err)
	}
	return t.show(ctx, out)
}

// redraw shows the present screen again: the turn was applied before, and what
// it came to may not have reached the person.
func (t *turn) redraw(ctx context.Context) error {
	out := outcome{said: t.st.Said, screen: t.st.Shown.Screen, where: flow.Apart, tapped: t.st.Tapped}
	if c := t.u.Callback; c != nil && c.Message != nil {
		switch int(c.Message.ID) {
		case t.st.Shown.Message:
			out.where = flow.InPlace
		case t.st.Shown.Spent:
			out.where = flow.Spent
		}
	}
	return t.show(ctx, out)
}

func (t *turn) show(ctx context.Context, out outcome) error {
	t.b.afterSafety(ctx, t.row.Update)
	var beside sync.WaitGroup
	if c := t.u.Callback; c != nil {
		beside.Go(func() {
			growStack()
			t.b.answer(ctx, c.ID, out.screen.Toast)
		})
	}
	err := t.deliver(ctx, out)
	beside.Wait()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, tg.ErrorForbidden):
		return t.b.shutOutBy(ctx, t.v.Person.ID)
	case refusedForGood(err) && !unauthorized(err): // that is the token's fault, and no turn is to suffer for it
		return fmt.Errorf("show: %w", err)
	}
	if wait, ok := retryAfter(err); ok {
		t.b.pause(ctx, wait)
	}
	return fmt.Errorf("%w: show: %w", errAgain, err)
}

// membership notes who blocked the bot and who came back.
func (b *Bot) membership(ctx context.Context, u update) error {
	if u.Member.Chat.Type != "private" {
		return b.groupMembership(ctx, u.Member)
	}
	p, err := b.people.ByTelegram(ctx, b.community.ID, u.Member.From.ID)
	if refusal.Is(err, refusal.NotFound) || u.Member.New.Status != "kicked" {
		return nil // unknown, or back: the next message makes a person reachable again
	}
	if err != nil {
		return fmt.Errorf("who blocked the bot: %w", err)
	}
	return b.shutOutBy(ctx, p.ID)
}

// shutOutBy notes that Telegram does not reach a person, and passes on what waits
// for them.
func (b *Bot) shutOutBy(ctx context.Context, person int64) error {
	if err := b.people.Unreachable(ctx, b.community.ID, person); err != nil {
		return err
	}
	return b.house.Unreachable(ctx, b.community.ID, person)
}
