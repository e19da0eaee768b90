// Package snapshot keeps the state of a service at a moment, says how two of them differ,
// and puts one back.
//
// A snapshot is the data that the service's names lead to (walk.go): what dump shows, with
// the variables of files that others' names hide, modules, and the variables that functions
// among the data have for themselves. Of a function, task or library's object it has a
// description and its number. It is bytes and nothing else: no live value is kept.
//
// It is of one moment. The state is gone through in steps between which the service's
// messages may pass; if it did anything in between, that is given up and done in one go,
// in which its messages wait. A million records of two tables take some 0.4 s of processor time then
// (BenchmarkAMillionRecords), and 45 MB. A service whose task has used up its slice is
// in the middle of something, as is one whose tasks wait; a snapshot counts them.
//
// Compare works on the goroutine of who asks. Objects that both snapshots have by their
// number are the same object, in lists too; between states, what stands in the same place
// is.
//
// Restore is a transaction on the service's own thread, in one go: first it takes a
// snapshot of the state as it is and finds for each object of the other snapshot what
// stands for it, then it writes, which can't fail. The collector is suspended meanwhile.
//
// This package starts one goroutine for each service that has snapshots in a Store; it
// waits for the end of the service, or its node.
//
// Glossary:
//   - place: what has a path that people can name; root: a name of the state
//   - object: a table, function, task or userdata; item: a value, as plain data
//   - graph: a snapshot that is read; number: of an object in its snapshot
//   - sequence: the number that an object has in its state, which no other has
//   - to stand for: to be the live value that a snapshot's object is restored into
//
// Files, from the ground up:
//   - item.go: what a snapshot consists of
//   - writer.go: a graph as bytes
//   - reader.go: bytes as a graph
//   - describe.go: what a graph holds, for people
//   - step.go: paths that share their beginnings
//   - numbers.go: objects numbered
//   - walk.go: a service's state, written down
//   - take.go: snapshots
//   - differ.go: how two of them differ
//   - restore.go: one put back
//   - file.go: snapshots in files
//   - store.go: the snapshots of a node's services
package snapshot
