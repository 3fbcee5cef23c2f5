package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/inbox"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/pg"
)

type troublesCmd struct {
	Again []string `help:"Do these once more, e.g. in-12 (an update that failed) or out-40 (a message that was not sent)." placeholder:"in-12"`
	Drop  []string `help:"Give these up: somebody has seen to them in another way." placeholder:"out-40"`
}

// Run lists what linli could not do by itself, or does something about it. It
// shows numbers and codes, and nothing of what anybody said.
func (cmd troublesCmd) Run(w world) error {
	c, err := w.settings()
	if err != nil {
		return err
	}
	return withDatabase(w, c, func(db *sqlx.DB) error {
		if _, err := pg.Migrate(w.ctx, db, w.logger(c)); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		clk := clock.New()
		t := troubles{w, inbox.New(db, clk, 0), outbox.New(db, clk)}
		towns, err := community.New(db, clk).All(w.ctx)
		if err != nil {
			return fmt.Errorf("communities: %w", err)
		}
		for _, which := range cmd.Again {
			if err := t.each(towns, which, t.in.Replay, t.out.Again); err != nil {
				return err
			}
			fmt.Fprintf(w.stdout, "%s is done once more within seconds, where linli serve runs\n", which)
		}
		for _, which := range cmd.Drop {
			if err := t.each(towns, which, t.in.Drop, t.out.Drop); err != nil {
				return err
			}
			fmt.Fprintf(w.stdout, "%s is given up\n", which)
		}
		if len(cmd.Again)+len(cmd.Drop) > 0 {
			return nil
		}
		return t.list(towns)
	})
}

// troubles is what stands in the way of people, on the way in and out.
type troubles struct {
	world
	in  *inbox.Store
	out *outbox.Store
}

func (t troubles) list(towns []community.Community) error {
	table := tabwriter.NewWriter(t.stdout, 0, 0, 2, ' ', 0)
	n := 0
	for _, town := range towns {
		parked, err := t.in.Parked(t.ctx, town.ID)
		if err != nil {
			return err
		}
		for _, p := range parked {
			n++
			fmt.Fprintf(table, "in-%d\t%s\tbot %d, chat %d\tfailed: its error is in the log at \"turn failed\", row %d\n",
				p.ID, p.At.In(town.Location()).Format("2006-01-02 15:04"), town.Bot, p.Chat, p.ID)
		}
		unsent, err := t.out.Troubles(t.ctx, town.ID)
		if err != nil {
			return err
		}
		for _, o := range unsent {
			n++
			fmt.Fprintf(table, "out-%d\t%s\tbot %d, %s\t%s\n",
				o.ID, o.At.In(town.Location()).Format("2006-01-02 15:04"), town.Bot, addressee(o), strings.TrimSuffix(o.Topic+" "+o.State+": "+o.Reason, ": "))
		}
	}
	if n == 0 {
		fmt.Fprintln(t.stdout, "Nothing: every update was worked through, and every message went out or waits its turn.")
		return nil
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(t.stdout, "\nOnce the cause is mended: linli troubles --again NUMBER. Or, where somebody saw to it: --drop NUMBER.")
	return nil
}

// act is something to be done about one row of a community.
type act func(ctx context.Context, community, id int64) error

// each finds whose row it is: numbers are unique over all communities.
func (t troubles) each(towns []community.Community, which string, in, out act) error {
	kind, number, _ := strings.Cut(which, "-")
	id, err := strconv.ParseInt(number, 10, 64)
	do := map[string]act{"in": in, "out": out}[kind]
	if err != nil || do == nil {
		return fmt.Errorf("%q is no trouble: write a number as linli troubles lists it, like in-12 or out-40", which)
	}
	for _, town := range towns {
		err := do(t.ctx, town.ID, id)
		if err == nil || !errors.Is(err, inbox.ErrNotParked) && !errors.Is(err, outbox.ErrNoTrouble) {
			return err
		}
	}
	return fmt.Errorf("%s is in no trouble, or no more", which)
}

func addressee(o outbox.Trouble) string {
	switch {
	case o.Person != 0:
		return fmt.Sprintf("person %d", o.Person)
	case o.Chat != 0:
		return fmt.Sprintf("group %d", o.Chat)
	}
	return "a job"
}
