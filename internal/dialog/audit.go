package dialog

import (
	"encoding/json"
	"fmt"
)

// Audit tells what must never be true of a session that a turn returned: an
// answer that no longer applies, a hole in the summary, a question that does
// not apply. It is for tests.
func (f *Flow[D]) Audit(s Session) error {
	if s.Over {
		return nil
	}
	var d D
	if err := json.Unmarshal(s.Draft, &d); err != nil {
		return fmt.Errorf("draft of %s: %w", f.name, err)
	}
	for i := range f.steps {
		step := &f.steps[i]
		applies, done, has := step.applies(&d), s.answered(step.name), step.has(&d)
		switch {
		case !applies && (done || has):
			return fmt.Errorf("%s.%s does not apply, but its answer survives", f.name, step.name)
		case !applies && s.At == step.name:
			return fmt.Errorf("%s.%s does not apply, but is asked", f.name, step.name)
		case (s.At == "" || s.At == lookAt) && applies && !done:
			return fmt.Errorf("%s.%s is a hole in the summary", f.name, step.name)
		case done && !step.stays(&d):
			return fmt.Errorf("%s.%s counts as answered, but is empty", f.name, step.name)
		}
	}
	if s.At != "" && s.At != lookAt && f.step(s.At) == nil {
		return fmt.Errorf("%s has no step %q", f.name, s.At)
	}
	return nil
}
