package groups

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Setting is what a group is for.
type Setting struct {
	Purpose   Purpose
	Buildings []int64 // none: all
	Posts     []Post
	Language  string // "": the community's
}

// Tie says what a group is for, or changes it. The group is told in one
// sentence, and the bot stays. What it is already is no change.
func (s *Service) Tie(ctx context.Context, actor people.Actor, id int64, to Setting) (Group, error) {
	var g Group
	err := s.on(ctx, actor, id, func(tx *sqlx.Tx, was Group) (err error) {
		if g = was; was.Gone {
			return refusal.New(refusal.Conflict, "groups.gone")
		}
		if err := to.check(ctx, tx, actor.Community); err != nil || to.same(was) {
			return err
		}
		if !was.Tied() {
			if err := outbox.Withdraw(ctx, tx, actor.Community, leaveKey(was)); err != nil {
				return err
			}
		}
		g, err = s.tie(ctx, tx, actor, was.ID, to)
		return err
	})
	if err != nil {
		return Group{}, fmt.Errorf("tie group %d: %w", id, err)
	}
	return g, nil
}

// tie writes down what a group is for, and tells it what will be posted there.
func (s *Service) tie(ctx context.Context, tx *sqlx.Tx, actor people.Actor, id int64, to Setting) (g Group, err error) {
	now := s.clk.Now()
	err = tx.GetContext(ctx, &g, `
		UPDATE groups SET purpose = $3, buildings = coalesce($4::bigint[], '{}'), posts = coalesce($5::text[], '{}'), language = $6, tied_by = $7, tied_at = $8,
			leave_at = NULL
		WHERE community_id = $1 AND id = $2
		RETURNING `+columns,
		actor.Community, id, to.Purpose, pq.Array(to.Buildings), pq.Array(codes(to.Posts)), to.Language, actor.Person, now)
	if err != nil {
		return Group{}, err
	}
	no, err := event(ctx, tx, happened{
		actor.Community, id, actor.Person, "group_tied", now,
		map[string]any{"purpose": to.Purpose, "buildings": to.Buildings, "posts": to.Posts, "language": to.Language},
	})
	if err != nil || g.Silent {
		return g, err
	}
	return g, outbox.Enqueue(ctx, tx, actor.Community, outbox.Row{
		Key: fmt.Sprintf("%s:tied:%d", subject(g.ID), no), Chat: g.Chat, Subject: subject(g.ID), Topic: "group.tied",
		Args: map[string]any{"group": g.ID}, Urgency: outbox.Notice, Due: now,
	})
}

// Untie takes back what a group is for: nothing is posted there any more, and
// the bot leaves within a day.
func (s *Service) Untie(ctx context.Context, actor people.Actor, id int64) error {
	err := s.on(ctx, actor, id, func(tx *sqlx.Tx, was Group) error {
		if !was.Tied() {
			return nil
		}
		now := s.clk.Now()
		var g Group
		err := tx.GetContext(ctx, &g, `
			UPDATE groups SET purpose = '', buildings = '{}', posts = '{}', language = '', tied_by = NULL, tied_at = NULL,
				leave_at = $3, waits = waits + 1
			WHERE community_id = $1 AND id = $2
			RETURNING `+columns, actor.Community, id, now.Add(MayWait))
		if err != nil {
			return err
		}
		_, err = event(ctx, tx, happened{community: actor.Community, group: id, by: actor.Person, code: "group_untied", at: now})
		if err != nil || g.Gone {
			return err
		}
		return outbox.Enqueue(ctx, tx, actor.Community, leaving(g))
	})
	if err != nil {
		return fmt.Errorf("untie group %d: %w", id, err)
	}
	return nil
}

// on changes a group for somebody who may.
func (s *Service) on(ctx context.Context, actor people.Actor, id int64, change func(*sqlx.Tx, Group) error) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := allowed(ctx, tx, actor); err != nil {
			return err
		}
		g, err := lock(ctx, tx, actor.Community, id)
		if err != nil {
			return err
		}
		return change(tx, g)
	})
}

// MayTie reports whether somebody may say what groups are for, as far as was
// known when the actor was read. The verbs look again.
func MayTie(a people.Actor) bool { return a.May(access.TieGroup, access.SameCommunity) }

func allowed(ctx context.Context, q sqlx.QueryerContext, actor people.Actor) error {
	now, err := people.ReadActor(ctx, q, actor.Community, actor.Person)
	if err != nil {
		return err
	}
	return access.Allow(access.TieGroup, now.Roles, access.SameCommunity)
}

// Said is what somebody said to the bot in a chat.
type Said struct {
	Arrival       // the chat, as it would be entered where it was not known
	Topic   int64 // of a forum, where it was said
	Key     string
}

// SetUp puts the question what a group is for before somebody who may answer
// it and administers it at Telegram, in private; the topic where they said so
// becomes the group's. Whom Telegram does not reach is refused: they are
// answered in the group, as everybody is.
func (s *Service) SetUp(ctx context.Context, actor people.Actor, said Said) error {
	if err := s.Added(ctx, said.Arrival); err != nil {
		return err
	}
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := allowed(ctx, tx, actor); err != nil {
			return err
		}
		who, err := people.ReadPerson(ctx, tx, actor.Community, actor.Person)
		if err != nil {
			return err
		}
		if !who.Reachable {
			return refusal.New(refusal.Conflict, "groups.unreachable")
		}
		g, err := lockChat(ctx, tx, actor.Community, said.Chat)
		if err != nil {
			return err
		}
		if err := s.place(ctx, tx, actor, g, said.Topic); err != nil {
			return err
		}
		return outbox.Enqueue(ctx, tx, actor.Community, outbox.Row{
			Key: subject(g.ID) + ":setup:" + said.Key, Person: who.ID, Subject: subject(g.ID), Topic: "group.setup",
			Args: map[string]any{"group": g.ID}, Urgency: outbox.Task, Due: s.clk.Now(),
		})
	})
	if err != nil {
		return fmt.Errorf("set up chat %d: %w", said.Chat, err)
	}
	return nil
}

// place makes a topic of a forum the one in which the bot posts.
func (s *Service) place(ctx context.Context, tx *sqlx.Tx, actor people.Actor, g Group, topic int64) error {
	if g.Topic == topic {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE groups SET topic_id = $3 WHERE community_id = $1 AND id = $2`, actor.Community, g.ID, topic)
	if err != nil {
		return err
	}
	_, err = event(ctx, tx, happened{actor.Community, g.ID, actor.Person, "group_topic", s.clk.Now(), map[string]any{"topic": topic}})
	return err
}

// Greet says in a group how to reach the bot: to everybody alike, whoever asked.
func (s *Service) Greet(ctx context.Context, said Said) error {
	if err := s.Added(ctx, said.Arrival); err != nil {
		return err
	}
	now := s.clk.Now()
	err := s.inTx(ctx, func(tx *sqlx.Tx) error {
		g, err := lockChat(ctx, tx, said.Community, said.Chat)
		if err != nil || g.Silent || g.Gone {
			return err
		}
		return outbox.Enqueue(ctx, tx, said.Community, hello(g, said.Topic, now))
	})
	if err != nil {
		return fmt.Errorf("greet chat %d: %w", said.Chat, err)
	}
	return nil
}

var isLanguage = regexp.MustCompile(`^([a-z]{2,3})?$`)

// check refuses what no group can be for.
func (to Setting) check(ctx context.Context, tx *sqlx.Tx, community int64) error {
	unknown := func(p Post) bool { return !slices.Contains(Posts, p) }
	if !slices.Contains(Purposes, to.Purpose) || slices.ContainsFunc(to.Posts, unknown) || !isLanguage.MatchString(to.Language) {
		return refusal.New(refusal.Invalid, "groups.unknown_setting")
	}
	var there int
	err := tx.GetContext(ctx, &there, `
		SELECT count(*) FROM buildings WHERE community_id = $1 AND id = ANY($2)`, community, pq.Array(to.Buildings))
	if err == nil && there < len(to.Buildings) {
		return refusal.New(refusal.NotFound, "groups.no_building")
	}
	return err
}

// same reports whether a group is set so already.
func (to Setting) same(g Group) bool {
	return g.Purpose == to.Purpose && g.Language == to.Language && slices.Equal(g.Buildings, to.Buildings) && slices.Equal(g.Posts, codes(to.Posts))
}

func codes(posts []Post) []string {
	var list []string
	for _, p := range posts {
		list = append(list, string(p))
	}
	return list
}
