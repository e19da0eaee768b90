// Package visible makes text from elsewhere (what services say, names, errors) fit
// for terminals and logs: nothing in it acts on a terminal, reorders what stands
// beside it, or begins a line that only the program may begin.
//
// It holds no state and starts no goroutine.
//
// Glossary: to escape is to write a character that would act as the escape sequence \ddd; to quote is to
// write text in quotes, in which nothing of it ends them.
//
// Files, from the ground up:
//   - visible.go: text that acts on nothing, and quotes around it
//   - unquote.go: what stands in quotes, read
package visible
