package bot

// growStack gives a new goroutine the stack that a turn needs. It begins with
// what suits the many that wait on idle connections, and would otherwise be
// doubled three times in the middle of the turn, and all that stands on it
// moved each time.
//
//go:noinline
func growStack() {
	var room [10 << 10]byte // the next size is 16 KB
	use(room[:])
}

//go:noinline
func use([]byte) {} // the compiler would leave out what nobody uses
