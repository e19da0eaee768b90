// Package line gives the input lines of one session: from a line editor on a
// terminal ([Terminal]) or from plain bytes ([Plain]), behind one interface
// ([Reader]). It knows nothing of commands.
//
// # How the editor is built
//
// Editing and the reading loop are github.com/chzyer/readline. Version 1.5.1
// has habits that do not suit a process with many sessions, so everything that
// goes in and out of it passes through this package:
//
//   - keys reads the terminal all the time, so that Ctrl-C reaches a running
//     command and type-ahead is kept. It decodes escape sequences itself and
//     hands readline one key at a time, and only while a prompt is open.
//     (readline stops the parent process on Ctrl-Z, takes NUL and the Delete
//     key on an empty line for the end of input, and reads a numeric escape
//     sequence of any length into memory.)
//   - The key filter, which readline calls on its own editing goroutine, does
//     history, reverse search, completion and long pastes. (readline's search
//     and completion menu can divide by zero or dereference nil on that
//     goroutine, where nobody can recover, and a paste is repainted once per
//     character.)
//   - screen computes where the cursor is and rewrites what readline prints for
//     it. (readline moves the cursor by one cell per character, which is wrong
//     for wide ones, and its width is global state of the process's own
//     terminal.)
//   - Output from other goroutines is printed by the editing goroutine when a
//     key called wake passes through it. (readline's own writer looks at the
//     editor's state without a lock.)
//
// # Goroutines
//
// A Terminal owns four: the pump that reads the terminal, readline's reading
// and editing loops, and one that prints notices while no prompt is open. All
// but the pump end with Close; the pump ends when the source gives an error,
// so whoever owns the source closes it. ReadLine, ReadPassword and Writer
// belong to the session's goroutine; Notify, Resized and Close may be used
// from any.
//
// Glossary: a reader gives lines, from a terminal or plain; a key is what the terminal
// sends, decoded; a notice is output of another goroutine that waits for the prompt; a
// candidate is a word that completion offers.
//
// Files, from the ground up:
//   - line.go: what a session reads its lines from
//   - notes.go: output of other goroutines, until it can be printed
//   - plain.go: lines from plain bytes
//   - width.go: columns that text takes, and text in columns
//   - frame.go: lines that are shown again and again in one place
//   - screen.go: where the cursor is, and what readline prints for it
//   - history.go: the lines entered
//   - keys.go: keys between the terminal and the editor
//   - edit.go: history, search, completion and pastes in the editor
//   - terminal.go: lines from a terminal
//   - resize_unix.go resize_other.go: when the process's own terminal changes its size
//   - local.go: the process's own terminal
//   - open.go: the reader for what a program is called with
package line
