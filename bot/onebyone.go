package bot

import (
	"context"
	"time"
)

// OneByOne lets a courier carry one row after the other, and none while a turn is
// played: so all comes in one order, and a play by the same hands goes the same way
// each time. It is for plays; whoever serves carries many at once.
func (c *Courier) OneByOne() *Courier { c.single = true; return c }

// next carries the next row that is due, or waits for one.
func (c *Courier) next(ctx, work context.Context) {
	asOf := c.clk.Now()
	carried, err := c.carryOne(work)
	switch {
	case err != nil && ctx.Err() == nil:
		c.log.ErrorContext(ctx, "claim failed", "error", err)
		c.pauseFor(ctx, time.Second)
	case !carried:
		c.sleep(ctx, asOf, lookEvery)
	}
}

// carryOne carries the next row, with all turns held off meanwhile.
func (c *Courier) carryOne(ctx context.Context) (bool, error) {
	for _, b := range c.bots {
		b.alone.Lock()
		defer b.alone.Unlock()
	}
	wants, _ := c.wants(1)
	rows, err := c.box.Claim(ctx, c.name, 1, wants...)
	for _, row := range c.granted(ctx, rows) {
		c.busy.Add(1)
		c.handle(ctx, row)
		c.busy.Add(-1)
	}
	return len(rows) > 0, err
}
