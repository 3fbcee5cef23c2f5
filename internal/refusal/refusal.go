// Package refusal is the one kind of error that users may see.
//
// A refusal says what cannot be done in a way that a person can act on: a
// kind for the program, a message key with arguments for the reader. Every
// other error is ours: it is logged, and the user sees "try again".
package refusal

import "errors"

// Kind is what a program does about a refusal.
type Kind string

// The kinds of refusal.
const (
	Invalid   Kind = "invalid"   // what was said cannot be used
	NotFound  Kind = "not_found" // it does not exist, or is not theirs to see
	Forbidden Kind = "forbidden" // it exists and they know, but it is not theirs to do
	Conflict  Kind = "conflict"  // somebody was first, or the time for it is over
)

// Refusal is an error with words: Key names them, Args are pairs of a name
// and a value that fill them, as in i18n's T.
type Refusal struct {
	Kind Kind
	Key  string
	Args []any
}

func (r *Refusal) Error() string { return string(r.Kind) + ": " + r.Key }

// New returns a refusal of the given kind.
func New(kind Kind, key string, args ...any) error {
	return &Refusal{Kind: kind, Key: key, Args: args}
}

// As finds the refusal in an error's chain.
func As(err error) (*Refusal, bool) {
	var r *Refusal
	ok := errors.As(err, &r)
	return r, ok
}

// Is reports whether err is a refusal of the given kind.
func Is(err error, kind Kind) bool {
	r, ok := As(err)
	return ok && r.Kind == kind
}
