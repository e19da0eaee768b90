package console

import (
	"bytes"
	"sync"
)

// This file collects what is written where a screen would show it.

// Collected is what was written since it was last taken, by any goroutine.
type Collected struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write takes what is written.
func (c *Collected) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf.Write(b)
}

// Take gives what was written since the last time.
func (c *Collected) Take() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	text := c.buf.String()
	c.buf.Reset()
	return text
}
