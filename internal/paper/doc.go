// Package paper draws what is pinned to a wall and stuck on a meal: a paper in large
// type, as a picture for a phone and as a PDF of A4 pages, and sheets of labels.
//
// It knows no words: whoever draws says all of them. Characters that the font does
// not have are spelled (package font).
package paper

import "time"

// Paper is one text in large type.
type Paper struct {
	Title string
	Parts []Part
	At    time.Time // when it was drawn, as the file says; it is shown nowhere
}

// Part is some lines under a heading.
type Part struct {
	Head  string // "": none
	Lines []Line
}

// Line is one line, which is broken where it is too long.
type Line struct {
	Text  string
	Right string // at the right edge, such as a number
}

// Label is what is stuck on one meal.
type Label struct {
	Big   string // where it goes
	Lines []string
}
