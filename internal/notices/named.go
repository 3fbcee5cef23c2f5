package notices

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// Names are the names of persons and the flats on the register that some words hold: no
// group is told either without its writer having been asked.
func (s *Service) Names(ctx context.Context, actor people.Actor, texts Words) ([]string, error) {
	now, err := people.ReadActor(ctx, s.db, actor.Community, actor.Person)
	if err != nil {
		return nil, fmt.Errorf("look for names: %w", err)
	}
	if !May(now) {
		return []string{}, nil
	}
	found := []string{}
	for _, text := range texts {
		some, err := s.named(ctx, s.db, actor.Community, text)
		if err != nil {
			return nil, fmt.Errorf("look for names: %w", err)
		}
		found = append(found, some...)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

func (s *Service) named(ctx context.Context, q sqlx.QueryerContext, community int64, text string) ([]string, error) {
	var names []string
	err := sqlx.SelectContext(ctx, q, &names, `
		SELECT DISTINCT name FROM persons
		WHERE community_id = $1 AND char_length(name) >= 2 AND strpos($2, name) > 0`, community, text)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(names, func(name string) bool { return !holdsWord(text, name) })
	for _, f := range flatsIn(text) {
		var there bool
		err := sqlx.GetContext(ctx, q, &there, `
			SELECT EXISTS (SELECT FROM households h JOIN buildings b ON b.community_id = h.community_id AND b.id = h.building_id
				WHERE h.community_id = $1 AND h.flat = $4 AND ($2 = '' OR substring(b.name FROM '\d+') = $2 AND h.entrance::text = $3))`,
			community, f.building, f.entrance, f.flat)
		if err != nil {
			return nil, err
		}
		if there {
			found = append(found, f.said)
		}
	}
	return found, nil
}

// holdsWord reports whether a text holds a name as a word of its own: where letters
// are parted by spaces, "An" is not in "Anybody".
func holdsWord(text, name string) bool {
	for rest, before := text, rune(0); ; {
		i := strings.Index(rest, name)
		if i < 0 {
			return false
		}
		if i > 0 {
			before, _ = utf8.DecodeLastRuneInString(rest[:i])
		}
		after, _ := utf8.DecodeRuneInString(rest[i+len(name):])
		first, size := utf8.DecodeRuneInString(name)
		last, _ := utf8.DecodeLastRuneInString(name)
		goesOn := spaced(before) && spaced(first) || spaced(last) && spaced(after)
		if !goesOn {
			return true
		}
		before, rest = first, rest[i+size:]
	}
}

// spaced reports whether a letter is of a writing that parts its words.
func spaced(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r) }

// flatSaid is a flat as somebody wrote it; its building is "" where they did not say.
type flatSaid struct{ said, building, entrance, flat string }

var (
	dashed = regexp.MustCompile(`(\d+)\s*[-－–—]\s*(\d+)\s*[-－–—]\s*(\d+)`)
	worded = regexp.MustCompile(`(\d+)\s*(?:号楼|号|栋|幢|座|楼)\s*(\d+)\s*单元\s*(\d+)`)
	alone  = regexp.MustCompile(`(?i)(?:(\d+)\s*(?:室|户)|\b(?:flat|apartment|room|no\. ?)\s*(\d+))`)
)

// flatsIn are the flats that a text may speak of: 3-2-301, 3号楼2单元301, 301室, flat 301.
func flatsIn(text string) (all []flatSaid) {
	for _, form := range []*regexp.Regexp{dashed, worded} {
		for _, m := range form.FindAllStringSubmatch(text, -1) {
			all = append(all, flatSaid{said: m[0], building: m[1], entrance: m[2], flat: m[3]})
		}
	}
	for _, m := range alone.FindAllStringSubmatch(text, -1) {
		all = append(all, flatSaid{said: m[0], flat: m[1] + m[2]})
	}
	return all
}
