package service

import (
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file is about what a service reads back of what it told the node: settings and
// names. Code that is only tried begins without what the service itself has made, and
// sees what it makes itself, as it did when the service began.

// told is what code that is tried would have told the node.
type told struct {
	settings map[string]string
	names    map[string]bool
	began    bool // the service has begun: the code sees what the service has made since
}

// Setenv sets a value of the node's environment for the service (skynet.setenv). Own
// thread.
func (s *Service) Setenv(key, value string) error {
	if err := s.node.Setenv(key, value); err != nil {
		return err
	}
	if s.settings == nil {
		s.settings = map[string]string{}
	}
	s.settings[key] = value
	return nil
}

// Unsetenv takes a value away. Own thread.
func (s *Service) Unsetenv(key string) {
	s.node.unsetenv(key)
	delete(s.settings, key)
}

// Getenv gives a value of the node's environment as the service's code sees it. Own thread.
func (s *Service) Getenv(key string) (string, bool) {
	value, ok := s.node.Getenv(key)
	if s.trial == nil {
		return value, ok
	}
	if tried, made := s.trial.told.settings[key]; made {
		return tried, true
	}
	if own, made := s.settings[key]; made && own == value && !s.trial.told.began {
		return "", false
	}
	return value, ok
}

// Named gives the service of a name, or of an address, as the service's code sees it. Own
// thread.
func (s *Service) Named(text string) (message.Address, bool) {
	a, ok := s.node.resolve(text)
	if _, _, isAddress := addressText(text); s.trial == nil || isAddress {
		return a, ok
	}
	if s.trial.told.names[bare(text)] {
		return s.address, true
	}
	return a, ok && (a != s.address || s.trial.told.began)
}

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
