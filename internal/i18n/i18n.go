// Package i18n turns keys into words in the reader's language.
//
// One TOML file per language under locales holds every word that a person can
// see; adding a file adds a language. Arguments are pairs of a name and a
// value: a count is named "n" and chooses the plural, a time.Time is told the
// way neighbours tell it ("tomorrow (Tuesday) 24 November, noon").
package i18n

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed locales/*.toml
var locales embed.FS

// Fallback is the language of people whose own has no file.
const Fallback = "en"

// Catalog holds the words of every language.
type Catalog struct {
	languages  []string
	matcher    language.Matcher
	localizers map[string]*goi18n.Localizer
	keys       map[string][]string
	raw        map[string]map[string]*goi18n.Message
	sentences  map[string]map[string]sentence // words that are the same for every count
}

// Load reads the embedded locales.
func Load() (*Catalog, error) {
	bundle := goi18n.NewBundle(language.MustParse(Fallback))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	c := &Catalog{localizers: map[string]*goi18n.Localizer{}, keys: map[string][]string{}, raw: map[string]map[string]*goi18n.Message{}, sentences: map[string]map[string]sentence{}}
	files, err := fs.Glob(locales, "locales/*.toml")
	if err != nil {
		return nil, fmt.Errorf("list locales: %w", err)
	}
	tags := []language.Tag{bundle.LanguageTags()[0]}
	for _, file := range files {
		loaded, err := bundle.LoadMessageFileFS(locales, file)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		code := strings.TrimSuffix(path.Base(file), ".toml")
		c.languages = append(c.languages, code)
		c.localizers[code] = goi18n.NewLocalizer(bundle, code)
		c.raw[code], c.sentences[code] = map[string]*goi18n.Message{}, map[string]sentence{}
		for _, m := range loaded.Messages {
			c.raw[code][m.ID] = m
			c.keys[code] = append(c.keys[code], m.ID)
			if s, ok := cut(m.Other); ok && m.Other != "" && m.Zero+m.One+m.Two+m.Few+m.Many == "" {
				c.sentences[code][m.ID] = s
			}
		}
		slices.Sort(c.keys[code])
		if code != Fallback {
			tags = append(tags, language.MustParse(code))
		}
	}
	c.matcher = language.NewMatcher(tags)
	return c, nil
}

// Languages lists the codes of the languages that have words, e.g. "en", "zh".
func (c *Catalog) Languages() []string { return c.languages }

// Keys lists the keys that a language has words for, sorted.
func (c *Catalog) Keys(lang string) []string { return c.keys[lang] }

// Raw is the template of a key for a count of n, as the file has it: for tests
// that compare the languages.
func (c *Catalog) Raw(lang, key string, n int) string {
	m := c.raw[lang][key]
	switch {
	case m == nil:
		return ""
	case n == 1 && m.One != "":
		return m.One
	default:
		return m.Other
	}
}

// Match finds the language with words that is nearest to an IETF tag such as
// Telegram's language_code ("zh-hans", "en-GB"); ok is false where none is near.
func (c *Catalog) Match(tag string) (lang string, ok bool) {
	parsed, err := language.Parse(tag)
	if err != nil {
		return Fallback, false
	}
	found, _, confidence := c.matcher.Match(parsed)
	base, _ := found.Base()
	if confidence == language.No {
		return Fallback, false
	}
	return base.String(), true
}

// Printer speaks one language at one moment in one zone.
type Printer struct {
	lang      string
	sentences map[string]sentence
	localizer *goi18n.Localizer
	now       time.Time
	zone      *time.Location
}

// In returns the words of a language as told at a moment in a zone. A language
// without words speaks the fallback.
func (c *Catalog) In(lang string, now time.Time, zone *time.Location) *Printer {
	localizer, ok := c.localizers[lang]
	if !ok {
		lang, localizer = Fallback, c.localizers[Fallback]
	}
	return &Printer{lang: lang, sentences: c.sentences[lang], localizer: localizer, now: now, zone: zone}
}

// Language is the code of the language spoken.
func (p *Printer) Language() string { return p.lang }

// strict makes a missing argument an error instead of "<no value>".
var strict = &template.TextParser{Option: "missingkey=error"}

// T words a key. A key without words is shown in brackets, so that it is seen
// and a person is never left with an empty message; Check finds it in tests.
func (p *Printer) T(key string, args ...any) string {
	text, err := p.Check(key, args...)
	if text == "" && err != nil {
		return "⟦" + key + "⟧"
	}
	return text
}

// Check words a key like T and tells what is wrong: no words for it, or an
// argument that the words ask for is missing.
func (p *Printer) Check(key string, args ...any) (string, error) {
	if s, ok := p.sentences[key]; ok {
		text, err := s.fill(args, p.tell)
		if err != nil {
			return "", fmt.Errorf("words of %s in %s: %w", key, p.lang, err)
		}
		return text, nil
	}
	config := goi18n.LocalizeConfig{MessageID: key, TemplateParser: strict}
	if len(args) > 0 {
		data := make(map[string]any, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			name, ok := args[i].(string)
			if !ok {
				return "", fmt.Errorf("words of %s: argument %d is no name", key, i)
			}
			data[name] = p.tell(args[i+1])
			if name == "n" {
				config.PluralCount = args[i+1]
			}
		}
		config.TemplateData = data
	}
	text, err := p.localizer.Localize(&config)
	if missing := (*goi18n.MessageNotFoundErr)(nil); errors.As(err, &missing) {
		return text, fmt.Errorf("words of %s in %s: %w", key, p.lang, err)
	}
	if err != nil {
		return "", fmt.Errorf("words of %s in %s: %w", key, p.lang, err)
	}
	return text, nil
}

func (p *Printer) tell(value any) any {
	switch at := value.(type) {
	case time.Time:
		return p.When(at)
	case interface{ Dated() time.Time }:
		return p.Dated(at.Dated())
	case interface{ OnDay() time.Time }:
		return p.Day(at.OnDay())
	case interface{ OfDay() (hour, minute int) }:
		return p.Clock(at.OfDay())
	}
	return value
}
