package main

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"
)

// atOnce is how many tests go on at once for each core, where nobody says
// otherwise: they wait for stores and for answers most of the time.
const atOnce = 3

func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(atOnce * runtime.GOMAXPROCS(0))) // a number is always taken
	}
	os.Exit(m.Run())
}
