package people

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/mozillazg/go-pinyin"
)

// surnames are read otherwise when they begin a name. Source: 《现代汉语词典》,
// the readings marked 姓.
var surnames = map[rune]string{
	'单': "s", '曾': "z", '仇': "q", '解': "x", '查': "z", '翟': "z", '盖': "g", '区': "o", '覃': "q", '乐': "y", '员': "y", '折': "s",
}

// initialsOf are the letters by which a name is typed to find it: the first of
// each Chinese character's pinyin, and of each word in other letters.
func initialsOf(name string) string {
	var b strings.Builder
	inWord := false
	first := pinyin.Args{Style: pinyin.FirstLetter}
	for _, r := range name {
		if !unicode.Is(unicode.Han, r) {
			letter := unicode.IsLetter(r)
			if letter && !inWord {
				b.WriteRune(unicode.ToLower(r))
			}
			inWord = letter || inWord && (r == '\'' || r == '’')
			continue
		}
		inWord = false
		if read, ok := surnames[r]; ok && b.Len() == 0 {
			b.WriteString(read)
		} else if read := pinyin.SinglePinyin(r, first); len(read) > 0 {
			b.WriteString(read[0])
		}
	}
	return b.String()
}

// FillInitials gives those their initials who were entered before there were any.
func (s *Service) FillInitials(ctx context.Context, community int64) error {
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		var some []struct {
			ID   int64
			Name string
		}
		err := tx.SelectContext(ctx, &some, `
			SELECT id, name FROM persons WHERE community_id = $1 AND initials = '' AND name <> '' ORDER BY id FOR NO KEY UPDATE`, community)
		if err != nil || len(some) == 0 {
			return err
		}
		ids, initials := make([]int64, len(some)), make([]string, len(some))
		for i, p := range some {
			ids[i], initials[i] = p.ID, initialsOf(p.Name)
		}
		_, err = tx.ExecContext(ctx, `
			UPDATE persons p SET initials = f.initials
			FROM unnest($2::bigint[], $3::text[]) AS f (id, initials)
			WHERE p.community_id = $1 AND p.id = f.id AND f.initials <> ''`, community, pq.Array(ids), pq.Array(initials))
		return err
	})
	if err != nil {
		return fmt.Errorf("fill in initials: %w", err)
	}
	return nil
}
