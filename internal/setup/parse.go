package setup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/refusal"
)

// Parse reads a community file. Everything that is wrong with it is said at
// once, as Faults. A name without a language is in the file's own, or else in
// that of the community.
func (s *Service) Parse(text []byte, language string) (File, error) {
	var doc yaml.Node
	r := &reader{languages: s.languages, language: language}
	all := yaml.NewDecoder(bytes.NewReader(text))
	if err := all.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return File{}, notYAML(err)
	}
	if len(doc.Content) == 0 {
		r.fault(&yaml.Node{Line: 1}, "", "setup.empty_file")
		return File{}, r.faults
	}
	r.file(doc.Content[0])
	var second yaml.Node
	if err := all.Decode(&second); err == nil {
		r.fault(second.Content[0], "", "setup.two_files")
	} else if !errors.Is(err, io.EOF) {
		return File{}, notYAML(err)
	}
	if len(r.faults) > 0 {
		slices.SortStableFunc(r.faults, func(a, b Fault) int { return a.Line - b.Line })
		return File{}, r.faults
	}
	return r.f, nil
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// notYAML is the fault of a file that cannot be read at all.
func notYAML(err error) Faults {
	line, why := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if found := yamlLine.FindStringSubmatch(why); found != nil {
		line, _ = strconv.Atoi(found[1]) // digits
		why = found[2]
	}
	return Faults{{Line: line, Why: &refusal.Refusal{Kind: refusal.Invalid, Key: "setup.not_yaml", Args: []any{"why", why}}}}
}

// reader reads a file and collects what is wrong with it.
type reader struct {
	languages []string
	language  string // of names that do not say theirs
	f         File
	faults    Faults
	seen      map[string]bool // buildings, by name
}

// fault notes what is wrong with the field at a node.
func (r *reader) fault(n *yaml.Node, field, key string, args ...any) {
	r.faults = append(r.faults, Fault{n.Line, field, &refusal.Refusal{Kind: refusal.Invalid, Key: key, Args: args}})
}

// checked notes what a check refuses.
func (r *reader) checked(n *yaml.Node, field string, err error) bool {
	if why, ok := refusal.As(err); ok {
		r.faults = append(r.faults, Fault{n.Line, field, why})
	}
	return err == nil
}

// part is a field of a mapping, and what reads it.
type part struct {
	name string
	read func(n *yaml.Node, field string)
}

// mapping reads the fields of a node; one that is unknown or comes twice is a fault.
func (r *reader) mapping(n *yaml.Node, field string, parts ...part) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, field, "setup.not_fields")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(parts, func(p part) bool { return p.name == key.Value })
		inside := join(field, key.Value)
		switch {
		case at < 0:
			names := make([]string, len(parts))
			for i, p := range parts {
				names[i] = p.name
			}
			r.fault(key, inside, "setup.unknown_field", "known", strings.Join(names, ", "))
		case seen[key.Value]:
			r.fault(key, inside, "setup.twice")
		default:
			parts[at].read(value, inside)
		}
		seen[key.Value] = true
	}
}

func join(field, name string) string {
	if field == "" {
		return name
	}
	return field + "." + name
}

// list reads the items of a node.
func (r *reader) list(n *yaml.Node, field string, each func(n *yaml.Node, field string)) {
	if n.Kind != yaml.SequenceNode {
		r.fault(n, field, "setup.not_a_list")
		return
	}
	for i, item := range n.Content {
		each(item, fmt.Sprintf("%s[%d]", field, i+1))
	}
}

// text reads one value.
func (r *reader) text(n *yaml.Node, field string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fault(n, field, "setup.not_a_value")
		return "", false
	}
	return strings.TrimSpace(n.Value), true
}

// value reads one value, checks it and keeps it.
func (r *reader) value(check func(string) (string, error), keep func(string)) func(n *yaml.Node, field string) {
	return func(n *yaml.Node, field string) {
		text, ok := r.text(n, field)
		if !ok {
			return
		}
		if text, err := check(text); r.checked(n, field, err) {
			keep(text)
		}
	}
}

func (r *reader) file(n *yaml.Node) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 { // wherever it stands, it is that of all names
			if n.Content[i].Value == "language" && slices.Contains(r.languages, n.Content[i+1].Value) {
				r.language = n.Content[i+1].Value
			}
		}
	}
	divided := false
	r.mapping(n, "",
		part{"name", r.value(community.CheckName, func(s string) { r.f.Name = &s })},
		part{"language", r.value(r.spoken, func(s string) { r.f.Language = &s })},
		part{"time_zone", r.value(zone, func(s string) { r.f.Zone = &s })},
		part{"office_phone", r.value(community.CheckPhone, func(s string) { r.f.OfficePhone = &s })},
		part{"outside_body", r.value(community.CheckOutside, func(s string) { r.f.OutsideBody = &s })},
		part{"duty_hours", r.value(community.CheckDutyHours, func(s string) { r.f.DutyHours = &s })},
		part{"quiet_hours", r.value(community.CheckQuietHours, func(s string) { r.f.QuietHours = &s })},
		part{"holidays", r.holidays},
		part{"emergency", r.emergency},
		part{"buildings", func(n *yaml.Node, field string) {
			if divided {
				r.fault(n, field, "setup.areas_or_buildings")
				return
			}
			divided = true
			r.f.Areas = []AreaPart{{Buildings: r.buildings(n, field)}}
		}},
		part{"areas", func(n *yaml.Node, field string) {
			if divided {
				r.fault(n, field, "setup.areas_or_buildings")
				return
			}
			divided = true
			r.areas(n, field)
		}},
		part{"kinds", r.kinds},
		part{"roles", r.roles},
		part{"danger_words", r.dangerWords},
	)
}

func (r *reader) spoken(language string) (string, error) {
	if !slices.Contains(r.languages, language) {
		return "", refusal.New(refusal.Invalid, "setup.unknown_language", "known", strings.Join(r.languages, ", "))
	}
	return language, nil
}

func zone(text string) (string, error) { return text, community.CheckZone(text) }

// each are parts of one kind, by their names.
func each(names []string, read func(name string) func(n *yaml.Node, field string)) []part {
	parts := make([]part, len(names))
	for i, name := range names {
		parts[i] = part{name, read(name)}
	}
	return parts
}

func (r *reader) emergency(n *yaml.Node, field string) {
	r.f.Emergency = map[string]string{}
	r.mapping(n, field, each(community.DangerKinds, func(danger string) func(*yaml.Node, string) {
		return r.value(community.CheckNumber, func(number string) { r.f.Emergency[danger] = number })
	})...)
}

func (r *reader) areas(n *yaml.Node, field string) {
	r.f.Areas = []AreaPart{}
	r.list(n, field, func(n *yaml.Node, field string) {
		var a AreaPart
		r.mapping(n, field,
			part{"name", r.value(community.CheckName, func(s string) { a.Name = s })},
			part{"buildings", func(n *yaml.Node, field string) { a.Buildings = r.buildings(n, field) }},
		)
		switch {
		case n.Kind != yaml.MappingNode:
		case a.Name == "":
			r.fault(n, field, "setup.needs", "field", "name")
		case slices.ContainsFunc(r.f.Areas, func(o AreaPart) bool { return o.Name == a.Name }):
			r.fault(n, field, "setup.twice")
		}
		r.f.Areas = append(r.f.Areas, a)
	})
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		r.fault(n, field, "setup.needs", "field", "name")
	}
}

func (r *reader) buildings(n *yaml.Node, field string) []HousePart {
	var all []HousePart
	r.list(n, field, func(n *yaml.Node, field string) {
		var names []string
		entrances := 0
		r.mapping(n, field,
			part{"name", r.value(community.CheckName, func(s string) { names = append(names, s) })},
			part{"numbers", func(n *yaml.Node, field string) {
				text, ok := r.text(n, field)
				if !ok {
					return
				}
				if some, err := Numbers(text); r.checked(n, field, err) {
					names = append(names, some...)
				}
			}},
			part{"entrances", r.number(1, community.MaxEntrances, "community.bad_entrances", func(i int) { entrances = i })},
		)
		if n.Kind == yaml.MappingNode && !has(n, "name") && !has(n, "numbers") {
			r.fault(n, field, "setup.needs", "field", "name")
		}
		if n.Kind == yaml.MappingNode && !has(n, "entrances") {
			r.fault(n, field, "setup.needs", "field", "entrances")
		}
		for _, name := range names {
			if r.seen[name] {
				r.fault(n, field, "setup.building_twice", "name", name)
			}
			if r.seen == nil {
				r.seen = map[string]bool{}
			}
			r.seen[name] = true
			all = append(all, HousePart{name, entrances})
		}
	})
	return all
}

// number reads a whole number within bounds.
func (r *reader) number(least, most int, key string, keep func(int)) func(n *yaml.Node, field string) {
	return func(n *yaml.Node, field string) {
		text, ok := r.text(n, field)
		if !ok {
			return
		}
		i, err := strconv.Atoi(text)
		if err != nil || i < least || i > most {
			r.fault(n, field, key, "max", most)
			return
		}
		keep(i)
	}
}

func has(n *yaml.Node, name string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return true
		}
	}
	return false
}

func (r *reader) kinds(n *yaml.Node, field string) {
	r.f.Kinds = []KindPart{}
	r.list(n, field, func(n *yaml.Node, field string) {
		var k KindPart
		if n.Kind == yaml.ScalarNode { // a code of the bot's own list
			k.Code, _ = r.text(n, field)
		} else {
			r.mapping(n, field,
				part{"code", r.value(same, func(s string) { k.Code = s })},
				part{"name", func(n *yaml.Node, field string) { k.Names = r.names(n, field, community.CheckLabel) }},
				part{"hours", r.number(1, community.MaxHours, "community.bad_hours", func(i int) { k.Hours = i })},
				part{"take_minutes", r.number(community.MinTake, community.MaxTake, "community.bad_minutes", func(i int) { k.Take = i })},
				part{"done_hours", r.number(1, community.MaxHours, "community.bad_hours", func(i int) { k.Do = i })},
				part{"clock", r.value(clockOf, func(s string) { k.Clock = s })},
			)
		}
		if r.kindStands(n, field, k) {
			r.f.Kinds = append(r.f.Kinds, k)
		}
	})
}

func same(text string) (string, error) { return text, nil }

// clockOf reads by which clock the hours of a kind run.
func clockOf(text string) (string, error) {
	if text != community.ByDuty && text != community.ByWall {
		return "", refusal.New(refusal.Invalid, "community.bad_clock")
	}
	return text, nil
}

// kindStands refuses a kind that has neither name nor code, one twice, and a
// code that is not on the list and has no name.
func (r *reader) kindStands(n *yaml.Node, field string, k KindPart) bool {
	_, usual := community.DefaultKinds.Find(k.Code)
	switch {
	case k.Code == "" && len(k.Names) == 0:
		r.fault(n, field, "setup.needs", "field", "name")
		return false
	case k.Code != "" && !r.checked(n, field, community.CheckKindCode(k.Code)):
		return false
	case k.Code != "" && !usual && len(k.Names) == 0:
		codes := make([]string, len(community.DefaultKinds))
		for i, d := range community.DefaultKinds {
			codes[i] = d.Code
		}
		r.fault(n, field, "setup.unknown_kind", "code", k.Code, "known", strings.Join(codes, ", "))
		return false
	}
	for _, o := range r.f.Kinds {
		if o.Code != "" && o.Code == k.Code || o.Code == "" && k.Code == "" && maps.Equal(o.Names, k.Names) {
			r.fault(n, field, "setup.twice")
			return false
		}
	}
	return true
}

// names reads a name in the file's language, or one for each of some languages.
func (r *reader) names(n *yaml.Node, field string, check func(string) (string, error)) community.Names {
	names := community.Names{}
	if n.Kind == yaml.ScalarNode {
		r.value(check, func(s string) { names[r.language] = s })(n, field)
		return names
	}
	r.mapping(n, field, each(r.languages, func(lang string) func(*yaml.Node, string) {
		return r.value(check, func(s string) { names[lang] = s })
	})...)
	return names
}

func (r *reader) roles(n *yaml.Node, field string) {
	r.f.Roles = map[string]community.Names{}
	r.mapping(n, field, each(Roles(), func(role string) func(*yaml.Node, string) {
		return func(n *yaml.Node, field string) { r.f.Roles[role] = r.names(n, field, community.CheckRoleName) }
	})...)
}

func (r *reader) dangerWords(n *yaml.Node, field string) {
	r.f.Danger = map[string]community.Words{}
	r.mapping(n, field, each(community.DangerKinds, func(danger string) func(*yaml.Node, string) {
		return func(n *yaml.Node, field string) {
			var w community.Words
			r.mapping(n, field,
				part{community.Rings, func(n *yaml.Node, field string) { w.Rings = r.words(n, field) }},
				part{community.Asks, func(n *yaml.Node, field string) { w.Asks = r.words(n, field) }},
			)
			r.f.Danger[danger] = w
		}
	})...)
}

// words reads a list of danger words.
func (r *reader) words(n *yaml.Node, field string) []string {
	var all []string
	r.list(n, field, func(n *yaml.Node, field string) {
		text, ok := r.text(n, field)
		if !ok {
			return
		}
		if some, err := community.CheckDangerWords(text); r.checked(n, field, err) {
			all = append(all, some...)
		}
	})
	list, err := community.CheckDangerWords(strings.Join(all, ","))
	r.checked(n, field, err)
	return list
}
