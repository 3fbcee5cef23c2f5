package botapi

import (
	"strings"
	"unicode/utf8"
)

// Profile is what a bot says of itself to those who speak a language.
type Profile struct {
	Name             string
	Description      string // in the empty chat, before Start
	ShortDescription string // on the profile page
}

// profileText is one text of the profile, by language; "" is for everybody
// who has none of their own. The limits are documented, the texts of the
// refusals are not.
type profileText struct {
	limit   int
	refusal string
	texts   map[string]string
}

func newProfile(name string) map[string]*profileText {
	return map[string]*profileText{
		"name":              {limit: 64, refusal: "BOT_TITLE_INVALID", texts: map[string]string{"": name}},
		"description":       {limit: 512, refusal: "DESCRIPTION_TOO_LONG", texts: map[string]string{}},
		"short_description": {limit: 120, refusal: "ABOUT_TOO_LONG", texts: map[string]string{}},
	}
}

// The three texts of the profile are set and told alike.
func (b *Bot) setMyName(a *args) (reply, *apiError)        { return b.setProfile(a, "name") }
func (b *Bot) getMyName(a *args) (reply, *apiError)        { return b.getProfile(a, "name") }
func (b *Bot) setMyDescription(a *args) (reply, *apiError) { return b.setProfile(a, "description") }
func (b *Bot) getMyDescription(a *args) (reply, *apiError) { return b.getProfile(a, "description") }
func (b *Bot) setMyShortDescription(a *args) (reply, *apiError) {
	return b.setProfile(a, "short_description")
}
func (b *Bot) getMyShortDescription(a *args) (reply, *apiError) {
	return b.getProfile(a, "short_description")
}

// setProfile sets a text for a language; an empty one is taken away.
func (b *Bot) setProfile(a *args, what string) (reply, *apiError) {
	language, err := a.language()
	if err != nil {
		return reply{}, err
	}
	text, p := strings.TrimSpace(a.str(what)), b.profile[what]
	if utf8.RuneCountInString(text) > p.limit || what == "name" && text == "" && language == "" {
		return reply{}, bad("%s", p.refusal)
	}
	delete(p.texts, language)
	if text != "" {
		p.texts[language] = text
	}
	if what == "name" {
		b.self.FirstName = p.in("")
		b.account.FirstName = b.self.FirstName
	}
	b.changed()
	return reply{result: true}, nil
}

func (b *Bot) getProfile(a *args, what string) (reply, *apiError) {
	language, err := a.language()
	if err != nil {
		return reply{}, err
	}
	return reply{result: map[string]string{what: b.profile[what].in(language)}}, nil
}

// in gives the text for a language, or the one for everybody.
func (p *profileText) in(language string) string {
	if text, ok := p.texts[language]; ok {
		return text
	}
	return p.texts[""]
}

// language reads language_code: two small letters or nothing.
func (a *args) language() (string, *apiError) {
	code := a.str("language_code")
	if code != "" && (len(code) != 2 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") != "") {
		return "", bad("Invalid language code specified")
	}
	return code, nil
}

// Profile is what people of a language are told of the bot.
func (b *Bot) Profile(language string) Profile {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.profileIn(language)
}

func (b *Bot) profileIn(language string) Profile {
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	return Profile{
		Name: b.profile["name"].in(language), Description: b.profile["description"].in(language),
		ShortDescription: b.profile["short_description"].in(language),
	}
}

// getUserProfilePhotos: nobody here has put up a picture.
func (b *Bot) getUserProfilePhotos(a *args) (reply, *apiError) {
	if _, err := b.personIn(a, "user_id"); err != nil {
		return reply{}, err
	}
	return reply{result: map[string]any{"total_count": 0, "photos": []any{}}}, nil
}

// personIn finds whom a parameter names.
func (b *Bot) personIn(a *args, name string) (*Account, *apiError) {
	id := toInteger(a.str(name))
	if id <= 0 {
		return nil, bad("Invalid %s specified", name)
	}
	who := b.person(id)
	if who == nil {
		return nil, bad("user not found")
	}
	return who, nil
}
