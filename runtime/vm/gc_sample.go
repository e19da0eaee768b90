package vm

import (
	"math"
	"math/rand/v2"
	"weak"
)

// This file chooses samples of what a state allocates.

// Sample stands for some of what a state has allocated, of whatever kind.
type Sample struct {
	Bytes int   // that it stands for, with what was allocated since the sample before
	Of    Value // the object that was just made, or grew; Nil: a string
}

// sampling chooses samples while it is on. Which allocations become samples depends on the
// program alone.
type sampling struct {
	told   func(Sample)
	room   int    // what heap.room would be
	ids    uint64 // the state's sequence number when it was looked at last
	seen   int    // bytes in all
	held   int    // bytes since the last sample
	left   int    // bytes until the next one
	random *rand.PCG
}

const (
	// finestSample and coarsestSample bound the mean distance between two samples, in bytes;
	// in between it is one part in sampleShare of what was seen.
	finestSample   = 512
	coarsestSample = 64 << 10
	sampleShare    = 256
)

func newSampling(told func(Sample), ids uint64) *sampling {
	p := &sampling{told: told, ids: ids, random: rand.NewPCG(0, 0)}
	p.left = p.distance()
	return p
}

// took takes an allocation. One that is larger than the distance between samples stands for
// itself; of the others, each byte has the same chance to be a sample.
func (p *sampling) took(bytes int, of Value) {
	p.seen += bytes
	if bytes >= p.mean() {
		p.told(Sample{bytes, of})
		return
	}
	p.held += bytes
	if p.left -= bytes; p.left > 0 {
		return
	}
	p.left = p.distance()
	bytes, p.held = p.held, 0
	p.told(Sample{bytes, of})
}

// mean is the mean distance between samples.
func (p *sampling) mean() int { return min(max(p.seen/sampleShare, finestSample), coarsestSample) }

// distance chooses the distance to the next sample: what a program allocates in turns can't
// keep step with it.
func (p *sampling) distance() int {
	chance := float64(p.random.Uint64()>>11+1) / (1 << 53) // above 0, up to 1
	return 1 + int(-math.Log(chance)*float64(p.mean()))
}

// Alive gives a function that tells whether an object is still there, and keeps nothing of
// it. One that can't be reached any more counts as there until Go has collected it.
func (v Value) Alive() func() bool {
	switch v.hi() {
	case hiTable:
		return alive(v.tab())
	case hiClosure:
		return alive((*Closure)(v.p))
	case hiThread:
		return alive((*Thread)(v.p))
	}
	return func() bool { return true }
}

func alive[T any](object *T) func() bool {
	w := weak.Make(object)
	return func() bool { return w.Value() != nil }
}
