package cases

import (
	"context"
	"math"
	"slices"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg"
	"github.com/linli-bot/linli/internal/refusal"
)

// Limits of what is said of a place, in characters.
const (
	maxPlaceNote = 200
	maxFlat      = 12
)

// cleanWords refuses what is too long: somebody is there to shorten it.
func cleanWords(s string) (string, error) {
	s = pg.Text(s)
	if len([]rune(s)) > MaxWords {
		return "", refusal.New(refusal.Invalid, "case.words_too_long", "max", MaxWords)
	}
	return s, nil
}

func checkKey(key string) error {
	if key == "" || key != pg.Text(key) {
		return refusal.New(refusal.Invalid, "case.no_key")
	}
	return nil
}

func checkKind(kinds community.Kinds, code string) error {
	if _, ok := kinds.Find(code); !ok && code != "" {
		return refusal.New(refusal.Invalid, "case.unknown_kind")
	}
	return nil
}

// checkPlace returns the place without what cannot be stored.
func checkPlace(p community.Place) (community.Place, error) {
	p.Note, p.Flat = pg.Cut(pg.Text(p.Note), maxPlaceNote), pg.Text(p.Flat)
	bad := refusal.New(refusal.Invalid, "case.bad_place")
	switch p.Spot {
	case community.SpotOwn, community.SpotHome, community.SpotOutdoors, community.SpotOther:
	default:
		return p, bad
	}
	located := p.Lat != nil && p.Lon != nil
	if !located && (p.Lat != nil || p.Lon != nil) || len([]rune(p.Flat)) > maxFlat {
		return p, bad
	}
	if located && !(math.Abs(*p.Lat) <= 90 && math.Abs(*p.Lon) <= 180) {
		return p, bad
	}
	return p, nil
}

func checkMedia(media []Media) error {
	for _, m := range media {
		if !slices.Contains([]string{"photo", "video", "voice"}, m.Kind) || m.FileID == "" || m.UniqueID == "" {
			return refusal.New(refusal.Invalid, "case.bad_media")
		}
	}
	return nil
}

// add keeps media of a stage; what is there already is not kept twice.
func (t *turn) add(ctx context.Context, stage Stage, media []Media) error {
	if len(media) == 0 {
		return nil
	}
	var there []string
	err := t.tx.SelectContext(ctx, &there, `
		SELECT unique_id FROM case_media WHERE community_id = $1 AND case_id = $2 AND stage = $3`, t.c.Community, t.c.ID, stage)
	if err != nil {
		return err
	}
	kinds, files, uniques := columnsOf(media, there...)
	if len(there)+len(uniques) > MaxMedia {
		return refusal.New(refusal.Invalid, "case.too_many_media", "max", MaxMedia)
	}
	_, err = t.tx.ExecContext(ctx, `
		INSERT INTO case_media (community_id, case_id, stage, nth, kind, file_id, unique_id, person_id, at)
		SELECT $1, $2, $3, $4 + m.nth, m.kind, m.file, m.uniq, $8, $9
		FROM unnest($5::text[], $6::text[], $7::text[]) WITH ORDINALITY AS m (kind, file, uniq, nth)`,
		t.c.Community, t.c.ID, stage, len(there), pq.Array(kinds), pq.Array(files), pq.Array(uniques), t.actor.Person, t.now)
	return err
}

// columnsOf lists media column by column, each once, and none that is there.
func columnsOf(media []Media, there ...string) (kinds, files, uniques []string) {
	for _, m := range media {
		if slices.Contains(there, m.UniqueID) || slices.Contains(uniques, m.UniqueID) {
			continue
		}
		kinds, files, uniques = append(kinds, m.Kind), append(files, m.FileID), append(uniques, m.UniqueID)
	}
	return kinds, files, uniques
}

// note keeps words of a stage.
func (t *turn) note(ctx context.Context, stage Stage, words string) error {
	if words == "" {
		return nil
	}
	_, err := t.tx.ExecContext(ctx, `
		INSERT INTO case_notes (community_id, case_id, stage, words, person_id, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.c.Community, t.c.ID, stage, words, t.actor.Person, t.now)
	return err
}
