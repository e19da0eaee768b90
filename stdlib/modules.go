package stdlib

import (
	"io"

	"lunarium/runtime/vm"
	"lunarium/stdlib/cache"
	"lunarium/stdlib/dbpool"
	"lunarium/stdlib/http"
	"lunarium/stdlib/json"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/persist"
	"lunarium/stdlib/versions"
)

// This file wires the libraries that require opens.

// Modules is what the libraries that require opens may use of the world.
type Modules struct {
	Caches   *cache.Stores // what require "cache" connects to
	Data     string        // directory of the files that db_pool and persist keep
	Versions versions.Options
}

// modules are the libraries that require opens when they are first asked for,
// so that a state which uses none pays for none. open gives what require
// returns.
var modules = []struct {
	name string
	open func(m *Modules, s *vm.State, host *lua.Host) vm.Value
}{
	{"cache", func(m *Modules, s *vm.State, host *lua.Host) vm.Value { return cache.Open(s, m.Caches, host.Now) }},
	{"db_pool", func(m *Modules, s *vm.State, _ *lua.Host) vm.Value {
		return vm.TableValue(dbpool.Open(s, dbpool.Options{Data: m.Data}))
	}},
	{"http", func(_ *Modules, s *vm.State, _ *lua.Host) vm.Value { return http.Open(s) }},
	{"json", func(_ *Modules, s *vm.State, _ *lua.Host) vm.Value { return json.Open(s) }},
	{"persist", (*Modules).openPersist},
	{"versions", func(m *Modules, s *vm.State, _ *lua.Host) vm.Value { return versions.Open(s, m.Versions) }},
}

func (m *Modules) openPersist(s *vm.State, host *lua.Host) vm.Value {
	warn := func(text string) { io.WriteString(host.Stderr, text+"\n") }
	return vm.TableValue(persist.Open(s, persist.Options{Data: m.Data, Now: host.Now, Warn: warn}))
}

// Find gives what opens a module; nil when there is none of that name. It is what
// lua.Host.Module calls.
func (m *Modules) Find(name string) lua.Module {
	for _, module := range modules {
		if module.name == name {
			return func(s *vm.State, host *lua.Host) vm.Value { return module.open(m, s, host) }
		}
	}
	return nil
}
