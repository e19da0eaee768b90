package service

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/vm"
)

// This file holds profiles, and those that measure one service or all.

// ProfileKind says what a profile measures.
type ProfileKind uint8

// What a profile may measure.
const (
	// ProfileCPU measures the time that code runs; with the virtual clock, in polls of
	// the machine.
	ProfileCPU ProfileKind = iota
	// ProfileWait measures the time that tasks wait in the middle of their work.
	ProfileWait
	// ProfileAlloc measures the bytes that tasks allocate.
	ProfileAlloc
	// ProfileObjects remembers where objects of one service were allocated, for
	// Profile.Object.
	ProfileObjects
)

var profileKinds = [...]string{"cpu", "wait", "alloc", "objects"}

// String gives the kind as people type it.
func (k ProfileKind) String() string { return profileKinds[k] }

// MarshalText gives what String does.
func (k ProfileKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Profile measures services until End. Its methods may be called from any goroutine.
type Profile struct {
	Kind   ProfileKind
	node   *Node
	only   []*Service    // nil: all, those that come later too
	begun  time.Duration // as Clock.Elapsed
	stacks profileStacks
	// objects are those of ProfileObjects; they belong to the thread of the service.
	objects objectSamples
}

// Object tells where an object was allocated, by its sequence number; false: that is not
// known. It is for the service's own thread.
func (p *Profile) Object(sequence uint64) (ObjectSample, bool) {
	if one := p.objects.of[sequence]; one != nil {
		return one.ObjectSample, true
	}
	return ObjectSample{}, false
}

// profiles are those that measure a service. A set never changes; another takes its place.
type profiles []*Profile

// has tells whether a profile is in a set.
func (of *profiles) has(p *Profile) bool { return of != nil && slices.Contains(*of, p) }

// sample tells whether one of a set wants samples of what is allocated.
func (of *profiles) sample() bool {
	return of != nil && slices.ContainsFunc(*of, func(p *Profile) bool { return p.Kind == ProfileAlloc || p.Kind == ProfileObjects })
}

// turn is what a service's own thread knows of the turn of the task that runs.
type turn struct {
	of    *profiles     // that measured when it was last looked at
	since time.Duration // of the last look, as Clock.monotonic
	// sampled is when a stack was looked at last, perhaps in an earlier turn: most turns of
	// short handlers have no poll, and the first one that has stands for all of them.
	sampled time.Duration
	calls   []vm.Call // of a stack: their memory
	spots   []Spot    // likewise
}

// measured is what has such a set; nil: nothing measures it. Any goroutine.
type measured struct{ atomic.Pointer[profiles] }

// join has a profile measure it.
func (m *measured) join(p *Profile) {
	for {
		before := m.Load()
		if before.has(p) {
			return
		}
		after := profiles{p}
		if before != nil {
			after = append(slices.Clone(*before), p)
		}
		if m.CompareAndSwap(before, &after) {
			return
		}
	}
}

// leave has a profile measure it no more.
func (m *measured) leave(p *Profile) {
	for {
		before := m.Load()
		if !before.has(p) {
			return
		}
		after := slices.DeleteFunc(slices.Clone(*before), func(other *Profile) bool { return other == p })
		next := &after
		if len(after) == 0 {
			next = nil
		}
		if m.CompareAndSwap(before, next) {
			return
		}
	}
}

// profiling are the profiles of all services of a node.
type profiling struct {
	mu  sync.Mutex
	all profiles
}

func (g *profiling) add(p *Profile) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all = append(g.all, p)
}

func (g *profiling) remove(p *Profile) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all = slices.DeleteFunc(g.all, func(other *Profile) bool { return other == p })
}

// welcome has them measure a new service.
func (g *profiling) welcome(m *measured) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.all {
		m.join(p)
	}
}
