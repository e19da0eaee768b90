package crash

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"lunarium/inspect/plain"
	"lunarium/runtime/bytecode"
	"lunarium/runtime/service"
)

// This file holds the places, counted and bounded.

const (
	maxPlaces   = 200
	maxServices = 8       // that a place names
	maxBytes    = 4 << 20 // of all details
	// How many errors are described in a second of the node's clock: of a place, and of all.
	placePerSecond = 4
	allPerSecond   = 20
)

// Log has the errors that nobody caught. Its zero value is ready.
type Log struct {
	mu     sync.Mutex
	places map[key]*entry
	lastID uint64
	total  uint64 // errors
	gone   uint64 // places that made way
	bytes  int
	pace   pace
}

// key tells places apart.
type key struct {
	source  string
	line    int
	pattern string
}

// entry is a place with what is kept of it.
type entry struct {
	report Report
	pace   pace
}

// pace counts what was described in a second.
type pace struct {
	second int64
	count  int
}

// allows tells whether one more may be described.
func (p *pace) allows(now time.Time, most int) bool {
	if second := now.Unix(); second != p.second {
		*p = pace{second: second}
	}
	return p.count < most
}

// Note takes an error and gives the number of its place. It is service.Config.Crashed.
func (l *Log) Note(c service.Crash) uint64 {
	k := keyOf(c)
	e, id, number := l.count(k, c)
	if number > 0 {
		d := describe(c)
		d.Number = number
		l.keep(k, e, d)
		c.EachAsker(maxAskers, func(a service.Asker) { l.addAsker(d, a) })
	}
	return id
}

// keyOf finds the place of an error: the innermost function of a file, else of any text.
func keyOf(c service.Crash) key {
	k := key{pattern: patternOf(c.Failure.Text)}
	for _, t := range c.Threads() {
		for level := range min(t.Debug().Depth(), maxFirstFrames) {
			code, line := t.Debug().Place(level)
			if code == nil {
				continue
			}
			if source := code.Proto().Source; k.source == "" || source[0] == '@' {
				k.source, k.line = source, line
				if source[0] == '@' {
					return k
				}
			}
		}
	}
	return k
}

// at writes the place.
func (k key) at() string {
	if k.source == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", plain.BaseName(bytecode.ChunkID(k.source)), k.line)
}

// count counts an error of a place, whose number is id. If the error is to be described,
// number tells the how manieth it is there.
func (l *Log) count(k key, c service.Crash) (e *entry, id, number uint64) {
	now := c.Node().Clock().Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	e = l.places[k]
	if e == nil {
		e = l.add(k, now)
	}
	p := &e.report.Place
	p.Count++
	p.Last, p.Error = now, cut(c.Failure.Text, maxText)
	p.noteService(serviceOf(c))
	if c.Failure.Cause != nil {
		p.Because = c.Failure.Cause.Crash
	}
	if e.pace.allows(now, placePerSecond) && l.pace.allows(now, allPerSecond) {
		e.pace.count++
		l.pace.count++
		number = p.Count
	}
	return e, p.ID, number
}

// noteService notes where an error happened.
func (p *Place) noteService(s Service) {
	switch {
	case slices.Contains(p.Services, s):
	case len(p.Services) < maxServices:
		p.Services = append(slices.Clone(p.Services), s) // who was given the others keeps them
	default:
		p.More = true
	}
}

func (l *Log) add(k key, now time.Time) *entry {
	for len(l.places) >= maxPlaces {
		l.forgetOldest()
	}
	if l.places == nil {
		l.places = map[key]*entry{}
	}
	l.lastID++
	e := &entry{report: Report{Place: Place{ID: l.lastID, At: k.at(), First: now}}}
	l.places[k] = e
	return e
}

// keep keeps a detail of a place, if that has not made way meanwhile.
func (l *Log) keep(k key, e *entry, d *Detail) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.places[k] != e {
		return
	}
	r := &e.report
	if r.Latest != nil && r.Latest.Number > d.Number {
		return // another thread was faster
	}
	if r.Latest != nil && r.Latest != r.Earliest {
		l.bytes -= r.Latest.weight
	}
	r.Latest = d
	if d.Number == 1 {
		r.Earliest = d
	}
	l.bytes += d.weight
	for l.bytes > maxBytes && len(l.places) > 1 {
		l.forgetOldest()
	}
}

// forgetOldest has the place make way that failed least lately.
func (l *Log) forgetOldest() {
	var oldest key
	var found *entry
	for k, e := range l.places {
		if found == nil || earlier(e, found) {
			oldest, found = k, e
		}
	}
	l.forget(oldest)
	l.gone++
}

func earlier(a, b *entry) bool {
	return cmp.Or(a.report.Last.Compare(b.report.Last), cmp.Compare(a.report.ID, b.report.ID)) < 0
}

func (l *Log) forget(k key) {
	r := &l.places[k].report
	if r.Latest != nil {
		l.bytes -= r.Latest.weight
	}
	if r.Earliest != nil && r.Earliest != r.Latest {
		l.bytes -= r.Earliest.weight
	}
	delete(l.places, k)
}

// addAsker adds one to those who asked for what failed.
func (l *Log) addAsker(d *Detail, a service.Asker) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d.Askers = append(slices.Clone(d.Askers), a)
}

// Places lists what failed, the latest first.
func (l *Log) Places() []Place {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]Place, 0, len(l.places))
	for e := range maps.Values(l.places) {
		list = append(list, e.report.Place)
	}
	slices.SortFunc(list, func(a, b Place) int { return cmp.Or(b.Last.Compare(a.Last), cmp.Compare(b.ID, a.ID)) })
	return list
}

// Report gives a place by its number; ok is false when there is none.
func (l *Log) Report(id uint64) (r Report, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.places {
		if e.report.ID == id {
			r = e.report
			r.Earliest, r.Latest = r.Earliest.copied(), r.Latest.copied()
			if r.Latest != nil && r.Latest.Number == 1 {
				r.Earliest = nil
			}
			return r, true
		}
	}
	return r, false
}

// copied gives a detail as it is now: askers may still come.
func (d *Detail) copied() *Detail {
	if d == nil {
		return nil
	}
	c := *d
	return &c
}

// Clear forgets all places and tells how many they were.
func (l *Log) Clear() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.places)
	l.places, l.bytes, l.gone = nil, 0, 0
	return n
}

// Totals tells how many errors nobody caught since the node's start, and how many places
// have made way for others since the log was last cleared.
func (l *Log) Totals() (errors, gone uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total, l.gone
}
