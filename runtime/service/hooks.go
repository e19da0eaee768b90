package service

import (
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// SetPreload sets a function that runs before the main chunk with the same
// arguments. It takes effect in Config.Open only; own thread.
func (s *Service) SetPreload(fn vm.Value) { s.preload = fn }

// runUnknown runs a hook as a task of its own. It has nothing to answer.
func (s *Service) runUnknown(hook Handler, what string, m *message.Message) {
	original := *m
	stray := message.Message{Type: m.Type, Source: m.Source, Dest: m.Dest, Extra: &message.Extra{Work: &work{
		what: what, body: func(t *vm.Thread, _ *message.Message) int { return hook(t, &original) },
	}}}
	s.handle(s.newTask(TaskBody, s.state.NewFunction(what, runBody)), &stray)
}

// MonitorExits sends the service of an address a client message from each service
// that ends from now on (skynet's MONITOR).
func (n *Node) MonitorExits(a message.Address) { n.exitMonitor.Store(uint32(a)) }

// tellExitMonitor tells the monitoring service about an end.
func (n *Node) tellExitMonitor(a message.Address) {
	if to := message.Address(n.exitMonitor.Load()); to != 0 && to != a {
		n.deliver(&message.Message{Type: message.TypeClient, Source: a, Dest: to, Payload: message.Packed("")}, nil)
	}
}
