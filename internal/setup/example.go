package setup

import (
	"embed"
	"fmt"
)

//go:embed example.*.yaml
var examples embed.FS

// Example is the documented community file in a language.
func Example(language string) ([]byte, error) {
	text, err := examples.ReadFile("example." + language + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("example of a community file: %w", err)
	}
	return text, nil
}
