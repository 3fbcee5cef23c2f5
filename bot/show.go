package bot

import (
	"context"

	"github.com/linli-bot/linli/bot/flow"
)

// edits reports whether the outcome goes in the place of the tapped message.
func (t *turn) edits(out outcome) bool {
	c := t.u.Callback
	return c != nil && c.Message != nil && out.where == flow.InPlace && len(out.said) == 0 && canEdit(out.screen)
}

// deliver brings the outcome to the person: a tap on a message changes it,
// after anything else a new message comes and the old buttons go.
func (t *turn) deliver(ctx context.Context, out outcome) error {
	chat := t.row.Chat
	for _, s := range out.said {
		if _, err := t.b.post(ctx, chat, s, t.v.Texts); err != nil {
			return err
		}
	}
	if out.screen.Text == "" {
		return nil
	}
	if t.edits(out) {
		m := t.u.Callback.Message
		at := posted{id: m.ID, form: formOf(m)}
		err := t.b.edit(ctx, chat, at, out.screen)
		if err == nil {
			t.isPresent(out, at)
		}
		if !gone(err) {
			return err
		}
	}
	if at, ok := t.sameAlbum(); ok {
		if err := t.b.edit(ctx, chat, at, out.screen); !gone(err) {
			return err
		}
	}
	old, had := t.presentMessage()
	at, err := t.b.post(ctx, chat, out.screen, t.v.Texts)
	if err != nil {
		return err
	}
	t.stripOld(ctx, out, old, had)
	t.isPresent(out, at)
	return nil
}

// stripOld takes the buttons off what is no longer the present screen.
func (t *turn) stripOld(ctx context.Context, out outcome, old posted, had bool) {
	tapped := int64(0)
	if c := t.u.Callback; c != nil && c.Message != nil && out.where != flow.Apart {
		tapped = c.Message.ID
		t.b.strip(ctx, t.row.Chat, tapped)
	}
	if had && !out.aside && old.id != tapped && out.where != flow.Apart {
		t.b.strip(ctx, t.row.Chat, old.id)
	}
}

func (t *turn) isPresent(out outcome, at posted) {
	if out.aside {
		return
	}
	if len(out.screen.Rows) == 0 {
		t.b.present.Delete(t.row.Chat)
		return
	}
	t.b.present.Store(t.row.Chat, present{at, t.ev.Album})
}

// present is the message with the present question, and the album whose first
// picture it answered. It is kept in memory only: after a restart old buttons
// stay until they are tapped, and are answered kindly then.
type present struct {
	at    posted
	album string
}

func (t *turn) presentMessage() (posted, bool) {
	if p, ok := t.b.present.Load(t.row.Chat); ok {
		return p.(present).at, true
	}
	if id := t.st.Shown.Message; id != 0 && len(t.st.Shown.Screen.Rows) > 0 {
		return posted{id: int64(id), form: formText}, true
	}
	return posted{}, false
}

// sameAlbum finds the screen that answered the first picture of the album: the
// later ones change it instead of asking again.
func (t *turn) sameAlbum() (posted, bool) {
	p, ok := t.b.present.Load(t.row.Chat)
	if !ok || t.ev.Album == "" || p.(present).album != t.ev.Album {
		return posted{}, false
	}
	return p.(present).at, true
}
