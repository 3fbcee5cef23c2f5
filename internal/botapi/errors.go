package botapi

import (
	"fmt"
	"strings"
)

// apiError is a refusal as the Bot API tells it.
type apiError struct {
	Code        int
	Description string
	Parameters  *parameters
}

// parameters tell a program what to do about a refusal.
type parameters struct {
	RetryAfter int `json:"retry_after,omitempty"` // seconds
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.Code, e.Description) }

// reason is the description without its prefix.
func (e *apiError) reason() string {
	return strings.TrimPrefix(strings.TrimPrefix(e.Description, prefixes[e.Code]), ": ")
}

var prefixes = map[int]string{
	400: "Bad Request",
	401: "Unauthorized",
	403: "Forbidden",
	404: "Not Found",
	409: "Conflict",
	413: "Request Entity Too Large",
	500: "Internal Server Error",
}

// fail makes an error with the prefix of its code. The text's first letter
// becomes small, unless the second is a capital or an underscore: so codes
// of the inner server keep their form.
func fail(code int, text string) *apiError {
	prefix := prefixes[code]
	if strings.HasPrefix(text, prefix) {
		return &apiError{Code: code, Description: text}
	}
	keep := len(text) >= 2 && (text[1] == '_' || text[1] >= 'A' && text[1] <= 'Z')
	if !keep && text != "" && text[0] >= 'A' && text[0] <= 'Z' {
		text = string(text[0]+'a'-'A') + text[1:]
	}
	return &apiError{Code: code, Description: prefix + ": " + text}
}

func bad(format string, args ...any) *apiError {
	return fail(400, fmt.Sprintf(format, args...))
}

// within puts the reason of an inner parser behind what was being parsed.
func within(what string, err error) *apiError {
	return bad("%s: %s", what, err.Error())
}

// told is a reason in the server's own words, capitals and all; fail makes
// it part of a description.
func told(format string, args ...any) error { return fmt.Errorf(format, args...) }
