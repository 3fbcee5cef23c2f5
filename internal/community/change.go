package community

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Settings are what can be changed of a community; what is empty stays.
type Settings struct {
	Name        string `json:"name,omitempty"`
	Language    string `json:"language,omitempty"`
	Zone        string `json:"zone,omitempty"`
	OfficePhone string `json:"office_phone,omitempty"`
}

// Ensure returns the community of a bot. The first time it makes it, with one
// area that has no name.
func (s *Service) Ensure(ctx context.Context, bot int64, name string) (Community, error) {
	if c, err := s.ByBot(ctx, bot); !refusal.Is(err, refusal.NotFound) {
		return c, err
	}
	name, err := cleanName(name)
	if err != nil {
		return Community{}, err
	}
	var c Community
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		now := s.clk.Now()
		// The update that changes nothing makes the loser of a race read the winner's row.
		err := tx.GetContext(ctx, &c, `
			INSERT INTO communities (bot, name, language, zone, created_at) VALUES ($1, $2, 'zh', 'Asia/Shanghai', $3)
			ON CONFLICT (bot) DO UPDATE SET bot = EXCLUDED.bot
			RETURNING `+columns, bot, name, now)
		if err != nil {
			return err
		}
		made, err := tx.ExecContext(ctx, `
			INSERT INTO areas (community_id, name) VALUES ($1, '') ON CONFLICT (community_id, name) DO NOTHING`, c.ID)
		if err != nil {
			return err
		}
		if n, err := made.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return event(ctx, tx, happened{c.ID, 0, "founded", map[string]any{"bot": bot}, now})
	})
	if err != nil {
		return Community{}, fmt.Errorf("ensure community of bot %d: %w", bot, err)
	}
	return c, nil
}

// Describe changes a community's settings. The caller has checked that by, 0
// for whoever keeps the machine, may do so.
func (s *Service) Describe(ctx context.Context, community, by int64, to Settings) (Community, error) {
	if to.Zone != "" {
		if _, err := time.LoadLocation(to.Zone); err != nil {
			return Community{}, refusal.New(refusal.Invalid, "community.unknown_zone", "zone", to.Zone)
		}
	}
	to.Name, to.OfficePhone = pg.Text(to.Name), pg.Text(to.OfficePhone)
	var c Community
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		err := tx.GetContext(ctx, &c, `
			UPDATE communities SET
				name = coalesce(nullif($2, ''), name),
				language = coalesce(nullif($3, ''), language),
				zone = coalesce(nullif($4, ''), zone),
				office_phone = coalesce(nullif($5, ''), office_phone)
			WHERE id = $1
			RETURNING `+columns, community, to.Name, to.Language, to.Zone, to.OfficePhone)
		if err != nil {
			return found(err, "community", community)
		}
		return event(ctx, tx, happened{community, by, "described", to, s.clk.Now()})
	})
	if err != nil {
		return Community{}, fmt.Errorf("describe community %d: %w", community, err)
	}
	return c, nil
}

// AddArea returns the area of that name, and makes it the first time. The
// caller has checked that by may do so.
func (s *Service) AddArea(ctx context.Context, community, by int64, name string) (Area, error) {
	name, err := cleanName(name)
	if err != nil {
		return Area{}, err
	}
	var a Area
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		err := tx.GetContext(ctx, &a, `
			INSERT INTO areas (community_id, name) VALUES ($1, $2)
			ON CONFLICT (community_id, name) DO UPDATE SET name = EXCLUDED.name
			RETURNING id, name`, community, name)
		if err != nil {
			return err
		}
		return event(ctx, tx, happened{community, by, "area_added", map[string]any{"area": a.ID}, s.clk.Now()})
	})
	if err != nil {
		return Area{}, fmt.Errorf("add area: %w", err)
	}
	return a, nil
}

// AddBuilding returns the building of that name with its area and entrances
// as given, and makes it the first time. The caller has checked that by may do
// so. Area 0 is the community's only area.
func (s *Service) AddBuilding(ctx context.Context, community, by int64, b Building) (Building, error) {
	name, err := cleanName(b.Name)
	if err != nil {
		return Building{}, err
	}
	if b.Entrances < 1 || b.Entrances > 99 {
		return Building{}, refusal.New(refusal.Invalid, "community.bad_entrances", "max", 99)
	}
	var made Building
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		area, err := ReadArea(ctx, tx, community, b.Area)
		if err != nil {
			return err
		}
		err = tx.GetContext(ctx, &made, `
			INSERT INTO buildings (community_id, area_id, name, entrances) VALUES ($1, $2, $3, $4)
			ON CONFLICT (community_id, name) DO UPDATE SET area_id = EXCLUDED.area_id, entrances = EXCLUDED.entrances
			RETURNING id, area_id, name, entrances`, community, area.ID, name, b.Entrances)
		if err != nil {
			return err
		}
		return event(ctx, tx, happened{community, by, "building_added", map[string]any{"building": made.ID}, s.clk.Now()})
	})
	if err != nil {
		return Building{}, fmt.Errorf("add building: %w", err)
	}
	return made, nil
}

// ReadArea reads an area. 0 is the community's only one; where there are
// several, which one must be said.
func ReadArea(ctx context.Context, q sqlx.QueryerContext, community, id int64) (Area, error) {
	var some []Area
	err := sqlx.SelectContext(ctx, q, &some, `
		SELECT id, name FROM areas WHERE community_id = $1 AND ($2::bigint = 0 OR id = $2) ORDER BY id LIMIT 2`, community, id)
	switch {
	case err != nil:
		return Area{}, fmt.Errorf("read area %d: %w", id, err)
	case len(some) == 0:
		return Area{}, refusal.New(refusal.NotFound, "community.no_area")
	case len(some) > 1:
		return Area{}, refusal.New(refusal.Invalid, "community.which_area")
	}
	return some[0], nil
}

// happened is one step of a community's history; by 0 is whoever keeps the machine.
type happened struct {
	community, by int64
	code          string
	detail        any
	at            time.Time
}

func event(ctx context.Context, tx *sqlx.Tx, h happened) error {
	detail, err := json.Marshal(h.detail)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO community_events (community_id, code, actor_id, detail, at) VALUES ($1, $2, nullif($3::bigint, 0), $4, $5)`,
		h.community, h.code, h.by, string(detail), h.at)
	return err
}

func cleanName(name string) (string, error) {
	name = pg.Text(name)
	if n := len([]rune(name)); n == 0 || n > 60 {
		return "", refusal.New(refusal.Invalid, "community.bad_name", "max", 60)
	}
	return name, nil
}

// Noted is a step of a community's history that another package takes.
type Noted struct {
	Community, By int64 // By 0 is whoever keeps the machine
	Code          string
	Detail        any
	At            time.Time
}

// Note writes such a step, in the caller's transaction.
func Note(ctx context.Context, tx *sqlx.Tx, n Noted) error {
	return event(ctx, tx, happened{n.Community, n.By, n.Code, n.Detail, n.At})
}
