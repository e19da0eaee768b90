package stdlib

import (
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/cache"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/skynet"
	"lunarium/stdlib/versions"
)

// This file wires the libraries of a service.

// ServiceOptions is what the services of one node share.
type ServiceOptions struct {
	skynet.Options
	// Data is the directory of the files that libraries keep.
	Data string
	// Caches are the caches that the node's services share; nil gives each
	// service its own.
	Caches *cache.Stores
	// Replaced counts a version of a service's code that the service has put in place
	// itself, and gives its number; nil when nobody counts.
	Replaced func(svc service.Self, old vm.Value) (number int, err error)
}

// OpenService puts every library into a service's state. It is what
// service.Config.Open calls, on the service's own thread. The options must not change
// any more.
func OpenService(svc service.Self, options *ServiceOptions) error {
	return skynet.Open(svc, &options.Options, func(host *lua.Host) { host.Module = options.modules(svc).Find })
}

func (o *ServiceOptions) modules(svc service.Self) *Modules {
	m := &Modules{Caches: o.Caches, Data: o.Data}
	if m.Caches == nil {
		m.Caches = new(cache.Stores)
	}
	if o.Replaced != nil {
		m.Versions = versions.Options{
			Current:  func() int { _, current := svc.Reloading().Versions(); return current },
			Replaced: func(old vm.Value) (int, error) { return o.Replaced(svc, old) },
		}
	}
	return m
}
