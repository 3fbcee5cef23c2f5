package childcare

import (
	"database/sql/driver"

	"github.com/lib/pq"
)

// Codes are a list of codes as Postgres keeps it; an empty one is nil.
type Codes[C ~string] []C

// Scan reads the list.
func (c *Codes[C]) Scan(from any) error {
	var list pq.StringArray
	if err := list.Scan(from); err != nil {
		return err
	}
	*c = nil
	for _, code := range list {
		*c = append(*c, C(code))
	}
	return nil
}

// Value is the list as Postgres takes it.
func (c Codes[C]) Value() (driver.Value, error) {
	list := make(pq.StringArray, len(c))
	for i, code := range c {
		list[i] = string(code)
	}
	return list.Value()
}
