package main

import (
	"context"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/notices"
)

// newNotices wires the notices with what other services know of people.
func (a *app) newNotices() *notices.Service {
	s := notices.New(a.db, a.clk, func() { a.courier.Wake() })
	s.Posts(board{})
	s.Books(a.lunch, a.childcare)
	s.Helps(helpDesk{a.cases})
	return s
}

// helpDesk opens the cases of who needs help about a notice.
type helpDesk struct{ cases *cases.Service }

// Help opens one in the transaction that notes it.
func (d helpDesk) Help(ctx context.Context, tx *sqlx.Tx, n notices.Need) (id, number int64, err error) {
	return d.cases.Help(ctx, tx, cases.Need(n))
}

// board tells the notices which groups take them.
type board struct{}

// NoticeGroups are the groups that take notices.
func (board) NoticeGroups(ctx context.Context, q sqlx.QueryerContext, community int64) ([]notices.Group, error) {
	all, err := groups.Taking(ctx, q, community, groups.Notices)
	some := make([]notices.Group, len(all))
	for i, g := range all {
		some[i] = notices.Group{ID: g.ID, Chat: g.Chat, Buildings: g.Buildings, Silent: g.Silent}
	}
	return some, err
}
