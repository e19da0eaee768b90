package console

import (
	"fmt"
	"maps"
	"slices"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds what a session keeps of services for its commands.

// keptOf is what is kept of one service.
type keptOf struct {
	service *service.Service
	value   any
	end     func()
}

// mostKeptOf bounds of how many services a session keeps something.
const mostKeptOf = 32

// Keep keeps something of a service, in the place of what was kept of it before, until the
// session or the service ends, or it is forgotten; end ends what it does meanwhile.
func (o *Operator) Keep(svc *service.Service, value any, end func()) error {
	for address, kept := range o.kept {
		if o.node.Service(address) != kept.service {
			o.forget(address)
		}
	}
	if _, is := o.kept[svc.Address()]; !is && len(o.kept) >= mostKeptOf {
		end()
		return fmt.Errorf("this session keeps marks of %d services already", mostKeptOf)
	}
	if o.kept == nil {
		o.kept = map[message.Address]keptOf{}
	}
	o.forget(svc.Address())
	o.kept[svc.Address()] = keptOf{svc, value, end}
	return nil
}

// Kept gives what Keep kept of a service; nil when there is nothing.
func (o *Operator) Kept(svc *service.Service) any {
	if kept := o.kept[svc.Address()]; kept.service == svc {
		return kept.value
	}
	return nil
}

// KeptOf gives the services of which something is kept, by their addresses.
func (o *Operator) KeptOf() (services []*service.Service) {
	for _, address := range slices.Sorted(maps.Keys(o.kept)) {
		if kept := o.kept[address]; o.node.Service(address) == kept.service {
			services = append(services, kept.service)
		}
	}
	return services
}

// Forget lets go of it.
func (o *Operator) Forget(svc *service.Service) { o.forget(svc.Address()) }

func (o *Operator) forget(address message.Address) {
	if kept, is := o.kept[address]; is {
		delete(o.kept, address)
		kept.end()
	}
}

// forgetAll lets go of everything.
func (o *Operator) forgetAll() {
	for address := range o.kept {
		o.forget(address)
	}
}
