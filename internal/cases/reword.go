package cases

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// reworded marks what was said before in other words.
const reworded = "reworded"

// Reword takes in that a message of the actor's says something else now; of is the
// key under which it came. What was said is told anew to those who heard it, what stood
// in the report is added to it.
func (s *Service) Reword(ctx context.Context, actor people.Actor, of string, n Note) (Case, error) {
	id, as, err := s.whereSaid(ctx, actor, of)
	switch {
	case err != nil:
		return Case{}, err
	case as == inTalk:
		return s.reword(ctx, actor, id, of, n)
	case as == inHearing:
		return s.rewordHeard(ctx, actor, id, of, n)
	}
	c, err := s.Find(ctx, actor, id)
	switch {
	case err != nil:
		return Case{}, err
	case slices.Contains([]Status{Dropped, TakenBack}, c.Status):
		return Case{}, access.NotFound()
	case c.Status == Draft:
		return s.Join(ctx, actor, id, n)
	}
	done, err := s.Say(ctx, actor, id, n)
	return done.Case, err
}

// As what a message can have been said.
const (
	inReport  = "report"
	inTalk    = "talk"
	inHearing = "hearing" // of one side, or noted of a talk with them
)

// whereSaid finds the case into which a message of the actor's went, and as what.
func (s *Service) whereSaid(ctx context.Context, actor people.Actor, of string) (id int64, as string, err error) {
	var found []struct {
		ID int64
		As string
	}
	err = s.db.SelectContext(ctx, &found, `
		SELECT case_id AS id, 'talk' AS as FROM case_said
		WHERE community_id = $1 AND person_id = $2 AND key = ANY ($4)
		UNION ALL
		SELECT case_id, 'hearing' FROM case_hearings WHERE community_id = $1 AND person_id = $2 AND key = ANY ($4)
		UNION ALL
		SELECT id, 'report' FROM cases WHERE community_id = $1 AND reporter_id = $2 AND session_key = $3
		UNION ALL
		SELECT c.id, 'report' FROM cases c JOIN case_events e ON e.community_id = c.community_id AND e.case_id = c.id AND e.key = 'join:' || $3
		WHERE c.community_id = $1 AND c.reporter_id = $2 AND c.drafted_at > $5
		LIMIT 1`, actor.Community, actor.Person, of, pq.Array(saidKeys(of)), s.clk.Now().Add(-changeable))
	if err != nil {
		return 0, "", fmt.Errorf("find what a message said: %w", err)
	}
	if len(found) == 0 {
		return 0, "", access.NotFound()
	}
	return found[0].ID, found[0].As, nil
}

// changeable is how long Telegram lets somebody change what they wrote.
const changeable = 48 * time.Hour

// saidKeys are the keys under which a message's words may be kept.
func saidKeys(of string) []string {
	var keys []string
	for _, said := range []access.Action{access.Talk, access.Remark, access.Side, access.Mediate} {
		keys = append(keys, string(said)+":"+of)
	}
	return keys
}

func (s *Service) reword(ctx context.Context, actor people.Actor, id int64, of string, n Note) (Case, error) {
	do := access.Talk
	var side Speaker
	err := s.db.GetContext(ctx, &side, `
		SELECT side FROM case_said WHERE community_id = $1 AND case_id = $2 AND key = ANY ($3)`, actor.Community, id, pq.Array(saidKeys(of)))
	if err != nil {
		return Case{}, found(err)
	}
	if side == Among {
		do = access.Remark
	}
	return s.later(ctx, call{"put otherwise what was said about", do, actor, id}, n, func(t *turn, key, words string) error {
		return t.reword(ctx, of, key, words)
	})
}

// reword changes the words of something said, and tells them anew. Words that are
// the same tell nobody: Telegram also says so when it shows a link otherwise.
func (t *turn) reword(ctx context.Context, of, key, words string) error {
	var r saidRow
	err := sqlx.GetContext(ctx, t.tx, &r, `
		UPDATE case_said SET words = $5, changed_at = $6
		WHERE community_id = $1 AND case_id = $2 AND person_id = $3 AND key = ANY ($4) AND words <> $5 AND $5 <> ''
		RETURNING `+saidColumns, t.c.Community, t.c.ID, t.actor.Person, pq.Array(saidKeys(of)), words, t.now)
	if none := found(err); refusal.Is(none, refusal.NotFound) {
		return nil
	} else if none != nil {
		return none
	}
	said, err := r.said()
	if err != nil {
		return err
	}
	code := MoveSay
	if said.By == Among {
		code = MoveRemark
	}
	if err := t.aside(ctx, code, detail{"key": key, "item": said.ID, "code": reworded}); err != nil {
		return err
	}
	_, err = t.carry(ctx, said, reworded)
	return err
}

// rewordHeard takes in that something says something else now which one side and whoever
// hears both said to one another, or which was noted of a talk.
func (s *Service) rewordHeard(ctx context.Context, actor people.Actor, id int64, of string, n Note) (Case, error) {
	do := access.Mediate
	if c, err := s.Find(ctx, actor, id); err != nil {
		return Case{}, err
	} else if c.SideOf(actor.Person) != Both {
		do = access.Side
	}
	return s.later(ctx, call{"put otherwise what was heard of", do, actor, id}, n, func(t *turn, key, words string) error {
		return t.rewordHeard(ctx, of, key, words)
	})
}

// rewordHeard changes the words of something heard, and tells them anew to the one who
// heard them, and to nobody else: a note of a talk is its writer's own. Words that are
// the same tell nobody.
func (t *turn) rewordHeard(ctx context.Context, of, key, words string) error {
	code, topic := MoveHear, "case.side_told"
	if t.c.SideOf(t.actor.Person) != Both {
		code, topic = MoveSide, "case.side_said"
	}
	if !leads(t.from, code) {
		return t.tooLate(ctx)
	}
	var h Heard
	err := sqlx.GetContext(ctx, t.tx, &h, `
		UPDATE case_hearings SET words = $5, changed_at = $6
		WHERE community_id = $1 AND case_id = $2 AND person_id = $3 AND key = ANY ($4) AND words <> $5 AND $5 <> ''
		RETURNING `+heardColumns, t.c.Community, t.c.ID, t.actor.Person, pq.Array(saidKeys(of)), words, t.now)
	if none := found(err); refusal.Is(none, refusal.NotFound) {
		return nil
	} else if none != nil {
		return none
	}
	if err := t.aside(ctx, code, detail{"key": key, "side": h.Side, "item": h.ID, "code": reworded}); err != nil {
		return err
	}
	to := t.c.Holder
	switch {
	case h.Met != "":
		return nil
	case code == MoveHear:
		to = t.c.side(h.Side)
	}
	return t.tell(ctx, news{topic, outbox.Task, detail{"item": h.ID, "code": reworded}}, to)
}
