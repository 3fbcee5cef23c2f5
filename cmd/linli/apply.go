package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/i18n"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/setup"
)

type applyCmd struct {
	File    string `arg:"" optional:"" type:"path" help:"The community file."`
	DryRun  bool   `help:"Only print what would change."`
	Bot     int64  `help:"The number before the colon of the bot's token, where BOT_TOKEN holds several."`
	Example string `help:"Print the documented example in this language (en or zh), and do nothing else." placeholder:"LANGUAGE"`
}

// Run makes a community as its file says, or tells what would change.
func (cmd applyCmd) Run(w world) error {
	if cmd.Example != "" {
		text, err := setup.Example(cmd.Example)
		if err != nil {
			return fmt.Errorf("there is no example in %q: en or zh", cmd.Example)
		}
		_, err = w.stdout.Write(text)
		return err
	}
	if cmd.File == "" {
		return errors.New("which file? `linli apply --example en` prints one to begin with")
	}
	text, err := os.ReadFile(cmd.File)
	if err != nil {
		return fmt.Errorf("read the community file: %w", err)
	}
	c, err := w.settings("BOT_TOKEN")
	if err != nil {
		return err
	}
	token, err := cmd.token(c.BotTokens)
	if err != nil {
		return err
	}
	words, err := i18n.Load()
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	return withDatabase(w, c, func(db *sqlx.DB) error {
		if _, err := pg.Migrate(w.ctx, db, w.logger(c)); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		clk := clock.New()
		communities := community.New(db, clk)
		of, err := communityOf(w, communities, token, c.TelegramAPIURL)
		if err != nil {
			return err
		}
		a := applying{setup.New(communities, calendar.New(db, clk), clk, words.Languages()), words, w.stdout}
		return a.apply(w, of, text, cmd.DryRun)
	})
}

// token is the bot that is meant.
func (cmd applyCmd) token(tokens []config.Secret) (config.Secret, error) {
	if cmd.Bot == 0 && len(tokens) == 1 {
		return tokens[0], nil
	}
	var ids []int64
	for _, t := range tokens {
		id, err := botID(t)
		if err != nil {
			return config.Secret{}, err
		}
		if id == cmd.Bot {
			return t, nil
		}
		ids = append(ids, id)
	}
	return config.Secret{}, fmt.Errorf("which bot? Say --bot with one of %v", ids)
}

// communityOf is the community of a bot. Where the bot has not served yet it
// begins here, with the name that Telegram knows.
func communityOf(w world, communities *community.Service, token config.Secret, apiURL string) (community.Community, error) {
	id, err := botID(token)
	if err != nil {
		return community.Community{}, err
	}
	of, err := communities.ByBot(w.ctx, id)
	if err == nil {
		return of, nil
	}
	caller := bot.NewCaller(apiURL, token.Reveal())
	defer caller.Close()
	of, err = communities.Ensure(w.ctx, id, caller.Introduced(w.ctx).FirstName)
	if err != nil {
		return of, fmt.Errorf("community of bot %d: %w", id, err)
	}
	return of, nil
}

// applying is a community file at work.
type applying struct {
	setup *setup.Service
	words *i18n.Catalog
	out   io.Writer
}

func (a applying) apply(w world, of community.Community, text []byte, dry bool) error {
	file, err := a.setup.Parse(text, of.Language)
	if faults := (setup.Faults)(nil); errors.As(err, &faults) {
		return a.faulty(faults)
	}
	if err != nil {
		return err
	}
	o, err := a.setup.Apply(w.ctx, of.ID, file, dry)
	if err != nil {
		return err
	}
	for _, c := range o.Made {
		fmt.Fprintln(a.out, changeLine(c))
	}
	for _, c := range o.Stays {
		fmt.Fprintln(a.out, staysLine(c))
	}
	switch n := len(o.Made); {
	case n == 0:
		_, err = fmt.Fprintln(a.out, "Nothing changes: the community is as the file says.")
	case dry:
		_, err = fmt.Fprintf(a.out, "%d changes; nothing was changed (--dry-run).\n", n)
	default:
		_, err = fmt.Fprintf(a.out, "%d changes made.\n", n)
	}
	return err
}

// errFaulty is what is left to say when the faults were told.
var errFaulty = errors.New("the community file cannot be used; nothing was changed")

// faulty words everything that is wrong with a file, a line each.
func (a applying) faulty(faults setup.Faults) error {
	words := a.words.In("en", time.Time{}, time.UTC)
	for _, f := range faults {
		field := f.Field
		if field != "" {
			field += ": "
		}
		fmt.Fprintf(a.out, "line %d: %s%s\n", f.Line, field, words.T("refused."+f.Why.Key, f.Why.Args...))
	}
	return errFaulty
}
