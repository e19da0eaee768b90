package console

import (
	"fmt"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds what a session keeps of services for its commands.

// keptOf is what is kept of one service.
type keptOf struct {
	service *service.Service
	value   any
}

// mostKeptOf bounds of how many services a session keeps something.
const mostKeptOf = 32

// Keep keeps something of a service, in the place of what was kept of it before, until the
// session or the service ends.
func (o *Operator) Keep(svc *service.Service, value any) error {
	for address, kept := range o.kept {
		if o.node.Service(address) != kept.service {
			delete(o.kept, address)
		}
	}
	if _, is := o.kept[svc.Address()]; !is && len(o.kept) >= mostKeptOf {
		return fmt.Errorf("this session keeps marks of %d services already", mostKeptOf)
	}
	if o.kept == nil {
		o.kept = map[message.Address]keptOf{}
	}
	o.kept[svc.Address()] = keptOf{svc, value}
	return nil
}

// Kept gives what Keep kept of a service; nil when there is nothing.
func (o *Operator) Kept(svc *service.Service) any {
	if kept := o.kept[svc.Address()]; kept.service == svc {
		return kept.value
	}
	return nil
}

// Forget lets go of it.
func (o *Operator) Forget(svc *service.Service) { delete(o.kept, svc.Address()) }
