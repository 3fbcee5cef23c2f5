package dialog

import "errors"

// errWrongKind is what a step says of content that it never takes.
var errWrongKind = errors.New("dialog: wrong kind of message")

// rejection is a wrong answer: the person's to correct, never ours to log.
type rejection struct {
	code string
	args []any
}

func (r *rejection) Error() string { return "dialog: rejected: " + r.code }

// Reject refuses an answer with the message <flow>.<step>.<code> over the same
// question. Args are pairs of a name and a value.
func Reject(code string, args ...any) error { return &rejection{code, args} }

// refused is a rejection with its full key: where it happened is known.
type refused struct {
	key  string
	args []any
}

func (r *refused) Error() string { return "dialog: refused: " + r.key }

// at gives a rejection its full key and leaves every other error alone.
func at(prefix string, err error) error {
	var r *rejection
	switch {
	case errors.Is(err, errWrongKind):
		return &refused{key: "dialog.wrong_kind"}
	case errors.As(err, &r):
		return &refused{prefix + "." + r.code, r.args}
	}
	return err
}

// note returns the words of a refusal, or "" where err is none.
func note(err error, t Turn) string {
	var r *refused
	if !errors.As(err, &r) {
		return ""
	}
	return t.Texts.T(r.key, r.args...)
}

func isRefused(err error) bool {
	var r *refused
	return errors.As(err, &r)
}
