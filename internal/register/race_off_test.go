//go:build !race

package register_test

const wholeCommunity = 7500
