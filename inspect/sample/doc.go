// Package sample reads the counters of all services at one time, and tells what each
// did since the time before: for the command top, the node's page and its metrics.
//
// A sample never changes once it is taken, and whoever has it may read it. Reading waits
// for no service; a Meter asks them how much memory they hold, within limits. This
// package starts no goroutines.
//
// Glossary: a sample is what all services had counted at one time; a row is what it says
// of one service; a rate is by the second, a load a part of one processor.
//
// Files, from the ground up:
//   - row.go: what is known of a service at one time
//   - memory.go: how much memory services hold, measured a little at a time
//   - sample.go: all services at one time
package sample
