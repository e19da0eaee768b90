package service

import (
	"strings"
	"time"

	"lunarium/runtime/vm"
)

// This file measures what a service does for profiles. Where none measures it, a poll, a
// turn of a task and the end of a wait look at one pointer each.

// sampleTime is the least time between two looks at a service's stack.
const sampleTime = 250 * time.Microsecond

// beginTurn notes that a task is about to run, if somebody measures that.
func (s *core) beginTurn() {
	if of := s.profiles.Load(); of != nil {
		s.look(of)
	}
}

// look begins to measure anew.
func (s *core) look(of *profiles) {
	if s.turn == nil {
		s.turn = &turn{}
	}
	if s.turn.of != of {
		s.turn.of = of
		s.sampleAllocations()
	}
	s.turn.since = s.node.clock.monotonic()
}

// polled is told by the machine of each poll. What was measured since the look before is the
// present stack's: that is where the work went on, or has just ended. A function that is
// about to be called is taken for part of it: else short functions, in which there are no
// polls, would never be seen.
func (s *core) polled(before vm.Value) {
	of := s.profiles.Load()
	if of == nil || s.current == nil || s.state.Task() == nil {
		return
	}
	if s.turn == nil || s.turn.of != of { // it has begun in the middle of a task
		s.look(of)
		return
	}
	now := s.node.clock.monotonic()
	if s.node.config.Virtual || now-s.turn.sampled >= sampleTime {
		s.turn.sampled = now
		s.spent(of, now, s.current, s.stackOf(s.current, before))
	}
}

// endTurn notes that a task has run, if somebody measures that.
func (s *core) endTurn(t *task) {
	if of := s.profiles.Load(); of != nil {
		s.ran(of, t)
	}
}

// ran leaves what was measured since the last look to the next stack of such a task.
func (s *core) ran(of *profiles, t *task) {
	if s.turn != nil && of == s.turn.of {
		s.spent(of, s.node.clock.monotonic(), t, nil)
	}
}

// spent gives the time since the last look to a stack of a task; nil: to one that will
// follow.
func (s *core) spent(of *profiles, now time.Duration, t *task, stack []Spot) {
	value := int64(now - s.turn.since)
	if s.node.config.Virtual { // time is none of its: polls are counted
		value = int64(min(1, len(stack)))
	}
	s.turn.since = now
	task := s.taskSpot(t)
	for _, p := range *of {
		switch {
		case p.Kind != ProfileCPU || value == 0:
		case stack == nil:
			p.stacks.leave(task, value)
		default:
			p.stacks.add(task, stack, value)
		}
	}
}

// taskSpot tells what a task works on.
func (s *core) taskSpot(t *task) Spot {
	return Spot{Kind: SpotTask, Base: s.base, Task: t.kind, Text: t.handling}
}

// stackOf gives the stack of a task, the innermost call first, with the one of a function that
// is about to be called; the memory is used again. The function of the node in which the
// task runs is none of its calls.
func (s *core) stackOf(t *task, before vm.Value) []Spot {
	calls := s.turn.calls[:0]
	if c, ok := vm.CallOf(before); ok {
		calls = append(calls, c)
	}
	calls, cut := t.thread.Debug().Calls(calls, mostProfileCalls)
	s.turn.calls = calls
	spots := s.turn.spots[:0]
	for i, c := range calls {
		switch {
		case c.Code != nil:
			spots = append(spots, Spot{Kind: SpotLua, Code: c.Code, Line: c.Line})
		case i < len(calls)-1 || cut:
			spots = append(spots, Spot{Kind: SpotGo, Text: c.Go})
		}
	}
	if cut {
		spots = append(spots, Spot{Kind: SpotCut})
	}
	s.turn.spots = spots
	return spots
}

// sampleAllocations has the machine tell of what is allocated, while somebody measures that.
func (s *core) sampleAllocations() {
	if s.profiles.Load().sample() {
		s.state.Memory().Sample(s.allocated)
		return
	}
	s.state.Memory().Sample(nil)
}

// allocated is told by the machine of a sample of what is allocated, where that is.
func (s *core) allocated(sample vm.Sample) {
	of := s.profiles.Load()
	if !of.sample() { // the last one that did has ended
		s.state.Memory().Sample(nil)
		return
	}
	if s.current == nil {
		return
	}
	stack, task := s.stackOf(s.current, vm.Nil), s.taskSpot(s.current)
	for _, p := range *of {
		switch p.Kind {
		case ProfileAlloc:
			p.stacks.add(task, stack, int64(sample.Bytes))
		case ProfileObjects:
			if at := lineOfProgram(stack); at != nil {
				p.objects.add(sample, at.Code, at.Line)
			}
		}
	}
}

// lineOfProgram gives the innermost line of a file in a stack: modules that are part of a
// library allocate for others. nil: there is no line at all.
func lineOfProgram(stack []Spot) (at *Spot) {
	for i := range stack {
		if stack[i].Kind != SpotLua {
			continue
		}
		if strings.HasPrefix(stack[i].Code.Proto().Source, "@") {
			return &stack[i]
		}
		if at == nil {
			at = &stack[i]
		}
	}
	return at
}

// waitIsMeasured tells which waits stand in a profile: those of a task in the middle of its
// work.
var waitIsMeasured = map[WaitKind]bool{WaitCall: true, WaitSleep: true, WaitToken: true, WaitAwait: true, WaitRoom: true}

// noteWait measures a wait that ends. The task still stands where it waited.
func (s *core) noteWait(t *task, of *profiles) {
	if !waitIsMeasured[t.wait.Kind] {
		return
	}
	for _, p := range *of {
		if p.Kind == ProfileWait {
			s.measureWait(t, p)
		}
	}
}

// measureWait adds what a task has waited for while a profile measured.
func (s *core) measureWait(t *task, p *Profile) {
	if s.turn == nil {
		s.turn = &turn{}
	}
	waited := s.node.clock.Elapsed() - max(t.wait.Since, p.begun)
	spot := Spot{Kind: SpotWait, Wait: t.wait.Kind, Dest: t.wait.Dest, Text: t.wait.Command}
	stack := append([]Spot{spot}, s.stackOf(t, vm.Nil)...)
	p.stacks.add(s.taskSpot(t), stack, int64(max(0, waited)))
}

// mostPendingWaits is how many tasks of a service are asked what they wait for when a
// profile ends.
const mostPendingWaits = 10_000

// endWaits measures the waits that have not ended, and has the profile measure the service
// no more: what ends later is counted here.
func (s *core) endWaits(p *Profile) {
	left := mostPendingWaits
	for t := s.live; t != nil && left > 0; t = t.next {
		if waitIsMeasured[t.wait.Kind] {
			s.measureWait(t, p)
			left--
		}
	}
	s.profiles.leave(p)
}
