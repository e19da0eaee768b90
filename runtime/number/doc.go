// Package number is what C's library does with numbers for the reference
// implementation: it reads and writes them as strtod and printf do, and takes
// powers as pow does.
//
// The compiler, which folds constants, and the machine both work with it, so that
// an expression means the same whoever works it out. It has no state.
package number
