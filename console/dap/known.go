package dap

import (
	"maps"
	"slices"

	inspect "lunarium/inspect/debug"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file is what the client knows by numbers: threads, code, frames and values.

// threadKey says what a thread is: a service, or a task of it.
type threadKey struct {
	address message.Address
	task    uint64 // 0: the service
}

// thread is a service, or one of its tasks.
type thread struct {
	id   int
	key  threadKey
	d    *inspect.Debugger // of a task
	name string
	stop *inspect.Event // where it stands; nil: it goes on
}

// threads are those that the client knows; a number means the same as long as the session
// lasts.
type threads struct {
	byID  map[int]*thread
	byKey map[threadKey]*thread
	last  int
	full  bool // it was told that not all are listed
}

// get gives a thread, which may be new.
func (t *threads) get(key threadKey) (th *thread, fresh bool) {
	if known := t.byKey[key]; known != nil {
		return known, false
	}
	if t.byID == nil {
		t.byID, t.byKey = map[int]*thread{}, map[threadKey]*thread{}
	}
	t.last++
	th = &thread{id: t.last, key: key}
	t.byID[th.id], t.byKey[key] = th, th
	return th, true
}

func (t *threads) drop(th *thread) {
	delete(t.byID, th.id)
	delete(t.byKey, th.key)
}

// ofService gives the tasks of a service, in order.
func (t *threads) ofService(a message.Address) (list []*thread) {
	for _, id := range slices.Sorted(maps.Keys(t.byID)) {
		if th := t.byID[id]; th.key.address == a && th.key.task != 0 {
			list = append(list, th)
		}
	}
	return list
}

// source is code that the client asks the node for.
type source struct {
	service message.Address
	inspect.Source
}

// sources are the numbers of such code.
type sources struct {
	list []source // number 1 is the first
}

// number gives the number of code. All services that have a file have the same number.
func (l *sources) number(svc *service.Service, src inspect.Source) int {
	for i, known := range l.list {
		if known.Source == src && (src.Path != "" || known.service == svc.Address()) {
			return i + 1
		}
	}
	l.list = append(l.list, source{svc.Address(), src})
	return len(l.list)
}

// frame is a frame of a thread that stands.
type frame struct {
	thread *thread
	index  int
}

// value is something that a client may look into.
type value struct {
	thread *thread // nil: it is a value of the service
	d      *inspect.Debugger
	ref    int
}

// mostValues is how many values a client can look into: the latest.
const mostValues = 50_000

// values are what the client knows by numbers. Frames and values of a task are forgotten
// when that goes on.
type values struct {
	frames map[int]frame
	number map[frame]int
	known  map[int]value
	order  []int
	last   int
}

func (v *values) frame(f frame) int {
	if n := v.number[f]; n > 0 {
		return n
	}
	if v.frames == nil {
		v.frames, v.number = map[int]frame{}, map[frame]int{}
	}
	v.last++
	v.frames[v.last], v.number[f] = f, v.last
	return v.last
}

func (v *values) add(one value) int {
	if one.ref == 0 {
		return 0
	}
	if v.known == nil {
		v.known = map[int]value{}
	}
	for len(v.order) >= mostValues {
		delete(v.known, v.order[0])
		v.order = v.order[1:]
	}
	v.last++
	v.known[v.last] = one
	v.order = append(v.order, v.last)
	return v.last
}

func (v *values) forget(th *thread) {
	for f, n := range v.number {
		if f.thread == th {
			delete(v.number, f)
			delete(v.frames, n)
		}
	}
	for n, one := range v.known {
		if one.thread == th {
			delete(v.known, n)
		}
	}
}
