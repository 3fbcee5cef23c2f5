package flow

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/cases"
)

// OpenedTopic is under what the outbox knows a message by which somebody opened a case.
const OpenedTopic = cases.OpenedTopic

// Opened notes that a message in the reader's chat shows a case: it goes with the cards
// that were sent to them, when they are to see it no more.
func (h *House) Opened(ctx context.Context, v Visit, id, message int64, form string) error {
	if err := h.Cases.Opened(ctx, v.Actor, id, message, form); err != nil {
		return fmt.Errorf("note where case %d was opened: %w", id, err)
	}
	return nil
}
