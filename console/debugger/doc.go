// Package debugger is the debugger's prompt: a mode that takes a session's lines while one
// service is debugged, and the table of its words. What it asks and does is
// inspect/debug's.
//
// The session's goroutine and, with the real clock, one that tells about news share the
// prompt under a lock. A command of the console that may wait for a task that stands runs
// in the background, in a session of its own.
//
// It is tested through sessions: those in testdata/sessions/debug*, and the tests of
// console/command, which has all commands.
//
// Glossary:
//   - word: a command of this prompt; command: one of the console's
//   - stop, stand: a task stops at a breakpoint and stands until it goes on
//   - look: frames are looked at, of one standing task
//
// Files, from the ground up:
//   - background.go: commands of the console that the prompt leaves running
//   - prompt.go: the prompt
//   - listing.go: where a task stands
//   - news.go: what has happened since the last time
//   - rule.go: what may follow a breakpoint's place
//   - breaks.go: words about breakpoints
//   - variables.go: the variables of a call
//   - look.go: words that look at a stopped task
//   - complete.go: what Tab offers at the prompt
//   - words.go: the table of the words; steps, and the console's commands
//   - mode.go: the prompt as a mode of a session, and the command that opens it
package debugger
