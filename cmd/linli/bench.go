package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/bench"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

type benchCmd struct {
	Row        string        `help:"Only this row of the table (see --rows)." placeholder:"NAME"`
	Rows       bool          `help:"Name the rows and end."`
	Residents  int           `help:"How many residents; as each row says unless given."`
	Seconds    float64       `help:"How long each measurement takes." default:"5"`
	Rounds     int           `help:"How often each is measured, in turn with the floor." default:"2"`
	Latency    time.Duration `help:"What each call takes, in the rows with slow calls." default:"40ms"`
	Kills      int           `help:"How often linli is killed in the row of kills." default:"10"`
	Replicas   int           `help:"So many linli processes, by webhook; one that polls unless given."`
	JSON       bool          `help:"Print JSON."`
	Dir        string        `help:"A folder on the disk that is to be synced to; where temporary files go unless given." type:"path"`
	Floor      string        `help:"The floor program; built by the go command unless given." type:"path"`
	CPUProfile string        `name:"cpuprofile" help:"Write what linli spends its time on to this file." type:"path"`
}

// Run measures this binary and prints what it found beside the goals.
func (cmd benchCmd) Run(w world) error {
	if cmd.Rows {
		_, err := fmt.Fprintln(w.stdout, strings.Join(bench.Rows(), "\n"))
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	report, err := bench.Run(w.ctx, bench.Options{
		Serve: []string{self, "serve", "--limits=none"}, Floor: cmd.Floor, Dir: cmd.Dir, Row: cmd.Row, Residents: cmd.Residents,
		Latency: cmd.Latency, Window: time.Duration(cmd.Seconds * float64(time.Second)), Rounds: cmd.Rounds, Kills: cmd.Kills, Replicas: cmd.Replicas,
		CPUProfile: cmd.CPUProfile, Found: foundTown, Say: func(line string) { fmt.Fprintln(w.stderr, line) },
	})
	if err != nil {
		return err
	}
	if cmd.JSON {
		return report.JSON(w.stdout)
	}
	return report.Print(w.stdout)
}

// foundTown makes the community that is measured through the verbs by which
// a real one is made: somebody on duty, and a house where everybody lives.
func foundTown(ctx context.Context, databaseURL string, bot, duty int64) (err error) {
	db, err := pg.Open(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := pg.Migrate(ctx, db, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	clk := clock.New()
	communities, persons := community.New(db, clk), people.New(db, clk)
	c, err := communities.Ensure(ctx, bot, "Bench")
	if err != nil {
		return err
	}
	p, err := persons.Meet(ctx, c.ID, people.Telegram{ID: duty, FirstName: "Duty", Language: "en"})
	if err != nil {
		return err
	}
	token, err := persons.NewClaim(ctx, c.ID, false)
	if err != nil {
		return err
	}
	if err := persons.Redeem(ctx, c.ID, p.ID, token); err != nil {
		return err
	}
	by, err := persons.Actor(ctx, c.ID, p.ID)
	if err != nil {
		return err
	}
	if _, err := persons.Agree(ctx, by, "Duty"); err != nil {
		return err
	}
	areas, err := communities.Areas(ctx, c.ID)
	if err != nil {
		return err
	}
	if _, err = communities.AddBuilding(ctx, c.ID, p.ID, community.Building{Area: areas[0].ID, Name: "1", Entrances: 2}); err != nil {
		return err
	}
	return sleepless(ctx, db, c.ID)
}

// sleepless lets a community have no quiet hours: what is measured must not
// depend on the hour at which somebody measures.
func sleepless(ctx context.Context, db *sqlx.DB, community int64) error {
	_, err := db.ExecContext(ctx, `UPDATE communities SET quiet_from = 0, quiet_until = 0 WHERE id = $1`, community)
	return err
}
