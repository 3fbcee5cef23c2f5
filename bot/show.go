package bot

import (
	"context"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/dialog"
)

// edits reports whether the outcome goes in the place of the tapped message.
func (t *turn) edits(out outcome) bool {
	c := t.u.Callback
	return c != nil && c.Message != nil && out.where == flow.InPlace && len(out.said) == 0 && canEdit(out.screen, c.Message)
}

// deliver brings the outcome to the person: a tap on a message changes it,
// after anything else a new message comes and the old buttons go.
func (t *turn) deliver(ctx context.Context, out outcome) error {
	chat := t.row.Chat
	for _, s := range out.said {
		if _, err := t.post(ctx, s); err != nil {
			return err
		}
	}
	if out.screen.Text == "" {
		return nil
	}
	if err := t.turnOver(ctx, out); err != nil {
		return err
	}
	if t.edits(out) {
		m := t.u.Callback.Message
		at := posted{id: m.ID, form: formOf(m)}
		old, had := t.presentMessage()
		err := t.b.edit(ctx, chat, at, out.screen)
		if err == nil {
			if t.besideQuestion(out) && had && old.id != at.id {
				return t.noteCard(ctx, out.screen, at, true)
			}
			if had && old.id != at.id && out.moves() {
				t.b.strip(ctx, chat, old.id)
			}
			t.isPresent(out, at)
		}
		if err == nil {
			return t.noteCard(ctx, out.screen, at, true)
		}
		if !cannotEdit(err) {
			return err
		}
	}
	if at, ok := t.sameAlbum(); ok {
		if err := t.b.edit(ctx, chat, at, out.screen); !cannotEdit(err) {
			return err
		}
	}
	old, had := t.presentMessage()
	at, err := t.post(ctx, out.screen)
	if err != nil {
		return err
	}
	t.stripOld(ctx, out, old, had)
	t.isPresent(out, at)
	return t.noteCard(ctx, out.screen, at, false)
}

// noteCard notes that a message shows a case, so that it goes with the other cards when
// its reader is to see it no more; and of one that was there before, that it shows none.
func (t *turn) noteCard(ctx context.Context, s dialog.Screen, at posted, before bool) error {
	switch {
	case s.Card != 0:
		return t.b.house.Opened(ctx, t.v, s.Card, at.id, at.String())
	case before && flow.IsCard(t.u.Callback.Data):
		return t.b.outbox.Lifted(ctx, t.b.community.ID, t.v.Person.ID, at.id, flow.OpenedTopic)
	}
	return nil
}

// turnOver changes the tapped message where the answer to the tap is another one. One
// that cannot be changed stays as it is.
func (t *turn) turnOver(ctx context.Context, out outcome) error {
	c := t.u.Callback
	if out.tapped == nil || c == nil || c.Message == nil || t.edits(out) || !canEdit(*out.tapped, c.Message) {
		return nil
	}
	err := t.b.edit(ctx, t.row.Chat, posted{id: c.Message.ID, form: formOf(c.Message)}, *out.tapped)
	if cannotEdit(err) {
		return nil
	}
	return err
}

// post sends an answer at once: the limiter only counts it. Where Telegram says
// to wait it waits here, as what was said before has arrived already.
func (t *turn) post(ctx context.Context, s dialog.Screen) (posted, error) {
	for {
		t.b.limiter.Count(t.b.real.Now(), t.v.Person.ID)
		at, err := t.b.post(ctx, t.row.Chat, s, t.v.Texts)
		wait, limited := retryAfter(err)
		if !limited || ctx.Err() != nil {
			return at, err
		}
		t.b.limiter.Refused(ctx, t.b.real.Now(), t.v.Person.ID, wait)
		t.b.pause(ctx, wait)
	}
}

// stripOld takes the buttons off what is no longer the present screen.
func (t *turn) stripOld(ctx context.Context, out outcome, old posted, had bool) {
	tapped := int64(0)
	if c := t.u.Callback; c != nil && c.Message != nil {
		tapped = c.Message.ID
		if out.where != flow.Apart && c.Message.shows(c.Data) {
			t.b.strip(ctx, t.row.Chat, tapped)
		}
	}
	if had && old.id != tapped && out.moves() {
		t.b.strip(ctx, t.row.Chat, old.id)
	}
}

// besideQuestion reports whether a tapped card changed in its place and asks
// nothing: the question on another message still waits.
func (t *turn) besideQuestion(out outcome) bool {
	return flow.IsCard(t.u.Callback.Data) && !flow.Asks(out.screen)
}

// moves reports whether the outcome takes the place of the question before it.
func (o outcome) moves() bool { return !o.aside && !o.beside }

func (t *turn) isPresent(out outcome, at posted) {
	if !out.moves() {
		return
	}
	if !flow.Asks(out.screen) {
		t.b.present.forget(t.row.Chat)
		return
	}
	t.b.present.store(t.row.Chat, present{at, t.ev.Album, out.screen.Rows[0][0].Data})
}

// present is the message with the present question, and the album whose first
// picture it answered. It is kept in memory only: after a restart old buttons
// stay until they are tapped, and are answered kindly then.
type present struct {
	at    posted
	album string
	first string // the data of its first button
}

func (t *turn) presentMessage() (posted, bool) {
	if p, ok := t.b.present.load(t.row.Chat); ok {
		return p.at, true
	}
	if id := t.st.Shown.Message; id != 0 && flow.Asks(t.st.Shown.Screen) {
		return posted{id: int64(id), form: formText}, true
	}
	return posted{}, false
}

// sameAlbum finds the screen that answered the first picture of the album: the
// later ones change it instead of asking again.
func (t *turn) sameAlbum() (posted, bool) {
	p, ok := t.b.present.load(t.row.Chat)
	if !ok || t.ev.Album == "" || p.album != t.ev.Album {
		return posted{}, false
	}
	return p.at, true
}
