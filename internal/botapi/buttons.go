package botapi

import "strings"

// inlineButton keeps the button's own fields, to give them back unchanged.
type inlineButton struct {
	text, url, data string
	fields          map[string]any
}

func checkStyle(o object) error {
	style, err := o.str("style")
	if err != nil {
		return err
	}
	switch strings.ToLower(style) {
	case "", "default", "primary", "danger", "success":
		return nil
	}
	return told("invalid button style specified")
}

// otherKeys are kinds of keys that no phone here can press as they are meant.
var otherKeys = []struct{ field, what string }{
	{"request_poll", "Poll can be requested"}, {"web_app", "Web App buttons can be used"},
	{"request_user", "Users can be requested"}, {"request_users", "Users can be requested"}, {"request_chat", "Chats can be requested"},
}

func readKey(raw any) (Key, error) {
	if text, ok := raw.(string); ok {
		return Key{Text: text}, nil
	}
	fields, ok := raw.(map[string]any)
	if !ok {
		return Key{}, told("KeyboardButton must be a String or an Object")
	}
	o := object(fields)
	text, err := o.mustStr("text")
	if err != nil {
		return Key{}, err
	}
	if _, err := o.int("icon_custom_emoji_id"); err != nil {
		return Key{}, err
	}
	if err := checkStyle(o); err != nil {
		return Key{}, err
	}
	old, err := o.bool("request_phone_number")
	if err != nil {
		return Key{}, err
	}
	contact, err := o.bool("request_contact")
	if err != nil {
		return Key{}, err
	}
	location, err := o.bool("request_location")
	if err != nil {
		return Key{}, err
	}
	contact = contact || old
	key := Key{Text: text, Contact: contact, Location: location && !contact}
	for _, other := range otherKeys {
		if !contact && !location && o.has(other.field) && key.asks == "" {
			key.asks = other.what
		}
	}
	return key, nil
}

func readInlineButton(raw any) (inlineButton, error) {
	fields, ok := raw.(map[string]any)
	if !ok {
		return inlineButton{}, told("InlineKeyboardButton must be an Object")
	}
	o := object(fields)
	text, err := o.mustStr("text")
	if err != nil {
		return inlineButton{}, err
	}
	if _, err := o.int("icon_custom_emoji_id"); err != nil {
		return inlineButton{}, err
	}
	if err := checkStyle(o); err != nil {
		return inlineButton{}, err
	}
	b := inlineButton{text: text, fields: map[string]any{"text": text}}
	if style, _ := o.str("style"); style != "" && style != "default" { // checkStyle has looked
		b.fields["style"] = strings.ToLower(style)
	}
	return b, b.readType(o)
}

// readType takes the first type that is there, in the server's order: a
// button may carry several, and copy_text is looked at last.
func (b *inlineButton) readType(o object) (err error) {
	if b.url, err = o.str("url"); err != nil || b.url != "" {
		return err
	}
	if b.data, err = o.str("callback_data"); err != nil {
		return err
	}
	if b.data != "" {
		b.fields["callback_data"] = b.data
		return nil
	}
	for _, kind := range []struct{ name, inner string }{
		{"callback_game", ""}, {"pay", ""}, {"switch_inline_query", ""},
		{"switch_inline_query_chosen_chat", "-"}, {"switch_inline_query_current_chat", ""},
		{"login_url", "url"}, {"web_app", "url"}, {"copy_text", "text"},
	} {
		if o.has(kind.name) {
			return b.readOther(o, kind.name, kind.inner)
		}
	}
	return told("Text buttons are unallowed in the inline keyboard")
}

func (b *inlineButton) readOther(o object, name, inner string) error {
	b.fields[name] = o[name]
	switch {
	case strings.HasPrefix(name, "switch_inline_query") && inner == "":
		_, err := o.mustStr(name)
		return err
	case inner == "":
		return nil
	}
	value, err := o.object(name)
	if err != nil || inner == "-" {
		return err
	}
	text, err := value.mustStr(inner)
	if inner == "url" {
		b.url = text
	}
	return err
}

func (b *inlineButton) check() *apiError {
	if b.url == "" {
		return nil
	}
	what := ""
	switch {
	case b.fields["login_url"] != nil:
		what = "login "
	case b.fields["web_app"] != nil:
		what = "Web App "
	}
	if _, user := userLink(b.url); user && what == "" {
		b.fields["url"] = b.url
		return nil
	}
	checked, err := checkLink(b.url)
	if err == nil && what != "" && !strings.HasPrefix(checked, "https://") {
		err = told("Only HTTPS links are allowed")
	}
	if err != nil {
		return bad("Inline keyboard button %sURL '%s' is invalid: %s", what, b.url, err.Error())
	}
	if what == "" {
		b.url, b.fields["url"] = checked, checked
	}
	return nil
}
