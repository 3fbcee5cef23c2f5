package community

import (
	"encoding/json"
	"fmt"
)

// scan reads a column of JSON.
func scan(from, into any) error {
	switch raw := from.(type) {
	case []byte:
		return json.Unmarshal(raw, into)
	case string:
		return json.Unmarshal([]byte(raw), into)
	}
	return fmt.Errorf("cannot read JSON from a %T", from)
}
