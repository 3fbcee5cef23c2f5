package groups

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// DutyChats reads the chats in which those on duty for a building read what was
// reported.
func (s *Service) DutyChats(ctx context.Context, tx *sqlx.Tx, community, building int64) ([]int64, error) {
	all, err := Of(ctx, tx, community, Duty, building)
	if err != nil {
		return nil, err
	}
	var chats []int64
	for _, g := range all {
		if g.Takes(Problems) {
			chats = append(chats, g.Chat)
		}
	}
	return chats, nil
}
