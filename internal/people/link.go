package people

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/refusal"
)

// LinkKind is what a one-time link is for.
type LinkKind string

// The kinds of links. All work once, for a while, and only their hash is kept.
const (
	RoleLink   LinkKind = "role"   // opens a role
	FamilyLink LinkKind = "family" // opens that somebody acts for Person
	PersonLink LinkKind = "person" // whoever opens it may say that they are Person, who is on the register
)

// linkFor is how long a link of each kind can be opened.
var linkFor = map[LinkKind]time.Duration{
	RoleLink: 24 * time.Hour, FamilyLink: 24 * time.Hour, PersonLink: 24 * time.Hour,
}

// Link is a one-time link as it is kept.
type Link struct {
	ID       int64
	Kind     LinkKind
	Role     access.Role // of a RoleLink,
	Area     int64       // with where it is held
	Building int64
	Entrance int
	Person   int64   // of the others
	Tie      TieKind // of a FamilyLink
	MadeBy   int64   // 0: whoever keeps the machine
	UsedBy   int64   // 0: nobody yet
	Asks     int64   // who must say that the right person opened it; 0: nobody need
	Decided  bool
	Accepted bool
}

// where is the place for which a RoleLink gives its role.
func (l Link) where() Where { return Where{Area: l.Area, Doorway: Doorway{l.Building, l.Entrance}} }

// TieKind is how somebody acts for another person.
type TieKind string

// The kinds of ties.
const (
	Family   TieKind = "family"
	Guardian TieKind = "guardian"
	// Collector is of a child that has no file yet: they go onto its list with it, and no
	// other is made.
	Collector TieKind = "collector"
)

const linkColumns = `id, kind, role, coalesce(area_id, 0) AS area, coalesce(building_id, 0) AS building, coalesce(entrance, 0) AS entrance,
	coalesce(person_id, 0) AS person, tie, coalesce(made_by, 0) AS madeby, coalesce(used_by, 0) AS usedby, coalesce(asks, 0) AS asks,
	decided_at IS NOT NULL AS decided, coalesce(accepted, false) AS accepted`

// newToken is 128 random bits as a link carries them.
func newToken() string {
	raw := make([]byte, 16)
	rand.Read(raw) // it never fails: the runtime ends the program first
	return base64.RawURLEncoding.EncodeToString(raw)
}

// makeLink keeps a new link and returns its token. The caller has checked that
// its maker may give what it gives.
func (s *Service) makeLink(ctx context.Context, tx *sqlx.Tx, community int64, l Link) (token string, err error) {
	token = newToken()
	now := s.clk.Now()
	_, err = tx.ExecContext(ctx, `
		INSERT INTO links (community_id, token_hash, kind, role, area_id, building_id, entrance, person_id, tie, made_by, made_at, expires_at, asks)
		VALUES ($1, $2, $3, $4, nullif($5::bigint, 0), nullif($6::bigint, 0), nullif($7::int, 0), nullif($8::bigint, 0), $9,
			nullif($10::bigint, 0), $11, $12, nullif($13::bigint, 0))`,
		community, hash(token), l.Kind, l.Role, l.Area, l.Building, l.Entrance, l.Person, l.Tie,
		l.MadeBy, now, now.Add(linkFor[l.Kind]), l.Asks)
	return token, err
}

// openLink uses a link up for a person, who may open it again and gets the same
// back: first tells which it was. One that is wrong, expired, of another kind or
// used by somebody else is refused alike. The row stays locked: of many who open
// it at once, one is first.
func (s *Service) openLink(ctx context.Context, tx *sqlx.Tx, o opening) (l Link, first bool, err error) {
	now := s.clk.Now()
	err = tx.GetContext(ctx, &l, `
		SELECT `+linkColumns+` FROM links
		WHERE community_id = $1 AND token_hash = $2 AND kind = $3 AND (used_by = $4 OR used_by IS NULL AND expires_at > $5)
		FOR UPDATE`, o.community, hash(o.token), o.kind, o.by, now)
	if errors.Is(err, sql.ErrNoRows) {
		return Link{}, false, refusal.New(refusal.NotFound, "people.no_such_link")
	}
	if err != nil || l.UsedBy != 0 {
		return l, false, err
	}
	l.UsedBy = o.by
	_, err = tx.ExecContext(ctx, `
		UPDATE links SET used_by = $3, used_at = $4 WHERE community_id = $1 AND id = $2`, o.community, l.ID, o.by, now)
	return l, true, err
}

// opening is somebody who opens a link.
type opening struct {
	community, by int64
	token         string
	kind          LinkKind
}

// lockLink reads a link that was opened, for deciding on it.
func lockLink(ctx context.Context, tx *sqlx.Tx, community, id int64) (Link, error) {
	var l Link
	err := tx.GetContext(ctx, &l, `
		SELECT `+linkColumns+` FROM links WHERE community_id = $1 AND id = $2 AND used_by IS NOT NULL FOR UPDATE`, community, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Link{}, access.NotFound()
	}
	return l, err
}

// decideLink writes down whether what a link gives was given.
func (s *Service) decideLink(ctx context.Context, tx *sqlx.Tx, community, id int64, accepted bool) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE links SET decided_at = $3, accepted = $4 WHERE community_id = $1 AND id = $2 AND decided_at IS NULL`,
		community, id, s.clk.Now(), accepted)
	return err
}
