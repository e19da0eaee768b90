package cache

import (
	"context"
	"slices"
)

// This file holds channels in the node's own memory.

func (m *memory) publish(_ context.Context, channel, value string) (int, error) {
	m.mu.Lock()
	receivers := slices.Clone(m.channels[channel])
	m.mu.Unlock()
	n := 0
	for _, r := range receivers {
		if r.receive(value) {
			n++
		} else {
			m.unsubscribe(channel, r)
		}
	}
	return n, nil
}

func (m *memory) subscribe(_ context.Context, channel string, receive func(string) bool) (func(context.Context), error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := &receiver{receive}
	m.channels[channel] = append(m.channels[channel], r)
	return func(context.Context) { m.unsubscribe(channel, r) }, nil
}

func (m *memory) unsubscribe(channel string, r *receiver) {
	m.mu.Lock()
	defer m.mu.Unlock()
	rest := slices.DeleteFunc(m.channels[channel], func(other *receiver) bool { return other == r })
	if len(rest) == 0 {
		delete(m.channels, channel)
		return
	}
	m.channels[channel] = rest
}
