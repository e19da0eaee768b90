// Package kit is what libraries share: how a function is declared and bound.
//
// A declaration says all that others need to know of a library's function: its name and
// its parameters for people, what it does outside the state, and a line of help. The
// function that the machine calls is made from it (Library.Bound), so that none can be
// called that is not declared. What reload tries, what the console's help shows and what
// the documents name is read from the same declarations.
//
// Glossary: a library is a table of functions; an object's methods are one, too. An
// effect is what a function does beside giving results.
package kit
