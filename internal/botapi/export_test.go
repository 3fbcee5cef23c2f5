package botapi

import "maps"

// Methods are the names of all methods, for tests that walk through them.
func Methods() (names []string) {
	for name := range maps.Keys(methods) {
		names = append(names, name)
	}
	return append(names, "getupdates")
}
