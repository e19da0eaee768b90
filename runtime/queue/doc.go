// Package queue holds what waits for its turn, and what has lately been: a queue that
// grows, a log of recent entries, and those who watch a stream of them.
//
// It knows nothing of what it holds. It starts no goroutine; only FIFO has to be locked
// by who uses it.
//
// Glossary: a FIFO is a queue; a Recent keeps the last entries; a watcher hears of each
// entry.
//
// Files, from the ground up:
//
//   - fifo.go: the queue
//   - watchers.go: who hears of each entry
//   - recent.go: the log of recent entries
package queue
