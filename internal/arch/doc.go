// Package arch proves the rules of the house that a compiler does not: who may
// import whom, what stands at the top, where time is told, and that every
// query names its community. It holds tests only; the rules are tables.
package arch
