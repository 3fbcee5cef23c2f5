//go:build race

package dialogtest

// racing: the detector makes a walk ten times slower, and has seen its paths
// after a tenth of it; the run without it walks them all.
const racing = true
