package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/groups"
)

// toldGroup is what the outbox keeps of a message about a group, or to one.
type toldGroup struct {
	Group int64 `json:"group"`
	Topic int64 `json:"topic"` // of a forum, where the bot was spoken to
}

// ofGroups are the topics that tell a person about a group.
func (h *House) ofGroups() map[string]func(context.Context, Visit, groups.Group) dialog.Screen {
	return map[string]func(context.Context, Visit, groups.Group) dialog.Screen{
		"group.setup": h.groupScreen,
		"group.lost": func(_ context.Context, v Visit, g groups.Group) dialog.Screen {
			return v.say("groups.lost", "title", g.Title)
		},
		"group.silenced": func(_ context.Context, v Visit, g groups.Group) dialog.Screen {
			return v.say("groups.silenced", "title", g.Title)
		},
	}
}

// renderGroupNews draws the messages about groups for a person.
func (h *House) renderGroupNews(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	draw := h.ofGroups()[topic]
	if draw == nil {
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
	var a toldGroup
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("tell of a group: %w", err)
	}
	g, err := h.Groups.Read(ctx, v.Community.ID, a.Group)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("tell of a group: %w", err)
	}
	return draw(ctx, v, g), nil
}

// toGroups are the topics that linli itself has for groups: one sentence, and
// one button into the private chat.
func (h *House) toGroups() map[string]Draw {
	return map[string]Draw{
		"group.greeting": func(_ context.Context, v Visit, args []byte) (dialog.Screen, error) {
			var a toldGroup
			if err := json.Unmarshal(args, &a); err != nil {
				return dialog.Screen{}, err
			}
			s, err := talkInPrivate(v, "groups.hello")
			s.Topic = a.Topic
			return s, err
		},
		"group.tied": func(_ context.Context, v Visit, _ []byte) (dialog.Screen, error) {
			return talkInPrivate(v, "groups.tied", "posts", postNames(v, v.Group))
		},
		"group.week":      h.drawWeek,
		"group.week_gone": func(context.Context, Visit, []byte) (dialog.Screen, error) { return dialog.Screen{Gone: true}, nil },
	}
}

// talkInPrivate says one sentence with the way into the private chat under it.
func talkInPrivate(v Visit, key string, args ...any) (dialog.Screen, error) {
	if v.Bot == "" {
		return dialog.Screen{}, errors.New("the bot's name is not known yet")
	}
	s := v.say(key, append(args, "community", v.Community.Name)...)
	s.Rows = [][]dialog.Button{{{Label: v.Texts.T("groups.talk"), URL: v.Link(groupsLink)}}}
	return s, nil
}

// notSetUp answers in the group after all who cannot be asked in private.
func (h *House) notSetUp(ctx context.Context, community int64, args []byte) error {
	var a toldGroup
	if err := json.Unmarshal(args, &a); err != nil {
		return fmt.Errorf("answer in a group: %w", err)
	}
	g, err := h.Groups.Read(ctx, community, a.Group)
	if err != nil {
		return fmt.Errorf("answer in a group: %w", err)
	}
	return h.Groups.Greet(ctx, groups.Said{Arrival: groups.Arrival{Community: community, Chat: g.Chat, Title: g.Title}, Topic: g.Topic})
}
