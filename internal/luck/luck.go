// Package luck is what random tests draw by. The suite draws the same each time: what
// passed passes again, but for what a machine makes of many at once. With -seed 0 they
// draw anew, and say by what:
//
//	go test ./internal/cases ./internal/ledger -run Storm -seed 0 -count 20
package luck

import (
	"flag"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

var seed = flag.Uint64("seed", 1, "what random tests draw by; 0: anew each time")

// Draw is what the tests of this run draw by.
func Draw() uint64 {
	n := *seed
	for n == 0 {
		n = rand.Uint64()
	}
	return n
}

// Seed is what a test draws by. It logs it, so that somebody can play it again.
func Seed(t testing.TB) uint64 {
	t.Helper()
	n := Draw()
	t.Logf("-seed %d", n)
	return n
}

// Check looks whether a property holds, whatever is drawn. Where it does not, rapid
// tells a seed of its own, for its own flag.
func Check(t *testing.T, property func(t *rapid.T)) {
	t.Helper()
	begin()
	rapid.Check(t, property)
}

// begin has rapid draw by the same seed, unless its own flag says another.
var begin = sync.OnceFunc(func() {
	if own := flag.Lookup("rapid.seed"); own.Value.String() == own.DefValue {
		if err := own.Value.Set(strconv.FormatUint(*seed, 10)); err != nil {
			panic(err) // a number is one
		}
	}
})
