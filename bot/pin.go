package bot

import (
	"context"

	tg "github.com/go-telegram/bot"
)

// pin pins a message that has just been posted, without a sound, and reports whether
// it did. A message that stays unpinned has arrived all the same.
func (b *Bot) pin(ctx context.Context, chat, id int64) bool {
	err := b.call.Call(ctx, "pinChatMessage", &tg.PinChatMessageParams{
		ChatID: chat, MessageID: int(id), DisableNotification: true,
	}, nil)
	if err != nil {
		b.log.WarnContext(ctx, "message not pinned", "chat", chat, "error", err)
	}
	return err == nil
}

// unpin takes the pin off a message; one that it stays on says by its words that
// it is over.
func (b *Bot) unpin(ctx context.Context, chat, id int64) {
	err := b.call.Call(ctx, "unpinChatMessage", &tg.UnpinChatMessageParams{ChatID: chat, MessageID: int(id)}, nil)
	if err != nil && !gone(err) {
		b.log.WarnContext(ctx, "pin stays", "chat", chat, "error", err)
	}
}

// withdrawPinned deletes a pinned message. One that is too old to be deleted
// loses its buttons and its pin, so that another stands in its place.
func (b *Bot) withdrawPinned(ctx context.Context, chat int64, p posted) error {
	err := b.call.Call(ctx, "deleteMessage", &tg.DeleteMessageParams{ChatID: chat, MessageID: int(p.id)}, nil)
	if !gone(err) {
		return err
	}
	b.strip(ctx, chat, p.id)
	b.unpin(ctx, chat, p.id)
	return nil
}
