package flow

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/paper"
)

// asBook is the spreadsheet of a month among the kitchen's papers.
const asBook = "book"

// bringsBook brings the entries of a month as a spreadsheet, to whoever runs the kitchen.
func (h *House) bringsBook(ctx context.Context, v Visit, value string) (Reply, error) {
	month := v.monthIn(value)
	if _, err := h.Lunch.Entries(ctx, v.Actor, ledgerMonth(month)); err != nil {
		return Reply{}, err
	}
	s := v.say("money.brought", "month", v.month(month))
	s.File = ownLunch + strings.Join([]string{asBook, ofDay(month), number(v.Person.ID)}, ".")
	return Reply{Screen: s, Where: Apart, Beside: true}, nil
}

// bookFile is the spreadsheet: one row for each entry, and from where to where it went.
func (h *House) bookFile(ctx context.Context, v Visit, month time.Time) (name string, data []byte, err error) {
	all, err := h.Lunch.Entries(ctx, v.Actor, ledgerMonth(month))
	if err != nil {
		return "", nil, err
	}
	var head []string
	for _, column := range []string{"no", "day", "what", "from", "to", "sum", "who", "by", "why", "corrects"} {
		head = append(head, v.Texts.T("book."+column))
	}
	rows := make([][]any, len(all))
	for i, e := range all {
		rows[i] = h.bookRow(ctx, v, e)
	}
	data, err = paper.Table(head, rows)
	return v.Texts.T("book.file", "month", month.Format("2006-01")) + ".xlsx", data, err
}

func (h *House) bookRow(ctx context.Context, v Visit, e ledger.Posted) []any {
	who, by, corrects := "", h.writer(ctx, v, e), ""
	if e.About != 0 {
		who = h.name(ctx, v, e.About)
	}
	if e.Reverses != 0 {
		corrects = number(e.Reverses)
	}
	sum := paper.Number(fmt.Sprintf("%d.%02d", e.Amount/100, e.Amount%100))
	return []any{
		paper.Number(strconv.FormatInt(e.ID, 10)), string(e.Day), v.entryWords(e), v.accountName(e.From), v.accountName(e.To), sum, who, by, e.Reason, corrects,
	}
}

// accountName is one side of an entry.
func (v Visit) accountName(a ledger.Account) string {
	kind := v.Texts.T("book.kind." + string(a.Kind))
	if a.Name == "" {
		return kind
	}
	return v.Texts.T("account.line_of", "what", kind, "of", v.costWords(a.Name))
}
