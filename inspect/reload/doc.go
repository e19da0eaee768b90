// Package reload exchanges the code of a running service, as a transaction between two
// of its messages, and keeps what it wrote, so that it can be taken back.
//
// Reload runs a service's old and new program from their beginnings, each in a universe
// of its own (trial.go); compares what the service holds, what its old program began
// with and what the new one begins with, place by place (merge.go, tables.go); and only
// when all is decided installs it (install.go): new functions share the running
// variables and take the old ones' place wherever they are held, tables are brought up
// to date in place. What was written is kept (journal.go), for Undo, Redo and GoTo. On an
// error, and in a dry run, the service goes on as it was.
//
// Everything runs on the service's own thread, in one go; no goroutine is started. The
// collector is suspended meanwhile, since new and old code are in Go's hands alone.
//
// Glossary:
//   - now, was, fresh: what the running service holds, what its old code began with, and
//     what the new code begins with
//   - world: a program as it comes out of its universe
//   - unit: a file that is exchanged; module: one that require loaded
//   - spot: a place that holds a value; write: a value written into one
//   - moves: a way from one version to another, back or forth; told: what is said of it
//   - counterparts: which function of the new text is which of the old one
//   - implementation: a table with handle_message that a service keeps in a variable
//   - succession: a new implementation in the place of an old one
//   - holders: whatever holds a function that is exchanged
//
// Files, from the ground up:
//   - transaction.go: one reload under way
//   - variables.go: the variables that a file's functions share
//   - text.go: texts of functions compared
//   - files.go: the file that an operator names, and names of files
//   - world.go: what a program makes in a universe of its own
//   - module.go: the files and modules of a service
//   - match.go: which function of the new text is which of the old one
//   - change.go: what a reload tells
//   - moves.go: places, and the way from one version to another
//   - implementation_variable.go: the variable that keeps an implementation
//   - moves_report.go: what is told of such a way
//   - journal.go: what was written
//   - keep.go: how much is kept of earlier versions
//   - names.go: names of functions and variables for people
//   - sequence_write.go: the content of a list as something written
//   - merger.go: what a merge knows and decides
//   - compare.go: what places hold, compared
//   - succession.go: a new implementation's functions for the old one's
//   - merge.go: values merged
//   - trial.go: a program run from its beginning
//   - loose.go: functions that no name leads to
//   - protocol.go: message types that come, go or change
//   - addresses.go: entries under texts with an address
//   - program.go: which files have changed
//   - install.go: what was decided, installed
//   - succession_install.go: a new implementation's functions put in place
//   - functions.go: what becomes of functions
//   - journey.go: a way over several versions
//   - keys.go: entries under objects
//   - sequence.go: lists merged
//   - tables.go: tables merged
//   - effects.go: what a file does outside while it is loaded
//   - modules.go: which modules the new program has
//   - replaced.go: what a service has replaced by itself
//   - handlers.go: what the code registered
//   - unit.go: files reloaded as one transaction
//   - implementation.go: an implementation reloaded
//   - turn.go: from one kept implementation to another
//   - reload.go: where a reload begins
//   - hotfix.go: one function exchanged
//   - versions.go: undo, redo, goto
//   - diff.go: two versions compared
//
// What calls upwards:
//   - transaction.go to change.go: a reload holds what it tells
//   - transaction.go to moves.go: what the versions hold is found through their steps
//   - files.go to module.go: a file may be named as a module
//   - journal.go to sequence_write.go: what a step notes depends on its lists
//   - merge.go to tables.go: a value may be a table
//   - addresses.go to tables.go: an entry is merged as a table's field
//   - keys.go to tables.go: likewise
package reload
