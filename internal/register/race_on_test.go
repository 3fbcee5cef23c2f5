//go:build race

package register_test

// wholeCommunity: the detector makes everything ten times slower, and sees in a
// fifth of a community what it would see in all of it; the run without it loads
// and measures all.
const wholeCommunity = 1500
