package botapi

import (
	"fmt"
	"slices"
	"strings"
)

// lintRules look at what a name alone does not show.
var lintRules = []func(linter){
	linter.ranges, linter.rivals, linter.updates, linter.commands, linter.keyboards,
}

// files finds those that were sent along but are not named by any parameter.
func (l linter) files() {
	for name := range l.args.files {
		_, known := l.fields[name]
		named := func(value string) bool { return strings.Contains(value, "attach://"+name) }
		if !known && !slices.ContainsFunc(valuesOf(l.args.values), named) {
			l.found(name, NotUsed)
		}
	}
}

func valuesOf(m map[string]string) []string {
	var out []string
	for _, value := range m {
		out = append(out, value)
	}
	return out
}

// ranges finds numbers that are moved to a border.
func (l linter) ranges() {
	for _, row := range []struct {
		method, name string
		low, high    int64
	}{
		{"getupdates", "limit", 1, maxBatch},
		{"getupdates", "timeout", 0, maxPollSeconds},
		{"setwebhook", "max_connections", 1, maxConnections},
	} {
		if value := l.args.str(row.name); l.method == row.method && value != "" && l.args.int(row.name, 0, row.low, row.high) != toInteger(value) {
			l.found(row.name, OutOfRange)
		}
	}
}

// rivals finds parameters that lose against others.
func (l linter) rivals() {
	for _, row := range []struct{ wins, loses string }{
		{"parse_mode", "entities"},
		{"parse_mode", "caption_entities"},
		{"reply_parameters", "reply_to_message_id"},
		{"reply_parameters", "allow_sending_without_reply"},
		{"link_preview_options", "disable_web_page_preview"},
		{"chat_id", "inline_message_id"},
	} {
		if l.args.str(row.wins) != "" && l.args.str(row.loses) != "" && !strings.EqualFold(l.args.str(row.wins), "none") {
			l.found(row.loses, NotUsed)
		}
	}
	for _, name := range []string{"entities", "caption_entities", "allowed_updates"} {
		value := l.args.str(name)
		decoded, err := decodeJSON(value)
		if _, list := decoded.([]any); value != "" && (err != nil || !list) {
			l.found(name, CountsAsUnset)
		}
	}
}

// updates finds kinds of updates that there are not.
func (l linter) updates() {
	value, err := decodeJSON(l.args.str("allowed_updates"))
	list, ok := value.([]any)
	if err != nil || !ok {
		return
	}
	known := map[string]string{}
	for _, name := range everyUpdate {
		known[name] = ""
	}
	for i, item := range list {
		if name, ok := item.(string); ok {
			l.name(fmt.Sprintf("allowed_updates[%d]", i), strings.ToLower(name), known)
		}
	}
}

// commands finds a list that is cleared by leaving it out.
func (l linter) commands() {
	if l.method == "setmycommands" && l.args.str("commands") == "" {
		l.found("commands", ListCleared)
	}
}

// keyboards finds buttons that nobody will see, and what a button carries in
// vain.
func (l linter) keyboards() {
	value, err := decodeJSON(l.args.str("reply_markup"))
	fields, ok := value.(map[string]any)
	if err != nil || !ok {
		return
	}
	for _, name := range []string{"keyboard", "inline_keyboard"} {
		rows, _ := fields[name].([]any) // what is no list is refused
		total := 0
		for i, row := range rows {
			buttons, _ := row.([]any)
			kept := 0
			for j, button := range buttons {
				where := fmt.Sprintf("reply_markup.%s[%d][%d]", name, i, j)
				if textOf(button) == "" || kept == maxRow || total == maxKeys {
					l.found(where, ButtonDropped)
					continue
				}
				kept, total = kept+1, total+1
				l.types(where, button)
			}
		}
	}
	if keys, _ := fields["keyboard"].([]any); len(keys) > 0 && fields["inline_keyboard"] != nil {
		l.found("reply_markup.inline_keyboard", NotUsed)
	}
}

func textOf(button any) string {
	if text, ok := button.(string); ok {
		return text
	}
	fields, _ := button.(map[string]any)
	text, _ := object(fields).str("text") // a wrong type is refused
	return text
}

// types finds what a button carries beside its type; an empty copy_text is
// what a common library always sends.
func (l linter) types(where string, button any) {
	fields, _ := button.(map[string]any)
	taken := false
	for _, name := range []string{
		"url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
		"switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
	} {
		text, isText := fields[name].(string)
		if copied, ok := fields[name].(map[string]any); name == "copy_text" && ok && copied["text"] == "" {
			continue
		}
		if !object(fields).has(name) || isText && text == "" && (name == "url" || name == "callback_data") {
			continue
		}
		if taken {
			l.found(where+"."+name, NotUsed)
		}
		taken = true
	}
}
