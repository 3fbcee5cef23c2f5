package lunch_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/lunch"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// overJob is the job that ends Tuesday, november the month of it.
var (
	overJob  = []byte(`{"day":"2026-11-24"}`)
	november = ledger.Month(2026, time.November)
)

// served is a Tuesday on which Mei's lunch was delivered, nobody was in at Wang's, and
// nobody said anything of Zhao's; it is half past eleven at night.
func served(t *testing.T) (h *hall, zhao people.Actor, orders [3]lunch.Order) {
	t.Helper()
	h = newHall(t)
	h.exec(`DELETE FROM lunch_places`)
	h.exec(`DELETE FROM lunch_days`)
	h.clk.Advance(-time.Hour)
	h.lunch.Keeps(ledger.New(h.clk))
	require.NoError(t, h.lunch.Begin(h.ctx, h.id))
	zhao = h.eater("Zhao")
	h.menu(h.tuesday, all("tofu")...)
	require.NoError(t, h.lunch.Publish(h.ctx, h.chef, h.tuesday))
	orders = [3]lunch.Order{h.order(h.mei, ""), h.order(h.wang, ""), h.order(zhao, "")}
	h.pass(h.at(24, 11, 40))
	for n, is := range []lunch.Outcome{lunch.Delivered, lunch.NotMet} {
		_, err := h.lunch.Deliver(h.ctx, h.chef, orders[n].ID, is)
		require.NoError(t, err)
	}
	h.pass(h.at(24, 23, 30))
	return h, zhao, orders
}

// entries are what stands in the books, "key sum" each.
func (h *hall) entries() (all []string) {
	h.Helper()
	require.NoError(h, h.db.Select(&all, `
		SELECT split_part(e.key, ':', 1) || ' ' || e.amount || coalesce(' ' || p.name, '')
		FROM ledger_entries e LEFT JOIN ledger_people l ON l.community_id = e.community_id AND l.id = e.about_id
		LEFT JOIN persons p ON p.community_id = l.community_id AND p.id = l.person_id ORDER BY e.id`))
	return all
}

// balance is what somebody has ahead.
func (h *hall) balance(a people.Actor) int64 {
	h.Helper()
	s, err := h.lunch.Account(h.ctx, a, a.Person, november)
	require.NoError(h, err)
	return s.Closing
}

// open is November's open account, which adds up.
func (h *hall) open() lunch.OpenBooks {
	h.Helper()
	o, err := h.lunch.Open(h.ctx, h.id, november)
	require.NoError(h, err)
	require.Equal(h, o.After, o.Before+o.In-o.Out)
	return o
}

// TestAMealIsChargedOnce: however many replicas end a day, and however often, what was
// eaten stands on the account once, and nothing else does.
func TestAMealIsChargedOnce(t *testing.T) {
	t.Parallel()
	h, _, _ := served(t)
	require.NoError(t, h.lunch.Do(h.ctx, h.id, "lunch.over", overJob), "too early, it does nothing")
	require.Empty(t, h.entries())
	h.clk.Advance(time.Hour)
	var racing sync.WaitGroup
	errs := make([]error, 3)
	for n := range errs {
		s := lunch.New(h.db, h.clk, calendar.New(h.db, h.clk), func() {})
		s.Keeps(ledger.New(h.clk))
		racing.Go(func() { errs[n] = s.Do(h.ctx, h.id, "lunch.over", overJob) })
	}
	racing.Wait()
	require.NoError(t, errors.Join(errs...))
	require.NoError(t, h.lunch.Do(h.ctx, h.id, "lunch.over", overJob))
	require.Equal(t, []string{"meal 800 Mei"}, h.entries())
	require.Equal(t, int64(-800), h.balance(h.mei))
	require.Zero(t, h.balance(h.wang))
	require.NotContains(t, h.told(), "Chef lunch.unsettled", "in the night nobody is asked")
	h.pass(h.at(25, 8, 0))
	require.Equal(t, 1, count(h.told(), "Chef lunch.unsettled"))
}

// TestADayThatIsChargedAgain after its state was lost finds its own entries.
func TestADayThatIsChargedAgain(t *testing.T) {
	t.Parallel()
	h, _, _ := served(t)
	h.pass(h.at(25, 0, 0))
	h.exec(`UPDATE lunch_days SET state = 'closed', over_at = NULL WHERE day = $1`, h.tuesday)
	h.clk.Advance(time.Hour)
	require.NoError(t, h.lunch.Do(h.ctx, h.id, "lunch.over", overJob))
	require.Equal(t, []string{"meal 800 Mei"}, h.entries())
}

// TestWhatNobodySaid is settled by the lead, once, and charged where it was eaten.
func TestWhatNobodySaid(t *testing.T) {
	t.Parallel()
	h, zhao, orders := served(t)
	refused(t, refusal.Conflict, "lunch.not_over", h.lunch.Settle(h.ctx, h.chef, orders[2].ID, true))
	h.pass(h.at(25, 0, 0))
	left, err := h.lunch.Unsettled(h.ctx, h.chef, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, []lunch.Unsettled{{Order: orders[2].ID, Person: zhao.Person, Portions: 1}}, left)
	require.True(t, refusal.Is(h.lunch.Settle(h.ctx, zhao, orders[2].ID, false), refusal.NotFound))
	for _, want := range []int{1, 0} {
		n, err := h.lunch.SettleAll(h.ctx, h.chef, h.tuesday)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.NoError(t, h.lunch.Settle(h.ctx, h.chef, orders[2].ID, true), "as it is")
	refused(t, refusal.Conflict, "lunch.settled", h.lunch.Settle(h.ctx, h.chef, orders[2].ID, false))
	require.Equal(t, []string{"meal 800 Mei", "meal 800 Zhao"}, h.entries())
}

// TestWhoRunsTheKitchenSettlesNotForThemselves: another does.
func TestWhoRunsTheKitchenSettlesNotForThemselves(t *testing.T) {
	t.Parallel()
	h, zhao, orders := served(t)
	h.pass(h.at(25, 0, 0))
	h.acts(h.chef, zhao)
	require.True(t, refusal.Is(h.lunch.Settle(h.ctx, h.chef, orders[2].ID, false), refusal.NotFound))
	require.True(t, refusal.Is(h.lunch.Pay(h.ctx, h.chef, ledger.Payment{Person: zhao.Person, Sum: 5000, Key: "a"}), refusal.NotFound))
	n, err := h.lunch.SettleAll(h.ctx, h.chef, h.tuesday)
	require.NoError(t, err)
	require.Zero(t, n)
	require.NoError(t, h.lunch.Settle(h.ctx, h.secretary, orders[2].ID, false))
	require.Equal(t, []string{"meal 800 Mei"}, h.entries())
}

// TestWhoPaysLess: what they do not pay is given, with the reason.
func TestWhoPaysLess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pays int
		want []string
	}{
		"nothing":                {0, []string{"free 800 Mei"}},
		"a part of it":           {300, []string{"meal 300 Mei", "free 500 Mei"}},
		"more than the portions": {2000, []string{"meal 800 Mei"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, _, _ := served(t)
			refused(t, refusal.Invalid, "lunch.no_reason", h.lunch.Pays(h.ctx, h.chef, h.mei.Person, &c.pays, " "))
			require.True(t, refusal.Is(h.lunch.Pays(h.ctx, h.mei, h.mei.Person, &c.pays, "poor"), refusal.NotFound))
			for range 2 {
				require.NoError(t, h.lunch.Pays(h.ctx, h.chef, h.mei.Person, &c.pays, "she has little"))
			}
			require.Equal(t, 1, count(h.told(), "Mei lunch.pays"))
			h.pass(h.at(25, 0, 0))
			require.Equal(t, c.want, h.entries())
			require.Equal(t, int64(800), h.open().Eaten+h.open().Free)
		})
	}
}

// TestCashAndItsCorrection: who pays is told at once, and what was wrong is corrected by
// a line more, of which they hear too.
func TestCashAndItsCorrection(t *testing.T) {
	t.Parallel()
	h, _, _ := served(t)
	for range 2 {
		require.NoError(t, h.lunch.Pay(h.ctx, h.chef, ledger.Payment{Person: h.mei.Person, Sum: 5000, Key: "one"}))
	}
	require.Equal(t, int64(5000), h.balance(h.mei))
	require.Equal(t, 1, count(h.told(), "Mei lunch.paid"))
	refused(t, refusal.Conflict, "ledger.not_so_much", h.lunch.Pay(h.ctx, h.chef, ledger.Payment{Person: h.mei.Person, Sum: 6000, Back: true, Key: "two"}))
	require.True(t, refusal.Is(h.lunch.Pay(h.ctx, h.li, ledger.Payment{Person: h.mei.Person, Sum: 100, Key: "three"}), refusal.NotFound))
	refused(t, refusal.Conflict, "lunch.no_diner", h.lunch.Pay(h.ctx, h.chef, ledger.Payment{Person: h.li.Person, Sum: 100, Key: "four"}))

	s, err := h.lunch.Account(h.ctx, h.daughter, h.mei.Person, november)
	require.NoError(t, err, "her family reads it")
	_, err = h.lunch.Account(h.ctx, h.wang, h.mei.Person, november)
	require.True(t, refusal.Is(err, refusal.NotFound), "her neighbour does not")
	wrong := ledger.Mistake{Entry: s.Lines[0].ID, Reason: "it was 20", Key: "mend"}
	require.True(t, refusal.Is(h.lunch.Mend(h.ctx, h.mei, wrong), refusal.NotFound))
	for range 2 {
		require.NoError(t, h.lunch.Mend(h.ctx, h.chef, wrong))
	}
	wrong.Key = "again"
	refused(t, refusal.Conflict, "ledger.is_corrected", h.lunch.Mend(h.ctx, h.chef, wrong))
	require.Zero(t, h.balance(h.mei))
	require.Equal(t, 1, count(h.told(), "Mei lunch.mended"))
	require.Equal(t, []string{"cash 5000 Mei", "mend 5000 Mei"}, h.entries(), "what was written stays")
}

// TestTheBooksOfADay add up: what came into the box, what was bought and what each
// portion cost; and they name nobody.
func TestTheBooksOfADay(t *testing.T) {
	t.Parallel()
	h, _, _ := served(t)
	require.NoError(t, h.lunch.Pay(h.ctx, h.chef, ledger.Payment{Person: h.mei.Person, Sum: 5000, Key: "a"}))
	require.NoError(t, h.lunch.Supported(h.ctx, h.chef, lunch.Support{Sum: 3000, Who: "Old Sun's family", Key: "b"}))
	for range 2 {
		require.NoError(t, h.lunch.Spend(h.ctx, h.chef, lunch.Receipt{Day: h.tuesday, Sum: 1201, What: "vegetables", Photos: []string{"photo"}, Key: "c"}))
	}
	require.NoError(t, h.lunch.Spend(h.ctx, h.chef, lunch.Receipt{Day: h.tuesday, Sum: 800, What: "rice", Why: "the market gives none", Own: true, Key: "d"}))
	refused(t, refusal.Invalid, "ledger.no_proof", h.lunch.Spend(h.ctx, h.chef, lunch.Receipt{Day: h.tuesday, Sum: 800, What: "rice", Key: "e"}))
	require.True(t, refusal.Is(h.lunch.Spend(h.ctx, h.mei, lunch.Receipt{Day: h.tuesday, Sum: 1, What: "rice", Photos: []string{"x"}, Key: "f"}), refusal.NotFound))
	h.pass(h.at(25, 0, 0))

	cost, err := h.lunch.Cost(h.ctx, h.id, h.tuesday)
	require.NoError(t, err)
	require.Equal(t, lunch.Cost{Spent: 2001, Portions: 3, Each: 667}, cost)
	o := h.open()
	require.Equal(t, [5]int64{0, 8000, 1201, 6799, 800}, [5]int64{o.Before, o.In, o.Out, o.After, o.Eaten})
	require.Equal(t, int64(3000), o.Given)
	require.Equal(t, cost, o.Cost)
	wednesday := dayAt(25)
	h.state(wednesday, lunch.Closed)
	h.exec(`INSERT INTO lunch_orders (community_id, day, person_id, by_id, mode, portions, state, how, since)
		VALUES ($1, $2, $3, $3, 'bring', 2, 'ordered', 'tap', $4)`, h.id, wednesday, h.mei.Person, h.clk.Now())
	require.Equal(t, cost, h.open().Cost, "of Wednesday nobody knows yet what it costs")
	require.NoError(t, h.lunch.Spend(h.ctx, h.chef, lunch.Receipt{Day: wednesday, Sum: 999, What: "rice", Photos: []string{"photo"}, Key: "g"}))
	require.Equal(t, lunch.Cost{Spent: 3000, Portions: 5, Each: 600}, h.open().Cost)
	require.NotContains(t, fmt.Sprint(o), "Sun")
	require.NotContains(t, fmt.Sprint(o), "Mei")
	require.Equal(t, int64(800), h.balanceOf(h.chef), "who paid for the kitchen has it ahead")
	sum := int64(0)
	rows, err := h.lunch.Entries(h.ctx, h.chef, november)
	require.NoError(t, err)
	for _, e := range rows {
		sum += e.Amount
	}
	require.Equal(t, int64(5000+3000+1201+800+800+999), sum)
	_, err = h.lunch.Entries(h.ctx, h.mei, november)
	require.True(t, refusal.Is(err, refusal.NotFound))
}

// balanceOf is what somebody has ahead who cannot read their own account as a diner.
func (h *hall) balanceOf(a people.Actor) int64 {
	h.Helper()
	b, err := ledger.New(h.clk).Balance(h.ctx, h.db, h.id, ledger.Lunch, a.Person)
	require.NoError(h, err)
	return b
}

// TestTheMonthIsTold once, to who eats, or to the family of one whom nothing reaches.
func TestTheMonthIsTold(t *testing.T) {
	t.Parallel()
	h, _, _ := served(t)
	h.exec(`UPDATE persons SET reachable = false WHERE id = $1`, h.mei.Person)
	h.pass(h.at(25, 0, 0))
	h.pass(time.Date(2026, 12, 1, 8, 59, 0, 0, h.zone))
	statements := func() (all []string) {
		for _, one := range h.told() {
			if strings.HasSuffix(one, "lunch.statement") {
				all = append(all, one)
			}
		}
		return all
	}
	require.Empty(t, statements())
	h.pass(time.Date(2026, 12, 1, 9, 0, 0, 0, h.zone))
	require.Equal(t, []string{"Daughter lunch.statement"}, statements())
	require.NoError(t, h.lunch.Do(h.ctx, h.id, "lunch.month", []byte(`{"day":"2026-11-01"}`)))
	require.Equal(t, []string{"Daughter lunch.statement"}, statements())
	require.Equal(t, 1, h.number(`SELECT count(*) FROM outbox WHERE key = 'lunch:month:2026-12-01'`), "and the next month's")
}
