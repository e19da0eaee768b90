// Package number is what C's library does with numbers for the reference
// implementation: it reads and writes them as strtod and printf do, and takes
// powers as pow does.
//
// The compiler, which folds constants, and the machine both work with it, so that
// an expression means the same whoever works it out. It has no state.
//
// Glossary: a numeral is a number as text; shortest digits are the fewest that read back
// as the same number; a conversion is what a % of a format asks for.
//
// Files, from the ground up:
//   - digits.go: the characters of numerals
//   - format.go: numbers to text
//   - long.go: numerals of any length
//   - parse.go: text to numbers
//   - invalid.go: results that are no number
//   - double.go: numbers of twice the precision
//   - explog.go: exponentials and logarithms
//   - power.go: powers
package number
