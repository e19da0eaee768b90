// Package files counts the files that services have open: file descriptors of the
// process, for files, pipes, connections and listeners. One service may hold so many
// of them, and all services together leave some to the node itself: its console, its
// page, its log and the loading of code.
//
// Whoever opens something for a service takes it from the service's Budget first, and
// gives it back when it is closed. What a library opens and closes again before its
// function returns need not be counted when it is done on the service's own thread;
// on goroutines, of which there may be many, it is. A list of all places that open
// files, and of how each is accounted for, is in console/cli (openers_test.go).
//
// Glossary: a descriptor is what the process has of an open file; a budget is how many of
// them somebody may hold; to take and to give back are an opening and a closing.
//
// Files, from the ground up:
//   - process_unix.go process_other.go: how many files the process may have open
//   - budget.go: how many somebody may hold
//   - regular.go: reading a file that a person or a program named
package files
