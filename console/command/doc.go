// Package command holds the console's commands, a file for each subject, and their table.
// The headings under which help lists them are console.Group's.
//
// A command is a value of console.Command with a function that gets an operator to work
// for. It belongs to the session's goroutine, asks the node or inspect, replies, and keeps
// nothing. Commands that belong together share what stands in their file.
//
// Glossary: a command is a value of console.Command; a picked service is one that a TEXT
// argument means; a fact is what info knows of a service; a change is what a reload tells
// of.
//
// Files, from the ground up:
//   - complete.go: what completes arguments
//   - prints.go: what code prints into a reply
//   - info_func.go: what a service's info function gives
//   - list.go: lists of services and names, and what is known of one; which services a text picks
//   - snapshots.go: a service's state at other times
//   - supervise.go: services that are kept running
//   - launch.go: commands that start and end services
//   - message.go: commands that send messages and run code
//   - mailbox.go: messages that wait for a service
//   - dead.go: messages that nobody handled
//   - lua_prompt.go: the Lua prompt
//   - watch.go: watch
//   - top_looks.go: the services that are the most in something, look after look
//   - top.go: what top shows of them
//   - limits.go: how much replies show of values
//   - state.go: commands about a service's state
//   - probe.go: new code is probed
//   - code.go: reload, undo, versions
//   - whatif.go: new code tried on recorded messages
//   - waits.go: who waits for whom, and the tasks of all services
//   - measured.go: what commands share that measure one service or all
//   - profile_args.go: what profile is asked for
//   - profile_show.go: profiles as tables
//   - profile_files.go: profiles as files and pictures
//   - profile.go: where services spend their time
//   - timing.go: tasks, timers, the clock
//   - messages_session.go: those messages as a transcript
//   - messages.go: the messages that services have taken, and the recorder that keeps them
//   - crash_report.go: what was there when an error was raised
//   - crashes.go: the errors that nobody caught
//   - page_lists.go: what waits, crashes and messages list, for the node's page
//   - trace_follow.go: messages while they are handled
//   - waterfall.go: a trace across services as a waterfall
//   - tracing.go: traces across services
//   - graph.go: who sends how many messages to whom
//   - trace.go: traces of messages, and their log
//   - memory.go: memory and logs
//   - heap_rows.go: places of a service's memory, as they are shown
//   - heap_growth.go: what grows in a service's memory
//   - heap.go: where that memory is
//   - skynet_debug.go: what skynet's operators know for looking below the services
//   - sessions.go: who is at the console
//   - table.go: the table of all commands
package command
