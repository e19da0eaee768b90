// Package debug stops tasks of one service at breakpoints and looks into them.
//
// What decides about stopping runs on the service's own thread, from the machine's trap
// (vm.Trap). A task that stops is suspended before an instruction, and the service goes
// on. What has happened is collected as news, which the console takes; Changed tells
// when there is some. What is shown and evaluated runs on the service's own thread, too,
// so that a Debugger's methods may be called from any goroutine. This package starts none.
//
// Glossary:
//   - breakpoint: a place, with a condition, where a task stops
//   - logging point: a breakpoint that writes a line in place of stopping
//   - watch: a breakpoint at the handler of the next message of a kind
//   - stood: a task that stands; the first one is the one that is looked at
//   - frame: an active call of a task
//   - scope: what code that is evaluated in a frame can name
//   - news: events that the console has not taken yet
//   - wanted: a breakpoint in whatever code comes to a service, now or later
//   - group: the debuggers of several services that have their wanted breakpoints in common
//   - reference: a number for a value that somebody looks into, piece by piece
//
// Files, from the ground up:
//   - frame.go: frames of a stopped thread
//   - step.go: a task that goes on by a step
//   - references.go: numbers for values that somebody looks into
//   - debugger.go: a debugger, its breakpoints, its news
//   - paths.go: the files of chunks
//   - frames.go: the frames of the task that is looked at
//   - scope.go: code evaluated in a frame
//   - breakpoint_place.go: the place that a text names
//   - log.go: what logging points write
//   - breakpoint.go: breakpoints set, removed, decided upon
//   - wanted.go: breakpoints in whatever code comes to a service
//   - listing.go: the source around a frame
//   - trap.go: the machine's and the service's questions
//   - control.go: attach, select, go on, leave
//   - values.go: values, given piece by piece
//   - stack.go: stacks with their files, and the sources of services
//   - group.go: the debuggers of several services that have their breakpoints in common
//
// What calls upwards:
//   - debugger.go breakpoint.go to wanted.go: a breakpoint may be a wanted one, which finds its own instruction
//   - debugger.go trap.go to group.go: a group's debugger tells it of news, and that it has nothing to do
//   - scope.go to control.go: the task that code is evaluated in is looked at
package debug
