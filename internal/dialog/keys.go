package dialog

import "slices"

// shared are the keys that every flow can ask for.
var shared = []string{
	"dialog.back", "dialog.cancel", "dialog.cancelled", "dialog.stale", "dialog.wrong_kind",
}

// Keys lists every message key that the flow can ask for, sorted.
func (f *Flow[D]) Keys() []string {
	keys := slices.Concat(shared, f.extra)
	if !f.noSummary {
		keys = append(keys, f.name+".summary", "dialog.send", "dialog.change", "dialog.line",
			"dialog.none", "dialog.use_buttons")
	}
	if f.look != nil {
		keys = append(keys, f.name+".look", "dialog.look", "dialog.mend")
	}
	if len(f.steps) > perPage {
		keys = append(keys, "dialog.more", "dialog.earlier")
	}
	for i := range f.steps {
		step := &f.steps[i]
		prefix := f.name + "." + step.name
		keys = append(keys, prefix+".ask")
		if !f.noSummary && !step.hidden {
			keys = append(keys, prefix+".title")
		}
		for _, v := range step.values {
			keys = append(keys, prefix+".opt."+v)
		}
		for _, code := range step.codes {
			keys = append(keys, prefix+"."+code)
		}
		keys = append(keys, step.ownKeys()...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// ownKeys lists the shared keys that this kind of step needs.
func (s *Step[D]) ownKeys() []string {
	var keys []string
	if s.optional {
		keys = append(keys, "dialog.skip")
	}
	if s.load != nil && (s.values == nil || len(s.values) > perPage) {
		keys = append(keys, "dialog.more", "dialog.earlier")
	}
	if s.got != nil && s.some == nil {
		keys = append(keys, "dialog.got", "dialog.done")
	}
	if s.some != nil {
		keys = append(keys, "dialog.and", "dialog.done")
	}
	for _, kind := range s.kinds {
		keys = append(keys, "dialog."+kind)
	}
	if s.add != nil {
		keys = append(keys, "dialog.photo", "dialog.video", "dialog.voice")
	}
	if s.ask.Location {
		keys = append(keys, "dialog.on_map")
	}
	if s.ask != (Key{}) {
		keys = append(keys, s.askKey())
	}
	return keys
}

// askKey names the label of the key that gives the answer.
func (s *Step[D]) askKey() string {
	if s.ask.Contact {
		return "dialog.share_phone"
	}
	return "dialog.share_location"
}
