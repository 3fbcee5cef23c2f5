// Package calendar is what days and hours mean here: which days are worked,
// when the office is open, when nobody is to be disturbed, and by when something
// is due.
//
// All of it is pure: a time and the rules go in, a time or a yes comes out.
// Hours are those of the wall: on the day when clocks are put forward a night
// from 20:30 to 7:30 is an hour shorter, and an hour that does not exist begins
// where it would have.
//
// What differs from one year to the next is a list of holidays and of the days
// worked to make up for them (Notice), as China's State Council gives one every
// autumn. It is a plain file, a line each: from, until, off or work, name. The
// lists of the years known when the program was built come with it, for where
// they hold; whoever runs a community loads the others, and a list that is loaded
// replaces its year whole. Without one, Saturdays and Sundays are free.
package calendar
