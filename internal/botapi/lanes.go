package botapi

import "encoding/json"

// laneKey is a queue of a webhook: its updates are brought one after the
// other, those of different queues side by side.
type laneKey struct {
	class int64
	id    int64
}

// laneRule says what an update's queue is called after.
type laneRule struct {
	class int64
	by    func(laneParts) int64
}

// laneParts are the fields of an update that queues are called after.
type laneParts struct {
	Chat   laneID     `json:"chat"`
	From   laneID     `json:"from"`
	User   laneID     `json:"user"`
	Old    laneMember `json:"old_chat_member"`
	ID     any        `json:"id"`
	PollID string     `json:"poll_id"`
}

type laneMember struct {
	User laneID `json:"user"`
}

type laneID struct {
	ID int64 `json:"id"`
}

func byChat(p laneParts) int64   { return p.Chat.ID }
func byFrom(p laneParts) int64   { return p.From.ID }
func byUser(p laneParts) int64   { return p.User.ID }
func byMember(p laneParts) int64 { return p.Old.User.ID }

func byPoll(p laneParts) int64 {
	if id, ok := p.ID.(string); ok {
		return toInteger(id)
	}
	return toInteger(p.PollID)
}

// laneRules are the real server's (Client.cpp:16990-18051). Polls share the
// class of messages there; their numbers never meet.
var laneRules = map[string]laneRule{
	"message":                   {0, byChat},
	"edited_message":            {0, byChat},
	"channel_post":              {0, byChat},
	"edited_channel_post":       {0, byChat},
	"poll":                      {0, byPoll},
	"poll_answer":               {0, byPoll},
	"inline_query":              {1, byFrom},
	"chosen_inline_result":      {2, byFrom},
	"callback_query":            {3, byFrom},
	"shipping_query":            {4, byFrom},
	"pre_checkout_query":        {4, byFrom},
	"my_chat_member":            {5, byChat},
	"chat_member":               {6, byMember},
	"chat_join_request":         {6, byFrom},
	"chat_boost":                {7, byChat},
	"removed_chat_boost":        {7, byChat},
	"message_reaction":          {8, byChat},
	"message_reaction_count":    {9, byChat},
	"business_connection":       {10, byUser},
	"business_message":          {11, byChat},
	"edited_business_message":   {11, byChat},
	"deleted_business_messages": {11, byChat},
	"guest_message":             {12, byChat},
}

// ownLane is the class of updates that wait for no other.
const ownLane = -1

// lane tells the queue of an update; what the table does not know is in none
// but its own.
func (u *update) lane() laneKey {
	kind, body := u.kind, u.body
	if kind == "" {
		kind, body = openUp(u.body)
	}
	rule, known := laneRules[kind]
	var parts laneParts
	if !known || json.Unmarshal(body, &parts) != nil {
		return laneKey{ownLane, u.seq}
	}
	return laneKey{rule.class, rule.by(parts)}
}

// openUp finds the kind of an update that was given as it is.
func openUp(raw json.RawMessage) (kind string, body json.RawMessage) {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return "", nil
	}
	for name, value := range object {
		if _, known := laneRules[name]; known {
			return name, value
		}
	}
	return "", nil
}
