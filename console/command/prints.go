package command

import (
	"strings"
	"sync"

	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file takes what code prints for a reply.

// maxPrints bounds what code may print for one reply, in bytes.
const maxPrints = 1 << 20

// prints collects what code prints while a command runs it. What comes later
// goes where the service's own output goes.
type prints struct {
	service *service.Service
	mu      sync.Mutex
	text    strings.Builder
	cut     bool
	over    bool
}

// print takes one print, on the service's thread; it never waits.
func (p *prints) print(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.over:
		p.service.Print(text)
	case p.text.Len()+len(text) > maxPrints:
		p.cut = true
	default:
		p.text.WriteString(text)
	}
}

// end gives what was printed and ends the collecting.
func (p *prints) end() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	if p.cut {
		return visible.Text(p.text.String()) + "… what was printed beyond 1 MB is left out"
	}
	return visible.Text(p.text.String())
}
