package service

import "lunarium/runtime/vm"

// This file holds what a service's code registers, and what code that is only tried does.

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

// Universe gives the universe of a trial.
func (r *Registered) Universe() *vm.Universe { return r.universe }

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

// Files gives the code of the files that were loaded in a trial.
func (r *Registered) Files() map[string]*vm.Code { return r.loadedFiles }

// told is what code that is tried would have told the node.
type told struct {
	settings map[string]string
	names    map[string]bool
	began    bool // the service has begun: the code sees what the service has made since
}

// NoteSetting notes that code in the trial would have set a value, NoteName that it would
// have registered a name.
func (r *Registered) NoteSetting(key, value string) {
	if r.told.settings == nil {
		r.told.settings = map[string]string{}
	}
	r.told.settings[key] = value
}

func (r *Registered) NoteName(name string) {
	if r.told.names == nil {
		r.told.names = map[string]bool{}
	}
	r.told.names[bare(name)] = true
}

// NoteBegun has the code that runs next be such that the service loaded later.
func (r *Registered) NoteBegun() { r.told.began = true }

// SettingText gives the text that skynet.setenv makes of a value; false when it takes none
// such.
func SettingText(v vm.Value) (string, bool) {
	switch {
	case v.Type() != vm.TypeBoolean:
		return vm.ToString(v)
	case v.Truth():
		return "true", true
	}
	return "false", true
}
