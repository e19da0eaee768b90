package service

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lunarium/runtime/message"
)

// This file holds who follows the messages of services while they are handled.

// Follow says which messages somebody follows, and how many of them at most.
type Follow struct {
	Service message.Address // that handles them; 0: any
	From    message.Address // that sent them; 0: any
	Types   []message.Type  // none: all
	Command string          // the first value; "": any
	Slower  time.Duration   // took at least that
	Errors  bool            // only those that ended with an error
	Sample  int             // one of so many of these; 0: each
	Lines   int             // as many of these at most
	Rate    int             // in each second of the node's clock, at most
}

// Follower is somebody who follows. Its methods may be called from any goroutine.
type Follower struct {
	node   *Node
	follow Follow
	news   chan struct{}

	mu     sync.Mutex
	passed uint64 // messages that were what is followed, before the sample
	lines  int    // of these, how many were taken
	second time.Duration
	rate   int // lines taken in that second
	left   int // left out because of the rate
	list   []followed
}

type followed struct {
	service message.Address
	record  *messageRecord
}

// follower is offered each message that was handled, on its service's own thread.
type follower interface {
	offer(s *core, rec *messageRecord, command string)
}

// followers are those of a node.
type followers struct {
	count atomic.Int32
	list  atomic.Pointer[[]follower] // replaced, not changed
	mu    sync.Mutex                 // who replaces it
}

func (f *followers) any() bool { return f.count.Load() > 0 }

func (f *followers) change(change func([]follower) []follower) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []follower
	if before := f.list.Load(); before != nil {
		list = slices.Clone(*before)
	}
	list = change(list)
	f.list.Store(&list)
	f.count.Store(int32(len(list)))
}

// tell offers a message that was handled to those who follow; the service's own thread.
func (f *followers) tell(s *core, rec *messageRecord, command string) {
	list := f.list.Load()
	if list == nil {
		return
	}
	for _, one := range *list {
		one.offer(s, rec, command)
	}
}

// Follow follows messages until Stop.
func (n *Node) Follow(f Follow) *Follower {
	one := &Follower{node: n, follow: f, news: make(chan struct{}, 1), second: -1}
	n.recorder.followers.change(func(list []follower) []follower { return append(list, one) })
	return one
}

// Stop ends it. What services recorded for it alone is given back with their next message.
func (f *Follower) Stop() { f.node.recorder.followers.remove(f) }

// remove takes a follower out.
func (f *followers) remove(one follower) {
	f.change(func(list []follower) []follower {
		return slices.DeleteFunc(list, func(other follower) bool { return other == one })
	})
}

func (f *Follower) offer(s *core, rec *messageRecord, command string) {
	if f.follow.wants(s, rec, command) {
		f.take(s, rec)
	}
}

func (f *Follow) wants(s *core, rec *messageRecord, command string) bool {
	return (f.Service == 0 || f.Service == s.address) &&
		(f.From == 0 || f.From == rec.source) &&
		(len(f.Types) == 0 || slices.Contains(f.Types, rec.typ)) &&
		(f.Command == "" || f.Command == command) &&
		rec.took >= f.Slower &&
		(!f.Errors || rec.failed())
}

// failed tells whether a record that has ended did so with an error.
func (rec *messageRecord) failed() bool {
	return rec.erred > 0 || rec.reached(stageAnswered) && rec.answer == answerFailed
}

// take takes a message that is wanted, if the sample and the limits let it.
func (f *Follower) take(s *core, rec *messageRecord) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.passed++
	if f.follow.Sample > 1 && (f.passed-1)%uint64(f.follow.Sample) != 0 || f.lines >= f.follow.Lines {
		return
	}
	if second := (rec.taken + rec.took) / time.Second; second != f.second {
		f.second, f.rate = second, 0
	}
	if f.rate >= f.follow.Rate {
		f.left++
		return
	}
	f.rate++
	f.lines++
	kept := new(messageRecord)
	kept.take(rec)
	f.list = append(f.list, followed{s.address, kept})
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// News tells that Take has something to give.
func (f *Follower) News() <-chan struct{} { return f.news }

// Take gives what has come since it was last called, in order; how many messages the rate
// has left out in that time; and whether there were as many as there may be.
func (f *Follower) Take() (list []Handled, left int, full bool) {
	f.mu.Lock()
	taken := f.list
	f.list = nil
	left, f.left = f.left, 0
	full = f.lines >= f.follow.Lines
	f.mu.Unlock()
	for _, one := range taken {
		list = append(list, f.node.handled(one.service, one.record))
	}
	return list, left, full
}

// Passed tells how many messages were what is followed, those that were left out included.
func (f *Follower) Passed() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.passed
}
