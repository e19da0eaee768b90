package service

import (
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
)

// This file holds the node's log and output, and what services say there.

func (n *Node) entry(a message.Address, text string) LogEntry {
	return LogEntry{Time: n.clock.Now(), Service: a, Name: n.NameOf(a), Text: strings.TrimRight(text, "\n")}
}

// Log writes a line to the log as from an address.
func (n *Node) Log(a message.Address, text string) {
	entry := n.entry(a, text)
	n.spend(costLine + len(text)/costBytes)
	n.output.Lock()
	defer n.output.Unlock()
	n.keep(entry)
	if n.config.Output != nil {
		n.config.Output.Log(entry)
	}
}

// keep puts an entry where people look at the log later, without writing it.
func (n *Node) keep(e LogEntry) {
	e = e.kept()
	n.logs.Add(e)
	if s := n.registry.find(e.Service); s != nil {
		s.logs.get(logLines).Add(e)
	}
}

// Say writes what the node itself has to say to the log.
func (n *Node) Say(text string) { n.Log(message.NodeAddress, text) }

// Print hands on what a service's print made.
func (n *Node) Print(a message.Address, text string) {
	if n.config.Output == nil {
		return
	}
	n.spend(costLine + len(text)/costBytes)
	n.output.Lock()
	defer n.output.Unlock()
	n.config.Output.Print(a, text)
}

// Error writes a line to the log (skynet.error).
func (s *core) Error(text string) { s.node.Log(s.address, text) }

// Print writes what Lua's print made.
func (s *core) Print(text string) { s.node.Print(s.address, text) }

// Logs gives the service's latest log lines and errors, those included that
// were carried to a caller instead of the log.
func (s *Service) Logs() *queue.Recent[LogEntry] { return s.logs.get(logLines) }

// What a service was warned of is remembered within bounds: the keys contain
// commands, which others make up.
const (
	mostWarnings = 1000
	mostWarning  = 256
)

// warnOnce logs a text once for each key.
func (s *core) warnOnce(key, text string) {
	key = cut(key, mostWarning)
	if s.warned[key] {
		return
	}
	if s.warned == nil || len(s.warned) >= mostWarnings {
		s.warned = map[string]bool{}
	}
	s.warned[key] = true
	s.Error(text)
}

// failure makes the answer to a message that failed.
func (s *core) failure(m *message.Message, reason error, text string) *message.Failure {
	return &message.Failure{
		Reason: reason, Service: s.address, Name: s.Name(),
		Source: m.Source, From: s.node.NameOf(m.Source),
		Type: m.Type, Handling: m.Command(), Text: text,
	}
}
