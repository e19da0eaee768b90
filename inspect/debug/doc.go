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
//
// Files, from the ground up:
//   - frame.go: frames of a stopped thread
//   - step.go: a task that goes on by a step
//   - debugger.go: a debugger, its breakpoints, its news
//   - frames.go: the frames of the task that is looked at
//   - scope.go: code evaluated in a frame
//   - breakpoint_place.go: the place that a text names
//   - log.go: what logging points write
//   - breakpoint.go: breakpoints set, removed, decided upon
//   - listing.go: the source around a frame
//   - trap.go: the machine's and the service's questions
//   - control.go: attach, select, go on, leave
package debug
