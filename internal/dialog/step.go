package dialog

import "context"

// Step asks for one field of the draft D. Its modifiers return a changed copy.
type Step[D any] struct {
	name     string
	optional bool
	hidden   bool
	unasked  bool
	when     func(*D) bool
	checks   []func(context.Context, *D, Turn) error
	fill     func(context.Context, *D, Turn) ([]any, error)
	codes    []string // of the rejections that it can give
	values   []string // of a fixed list of options

	load   func(context.Context, *D, Turn) ([]Option, error) // nil: no options
	free   bool                                              // the options are only suggestions
	beside func(*D, Turn) []Button                           // buttons that are not the dialog's own; nil: none
	pick   func(*D, string)                                  // sets a loaded option
	value  func(*D) string                                   // tells the option set
	some   func(*D) []string                                 // tells the options set, where there may be several; nil: one
	alone  string                                            // the option that stands by itself; "": none
	take   func(*D, Event) (more bool, err error)            // takes what is no tap
	add    func(*D, Media) error                             // takes a later item of an album; nil: takes no media
	has    func(*D) bool                                     // whether the field holds an answer
	wipe   func(*D)                                          // empties the field
	show   func(*D, Turn) string                             // the answer in the summary; nil: the option's label
	got    func(*D) int                                      // how many are collected; nil: one answer is all
	kinds  []string                                          // of media that it takes one of
	ask    Key                                               // the reply key that gives the answer; zero: none
	anew   string                                            // the earlier step that typed words answer again; "": none
}

// When asks the step only while ok holds; its answer is wiped when it does not.
func (s Step[D]) When(ok func(*D) bool) Step[D] {
	s.when = ok
	return s
}

// Optional lets the person skip the step.
func (s Step[D]) Optional() Step[D] {
	s.optional = true
	return s
}

// Unasked leaves the step to who looks for it in the summary: it stands as the start
// filled it in, or empty, and is asked only where its change-button is tapped.
func (s Step[D]) Unasked() Step[D] {
	s.unasked = true
	return s
}

// Hidden keeps the step out of the summary: the start fills it in (then it is
// never asked and cannot be gone back to), or one tap does.
func (s Step[D]) Hidden() Step[D] {
	s.hidden = true
	return s
}

// Check refuses an answer that parses but cannot stand. It runs at the answer
// and again at Send, not on a skipped step. Codes are those of its rejections,
// so that Keys can list them.
func (s Step[D]) Check(ok func(context.Context, *D, Turn) error, codes ...string) Step[D] {
	s.checks = append(s.checks[:len(s.checks):len(s.checks)], ok)
	s.codes = append(s.codes[:len(s.codes):len(s.codes)], codes...)
	return s
}

// Fill gives the arguments (pairs of a name and a value) of the step's question.
func (s Step[D]) Fill(args func(context.Context, *D, Turn) ([]any, error)) Step[D] {
	s.fill = args
	return s
}

// Suggest offers likely answers of a Text step as buttons; a tap on one answers
// with its Value. Anything else can still be typed.
func (s Step[D]) Suggest(load func(context.Context, *D, Turn) ([]Option, error)) Step[D] {
	s.load, s.free = load, true
	return s
}

// Beside adds buttons that are not the dialog's, such as another language:
// their data come back to the caller and never to the dialog.
func (s Step[D]) Beside(buttons func(*D, Turn) []Button) Step[D] {
	s.beside = buttons
	return s
}

// Show says how the summary repeats the answer, where its own words would not do.
func (s Step[D]) Show(words func(*D, Turn) string) Step[D] {
	s.show = words
	return s
}

// Anew takes what is typed at the step for another answer to an earlier one:
// who looks through what was found and misses it, just writes the next search.
func (s Step[D]) Anew(earlier string) Step[D] {
	s.anew = earlier
	return s
}

// stays tells whether the step counts as answered, now that it was passed.
func (s *Step[D]) stays(d *D) bool { return s.optional || s.unasked || s.has(d) }

func (s *Step[D]) applies(d *D) bool { return s.when == nil || s.when(d) }

// check runs the step's checks on an answer that is there.
func (s *Step[D]) check(ctx context.Context, d *D, t Turn) error {
	if !s.has(d) {
		return nil
	}
	for _, ok := range s.checks {
		if err := ok(ctx, d, t); err != nil {
			return err
		}
	}
	return nil
}
