package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linli-bot/linli/internal/notices"
)

// NotPinned tells whoever wrote what a group was told that it does not let the bot pin it.
func (h *House) NotPinned(ctx context.Context, v Visit, topic string, args []byte) error {
	if topic != "notice.post" {
		return nil
	}
	var a notices.About
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("not pinned: %w", err)
	}
	return h.Notices.NotPinned(ctx, v.Community.ID, a.Notice, v.Group.ID)
}
