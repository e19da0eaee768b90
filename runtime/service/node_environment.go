package service

import (
	"errors"
	"fmt"
)

// This file holds the node's environment.

// ErrEnvSet: Setenv of a key that has a value (skynet.setenv refuses it).
var ErrEnvSet = errors.New("can't setenv exist key")

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
