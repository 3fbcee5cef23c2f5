package botapi

import "strings"

// MenuButton is the button beside the field in which one types. Kind is
// "commands" (the list of commands), "web_app" or "default" (nothing set).
type MenuButton struct {
	Kind, Text, URL string
}

func (m MenuButton) shape() map[string]any {
	s := map[string]any{"type": m.Kind}
	if m.Kind == "web_app" {
		s["text"], s["web_app"] = m.Text, map[string]string{"url": m.URL}
	}
	return s
}

// setChatMenuButton sets the button of one person, or everybody's.
func (b *Bot) setChatMenuButton(a *args) (reply, *apiError) {
	button, err := a.menuButton()
	if err != nil {
		return reply{}, err
	}
	whose, err := b.whoseMenu(a)
	if err != nil {
		return reply{}, err
	}
	answer := reply{chat: whose, result: true}
	if button.Kind == "web_app" {
		if button.Text = strings.TrimSpace(button.Text); button.Text == "" {
			return answer, bad("Menu button text must be non-empty")
		}
		checked, err := checkLink(button.URL)
		if err == nil && !strings.HasPrefix(checked, "https://") {
			err = told("Only HTTPS links are allowed")
		}
		if err != nil {
			return answer, bad("Menu button Web App URL '%s' is invalid: %s", button.URL, err.Error())
		}
		button.URL = checked
	}
	b.menus[whose] = button
	b.changed()
	return answer, nil
}

// getChatMenuButton tells what is set for one person, or for everybody.
func (b *Bot) getChatMenuButton(a *args) (reply, *apiError) {
	whose, err := b.whoseMenu(a)
	if err != nil {
		return reply{}, err
	}
	return reply{chat: whose, result: b.menuButton(whose).shape()}, nil
}

// whoseMenu is 0 for everybody's.
func (b *Bot) whoseMenu(a *args) (int64, *apiError) {
	if !a.has("chat_id") {
		return 0, nil
	}
	who, err := b.personIn(a, "chat_id")
	if err != nil {
		return 0, err
	}
	return who.ID, nil
}

func (b *Bot) menuButton(whose int64) MenuButton {
	for _, id := range []int64{whose, 0} {
		if button := b.menus[id]; button.Kind != "" && button.Kind != "default" {
			return button
		}
	}
	return MenuButton{Kind: "default"}
}

func (a *args) menuButton() (m MenuButton, refused *apiError) {
	text := a.str("menu_button")
	if text == "" {
		return MenuButton{Kind: "default"}, nil
	}
	value, broken := decodeJSON(text)
	if broken != nil {
		return m, bad("Can't parse menu button JSON object")
	}
	m, err := readMenuButton(value)
	if err != nil {
		return m, within("Can't parse menu button", err)
	}
	return m, nil
}

func readMenuButton(value any) (m MenuButton, err error) {
	fields, ok := value.(map[string]any)
	if !ok {
		return m, told("MenuButton must be an Object")
	}
	o := object(fields)
	if m.Kind, err = o.mustStr("type"); err != nil {
		return m, err
	}
	switch m.Kind {
	case "default", "commands":
		return m, nil
	case "web_app":
	default:
		return m, told("MenuButton has unsupported type")
	}
	if m.Text, err = o.mustStr("text"); err != nil {
		return m, err
	}
	if !o.has("web_app") {
		return m, told("Can't find field \"web_app\"")
	}
	app, err := o.object("web_app")
	if err != nil {
		return m, err
	}
	m.URL, err = app.mustStr("url")
	return m, err
}
