package people

import (
	"context"

	"github.com/linli-bot/linli/internal/refusal"
)

// Quiet is when nothing but what is urgent makes a sound for somebody, in minutes
// of the day. The same twice is never.
type Quiet struct{ From, Until int }

const minutesADay = 24 * 60

// SetQuiet keeps somebody's own quiet hours; nil is as the community has it.
func (s *Service) SetQuiet(ctx context.Context, actor Actor, quiet *Quiet) (Person, error) {
	var from, until *int
	if quiet != nil {
		if min(quiet.From, quiet.Until) < 0 || max(quiet.From, quiet.Until) >= minutesADay {
			return Person{}, refusal.New(refusal.Invalid, "people.bad_quiet")
		}
		from, until = &quiet.From, &quiet.Until
	}
	return s.change(ctx, actor, "quiet_set", `
		UPDATE persons SET quiet_from = $3, quiet_until = $4
		WHERE community_id = $1 AND id = $2 AND (quiet_from, quiet_until) IS DISTINCT FROM ($3::int, $4::int)`, from, until)
}
