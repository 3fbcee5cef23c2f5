package people

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
)

// CommandsTopic is the job that lets Telegram show somebody the commands of who
// they are now.
const CommandsTopic = "chat.commands"

// CommandsArgs say whose commands; 0 is everybody's.
type CommandsArgs struct {
	Person int64 `json:"person"`
}

// CommandsOfAll lets Telegram show everybody the commands that there are now, once the
// transaction is committed in which a service of the community begins or ends; of is the
// event that says so.
func CommandsOfAll(ctx context.Context, tx *sqlx.Tx, community int64, of string, at time.Time) error {
	return outbox.Enqueue(ctx, tx, community, outbox.Row{
		Key: CommandsTopic + "/" + of, Topic: CommandsTopic, Args: CommandsArgs{}, Urgency: outbox.Digest, Due: at,
	})
}

// commandsChanged is called wherever a role begins or ends, and where somebody
// with a role chooses another language. The change that calls it happens once,
// and so does the job.
func (s *Service) commandsChanged(ctx context.Context, tx *sqlx.Tx, community, person int64) error {
	return outbox.Enqueue(ctx, tx, community, outbox.Row{
		Key: CommandsTopic + "/" + newToken(), Topic: CommandsTopic, Args: CommandsArgs{person}, Urgency: outbox.Digest, Due: s.clk.Now(),
	})
}

// Serves reports whether they have commands beside those of everybody: they find
// people, and invite them.
func (a Actor) Serves() bool {
	return a.Has(access.Member, access.Kitchen, access.Childcare, access.Deputy, access.Secretary)
}

// Serving reads who holds a role and has Telegram, for what is theirs beside
// what everybody has.
func (s *Service) Serving(ctx context.Context, community int64) ([]int64, error) {
	var ids []int64
	err := s.db.SelectContext(ctx, &ids, `
		SELECT DISTINCT p.id FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id
		WHERE r.community_id = $1 AND r.ended_at IS NULL AND p.telegram IS NOT NULL ORDER BY p.id`, community)
	if err != nil {
		return nil, fmt.Errorf("read who serves: %w", err)
	}
	return ids, nil
}
