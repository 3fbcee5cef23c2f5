// Package setup sets a community up and changes its settings: from the phone of
// whoever may do so, and from a file.
//
//	a tap      → Edit → Change             permission, then one transaction
//	a file     → Parse → File → Apply      what differs, then one transaction
//
// Both end in the same community.Change, and so in the same rows: what a file
// can do, a phone can do too.
package setup
