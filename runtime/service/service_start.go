package service

import (
	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file holds how a service starts.

// startUp makes the state and runs the main chunk and then the start function,
// as one task.
func (s *core) startUp() {
	own := Self{s}
	s.state = vm.NewState(vm.Config{
		Seed: s.node.config.Seed, Slice: s.slice, Stuck: s.stuckInCall, Look: s.answerLooks, Over: s.overBound, Polled: s.polled,
		Loaded: s.codeLoaded,
		Host: &host.Host{
			Await: s.hostAwait, Watch: s.hostWatch, AtRest: s.hostAtRest, Post: s.hostPost, TraceOf: s.hostTraceOf, Tidy: s.hostTidy, Sleep: s.hostSleep, Wakeup: own.Wakeup,
			Files: s.FileBudget, Listen: s.hostListen, Dial: s.hostDial, Readings: s.hostReadings, Opened: s.hostOpened, Gone: s.gone,
		},
	})
	s.machine.Store(s.state)
	s.state.Collector().AddRoots("service", s.reachable)
	s.state.Memory().CountHeld(s.taskBytes)
	if err := s.node.config.Open(own); err != nil {
		s.startEnded(&message.Failure{Reason: message.ErrStart, Service: s.address, Name: s.base, Text: worded.Text(err)})
		return
	}
	if limit := s.node.config.MemLimit; limit > 0 && s.MemLimit() == 0 {
		own.SetMemLimit(limit)
	}
	for _, w := range s.node.watches.watching() {
		w.Born(own)
	}
	s.resume(s.newTask(TaskStart, startFunction))
}

// startFunction is what the first task of a service runs.
var startFunction = vm.SharedFunction("service", "start", runChunk)

func runChunk(t *vm.Thread) int {
	s := Of(t)
	chunk := s.state.NewClosure(s.code, vm.TableValue(s.state.Globals))
	args := make([]vm.Value, len(s.spec.Args))
	for i, arg := range s.spec.Args {
		args[i] = vm.String(arg)
	}
	if s.preload.IsNil() {
		return t.CallThen(chunk, args, runStart)
	}
	return t.CallThen(s.preload, args, func(t *vm.Thread) int { return t.CallThen(chunk, args, runStart) })
}

func runStart(t *vm.Thread) int {
	s := Of(t)
	if s.start.IsNil() {
		return 0
	}
	return t.CallThen(s.start, nil, nil)
}
