package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/i18n"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/register"
)

type importCmd struct {
	File   string `arg:"" help:"The spreadsheet (.xlsx or .csv) with one person a row."`
	Bot    int64  `help:"The number of the bot whose community it is, where BOT_TOKEN holds several."`
	DryRun bool   `help:"Print what would change, and change nothing."`
}

// Run loads a spreadsheet onto the register of one bot's community. The same
// file once more changes nothing.
func (cmd importCmd) Run(w world) error {
	c, err := w.settings("BOT_TOKEN")
	if err != nil {
		return err
	}
	id, err := oneBot(c.BotTokens, cmd.Bot)
	if err != nil {
		return err
	}
	data, err := readFile(cmd.File, register.MaxBytes)
	if err != nil {
		return err
	}
	return withDatabase(w, c, func(db *sqlx.DB) error {
		if _, err := pg.Migrate(w.ctx, db, w.logger(c)); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		return cmd.load(w, db, id, data)
	})
}

// oneBot is the bot that is meant: the only one, or the one that was named.
func oneBot(tokens []config.Secret, named int64) (int64, error) {
	for _, token := range tokens {
		id, err := botID(token)
		if err != nil {
			return 0, err
		}
		if id == named || named == 0 && len(tokens) == 1 {
			return id, nil
		}
	}
	return 0, errors.New("BOT_TOKEN holds several bots: say with --bot NUMBER whose community is meant")
}

// readFile reads a file of at most most bytes.
func readFile(name string, most int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(file, most+1))
}

func (cmd importCmd) load(w world, db *sqlx.DB, bot int64, data []byte) error {
	texts, err := i18n.Load()
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	clk := clock.New()
	towns, persons := community.New(db, clk), people.New(db, clk)
	town, err := towns.ByBot(w.ctx, bot)
	if err != nil {
		return fmt.Errorf("community of bot %d (start `linli serve` or `linli claim` once): %w", bot, err)
	}
	var all []dialog.Texts
	for _, lang := range texts.Languages() {
		all = append(all, texts.In(lang, clk.Now(), time.UTC))
	}
	words := texts.In("en", clk.Now(), time.UTC)
	sheet := register.Sheet{Name: filepath.Base(cmd.File), Data: data, Words: flow.SheetWords(all)}
	list := register.New(persons, towns, clk)
	keeper := people.Actor{Community: town.ID}
	plan, err := list.DryRun(w.ctx, keeper, sheet)
	if err != nil {
		return inWords(words, err)
	}
	if len(plan.Faults) > 0 {
		fmt.Fprintln(w.stdout, flow.FaultWords(words, plan.Faults, len(plan.Faults)))
		return errors.New("nothing was loaded: mend the rows above and try again")
	}
	if len(plan.Doubles) > 0 {
		fmt.Fprintln(w.stdout, flow.DoubleWords(words, plan.Doubles, len(plan.Doubles)))
	}
	counts := plan.Counts()
	if cmd.DryRun {
		fmt.Fprintf(w.stdout, "%s: %d new, %d changed, %d as before, %d left out. Nothing was loaded.\n",
			town.Name, counts.New, counts.Changed, counts.Unchanged, counts.Doubles)
		return nil
	}
	sum := sha256.Sum256(append(data, clk.Now().String()...)) // each run is one of its own
	if counts, err = list.Load(w.ctx, keeper, hex.EncodeToString(sum[:8]), sheet); err != nil {
		return inWords(words, err)
	}
	fmt.Fprintf(w.stdout, "%s: %d new, %d changed, %d as before, %d left out.\n",
		town.Name, counts.New, counts.Changed, counts.Unchanged, counts.Doubles)
	return nil
}

// inWords says a refusal as people read it; other errors stay as they are.
func inWords(words dialog.Texts, err error) error {
	if text, ok := (flow.Visit{Texts: words}).Refused(err); ok {
		return errors.New(text)
	}
	return err
}
