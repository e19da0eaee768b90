package mcp

import (
	"fmt"
	"strings"
	"sync"
)

// This file collects what a command writes, as much of it as an assistant gets.

// mostReply is how many bytes of a reply are given.
const mostReply = 128 << 10

// reply is what a command has written. Any goroutine may write.
type reply struct {
	mu   sync.Mutex
	text strings.Builder
	left int // bytes that had no room
}

// Write takes what is written, and counts what has no room.
func (r *reply) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	room := min(len(b), max(0, mostReply-r.text.Len()))
	r.text.Write(b[:room])
	r.left += len(b) - room
	return len(b), nil
}

// take gives what was written since the last time.
func (r *reply) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := strings.TrimRight(strings.ToValidUTF8(r.text.String(), ""), "\n")
	if r.left > 0 {
		text += fmt.Sprintf("\n… %d bytes more; ask for less", r.left)
	}
	r.text.Reset()
	r.left = 0
	return text
}
