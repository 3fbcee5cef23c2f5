// Package faults proves from outside that kill -9 loses nothing and doubles
// nothing. It builds the binary, gives it a local Telegram, a Postgres that
// syncs and a redis-server that syncs, lets simulated people talk to it, kills
// it in the middle of their taps, and compares at the end what they did and
// were shown with what stands in the database. It never asks the program.
//
//	build → Run(seed, kills) → residents and secretaries ⇄ linli serve ⨯ kill -9
//	                         → rest → a fresh report each → check: no findings
//
// Three faults in testdata, each a patch that is applied in memory and built
// with -overlay, must be found by the same check; kills are aimed at the moment
// where each of them shows. The unpatched binary passes the same aimed kills.
//
// The short form is part of the suite. A longer one, with the same command:
//
//	go test ./internal/faults -run TestKills -count=1 -v -timeout 2h -kills 500 -residents 60 -seed 7
package faults
