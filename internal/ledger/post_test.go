package ledger_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

func TestADayOfTheKitchen(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.posted(w.chef, w.entry(ledger.TopUp, w.mei.Person, 5000))
	w.posted(w.chef, w.entry(ledger.TopUp, w.li.Person, 1000))
	w.posted(w.bot(), w.entry(ledger.Charge, w.mei.Person, 800))
	w.posted(w.bot(), w.entry(ledger.Charge, w.li.Person, 1600))
	w.posted(w.bot(), w.entry(ledger.Charge, 0, 1200)) // a guest, who pays at the table
	w.posted(w.li, w.entry(ledger.Refund, w.li.Person, 800))
	w.posted(w.bot(), w.entry(ledger.Free, w.daughter.Person, 800))
	w.posted(w.chef, w.entry(ledger.Receipt, 0, 2400))
	w.posted(w.chef, w.entry(ledger.Receipt, w.chef.Person, 300)) // the chef paid the salt
	w.posted(w.chef, w.entry(ledger.Subsidy, 0, 10_000))
	w.posted(w.chef, w.entry(ledger.PayOut, w.mei.Person, 200))
	w.posted(w.chef, w.entry(ledger.Gift, w.mei.Person, 1000))
	require.EqualValues(t, 3000, w.balance(w.mei.Person))
	require.EqualValues(t, 200, w.balance(w.li.Person))
	require.EqualValues(t, 300, w.balance(w.chef.Person), "who paid for the kitchen has that ahead")
	require.Equal(t, []string{
		"cash  +17200 -2600",
		"prepaid  +3600 -7100",
		"subsidy rice +0 -11000",
		"sold  +800 -4400",
		"free  +800 -0",
		"cost rice +2700 -0",
	}, w.open(november))
	require.Equal(t, w.open(november), w.open(ledger.Ever()))
	for day, want := range map[calendar.Date]int64{"2026-11-23": 0, "2026-11-24": 14_600, ledger.Ever().Until: 14_600} {
		box, err := w.ledger.Box(w.ctx, w.db, w.id, ledger.Lunch, day)
		require.NoError(t, err)
		require.Equal(t, want, box)
	}
	spent, err := w.ledger.Spent(w.ctx, w.db, w.id, ledger.Lunch, ledger.Day(morning))
	require.NoError(t, err)
	require.EqualValues(t, 2700, spent)
}

func TestTheSameKeyIsOneEntry(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	e := w.entry(ledger.TopUp, w.mei.Person, 500)
	id := w.posted(w.chef, e)
	require.Equal(t, id, w.posted(w.secretary, e), "whoever says it again")
	out := w.entry(ledger.PayOut, w.mei.Person, 500)
	id = w.posted(w.chef, out)
	require.Equal(t, id, w.posted(w.chef, out), "also where nothing is left to pay it from")
	require.Zero(t, w.balance(w.mei.Person))
	e.Amount++
	_, err := w.post(w.chef, e)
	require.ErrorContains(t, err, "which is another")
	_, isRefusal := refusal.As(err)
	require.False(t, isRefusal, "a fault of the program's, not of people's")
	e.Book = ledger.Childcare
	w.posted(w.carer, e) // a key is one of its book
}

func TestWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	for name, c := range map[string]struct {
		code   ledger.Code
		change func(e *ledger.Entry)
		key    string
	}{
		"nothing":                   {ledger.TopUp, func(e *ledger.Entry) { e.Amount = 0 }, "ledger.bad_amount"},
		"less than nothing":         {ledger.Charge, func(e *ledger.Entry) { e.Amount = -800 }, "ledger.bad_amount"},
		"more than there is":        {ledger.Receipt, func(e *ledger.Entry) { e.Amount = ledger.MaxAmount + 1 }, "ledger.bad_amount"},
		"a day that is none":        {ledger.TopUp, func(e *ledger.Entry) { e.Day = "2026-11-31" }, "ledger.bad_day"},
		"no day":                    {ledger.TopUp, func(e *ledger.Entry) { e.Day = "" }, "ledger.bad_day"},
		"nobody's top-up":           {ledger.TopUp, func(e *ledger.Entry) { e.Person = 0 }, "ledger.no_person"},
		"a subsidy to one person":   {ledger.Subsidy, func(e *ledger.Entry) { e.Person = w.mei.Person }, "ledger.no_person"},
		"a cost of what":            {ledger.Receipt, func(e *ledger.Entry) { e.Name = "  " }, "ledger.no_name"},
		"a subsidy by whom":         {ledger.Subsidy, func(e *ledger.Entry) { e.Name = "" }, "ledger.no_name"},
		"a top-up called something": {ledger.TopUp, func(e *ledger.Entry) { e.Name = "rice" }, "ledger.no_name"},
		"free without a reason":     {ledger.Free, func(e *ledger.Entry) { e.Reason = " \x00" }, "ledger.no_reason"},
		"a receipt without proof":   {ledger.Receipt, func(e *ledger.Entry) { e.Reason = "" }, "ledger.no_proof"},
		"a photo of a person":       {ledger.TopUp, func(e *ledger.Entry) { e.Photos = []string{"f"} }, "ledger.bad_photos"},
		"an album":                  {ledger.Receipt, func(e *ledger.Entry) { e.Photos = make([]string, 6) }, "ledger.bad_photos"},
		"no key":                    {ledger.TopUp, func(e *ledger.Entry) { e.Key = "" }, "ledger.bad_key"},
	} {
		e := w.entry(c.code, w.mei.Person, 800)
		if c.code == ledger.Subsidy {
			e.Person = 0
		}
		c.change(&e)
		_, err := w.post(w.chef, e)
		r, ok := refusal.As(err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, c.key, r.Key, name)
		require.Equal(t, refusal.Invalid, r.Kind, name)
	}
	_, err := w.post(w.chef, w.entry(ledger.TopUp, 999, 800))
	refused(t, refusal.NotFound, "access.not_found", err)
	for _, e := range []ledger.Entry{{Book: "garden", Code: ledger.TopUp}, {Book: ledger.Lunch, Code: ledger.Correction}} {
		_, err := w.post(w.chef, e)
		require.ErrorContains(t, err, "no such book or code")
	}
	require.Empty(t, w.open(november))
}

func TestNobodyTakesMoreThanIsTheirs(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.posted(w.chef, w.entry(ledger.TopUp, w.mei.Person, 500))
	for _, code := range []ledger.Code{ledger.PayOut, ledger.Gift} {
		_, err := w.post(w.chef, w.entry(code, w.mei.Person, 501))
		refused(t, refusal.Conflict, "ledger.not_so_much", err)
		_, err = w.post(w.chef, w.entry(code, w.li.Person, 1))
		refused(t, refusal.Conflict, "ledger.not_so_much", err)
	}
	w.posted(w.bot(), w.entry(ledger.Charge, w.mei.Person, 800)) // lunch is given all the same
	require.EqualValues(t, -300, w.balance(w.mei.Person))
}

func TestWhoKeepsABook(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ok := map[string]bool{}
	for name, by := range map[string]people.Actor{
		"chef": w.chef, "carer": w.carer, "secretary": w.secretary, "diner": w.mei, "daughter": w.daughter, "bot": w.bot(),
	} {
		for book, short := range map[ledger.Book]string{ledger.Lunch: "lunch", ledger.Childcare: "childcare"} {
			for _, code := range []ledger.Code{ledger.TopUp, ledger.Free, ledger.Receipt} {
				e := w.entry(code, w.mei.Person, 100)
				e.Book = book
				_, err := w.post(by, e)
				if err != nil {
					refused(t, refusal.NotFound, "access.not_found", err)
					continue
				}
				ok[name+" "+string(code)+" "+short] = true
			}
		}
	}
	want := map[string]bool{
		"chef top_up lunch": true, "chef free lunch": true, "chef receipt lunch": true,
		"carer top_up childcare": true, "carer free childcare": true, "carer receipt childcare": true,
		"secretary top_up lunch": true, "secretary free lunch": true, "secretary receipt lunch": true,
		"secretary top_up childcare": true, "secretary free childcare": true, "secretary receipt childcare": true,
		"bot free lunch": true, "bot free childcare": true,
	}
	require.Equal(t, want, ok)
}

func TestNobodyKeepsTheirOwnAccount(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.acts(w.chef, w.li)
	for name, of := range map[string]int64{"own": w.chef.Person, "of the family": w.li.Person} {
		id := w.posted(w.secretary, w.entry(ledger.TopUp, of, 800))
		for _, code := range []ledger.Code{ledger.TopUp, ledger.PayOut, ledger.Free, ledger.Gift} {
			_, err := w.post(w.chef, w.entry(code, of, 100))
			require.True(t, refusal.Is(err, refusal.NotFound), "%s %s: %v", code, name, err)
		}
		_, err := w.correct(w.chef, id, "c"+name, "too much")
		require.True(t, refusal.Is(err, refusal.NotFound), "correct %s: %v", name, err)
	}
	mine := w.posted(w.chef, w.entry(ledger.Receipt, w.chef.Person, 100))
	_, err := w.correct(w.chef, mine, "c", "twice")
	require.NoError(t, err, "what has its proof, one may write and take back")
}

func TestACorrectionIsTheOtherWayRoundOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	id := w.posted(w.chef, w.entry(ledger.TopUp, w.mei.Person, 5000))
	before := w.open(november)
	_, err := w.correct(w.mei, id, "c1", "500 and not 5000")
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.correct(w.carer, id, "c1", "500 and not 5000")
	refused(t, refusal.NotFound, "access.not_found", err)
	_, err = w.correct(w.chef, id, "c1", " ")
	refused(t, refusal.Invalid, "ledger.no_reason", err)
	_, err = w.correct(w.chef, id, "", "500 and not 5000")
	refused(t, refusal.Invalid, "ledger.bad_key", err)
	_, err = w.correct(w.chef, 999, "c1", "500 and not 5000")
	refused(t, refusal.NotFound, "access.not_found", err)

	fix, err := w.correct(w.chef, id, "c1", "500 and not 5000")
	require.NoError(t, err)
	again, err := w.correct(w.chef, id, "c1", "500 and not 5000")
	require.NoError(t, err)
	require.Equal(t, fix, again)
	_, err = w.correct(w.secretary, id, "c2", "once more")
	refused(t, refusal.Conflict, "ledger.is_corrected", err)
	_, err = w.correct(w.chef, fix, "c3", "it was right")
	refused(t, refusal.Conflict, "ledger.is_correction", err)
	require.Zero(t, w.balance(w.mei.Person))
	require.NotEqual(t, before, w.open(november))

	lines := w.statement(w.mei, w.mei.Person, november).Lines
	require.Len(t, lines, 2, "both are to be seen")
	require.Equal(t, fix, lines[0].Reversed)
	require.Equal(t, id, lines[1].Reverses)
	require.Equal(t, "500 and not 5000", lines[1].Reason)
	require.Equal(t, w.chef.Person, lines[1].By)
}

func TestWhatWasToldOfAMonthStays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ was, today, want calendar.Date }{
		"the same day":             {"2026-11-23", "2026-11-23", "2026-11-23"},
		"later in the month":       {"2026-11-02", "2026-11-30", "2026-11-02"},
		"the month is over":        {"2026-11-30", "2026-12-01", "2026-12-01"},
		"the year is over":         {"2025-12-31", "2026-01-01", "2026-01-01"},
		"of a day that is to be":   {"2026-11-24", "2026-11-23", "2026-11-24"},
		"of a month that is not":   {"2026-12-01", "2026-11-30", "2026-12-01"},
		"years later, in november": {"2024-11-05", "2026-11-05", "2026-11-05"},
	} {
		require.Equal(t, c.want, ledger.CorrectionDay(c.was, c.today), name)
	}
	w := newTown(t)
	id := w.posted(w.chef, w.entry(ledger.Receipt, 0, 2400))
	told := w.open(november)
	w.clk.Advance(10 * 24 * time.Hour)
	_, err := w.correct(w.chef, id, "c", "it was yesterday's")
	require.NoError(t, err)
	require.Equal(t, told, w.open(november))
	require.Equal(t, []string{"cash  +2400 -0", "cost rice +0 -2400"}, w.open(ledger.Month(2026, time.December)))
}
