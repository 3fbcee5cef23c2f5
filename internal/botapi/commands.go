package botapi

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const maxCommands = 100

// Command is an entry of the command menu.
type Command struct {
	Name        string `json:"command"`
	Description string `json:"description"`
}

var commandName = regexp.MustCompile(`^[a-z0-9_]+$`)

// setMyCommands replaces the list of one scope and language; without the
// parameter `commands`, also a misspelt one, it empties that list.
func (b *Bot) setMyCommands(a *args) (reply, *apiError) {
	list, err := a.commands()
	if err != nil {
		return reply{}, err
	}
	scope, language, err := b.scope(a)
	if err != nil {
		return reply{}, err
	}
	if list, err = checkCommands(list); err != nil {
		return reply{}, err
	}
	b.setCommands(scope, language, list)
	return reply{result: true}, nil
}

// deleteMyCommands empties the list of one scope and language.
func (b *Bot) deleteMyCommands(a *args) (reply, *apiError) {
	scope, language, err := b.scope(a)
	if err != nil {
		return reply{}, err
	}
	b.setCommands(scope, language, nil)
	return reply{result: true}, nil
}

func (b *Bot) setCommands(scope, language string, list []Command) {
	if b.commands[scope] == nil {
		b.commands[scope] = map[string][]Command{}
	}
	delete(b.commands[scope], language)
	if len(list) > 0 {
		b.commands[scope][language] = list
	}
	b.changed()
}

// getMyCommands gives the list of exactly that scope and language.
func (b *Bot) getMyCommands(a *args) (reply, *apiError) {
	scope, language, err := b.scope(a)
	if err != nil {
		return reply{}, err
	}
	list := b.commands[scope][language]
	if list == nil {
		list = []Command{}
	}
	return reply{result: list}, nil
}

func (a *args) commands() ([]Command, *apiError) {
	if a.str("commands") == "" {
		return []Command{}, nil
	}
	value, broken := decodeJSON(a.str("commands"))
	if broken != nil {
		return nil, bad("Can't parse commands JSON object")
	}
	items, ok := value.([]any)
	if !ok {
		return nil, bad("Expected an Array of BotCommand")
	}
	var list []Command
	for _, item := range items {
		command, err := readCommand(item)
		if err != nil {
			return nil, within("Can't parse BotCommand", err)
		}
		list = append(list, command)
	}
	return list, nil
}

func readCommand(raw any) (c Command, err error) {
	fields, ok := raw.(map[string]any)
	if !ok {
		return c, told("expected an Object")
	}
	if c.Name, err = object(fields).mustStr("command"); err != nil {
		return c, err
	}
	c.Description, err = object(fields).mustStr("description")
	return c, err
}

func checkCommands(list []Command) ([]Command, *apiError) {
	out := make([]Command, 0, len(list))
	for _, c := range list {
		c.Name = strings.TrimPrefix(strings.TrimSpace(c.Name), "/")
		c.Description = strings.TrimSpace(c.Description)
		switch {
		case c.Name == "":
			return nil, bad("Command must be non-empty")
		case utf8.RuneCountInString(c.Name) > 32:
			return nil, bad("Command length must not exceed 32")
		case c.Description == "":
			return nil, bad("Command description must be non-empty")
		case utf8.RuneCountInString(c.Description) > 256:
			return nil, bad("Command description length must not exceed 256")
		}
		out = append(out, c)
	}
	for _, c := range out {
		if !commandName.MatchString(c.Name) {
			return nil, bad("BOT_COMMAND_INVALID")
		}
	}
	if len(out) > maxCommands {
		return nil, bad("BOT_COMMANDS_TOO_MUCH") // the limit is documented, its text is not
	}
	return out, nil
}

// scope reads scope and language_code into the key of a list.
func (b *Bot) scope(a *args) (scope, language string, refused *apiError) {
	scope = "default"
	if text := a.str("scope"); text != "" {
		value, err := decodeJSON(text)
		if err != nil {
			return "", "", bad("Can't parse BotCommandScope JSON object")
		}
		chatID := ""
		if scope, chatID, err = readScope(value); err != nil {
			return "", "", within("Can't parse BotCommandScope", err)
		}
		if chatID != "" {
			c, err := b.findChat(chatID)
			if err != nil {
				return "", "", err
			}
			if scope != "chat" {
				return "", "", bad("Can't use specified scope in private chats")
			}
			scope = chatScope(c.id)
		}
	}
	language = a.str("language_code")
	if language != "" && (len(language) != 2 || strings.Trim(language, "abcdefghijklmnopqrstuvwxyz") != "") {
		return "", "", bad("Invalid language code specified")
	}
	return scope, language, nil
}

func chatScope(id int64) string { return fmt.Sprintf("chat %d", id) }

func readScope(raw any) (kind, chatID string, err error) {
	fields, ok := raw.(map[string]any)
	if !ok {
		return "", "", told("BotCommandScope must be an Object")
	}
	o := object(fields)
	if kind, err = o.mustStr("type"); err != nil {
		return "", "", err
	}
	switch {
	case slices.Contains([]string{"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}, kind):
		return kind, "", nil
	case !slices.Contains([]string{"chat", "chat_administrators", "chat_member"}, kind):
		return "", "", told("Unsupported type specified")
	}
	if chatID, err = o.mustStr("chat_id"); err != nil {
		return "", "", err
	}
	if chatID == "" {
		return "", "", told("Empty chat_id specified")
	}
	if kind == "chat_member" {
		id, err := o.mustInt("user_id")
		if err != nil {
			return "", "", err
		}
		if id <= 0 {
			return "", "", told("Invalid user_id specified")
		}
	}
	return kind, chatID, nil
}

// menu is what one person sees: the narrowest scope that has a list wins,
// and in it the person's language.
func (b *Bot) menu(a Account) []Command {
	language := strings.ToLower(a.LanguageCode)
	language, _, _ = strings.Cut(language, "-")
	for _, scope := range []string{chatScope(a.ID), "all_private_chats", "default"} {
		for _, code := range []string{language, ""} {
			if list := b.commands[scope][code]; len(list) > 0 {
				return slices.Clone(list)
			}
		}
	}
	return nil
}
