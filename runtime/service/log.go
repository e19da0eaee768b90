package service

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"lunarium/runtime/message"
	"lunarium/runtime/queue"
)

// ErrEnvSet: Setenv of a key that has a value (skynet.setenv refuses it).
var ErrEnvSet = errors.New("can't setenv exist key")

// Logs gives the node's latest log lines.
func (n *Node) Logs() *queue.Recent[LogEntry] { return n.logs }

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

// mostLogText is how much of a line is kept for people to look at later, in bytes; the
// output gets all of it.
const mostLogText = 16 << 10

// kept gives the entry as it is kept.
func (e LogEntry) kept() LogEntry {
	e.Text = cut(e.Text, mostLogText)
	return e
}

// cut shortens a text that somebody keeps. The rest does not stay in memory.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + fmt.Sprintf("… (%d bytes in all)", len(text))
}

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

// Getenv gives a value of the node's environment (skynet.getenv).
func (n *Node) Getenv(key string) (string, bool) {
	n.env.mu.Lock()
	defer n.env.mu.Unlock()
	value, ok := n.env.values[key]
	return value, ok
}

// unsetenv takes the value of a key away.
func (n *Node) unsetenv(key string) {
	n.env.mu.Lock()
	defer n.env.mu.Unlock()
	if value, ok := n.env.values[key]; ok {
		n.env.bytes = max(0, n.env.bytes-len(key)-len(value)) // the configuration's are not counted
		delete(n.env.values, key)
	}
}

// mostEnv is how many bytes services may put into the node's environment, which stays
// when they end.
const mostEnv = 64 << 20

// ErrEnvFull: Setenv would make the node's environment too large.
var ErrEnvFull = errors.New("the node's environment is full")

// Setenv sets a key that has no value yet, else it gives ErrEnvSet, or ErrEnvFull.
func (n *Node) Setenv(key, value string) error {
	n.env.mu.Lock()
	defer n.env.mu.Unlock()
	if _, ok := n.env.values[key]; ok {
		return fmt.Errorf("%w : %s", ErrEnvSet, key)
	}
	if n.env.bytes+len(key)+len(value) > mostEnv {
		return fmt.Errorf("%w of %d MB", ErrEnvFull, mostEnv>>20)
	}
	n.env.bytes += len(key) + len(value)
	n.env.values[key] = value
	return nil
}
