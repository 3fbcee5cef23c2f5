package config

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden stands wherever a secret would be printed.
const hidden = "***"

// Secret is a value that prints as *** however it is printed. The zero Secret
// is not set.
type Secret struct {
	value *string // a pointer: fmt shows it as an address where it cannot call Format
}

// NewSecret hides a value; an empty one is not set.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{&value}
}

// Reveal gives the value to whoever really needs it; "" when it is not set.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet reports whether there is a value.
func (s Secret) IsSet() bool { return s.value != nil }

// String is ***.
func (Secret) String() string { return hidden }

// Format prints *** for every verb.
func (Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, hidden) // fmt has no use for the error
}

// LogValue is ***.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText is ***; encoding/json uses it too.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
