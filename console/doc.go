// Package console is the operator's language: sessions, the table of commands, and what a
// command has to work with. The commands themselves are in console/command and
// console/debugger.
//
// A Session belongs to one goroutine at a time. It has two faces: Session, for who reads
// the lines (a shell, a remote connection, a page, a transcript), and Operator, for the
// commands. It writes to the screen that it was given and nowhere else; what services
// print and log reaches that through the node's Output, which the embedder connects. The
// same command gives the same bytes in the shell, over telnet, in the page and in a
// recorded session.
//
// A mode takes a session's lines in place of the commands: the Lua prompt, the
// debugger. The debugger's mode has a goroutine of its own, with the real clock,
// that tells what happens while the prompt waits.
//
// A command is one Command value; help, completion, the command reference and
// suggestions for misspelt names derive from the table alone. A command gets plain data
// from inspect or service and hands it to render; neither this package nor a command
// ever touches a live Lua value.
//
// Glossary:
//   - command: a word with usage, completers and effect; word: a command of a prompt that
//     a command opens, as the debugger's
//   - session: an operator at work, wherever the lines come from; operator: what its
//     commands work for
//   - screen: where a session writes, shared with what services print
//   - mode: what takes a session's lines in place of the commands
//   - reply: what one line gives; answer: a reply that is written bit by bit
//   - row: a line of a list
//   - paced: recorded with the real clock, whose time passes by itself
//
// Files, from the ground up:
//   - words_split.go: lines cut into words, durations and numbers
//   - code_end.go: how Lua code that is typed ends
//   - screen.go: where a session and the services write
//   - collected.go: what was written, collected
//   - sessions.go: what the sessions of a node know of each other
//   - readings.go: what services read, for a recording
//   - options.go: what a session is opened with
//   - command.go: a command, and the table of them
//   - kept.go: what a session keeps of services
//   - operator.go: what commands work for: node, limits of time, files
//   - reply.go: how a command replies
//   - mode.go: what takes lines in place of the commands
//   - answer.go: a reply written bit by bit
//   - rows.go: lists of rows
//   - numbers.go: numbers that a refusal names
//   - address.go: what a word for a service means
//   - task_text.go: what a task does or waits for, in words
//   - waits_text.go: those who wait for each other, in words
//   - no_answer.go: a service that does not answer, and what to do
//   - error_text.go: what kept a command from its end, in words
//   - complete.go: completion
//   - scratch.go: the session's own service for Lua code
//   - record.go: recording a session as a transcript
//   - presence.go: what the other sessions are told of this one
//   - passing_time.go: commands that go on for some time
//   - rounds.go: what those show, round by round
//   - permission.go: who may do what, and what of it is noted
//   - dispatch.go: a line and its command
//   - library.go: what help and completion know of the libraries
//   - session_commands.go: the commands about the session itself
//   - session.go: a session: lines in, replies out
//
// What calls upwards:
//   - command.go to operator.go: a command works for an operator
//   - kept.go to operator.go: it is the operator that keeps things
//   - operator.go to mode.go: a mode may take its lines
//   - operator.go to record.go: a transcript may be written of it
package console
