package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/linli-bot/linli/internal/clock"
)

// Options say what is measured.
type Options struct {
	Serve      []string      // the command line that serves, without limits of its own
	Floor      string        // the floor program; "" = it is built, where there is a go command
	Dir        string        // on the disk that is to be synced to; "" = where temporary files go
	Row        string        // only this one; "" = all
	Residents  int           // 0 = as each row says
	Latency    time.Duration // of a call, in the rows that have one; 0 = 40 ms
	Window     time.Duration // that each measurement takes
	Rounds     int           // measurements of each subject, one after the other
	Kills      int           // in the row of kills
	Replicas   int           // linli processes that get their updates brought; 0 = one that asks for them
	CPUProfile string        // where linli writes what it spent its time on; "" = nowhere
	// Found makes the community of a bot in a new database, with a building to
	// live in and somebody on duty with this Telegram id.
	Found func(ctx context.Context, databaseURL string, bot, duty int64) error
	Say   func(line string) // hears how far it has got; nil = nobody
}

// bench is a run.
type bench struct {
	Options
	dir        string
	stores     *stores
	linli      subject
	floor      subject
	lastUpdate int64 // id given, in all measurements so far
}

// subject is a program that is measured.
type subject struct {
	name string
	argv []string // empty: there is none
	base string   // the database whose copies it works on; "" = an empty one

	replicas int // that get their updates brought; 0 = one that asks for them
}

// open brings up the stores and both subjects.
func open(ctx context.Context, o Options) (b *bench, err error) {
	b = &bench{Options: o}
	if b.Say == nil {
		b.Say = func(string) {}
	}
	if b.dir, err = os.MkdirTemp(o.Dir, "linli-bench-"); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	if b.stores, err = openStores(ctx, b.dir); err != nil {
		return nil, errors.Join(err, b.close())
	}
	b.linli = subject{name: "linli", argv: o.Serve, replicas: o.Replicas}
	b.floor = subject{name: "floor"}
	if b.floor.argv, err = b.buildFloor(ctx); err != nil {
		b.Say("The floor is left out: " + err.Error())
	}
	return b, nil
}

const floorPackage = "github.com/linli-bot/linli/internal/bench/floor"

// buildFloor builds the floor program: it is part of the sources, and not of
// what people run.
func (b *bench) buildFloor(ctx context.Context) ([]string, error) {
	if b.Floor != "" {
		return []string{b.Floor}, nil
	}
	if _, err := exec.LookPath("go"); err != nil {
		return nil, errors.New("there is no go command to build it")
	}
	path := filepath.Join(b.dir, "floor")
	said, err := exec.CommandContext(ctx, "go", "build", "-o", path, floorPackage).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("it can be built within its sources only: %w: %s", err, said)
	}
	return []string{path}, nil
}

func (b *bench) close() error {
	var err error
	if b.stores != nil {
		err = b.stores.close()
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}

// settle makes linli's database: the community, and residents who have come to
// know the bot by talking to it.
func (b *bench) settle(ctx context.Context, residents int) (err error) {
	name, address, err := b.stores.database(ctx, "")
	if err != nil {
		return err
	}
	if err := b.Found(ctx, address, botID, dutyID); err != nil {
		return fmt.Errorf("found a community: %w", err)
	}
	b.linli.base = name
	r, err := b.run(ctx, b.linli, setting{residents: residents, first: true})
	if err != nil {
		return err
	}
	for _, person := range r.town.residents {
		person.begin()
	}
	err = until(ctx, settlePatience, func() (bool, error) { return r.town.settled() == residents, nil })
	if err != nil {
		err = fmt.Errorf("%d of %d residents came to know the bot: %w\n%s", r.town.settled(), residents, err, tail(r.log))
	}
	_, b.lastUpdate = r.town.queue.state()
	known := r.database
	r.database = "" // it is kept: the others are copies of it
	b.linli.base = known
	return errors.Join(err, r.close(ctx))
}

const settlePatience = 2 * time.Minute

// until looks again and again whether something has come true, for so long.
func until(ctx context.Context, patience time.Duration, come func() (bool, error)) error {
	clk := clock.New()
	for end := clk.Now().Add(patience); ; {
		if ok, err := come(); ok || err != nil {
			return err
		}
		now := clk.Now()
		if now.After(end) {
			return fmt.Errorf("not within %s", patience)
		}
		if err := clk.Until(ctx, now.Add(5*time.Millisecond)); err != nil {
			return err
		}
	}
}

// tail is the end of what a program said.
func tail(path string) string {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	const most = 2000
	return string(raw[max(0, len(raw)-most):])
}
