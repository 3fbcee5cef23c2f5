// Package today is the page that somebody sees of their day: one pinned message,
// changed in its place.
//
// It comes by itself when a shift begins, and to whoever asks for it. What it
// shows is drawn when it is sent, from what the services have for its reader; here
// is only which message it is, until when it lives, and in which order one does
// things (Order). A new page takes the place of the one before: of each person
// there is one. At the end of the shift, or next morning, it says that it is over.
//
// The page of the morning (morning.go), with the few numbers that matter, goes to
// whoever is in charge.
package today
