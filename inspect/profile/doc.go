// Package profile tells where services spend their time, what they wait for, and where they
// allocate memory, by function and line.
//
// A service is looked at where the machine polls, on its own thread (service.Profile): each
// look has the service's stack, and a value, what was measured since the look before. This
// package gives names to what was seen, and sums it up; what it gives is plain data.
//
// Polls are at calls and backward jumps, and in functions of libraries that take long. A
// function that is about to be called counts as running. So a function's value is right on
// the average; of its lines, those with calls and loops get what the lines around them take,
// too. What a task did without a poll is given to the next stack of such a task.
//
// Memory is looked at where it is allocated: a sample stands for the bytes since the one
// before, so that its line is exact, and its share of the bytes right on the average.
//
// Glossary:
//   - frame: a function and a line of it, or what a task works on or waits for, as people
//     read them
//   - self: what was measured in a function alone; total: with what it calls
//   - spot: a place of the stacks in which a task waits
//
// Files, from the ground up:
//   - frame.go: what stacks consist of, by names
//   - profile.go: what was measured, and how it is measured
//   - functions.go: the functions, by what they take
//   - tree.go: stacks put together, as a tree
//   - pprof.go: a profile as pprof reads it
//   - waits.go: what is waited for, by line
package profile
