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
	for rank, r := range all {
		r.Rank = rank
		g.left[r.reader()] = append(g.left[r.reader()], r)
	}
	for who, list := range g.left {
		g.left[who] = asAsked(list)
	}
	return g
}

// asAsked gives what somebody read in the order in which he asked for it: some answers came before others that were
// asked for earlier.
func asAsked(list []Reading) []Reading {
	if !slices.ContainsFunc(list, func(r Reading) bool { return r.Before > 0 }) {
		return list
	}
	var given []Reading
	var open []int // places of given that are not taken, in order
	for _, r := range list {
		for r.Times > 1 && len(open) > 0 { // one for each
			one := r
			one.Times = 1
			given[open[0]], open = one, open[1:]
			r.Times--
		}
		for len(open) <= min(r.Before, mostReadings) {
			open = append(open, len(given))
			given = append(given, Reading{})
		}
		at := min(r.Before, mostReadings)
		given[open[at]] = r
		open = slices.Delete(open, at, at+1)
	}
	return slices.DeleteFunc(given, func(r Reading) bool { return r.Service == "" })
}

// Empty tells whether nothing was recorded that services read.
func (g *Given) Empty() bool { return len(g.left) == 0 }

// clocks are what the virtual clock gives as well, where more is read than was recorded.
var clocks = []string{"os.time", "os.clock"}

// Next gives what a service read where it reads this; what was read last is read again. false: it
// was not recorded, which Unknown tells.
func (g *Given) Next(now Reading, place string) (Reading, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	who := now.reader()
	left := g.left[who]
	clock := slices.Contains(clocks, now.Function)
	if len(left) == 0 {
		if !clock {
			g.note(now, place, "was not recorded")
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
	if r.Answer && r.Text == large {
		g.note(now, place, "was too large to be recorded")
		return Reading{}, false
	}
	return r, true
}

// note notes what was read and why it is not given.
func (g *Given) note(r Reading, place, why string) {
	verb := "reads"
	if r.Answer {
		verb = "asks"
	}
	text := fmt.Sprintf("%s %s %s", r.Service, verb, r.Function)
	if r.Argument != "" {
		text += " " + visible.Quote(r.Argument)
	}
	if place != "" {
		text += " at " + visible.Line(place)
	}
	if text += ", which " + why; len(g.unknown) < mostUnknown && !slices.Contains(g.unknown, text) {
		g.unknown = append(g.unknown, text)
	}
}

// Unknown tells what was read and had not been recorded.
func (g *Given) Unknown() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.unknown)
}
