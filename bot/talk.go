package bot

import (
	"cmp"
	"context"
	"fmt"

	"github.com/linli-bot/linli/bot/flow"
)

// about is the case of the bot's message that somebody answers, 0 where they answer
// none, or one that is about no case.
func (b *Bot) about(ctx context.Context, v flow.Visit, m *message) (int64, error) {
	q, id, ok := m.quoted()
	if !ok {
		return 0, nil
	}
	var err error
	if q.Subject, err = b.outbox.SubjectOf(ctx, b.community.ID, v.Person.ID, id); err != nil {
		return 0, fmt.Errorf("what is answered: %w", err)
	}
	return b.house.About(ctx, v, q)
}

// aboutCase takes in what belongs to a case whatever is being asked: the answer to
// a message about it, and other words in the place of earlier ones. A question that
// waits goes on waiting.
func (t *turn) aboutCase(ctx context.Context) (outcome, bool, error) {
	reply, ok, err := t.b.house.Answers(ctx, t.v, t.ev)
	if err != nil {
		return outcome{}, false, err
	}
	if ok {
		t.beside = true
		out, err := t.reply(ctx, reply)
		return out, true, err
	}
	if t.u.Edited == nil {
		return outcome{}, false, nil
	}
	key := t.st.HeardAs(t.u.Edited.ID)
	if key != "" {
		if reply, ok, err = t.b.house.Reworded(ctx, t.v, key, t.ev.Text); err != nil {
			return outcome{}, false, err
		}
	}
	switch {
	case ok:
		t.beside = true
		out, err := t.reply(ctx, reply)
		return out, true, err
	case t.st.Open != nil && key == t.st.Open.ID && flow.RewordsOpen(t.st.Open, t.ev.Text):
		out, err := t.question(ctx, t.v.Texts.T("which.kept"))
		return out, true, err
	case t.st.Open != nil: // what was answered stands; it cannot be told which answer it was
		out, err := t.question(ctx, t.v.Texts.T("talk.again"))
		return out, true, err
	}
	return outcome{}, false, nil // as if it were said now
}

// dialogID is the key of what is said in the open dialog.
func (t *turn) dialogID() string {
	if t.st.Open == nil {
		return ""
	}
	return t.st.Open.ID
}

// hears remembers under which key what was said is kept: that of the dialog that it
// answered, or began, else that of its turn.
func (t *turn) hears(within string) {
	switch {
	case t.u.Edited != nil && within == "" && !t.beside: // its words are taken as if they came now
		t.st.Hears(t.u.Edited.ID, cmp.Or(t.dialogID(), t.v.Key))
	case t.u.Message == nil:
	case t.beside:
		t.st.Hears(t.u.Message.ID, t.v.Key)
	default:
		t.st.Hears(t.u.Message.ID, cmp.Or(within, t.dialogID(), t.v.Key))
	}
}
