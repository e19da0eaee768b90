package replay

import (
	"fmt"
	"slices"
	"sync"

	"lunarium/runtime/visible"
)

// This file gives services what was read while a transcript was recorded.

// mostUnknown is how many readings that were not recorded are told.
const mostUnknown = 20

// Given gives readings of a transcript to who reads again. Methods may be called from any
// goroutine.
type Given struct {
	mu      sync.Mutex
	left    map[reader][]Reading
	unknown []string // what was read and not recorded, and where
}

// NewGiven makes it of the readings of a transcript.
func NewGiven(all []Reading) *Given {
	g := &Given{left: map[reader][]Reading{}}
	for _, r := range all {
		g.left[r.reader()] = append(g.left[r.reader()], r)
	}
	return g
}

// Empty tells whether nothing was recorded that services read.
func (g *Given) Empty() bool { return len(g.left) == 0 }

// clocks are what the virtual clock gives as well, where more is read than was recorded.
var clocks = []string{"os.time", "os.clock"}

// Next gives what a service read then; what was read last is read again. false: nothing was recorded,
// which Unknown tells.
func (g *Given) Next(service, function, argument, place string) (Reading, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	who := reader{service, function, argument}
	left := g.left[who]
	clock := slices.Contains(clocks, function)
	if len(left) == 0 {
		if !clock {
			g.note(who, place)
		}
		return Reading{}, false
	}
	r := left[0]
	switch {
	case r.Times > 1:
		left[0].Times--
	case len(left) > 1 || clock:
		g.left[who] = left[1:]
	}
	return r, true
}

func (g *Given) note(who reader, place string) {
	text := fmt.Sprintf("%s reads %s", who.service, who.function)
	if who.argument != "" {
		text += " " + visible.Quote(who.argument)
	}
	if place != "" {
		text += " at " + visible.Line(place)
	}
	if text += ", which was not recorded"; len(g.unknown) < mostUnknown && !slices.Contains(g.unknown, text) {
		g.unknown = append(g.unknown, text)
	}
}

// Unknown tells what was read and had not been recorded.
func (g *Given) Unknown() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.unknown)
}
