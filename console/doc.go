// Package console is the operator's language: a table of commands, and the
// sessions that run them.
//
// A Session belongs to one goroutine at a time. It writes to the writer that
// it was given and nowhere else; what services print and log reaches it
// through the node's Output, which the embedder connects. The same command
// gives the same bytes in the shell, over telnet, in the page and in a recorded
// session.
//
// A mode takes a session's lines in place of the commands: the Lua prompt, the
// debugger. The debugger's mode has a goroutine of its own, with the real clock,
// that tells what happens while the prompt waits.
//
// A command is one Command value; help, completion, the command reference and
// suggestions for misspelt names derive from the table in table.go alone. A
// command gets plain data from inspect or service and hands it to render; this
// package never touches a live Lua value.
//
// Glossary:
//   - command: a word with usage, completer and effect; word: a command of the debugger's prompt
//   - session: an operator at work, wherever the lines come from
//   - screen: where a session writes, shared with what services print
//   - mode: what takes a session's lines in place of the commands
//   - reply: what one line gives; answer: a reply that is written bit by bit
//   - row: a line of a list
//   - background task: a command that the debugger's prompt leaves running
//
// Files, from the ground up:
//   - command.go: the command table's values: commands, groups, how a line is cut
//   - screen.go: where a session and the services write
//   - session.go: a session: lines in, replies out, time limits
//   - address.go: what a word for a service means
//   - words_split.go: lines cut into words
//   - mode.go: what takes lines in place of the commands
//   - no_answer.go: a service that does not answer, and what to do
//   - rows.go: lists of rows
//   - prints.go: what code prints into a reply
//   - record.go: recording a session as a transcript
//   - whole.go: replies that are one piece on a screen
//   - info.go: what a service's info function gives
//   - list.go: list and stat
//   - numbers.go: numbers that a refusal names
//   - answer.go: a reply written bit by bit
//   - trace.go: the commands of traces
//   - watch.go: watch
//   - background.go: commands that the debugger's prompt leaves running
//   - code.go: commands about code: reload, versions, undo
//   - debugger_breaks.go: the debugger's words about breakpoints
//   - message.go: commands that send messages
//   - debugger_look.go: the debugger's words that look at a task
//   - session_commands.go: commands about the session itself
//   - state.go: commands about a service's state
//   - complete.go: completion
//   - repl.go: the Lua prompt
//   - timing.go: commands about time and tasks
//   - skynet_debug.go: commands that skynet's operators know
//   - debugger.go: the debugger's prompt
//   - memory.go: commands about memory
//   - debugger_table.go: the table of the debugger's words
//   - launch.go: commands that start and end services
//   - table.go: the table of all commands
//
// What calls upwards:
//   - command.go to session.go: a command's effect takes the session
//   - screen.go to whole.go: a screen knows whose turn it is
//   - session.go to record.go: a session may be recorded
//   - session.go to table.go: it begins with all commands
//   - session.go to no_answer.go: a time limit that passes is told in words
//   - session.go to mode.go: a mode may take its lines
//   - session.go to repl.go: the Lua prompt's service ends with the session
//   - no_answer.go to timing.go: tasks are told as the command tasks does
//   - rows.go to answer.go: long lists are written bit by bit
//   - background.go to debugger.go: what goes on belongs to the prompt
//   - debugger_breaks.go to debugger.go: its words are the prompt's
//   - debugger_look.go to debugger.go: likewise
//   - debugger.go to debugger_table.go: the prompt begins with all its words
package console
