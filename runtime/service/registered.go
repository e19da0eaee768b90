package service

import (
	"time"

	"lunarium/runtime/vm"
)

// registered is what a service's code tells the node that it is: the protocols that
// it takes with their handlers, and the functions that are called on other
// occasions. A reload tries code with another set in its place.
type registered struct {
	protocols []*Protocol // by number
	shared    *Protocols  // where protocols began
	start     vm.Value
	info      vm.Value
	preload   vm.Value
	hooks     Hooks
}

// Hooks are functions that Lua code registered for messages that no handler is for,
// and what calls them: nil where there is none.
type Hooks struct {
	OnRequest, OnAnswer, Filter   vm.Value
	UnknownRequest, UnknownAnswer Handler
}

func nothingRegistered() registered {
	return registered{
		start: vm.Nil, info: vm.Nil, preload: vm.Nil,
		hooks: Hooks{OnRequest: vm.Nil, OnAnswer: vm.Nil, Filter: vm.Nil},
	}
}

// SetStart sets the function that runs when the main chunk has ended
// (skynet.start); Start gives it, or nil. Own thread.
func (s *Service) SetStart(fn vm.Value) { s.start = fn }

func (s *Service) Start() vm.Value { return s.start }

// SetInfo sets the function behind the debug command INFO (skynet.info_func); Info
// gives it, or nil. Own thread.
func (s *Service) SetInfo(fn vm.Value) { s.info = fn }

func (s *Service) Info() vm.Value { return s.info }

// Hooks gives the service's hooks, to read and to change; own thread.
func (s *Service) Hooks() *Hooks { return &s.hooks }

// visit names the functions that are registered.
func (r *registered) visit(visit func(*vm.Value)) {
	for _, p := range r.protocols {
		if p != nil {
			visit(&p.Dispatch)
			visit(&p.Unpack)
			visit(&p.Class)
		}
	}
	for _, v := range [...]*vm.Value{&r.start, &r.info, &r.preload, &r.hooks.OnRequest, &r.hooks.OnAnswer, &r.hooks.Filter} {
		visit(v)
	}
}

// Registered is a set of registrations that is not the service's own.
type Registered struct {
	registered
	universe    *vm.Universe
	knownFiles  map[string]*vm.Code
	loadedFiles map[string]*vm.Code
	told        told
}

// Trial makes an empty universe and empty registrations, in which code of the
// service can be tried. known is the code that files are taken to hold there, by
// their paths.
func (s *Service) Trial(isolation *vm.Isolation, known map[string]*vm.Code) *Registered {
	return &Registered{registered: nothingRegistered(), universe: s.state.NewUniverse(isolation), knownFiles: known, loadedFiles: map[string]*vm.Code{}}
}

// Universe gives the universe of a trial.
func (r *Registered) Universe() *vm.Universe { return r.universe }

// Enter has code run in a trial until leave is called. The libraries are opened when
// it is entered first. Own thread, while no task runs.
func (s *Service) Enter(r *Registered) (leave func(), err error) {
	out := s.state.Enter(r.universe)
	s.registered, r.registered = r.registered, s.registered
	s.trial = r
	leave = func() {
		s.registered, r.registered = r.registered, s.registered
		s.trial = nil
		out()
	}
	if s.state.Data() == nil {
		if err := s.node.config.Open(s); err != nil {
			leave()
			return nil, err
		}
	}
	return leave, nil
}

// Try runs a function as a task of a trial, which is not among the service's own.
// It is suspended where it would wait. It must be closed when it has not ended.
func (s *Service) Try(fn vm.Value, args ...vm.Value) *vm.Thread {
	return s.makeTask(TaskBody, fn, args...).thread
}

// Start, Info, Hooks and Protocols give what code registered in a trial.
func (r *Registered) Start() vm.Value { return r.start }

func (r *Registered) Info() vm.Value { return r.info }

func (r *Registered) Hooks() *Hooks { return &r.hooks }

// Protocols lists the protocols by number.
func (r *Registered) Protocols() []*Protocol { return protocolList(r.protocols) }

// Protocol gives the protocol of a name; nil when there is none.
func (r *Registered) Protocol(name string) *Protocol { return protocolNamed(r.protocols, name) }

// Visit names what code registered in a trial.
func (r *Registered) Visit(visit func(*vm.Value)) { r.visit(visit) }

// Preload gives the function that runs before the main chunk, or nil.
func (s *Service) Preload() vm.Value { return s.preload }

// KnownFile gives the code that a file is taken to hold in the trial that is
// entered; nil: what it does hold.
func (s *Service) KnownFile(path string) *vm.Code {
	if s.trial == nil {
		return nil
	}
	code := s.trial.knownFiles[path]
	if code != nil {
		s.trial.loadedFiles[path] = code
	}
	return code
}

// NoteFile remembers the code of a file that the service loaded. Own thread.
func (s *Service) NoteFile(path string, code *vm.Code) {
	switch {
	case s.trial != nil:
		s.trial.loadedFiles[path] = code
	case s.loadedFiles == nil:
		s.loadedFiles = map[string]*vm.Code{path: code}
	default:
		s.loadedFiles[path] = code
	}
}

// Files gives the code of the files that the service loaded, by path, as it was when
// they were loaded last. Own thread.
func (s *Service) Files() map[string]*vm.Code { return s.loadedFiles }

// Files gives the code of the files that were loaded in a trial.
func (r *Registered) Files() map[string]*vm.Code { return r.loadedFiles }

// Tried tells whether code of the service is only tried. Own thread.
func (s *Service) Tried() bool { return s.trial != nil }

// Now and Elapsed give the time as the service's code sees it: by the node's clock,
// and where code is only tried, when the service began. Own thread.
func (s *Service) Now() time.Time { return s.node.clock.Start().Add(s.Elapsed()) }

func (s *Service) Elapsed() time.Duration {
	if s.trial != nil {
		return s.born.Sub(s.node.clock.Start())
	}
	return s.node.clock.Elapsed()
}

// Ticks and Seconds are the clock's, as the service's code sees it. Own thread.
func (s *Service) Ticks() int64 { return s.node.clock.ticksAt(s.Elapsed()) }

func (s *Service) Seconds() float64 { return s.node.clock.secondsAt(s.Elapsed()) }

// CPU gives the process's processor time, which used tells, as the service's code sees
// it. Own thread.
func (s *Service) CPU(used func() time.Duration) time.Duration {
	switch {
	case s.node.clock.Virtual():
		return s.Elapsed()
	case s.trial != nil:
		return 0
	}
	return used()
}

// SetFiles replaces what Files gives. Own thread.
func (s *Service) SetFiles(files map[string]*vm.Code) { s.loadedFiles = files }
