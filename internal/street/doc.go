// Package street is the web page of the demo: the phones of a street side by
// side, each a small Telegram on which a stranger plays one of its people.
//
// The page knows nothing of the bot. It shows what the local Telegram keeps
// of each chat, and every tap on it is a tap there. All works as plain forms;
// a small script adds that phones change by themselves while one is typing.
package street
