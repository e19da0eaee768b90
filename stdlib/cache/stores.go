package cache

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"lunarium/runtime/files"
	"lunarium/runtime/visible"
)

// This file holds the caches of one node, which its services share.

// Stores are the caches of one node: those in memory by name, and the
// connections to Redis servers. The zero value is ready; Close ends it. Methods
// may be called from any goroutine.
type Stores struct {
	mu       sync.Mutex
	memories map[string]*memory
	servers  map[server]*client
	closed   bool
	// Connected, unless it is nil, is told of each connection to a server and
	// gives the one to use in its place. It is set before the first is made.
	Connected func(net.Conn) net.Conn
}

var errClosed = errors.New("the node has stopped")

// memory gives the cache in memory of a name. The first to ask makes it and
// decides its limits and its clock; who asks for other limits is refused. most bounds
// the bytes of one that is made, -1 does not; made are those that it may take.
func (s *Stores) memory(c config, now func() time.Time, most int) (m *memory, made int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.name == "" {
		c.name = defaultName
	}
	if s.closed {
		return nil, 0, errClosed
	}
	if m := s.memories[c.name]; m != nil {
		if c.entries != 0 && c.entries != m.limits.entries || c.bytes != 0 && c.bytes != m.limits.bytes {
			return nil, 0, fmt.Errorf("the cache %s is there already, with max_entries = %d and max_bytes = %d",
				visible.Quote(c.name), m.limits.entries, m.limits.bytes)
		}
		return m, 0, nil
	}
	l := limits{defaultEntries, defaultBytes}
	if most >= 0 {
		l.bytes = min(l.bytes, most)
	}
	if c.entries != 0 {
		l.entries = c.entries
	}
	if c.bytes != 0 {
		l.bytes = c.bytes
	}
	if most >= 0 && (l.bytes > most || l.bytes == 0) {
		return nil, 0, fmt.Errorf("a cache in memory of %d bytes, where the service's memory limit leaves %d for those that it makes", l.bytes, most)
	}
	m = newMemory(now, l)
	if s.memories == nil {
		s.memories = map[string]*memory{}
	}
	s.memories[c.name] = m
	return m, l.bytes, nil
}

// redis gives the Redis server of a URL. Nothing is sent yet. The connections, which
// services share, are payer's files when nobody has asked for that server before.
func (s *Stores) redis(c config, payer *files.Budget) (*redisStore, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	key := server{c.url, c.ca, c.timeout, c.maxValue}
	shared := s.servers[key]
	if shared == nil {
		var err error
		if shared, err = newClient(key, s.Connected, payer); err != nil {
			return nil, err
		}
		if s.servers == nil {
			s.servers = map[server]*client{}
		}
		s.servers[key] = shared
	}
	return newRedisStore(shared, c.name), nil
}

// Close ends the connections to servers. What is in memory stays for whoever is
// still connected.
func (s *Stores) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, c := range s.servers {
		c.close()
	}
}
