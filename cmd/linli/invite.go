package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/bot"
	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// errNoSecretary says what comes first.
var errNoSecretary = errors.New("nobody is in charge here yet; `linli claim` makes the first secretary")

type inviteCmd struct {
	Role     string `required:"" enum:"member,volunteer,helper,kitchen,childcare,carer,mediator,counsellor,deputy,keeper" help:"What somebody is invited to be: ${enum}."`
	Area     string `help:"Of a member: the area, by its name or number; needed where there are several."`
	Building string `help:"Of a helper: the building, by its name."`
	Entrance int    `help:"Of a helper: the entrance; 0 is the whole building."`
	Bot      int64  `help:"Which bot, by the number its token begins with; needed where BOT_TOKEN holds several."`
}

// Run prints a link that works once, for a day. It goes to the terminal alone:
// no log holds it. Whoever is in charge is asked about who opened it.
func (cmd inviteCmd) Run(w world) error {
	c, err := w.settings("BOT_TOKEN")
	if err != nil {
		return err
	}
	token, err := cmd.which(c.BotTokens)
	if err != nil {
		return err
	}
	return withDatabase(w, c, func(db *sqlx.DB) error {
		if _, err := pg.Migrate(w.ctx, db, w.logger(c)); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		return cmd.print(w, db, token, c.TelegramAPIURL)
	})
}

// which is the bot that is meant.
func (cmd inviteCmd) which(tokens []config.Secret) (config.Secret, error) {
	var ids []string
	for _, token := range tokens {
		id, err := botID(token)
		if err != nil {
			return config.Secret{}, err
		}
		if id == cmd.Bot || cmd.Bot == 0 && len(tokens) == 1 {
			return token, nil
		}
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	return config.Secret{}, fmt.Errorf("which bot? --bot is one of %s", strings.Join(ids, ", "))
}

func (cmd inviteCmd) print(w world, db *sqlx.DB, token config.Secret, api string) error {
	id, err := botID(token)
	if err != nil {
		return err
	}
	caller := bot.NewCaller(api, token.Reveal())
	defer caller.Close()
	me, err := caller.Me(w.ctx)
	if err != nil {
		return fmt.Errorf("ask Telegram for the bot's name: %w", err)
	}
	clk := clock.New()
	communities := community.New(db, clk)
	of, err := communities.ByBot(w.ctx, id)
	if refusal.Is(err, refusal.NotFound) {
		return errNoSecretary
	}
	if err != nil {
		return fmt.Errorf("community of bot %d: %w", id, err)
	}
	where, err := cmd.where(w.ctx, communities, of.ID)
	if err != nil {
		return err
	}
	opens, err := people.New(db, clk).InviteHere(w.ctx, of.ID, access.Role(cmd.Role), where)
	if refusal.Is(err, refusal.NotFound) {
		return errNoSecretary
	}
	if err != nil {
		return fmt.Errorf("new invitation: %w", err)
	}
	link := bot.Link(me.Username, "inv_"+opens)
	fmt.Fprintf(w.stdout, "Invitation to %s as %s. The link works once, within 24 hours:\n%s\n", of.Name, cmd.Role, link)
	return printQR(w.stdout, link)
}

// where finds what the flags name.
func (cmd inviteCmd) where(ctx context.Context, communities *community.Service, in int64) (people.Where, error) {
	switch access.Role(cmd.Role) {
	case access.Member:
		area, err := cmd.area(ctx, communities, in)
		return people.Where{Area: area}, err
	case access.Helper:
		building, err := cmd.building(ctx, communities, in)
		return people.Where{Doorway: people.Doorway{Building: building, Entrance: cmd.Entrance}}, err
	default:
		return people.Where{}, nil
	}
}

func (cmd inviteCmd) area(ctx context.Context, communities *community.Service, in int64) (int64, error) {
	areas, err := communities.Areas(ctx, in)
	if err != nil {
		return 0, fmt.Errorf("areas: %w", err)
	}
	var names []string
	for _, a := range areas {
		if strings.EqualFold(a.Name, cmd.Area) || strconv.FormatInt(a.ID, 10) == cmd.Area || cmd.Area == "" && len(areas) == 1 {
			return a.ID, nil
		}
		names = append(names, fmt.Sprintf("%s (%d)", a.Name, a.ID))
	}
	return 0, fmt.Errorf("which area? --area is one of %s", strings.Join(names, ", "))
}

func (cmd inviteCmd) building(ctx context.Context, communities *community.Service, in int64) (int64, error) {
	buildings, err := communities.Buildings(ctx, in)
	if err != nil {
		return 0, fmt.Errorf("buildings: %w", err)
	}
	var names []string
	for _, b := range buildings {
		if strings.EqualFold(b.Name, cmd.Building) {
			if cmd.Entrance < 0 || cmd.Entrance > b.Entrances {
				return 0, fmt.Errorf("building %s has the entrances 1 to %d", b.Name, b.Entrances)
			}
			return b.ID, nil
		}
		names = append(names, b.Name)
	}
	return 0, fmt.Errorf("which building? --building is one of %s", strings.Join(names, ", "))
}
