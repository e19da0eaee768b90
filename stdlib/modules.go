package stdlib

import (
	"io"

	"lunarium/runtime/vm"
	"lunarium/stdlib/cache"
	"lunarium/stdlib/dbpool"
	"lunarium/stdlib/http"
	"lunarium/stdlib/json"
	"lunarium/stdlib/persist"
)

// modules are the libraries that require opens when they are first asked for,
// so that a state which uses none pays for none. open gives what require
// returns.
var modules = []struct {
	name string
	open func(s *vm.State, host *Host) vm.Value
}{
	{"cache", func(s *vm.State, host *Host) vm.Value { return cache.Open(s, host.Caches, host.Now) }},
	{"db_pool", openDBPool},
	{"http", func(s *vm.State, _ *Host) vm.Value { return http.Open(s) }},
	{"json", func(s *vm.State, _ *Host) vm.Value { return json.Open(s) }},
	{"persist", openPersist},
	{"versions", openVersions},
}

func openDBPool(s *vm.State, host *Host) vm.Value {
	return vm.TableValue(dbpool.Open(s, dbpool.Options{Data: host.Data}))
}

func openPersist(s *vm.State, host *Host) vm.Value {
	warn := func(text string) { io.WriteString(host.Stderr, text+"\n") }
	return vm.TableValue(persist.Open(s, persist.Options{Data: host.Data, Now: host.Now, Warn: warn}))
}

// moduleLoader gives the function that opens a module; nil when there is none
// of that name.
func moduleLoader(name string, host *Host) func(*vm.Thread) int {
	for _, m := range modules {
		if m.name == name {
			return func(t *vm.Thread) int { return t.Return(m.open(t.State(), host)) }
		}
	}
	return nil
}
