package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/jmoiron/sqlx"
	"github.com/skip2/go-qrcode"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

type claimCmd struct {
	Replace bool  `help:"Also where there is a secretary already, who then is one no more."`
	Bot     int64 `help:"Only of this bot, by the number its token begins with."`
}

// Run prints a link for every bot of the settings that has no secretary, or
// for one bot. It goes to the terminal alone: no log holds it.
func (cmd claimCmd) Run(w world) error {
	c, err := w.settings("BOT_TOKEN")
	if err != nil {
		return err
	}
	tokens := c.BotTokens
	if cmd.Bot != 0 {
		token, err := inviteCmd{Bot: cmd.Bot}.which(tokens)
		if err != nil {
			return err
		}
		tokens = []config.Secret{token}
	}
	return withDatabase(w, c, func(db *sqlx.DB) error {
		if _, err := pg.Migrate(w.ctx, db, w.logger(c)); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		clk := clock.New()
		var held []error
		for _, token := range tokens {
			claim := claiming{cmd.Replace, token, c.TelegramAPIURL}
			err := claim.print(w, community.New(db, clk), people.New(db, clk))
			if errors.As(err, new(heldError)) {
				held = append(held, err)
			} else if err != nil {
				return err
			}
		}
		if len(held) < len(tokens) { // somebody can be secretary: the others need nobody
			return nil
		}
		return errors.Join(held...)
	})
}

// heldError is a community, by its name, that has a secretary already.
type heldError string

func (e heldError) Error() string {
	return string(e) + " has a secretary already; `linli claim --replace` lets another take over"
}

// claiming is the claim of one bot's community.
type claiming struct {
	replace bool
	token   config.Secret
	apiURL  string
}

func (c claiming) print(w world, communities *community.Service, persons *people.Service) error {
	id, err := botID(c.token)
	if err != nil {
		return err
	}
	caller := bot.NewCaller(c.apiURL, c.token.Reveal())
	defer caller.Close()
	me, err := caller.Me(w.ctx)
	if err != nil {
		return fmt.Errorf("ask Telegram for the bot's name: %w", err)
	}
	of, err := communities.Ensure(w.ctx, id, me.FirstName)
	if err != nil {
		return fmt.Errorf("community of bot %d: %w", id, err)
	}
	token, err := persons.NewClaim(w.ctx, of.ID, c.replace)
	if refusal.Is(err, refusal.Conflict) {
		return heldError(of.Name)
	}
	if err != nil {
		return fmt.Errorf("new claim: %w", err)
	}
	link := bot.Link(me.Username, "claim_"+token)
	fmt.Fprintf(w.stdout, "Open this link on your phone within 15 minutes to become the secretary of %s:\n%s\n", of.Name, link)
	return printQR(w.stdout, link)
}

// printQR draws the link where a phone can scan it: on a terminal only.
func printQR(out io.Writer, link string) error {
	if !isTerminal(out) {
		return nil
	}
	code, err := qrcode.New(link, qrcode.Low)
	if err != nil {
		return fmt.Errorf("draw QR code: %w", err)
	}
	_, err = fmt.Fprintln(out, code.ToSmallString(false))
	return err
}
