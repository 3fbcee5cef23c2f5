package botapi

import "slices"

// Rights are names of rights as the Bot API writes them:
// "can_send_messages", "can_pin_messages" and so on.
type Rights []string

// permissionNames are what members of a group may be allowed, in the order
// of ChatPermissions; what is not known to every version is left out.
var permissionNames = Rights{
	"can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes",
	"can_send_voice_notes", "can_send_polls", "can_send_other_messages", "can_add_web_page_previews", "can_react_to_messages",
	"can_edit_tag", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
}

// memberRights are what members have at first; administrators always have
// all of them but the last.
var memberRights = append(slices.Clone(permissionNames[:12]), "can_invite_users")

// mediaNames together are the older right can_send_media_messages.
var mediaNames = permissionNames[1:7]

// administratorNames are what administrators may be allowed everywhere.
var administratorNames = Rights{
	"can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users", "can_restrict_members",
	"can_promote_members", "can_manage_video_chats", "can_post_stories", "can_edit_stories", "can_delete_stories",
}

// alsoOf are the rights of administrators that only some kinds of chats have.
var alsoOf = map[string]Rights{
	"group":      {"can_pin_messages", "can_manage_tags"},
	"supergroup": {"can_pin_messages", "can_manage_tags", "can_manage_topics"},
	"channel":    {"can_post_messages", "can_edit_messages", "can_manage_direct_messages"},
}

// contentRights say which right a kind of message needs; see contents.
var contentRights = map[string]string{
	"text messages": "can_send_messages", "contacts": "can_send_messages", "locations": "can_send_messages", "venues": "can_send_messages",
	"photos": "can_send_photos", "videos": "can_send_videos", "voice notes": "can_send_voice_notes",
	"video notes": "can_send_video_notes", "documents": "can_send_documents", "music": "can_send_audios",
	"polls": "can_send_polls", "animations": "can_send_other_messages", "stickers": "can_send_other_messages", "dice": "can_send_other_messages",
}

func (r Rights) has(name string) bool { return slices.Contains(r, name) }

// permissions is ChatPermissions.
func (r Rights) permissions() map[string]any {
	out := map[string]any{"can_send_media_messages": slices.ContainsFunc(r, mediaNames.has)}
	for _, name := range permissionNames {
		out[name] = r.has(name)
	}
	return out
}

// administrator is the part of ChatMemberAdministrator that tells rights.
func (r Rights) administrator(kind string) map[string]any {
	out := map[string]any{
		"can_be_edited": false, "can_manage_voice_chats": r.has("can_manage_video_chats"),
	}
	for _, name := range slices.Concat(administratorNames, alsoOf[kind]) {
		out[name] = r.has(name)
	}
	return out
}
