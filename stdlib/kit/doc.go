// Package kit is what libraries share: how a function is declared and bound, what its
// table of options may say, and Go values in the hands of Lua code.
//
// A declaration says all that others need to know of a library's function: its name and
// its parameters for people, what it does outside the state, and a line of help. The
// function that the machine calls is made from it (Library.Bound), so that none can be
// called that is not declared. What reload tries, what the console's help shows and what
// the documents name is read from the same declarations.
//
// Glossary:
//   - library: a table of functions; an object's methods are one, too
//   - effect: what a function does beside giving results
//   - option: a name that the table which a function is given may have
//   - object: a Go value in the hands of Lua code, a userdata; its kind tells what it wraps
//
// Files, from the ground up:
//   - effect.go: effects, and what they do to code that is only tried
//   - declare.go: declarations of libraries and their functions
//   - options.go: what a table of options may say
//   - object.go: kinds of objects, their metatables
package kit
