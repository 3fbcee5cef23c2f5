// Package alarms tells whoever keeps the machine, in Telegram, when something is
// wrong with it, and when that is over: how long people wait, how much failed, how
// much room is left. It knows figures and causes, and nothing of any case.
//
//	Readings ──Check──▶ causes ──Tell──▶ one message per cause and hour to every keeper
//	                      gone ────────▶ one more: all is well again
//
// What is wrong is a table (Causes), and looking it up is a pure function. The
// hour is kept by the database: of any number of processes that look at the same
// moment one tells. Where nobody is a keeper nothing is told, and nothing is
// taken as told.
//
// An alarm goes the way of every message, through Postgres and Telegram. While
// either is away it cannot be written or sent: then the log, /readyz and /metrics
// are all there is, and whoever watches those from outside hears of it first.
package alarms
