//go:build !race

package dialogtest

const racing = false
