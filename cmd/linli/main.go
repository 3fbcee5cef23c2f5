// Command linli is the neighbourhood's bot: one binary that serves, sets up and
// shows itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // an image of nothing but this program has no other

	"github.com/alecthomas/kong"
	"github.com/redis/go-redis/v9/logging"

	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/trace"
)

// Exit statuses beside 0.
const (
	exitFailed = 1
	exitUsage  = 2
	exitConfig = 3
)

// commands are what linli can be told to do.
type commands struct {
	Demo     demoCmd     `cmd:"" help:"Show everything on this machine: no token, no network, nothing to set up."`
	Serve    serveCmd    `cmd:"" help:"Serve the bots whose tokens BOT_TOKEN holds."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database's schema up to date (serve does so by itself)."`
	Claim    claimCmd    `cmd:"" help:"Print a one-time link that makes whoever opens it the secretary."`
	Apply    applyCmd    `cmd:"" help:"Make a community as a file says; it can be repeated, and --dry-run shows what would change."`
	Invite   inviteCmd   `cmd:"" help:"Print a one-time link that invites somebody to a role."`
	Import   importCmd   `cmd:"" help:"Load the register from a spreadsheet: new people, and what changed of others."`
	Troubles troublesCmd `cmd:"" help:"List what could not be worked through or sent, and try it again."`
	Doctor   doctorCmd   `cmd:"" help:"Look at everything that linli stands on, and say what is wrong and what to do."`
	Health   healthCmd   `cmd:"" help:"Ask the linli that serves here whether it is ready; status 0 when it is."`
	Bench    benchCmd    `cmd:"" help:"Measure this binary with simulated residents, beside the least that Go needs."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

// world is what a command gets of the world outside: tests bring their own.
type world struct {
	ctx    context.Context
	getenv func(string) string
	stdout io.Writer
	stderr io.Writer
}

func main() {
	logging.Disable() // go-redis would write beside the log what its errors tell us anyway
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once what drains too long
	status := run(world{ctx, os.Getenv, os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(status)
}

// run carries out one command and returns the exit status.
func run(w world, args []string) int {
	var cli commands
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("linli"),
		kong.Description("The neighbourhood's bot (邻里): who comes, and does it hold?"),
		kong.Writers(w.stdout, w.stderr),
		kong.Exit(func(status int) { exited = status }),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(w.stderr, "linli:", err)
		return exitFailed
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help was asked for
		return exited
	}
	if err != nil {
		fmt.Fprintln(w.stderr, "linli:", err)
		return exitUsage
	}
	err = command.Run(w)
	if faults := (config.Faults)(nil); errors.As(err, &faults) {
		fmt.Fprintln(w.stderr, "linli: the settings cannot be used:")
		fmt.Fprintln(w.stderr, faults)
		return exitConfig
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(w.stderr, "linli:", err)
		return exitFailed
	}
	return 0
}

// settings reads the environment; needed variables must be set.
func (w world) settings(needed ...string) (config.Config, error) {
	return config.Load(w.getenv, os.ReadFile, needed...)
}

// logger writes to stderr as the settings say.
func (w world) logger(c config.Config) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(trace.Logs(slog.NewJSONHandler(w.stderr, options)))
	}
	return slog.New(trace.Logs(slog.NewTextHandler(w.stderr, options)))
}

type versionCmd struct{}

// Run prints the version that the build carries.
func (versionCmd) Run(w world) error {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	_, err := fmt.Fprintln(w.stdout, "linli", version)
	return err
}
