package service

import (
	"errors"

	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// obey does what others asked of the worker.
func (s *Service) obey() {
	asked := s.wanted()
	if asked&askEnd != 0 {
		s.orders.mu.Lock()
		s.ending = s.orders.ending
		s.orders.mu.Unlock()
		return
	}
	if asked&askStart != 0 {
		s.startUp()
	}
	if asked&askDo != 0 {
		s.runOrders()
	}
}

// startUp makes the state and runs the main chunk and then the start function,
// as one task.
func (s *Service) startUp() {
	s.state = vm.NewState(vm.Config{
		Seed: s.node.config.Seed, Slice: s.slice, Stuck: s.stuckInCall, Look: s.answerLooks, Over: s.overBound,
		Host: &host.Host{
			Await: s.hostAwait, Watch: s.Await, Post: s.Request, Tidy: s.hostTidy, Sleep: s.hostSleep, Wakeup: s.Wakeup,
			Files: s.FileBudget, Listen: s.hostListen, Dial: s.hostDial, Opened: s.hostOpened, Gone: s.gone,
		},
	})
	s.machine.Store(s.state)
	s.state.AddRoots("service", s.reachable)
	s.state.CountHeld(s.taskBytes)
	if err := s.node.config.Open(s); err != nil {
		s.startEnded(&message.Failure{Reason: message.ErrStart, Service: s.address, Name: s.base, Text: worded.Text(err)})
		return
	}
	if limit := s.node.config.MemLimit; limit > 0 && s.MemLimit() == 0 {
		s.SetMemLimit(limit)
	}
	s.resume(s.newTask(TaskStart, startFunction))
}

// What the first task of a service and pooled threads run.
var (
	startFunction  = vm.SharedFunction("service", "start", runChunk)
	pooledFunction = vm.SharedFunction("service", "task", runPooled)
)

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

// startEnded tells who launched the service how that went; a failure ends it.
func (s *Service) startEnded(f *message.Failure) {
	if f == nil {
		s.ready.Store(true)
		s.noteTakesNone()
	} else if s.ending == nil {
		s.ending = &ending{reason: f.Reason, text: "did not start"}
	}
	if then := s.launched; then != nil {
		s.launched = nil
		then(s, f)
	}
}

// noteTakesNone notes whether the service can be spoken to. A client that launches it asks
// for that; others find it in the log.
func (s *Service) noteTakesNone() {
	if !s.start.IsNil() || s.dispatches() || s.path == "" {
		return
	}
	s.takesNone.Store(true)
	if !s.spec.By.IsClient() {
		s.Error(s.describe() + " has not called skynet.start and takes no messages")
	}
}

// stuckInCall is told by the machine that a slice ended where the task can't be
// stopped.
func (s *Service) stuckInCall() {
	if w := s.worker; w != nil && !s.stuck.Load() {
		s.markStuck(w)
	}
}

// Exit ends the service (skynet.exit). In a start function that set a dispatch
// function and registered a name it ends that function only, unless
// Config.StrictExit. It does not return to Lua. Own thread; end the Go function
// with it.
func (s *Service) Exit(t *vm.Thread) int {
	task := taskOf(t)
	if task.kind == TaskStart && !s.node.config.StrictExit && s.dispatches() && s.node.hasName(s.address) {
		task.leaveStart = true
		s.warnOnce("exit", "skynet.exit() at the end of the start function: "+s.describe()+
			" has a name and a dispatch function, so it serves on")
		return t.Suspend(nil)
	}
	s.ending = &ending{reason: message.ErrExited, text: "exited"}
	return t.Suspend(nil)
}

// dispatches tells whether Lua set a handler for any protocol.
func (s *Service) dispatches() bool {
	for _, p := range s.protocols {
		if p != nil && !p.Dispatch.IsNil() {
			return true
		}
	}
	return false
}

// finishLaunch gives the task that launched a service its address, 0 when the
// service exited while it started, or raises why it did not start.
func finishLaunch(t *vm.Thread, child *Service, f *message.Failure, then func(t *vm.Thread, child message.Address) int) int {
	switch {
	case f == nil:
		return then(t, child.address)
	case errors.Is(f, message.ErrExited):
		return then(t, 0)
	}
	task := taskOf(t)
	task.reason = f
	return raiseReason(t, task)
}

// Launch starts a service and suspends the task until its start function has
// ended; then goes on with its address, 0 when it exited while starting. The
// reason why it did not start is raised (skynet.newservice). Own thread; end
// the Go function with it.
func (s *Service) Launch(t *vm.Thread, spec Spec, then func(t *vm.Thread, child message.Address) int) int {
	spec.By = s.address
	p, err := s.node.load(spec)
	if err != nil {
		t.Errorf("%s", err)
	}
	_, session := s.beginAwait(t, "launch of "+p.spec.title())
	s.node.spawn(p, s.worker, func(child *Service, f *message.Failure) {
		s.endAwait(session, child.worker, func(t *vm.Thread) int { return finishLaunch(t, child, f, then) })
	})
	return t.Suspend(awaited)
}
