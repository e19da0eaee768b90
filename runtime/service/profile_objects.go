package service

import (
	"maps"
	"slices"

	"lunarium/runtime/vm"
)

// This file holds what a profile remembers of the objects that were allocated: where each of
// a sample of them was, and nothing that keeps one alive.

// ObjectSample says where an object was made, or grew most.
type ObjectSample struct {
	Code  *vm.Code // the function of the program
	Line  int
	Bytes int64 // that the sample stands for
}

// mostObjectSamples bounds what a profile remembers, about 3 MB.
const mostObjectSamples = 1 << 14

// objectSamples are samples of the objects of one service, by their sequence numbers. They
// belong to its own thread.
type objectSamples struct {
	of      map[uint64]*objectSample
	every   int // one of so many samples is remembered
	skipped int
}

type objectSample struct {
	ObjectSample
	alive func() bool
}

// add remembers where a sample was taken. What a table grew by at its last step is about half
// of it: the line where it grows takes the place of the one where it was made.
func (o *objectSamples) add(sample vm.Sample, code *vm.Code, line int) {
	id := sample.Of.Sequence()
	if id == 0 {
		return
	}
	if o.of == nil {
		o.of, o.every = map[uint64]*objectSample{}, 1
	}
	if o.skipped++; o.skipped < o.every {
		return
	}
	o.skipped = 0
	bytes := int64(sample.Bytes * o.every)
	one := o.of[id]
	if one == nil {
		if len(o.of) >= mostObjectSamples {
			o.thin()
		}
		one = &objectSample{alive: sample.Of.Alive()}
		o.of[id] = one
	}
	if one.Bytes += bytes; bytes*2 >= one.Bytes {
		one.Code, one.Line = code, line
	}
}

// thin makes room: the samples of objects that are gone go, and when that is not enough,
// every second one of the others, for which the one after it stands, and later ones.
func (o *objectSamples) thin() {
	maps.DeleteFunc(o.of, func(_ uint64, one *objectSample) bool { return !one.alive() })
	if len(o.of) <= mostObjectSamples/2 {
		return
	}
	o.every *= 2
	for i, id := range slices.Sorted(maps.Keys(o.of)) {
		if i%2 == 0 {
			delete(o.of, id)
		} else {
			o.of[id].Bytes *= 2
		}
	}
}
