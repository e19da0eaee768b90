package service

import (
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/number"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file is about what a service reads back of what it told the node: settings and
// names. Code that is only tried begins without what the service itself has made, and
// sees what it makes itself, as it did when the service began.

// Setenv sets a value of the node's environment for the service (skynet.setenv).
func (s Self) Setenv(key, value string) error {
	if err := s.node.Setenv(key, value); err != nil {
		return err
	}
	if s.settings == nil {
		s.settings = map[string]string{}
	}
	s.settings[key] = value
	return nil
}

// Unsetenv takes a value away.
func (s Reloading) Unsetenv(key string) {
	s.node.unsetenv(key)
	delete(s.settings, key)
}

// Getenv gives a value of the node's environment as the service's code sees it.
func (s Self) Getenv(key string) (string, bool) {
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

// resolve gives the address that a text names exactly: ":0000000a", "0xa",
// ".name" or "name".
func (n *Node) resolve(text string) (message.Address, bool) {
	if a, valid, isAddress := addressText(text); isAddress {
		return a, valid
	}
	return n.Lookup(text)
}

// addressOf gives the address that a number or a name means.
func (n *Node) addressOf(v vm.Value) (message.Address, bool) {
	if f, ok := v.AsNumber(); ok {
		return message.Address(f), f >= 0 && f <= 0xffffffff && f == float64(message.Address(f))
	}
	name, _ := v.AsString()
	return n.resolve(name)
}

// Named gives the service of a name, or of an address, as the service's code sees it.
func (s Self) Named(text string) (message.Address, bool) {
	a, ok := s.node.resolve(text)
	if _, _, isAddress := addressText(text); s.trial == nil || isAddress {
		return a, ok
	}
	if s.trial.told.names[bare(text)] {
		return s.address, true
	}
	return a, ok && (a != s.address || s.trial.told.began)
}

// ResolveDest gives the address that a Lua value names: a number, or a name
// with or without its dot, or ":0000000a". The text says why there is none.
func (s Self) ResolveDest(v vm.Value) (a message.Address, ok bool, text string) {
	if a, ok := s.node.addressOf(v); ok {
		return a, true, ""
	}
	if name, ok := v.AsString(); ok {
		return 0, false, "no service is named " + visible.Line(name)
	}
	if f, ok := v.AsNumber(); ok {
		return 0, false, "invalid address " + number.Format(f)
	}
	return 0, false, fmt.Sprintf("invalid address (a %s value)", v.Type())
}
