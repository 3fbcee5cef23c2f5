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
		wide, err := readScope(value)
		if err != nil {
			return "", "", within("Can't parse BotCommandScope", err)
		}
		if scope, refused = b.scopeOf(wide); refused != nil {
			return "", "", refused
		}
	}
	language, refused = a.language()
	return scope, language, refused
}

// commandScope is a BotCommandScope; chat and person only where it names them.
type commandScope struct {
	kind, chat string
	person     int64
}

func chatScope(kind string, chat, person int64) string {
	return fmt.Sprintf("%s %d %d", kind, chat, person)
}

// scopeOf makes the key of a scope's lists.
func (b *Bot) scopeOf(s commandScope) (string, *apiError) {
	if s.chat == "" {
		return s.kind, nil
	}
	c, err := b.findChatFor(s.chat, forReading)
	switch {
	case err != nil:
		return "", err
	case c.group == nil && s.kind != "chat":
		return "", bad("Can't use specified scope in private chats")
	case c.group != nil && c.group.kind == "channel":
		return "", bad("Can't change commands in channel chats")
	}
	return chatScope(s.kind, c.id, s.person), nil
}

func readScope(raw any) (s commandScope, err error) {
	fields, ok := raw.(map[string]any)
	if !ok {
		return s, told("BotCommandScope must be an Object")
	}
	o := object(fields)
	if s.kind, err = o.mustStr("type"); err != nil {
		return s, err
	}
	switch {
	case slices.Contains([]string{"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}, s.kind):
		return s, nil
	case !slices.Contains([]string{"chat", "chat_administrators", "chat_member"}, s.kind):
		return s, told("Unsupported type specified")
	}
	if s.chat, err = o.mustStr("chat_id"); err != nil {
		return s, err
	}
	if s.chat == "" {
		return s, told("Empty chat_id specified")
	}
	if s.kind == "chat_member" {
		if s.person, err = o.mustInt("user_id"); err != nil {
			return s, err
		}
		if s.person <= 0 {
			return s, told("Invalid user_id specified")
		}
	}
	return s, nil
}

// scopes are what a person's menu in a chat is looked for in, in this order.
func (c *chat) scopes(a Account) []string {
	if c.group == nil {
		return []string{chatScope("chat", c.id, 0), "all_private_chats", "default"}
	}
	member, chat := chatScope("chat_member", c.id, a.ID), chatScope("chat", c.id, 0)
	if c.group.member(&a).administers() {
		return []string{member, chatScope("chat_administrators", c.id, 0), chat, "all_chat_administrators", "all_group_chats", "default"}
	}
	return []string{member, chat, "all_group_chats", "default"}
}

// menu is what one person sees: the narrowest scope that has a list wins,
// and in it the person's language.
func (b *Bot) menu(c *chat, a Account) []Command {
	language := strings.ToLower(a.LanguageCode)
	language, _, _ = strings.Cut(language, "-")
	for _, scope := range c.scopes(a) {
		for _, code := range []string{language, ""} {
			if list := b.commands[scope][code]; len(list) > 0 {
				return slices.Clone(list)
			}
		}
	}
	return nil
}
