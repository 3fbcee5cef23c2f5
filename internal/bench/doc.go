// Package bench measures linli from outside, beside the least that Go needs.
// Simulated residents go through the guided report against a local Bot API
// server in this process; `linli serve` and the floor, a program without any
// framework or safety, are processes of their own, one after the other in the
// same run, over the same Postgres and Redis.
//
//	residents ⇄ Bot API server (here) ⇄ linli serve | floor (a child) ⇄ Postgres, Redis
//
// The server is lean where the strict one of botapi is thorough: it checks
// nothing, so that it costs less than the bot that is measured. Only ratios
// within one run mean anything: absolute figures move with the machine.
package bench
