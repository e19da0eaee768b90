package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file keeps apart what the services of a replay write.

// apart keeps what services write, each one's by itself: how the lines of several mix
// says nothing of a race.
type apart struct {
	mu   sync.Mutex
	of   map[message.Address]*strings.Builder
	rest io.Writer // what the program says of itself
}

func newApart() *apart { return &apart{of: map[message.Address]*strings.Builder{}} }

func (a *apart) own() io.Writer { return a.rest }

// Print takes what Lua's print wrote.
func (a *apart) Print(from message.Address, text string) { a.add(from, visible.Text(text)) }

// Log takes one entry of the log.
func (a *apart) Log(e service.LogEntry) { a.add(e.Service, fmt.Sprintln(e)) }

func (a *apart) add(from message.Address, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := a.of[from]
	if b == nil {
		b = &strings.Builder{}
		a.of[from] = b
	}
	b.WriteString(text)
}

// take gives what was written since the last time, service by service.
func (a *apart) take() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all strings.Builder
	for _, from := range slices.Sorted(maps.Keys(a.of)) {
		all.WriteString(a.of[from].String())
	}
	clear(a.of)
	return all.String()
}
