// Package source gives the code of services: it finds their files, knows again those that
// it has read, compiles them and keeps what was compiled.
//
// Code is kept by its text, so that what a Store gives is never older than the file. The
// bounds on what is kept are this package's own: services make texts without end.
//
// It starts no goroutine. A Store may be used from any.
//
// Glossary: a name is what people and programs call a service or module; a path is its file's;
// a chunk name is what the code is called in error positions; a stamp tells a file's
// present content from any later one.
//
// Files, from the ground up:
//   - stamp.go: how a file is known again
//   - stamp_linux.go: stamps from the kernel's change time
//   - stamp_other.go: no stamps, elsewhere
//   - find.go: which file a name means
//   - store.go: compiles, and keeps what was compiled
package source
