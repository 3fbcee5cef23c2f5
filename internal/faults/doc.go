// Package faults proves from outside that nothing breaks what was promised. It
// builds the binary, gives it a local Telegram, a Postgres (one that syncs where
// it is itself killed) and a redis-server that syncs, lets simulated people talk to it, breaks something
// in the middle of it, and compares at the end what people did and were shown
// with what stands in the database. It never asks the program.
//
//	people ⇄ local Telegram ⇄ proxy ⇄ wire ⇄ linli serve (× replicas) ⇄ wire ⇄ proxy ⇄ Postgres, Redis
//
// What breaks:
//
//   - Blows fall at random while everybody goes on ([Stage.Storm]): kill -9 of
//     linli, of one replica, of Postgres and Redis, restarts, sessions ended, a
//     Redis that hangs or forgets; wires that are slow, silent or in pieces.
//   - A handful of people live the [Scripts], in which a case is brought, worked at,
//     shared, heard in private and ended, side by side while linli is killed
//     ([Stage.LiveThrough]); days pass by moving what was into the past.
//   - Replies are lost after the work was done ([Sweep.Lose]): of every writing
//     statement, commit, Redis script and call of Telegram that a scripted life
//     makes. The life must leave what undisturbed lives leave.
//   - Redis fails before a step of a dialog ([Sweep.LoseRedis]), any of them.
//   - Postgres is gone for a while ([Stage.Endure]) and everybody goes on.
//   - A notice goes to many people ([Stage.Announce]) while replicas are killed and
//     Telegram refuses for a while; or while people talk and report fires, who must
//     not wait for it.
//   - Aims kill, or let something fail, at the one moment at which a fault
//     shows. Planted faults, each a patch in testdata that is applied in memory
//     and built with -overlay, must be found by them; the unpatched binary
//     passes the same aims. Others must be found by a test of the package that
//     they are planted in ([Test.Finds]).
//
// What is checked ([Stage.Check]): nothing lost, doubled, stuck or stored but
// never told; urgent messages and tasks repeat no more often than something
// broke, nothing else comes more than twice. What was said is kept once and comes to
// whom it is for alone; of each step of a case everybody hears whom it concerns, once,
// and nobody else, by the events and a table of who hears of what (told.go); no message
// that came by itself offers what a case is past; no open case is without a holder;
// a private one is on no wrong phone and in no group. No log line holds what anybody
// said or is called, a token or a secret.
//
// A short form of each is part of the suite. The long forms:
//
//	go test ./internal/faults -run TestKills -v -timeout 2h -kills 200 -residents 50
//	go test ./internal/faults -run TestLivesAreKilled -v -timeout 1h -kills 60 -lives 24
//	go test ./internal/faults -run 'TestBlows|TestWires|TestReplicas' -v -timeout 2h -blows 100 -residents 50
//	go test ./internal/faults -tags long -run 'TestEachReply|TestRedisFails' -v -timeout 3h
//	go test ./internal/faults -run TestANoticeIsKilled -v -timeout 1h -recipients 10000 -kills 50
//	go test ./internal/faults -run TestANoticeDelaysNobody -v -timeout 1h -recipients 7500
//	go test ./internal/faults -run TestPostgresIsGone -v -timeout 2h -outage 10m -updates 2000
//	go test ./internal/faults -run 'TestPlanted|TestTheSameAims' -v -planted
//
// The suite looks for three of the planted faults, the last command for all.
//
// -seed N plays other people, blows and planted faults; moments stay the
// machine's.
package faults
