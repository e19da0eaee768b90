// Package compile turns Lua 5.2 source text into bytecode. It is the only
// package that knows go-lua, whose parser and code generator do the work.
//
// go-lua never sees the source itself. A lexer of our own reads the text as
// the reference implementation does and hands go-lua one token at a time, each
// respelled in the plainest form (see feed). That has three effects: go-lua's
// scanner cannot go wrong on what it misreads (line ends, bytes above 127,
// overflowing numerals, zero bytes); lexical errors read exactly as the
// reference's; and when the parser gives up, the token it stopped at is known,
// so that the message can name it as the source spells it. Constant powers are
// worked out before go-lua sees them (see folder), with the digits that the
// machine gives.
//
// The result is loaded and verified by package bytecode like any foreign
// chunk, so a defect in go-lua's code generator cannot reach the machine.
//
// Nothing here runs Lua code. Every call works on a go-lua state of its own:
// the package has no state, and its functions may be called from any
// goroutine. No panic leaves the package.
//
// Glossary: a feed hands tokens to the parser; to fold is to work a constant expression
// out before; a chunk name is what the code is called in error positions.
//
// Files, from the ground up:
//   - token.go: tokens, and what is asked of them
//   - lexer.go: where the lexer stands in the text, and its errors
//   - lexer_number.go: numerals
//   - lexer_string.go: strings and long brackets
//   - lexer_next.go: white space and comments, and which kind of token comes next
//   - fold.go: constant powers
//   - forlist.go: long lists of expressions in for loops
//   - effort.go: what a source costs the code generator
//   - feed.go: the text that go-lua reads
//   - error.go: syntax errors, in the reference's words
//   - functions.go: where functions stand in a text
//   - compile.go: from source text to a prototype
package compile
