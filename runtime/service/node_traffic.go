package service

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"lunarium/runtime/message"
)

// This file counts who sends messages to whom.

// mostFlows is how many pairs are counted by themselves.
const mostFlows = 20_000

// Traffic counts the messages that services handle, by who sent them, from Traffic to Stop.
// Its methods may be called from any goroutine.
type Traffic struct {
	node *Node
	of   message.Address // 0: of all; else what it sends and gets

	mu    sync.Mutex
	flows map[route]*Flow
	other uint64 // messages of further pairs
}

type route struct{ from, to message.Address }

// Flow is what went from one to another.
type Flow struct {
	From     message.Address // 0: from outside, or the node
	To       message.Address
	FromName string
	ToName   string
	Messages uint64
	Errors   uint64        // handlers that failed
	Took     time.Duration // all of them together
	Waited   time.Duration // in the mailbox, likewise
}

// Traffic begins to count messages: those of one service, or, for 0, of all.
func (n *Node) Traffic(of message.Address) *Traffic {
	t := &Traffic{node: n, of: of, flows: map[route]*Flow{}}
	n.recorder.followers.change(func(list []follower) []follower { return append(list, t) })
	return t
}

// Stop ends it.
func (t *Traffic) Stop() { t.node.recorder.followers.remove(t) }

// offer counts a message that was handled; the service's own thread.
func (t *Traffic) offer(s *core, rec *messageRecord, _ string) {
	if t.of != 0 && t.of != s.address && t.of != rec.source {
		return
	}
	r := route{rec.source, s.address}
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.flows[r]
	if f == nil {
		if len(t.flows) == mostFlows {
			t.other++
			return
		}
		f = &Flow{From: r.from, To: r.to, FromName: t.node.senderName(rec), ToName: s.base}
		t.flows[r] = f
	}
	f.Messages++
	f.Took += rec.took
	f.Waited += rec.waited.duration()
	if rec.failed() {
		f.Errors++
	}
}

// senderName tells who sent a message.
func (n *Node) senderName(rec *messageRecord) string {
	switch s := n.registry.find(rec.source); {
	case rec.kind&kindPosted != 0:
		return "outside"
	case rec.source == 0:
		return "the node"
	case s != nil:
		return s.base
	}
	return n.NameOf(rec.source)
}

// Flows gives what was counted, the most messages first, and how many messages of further
// pairs were not counted by themselves.
func (t *Traffic) Flows() (list []Flow, other uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range t.flows {
		list = append(list, *f)
	}
	slices.SortFunc(list, func(a, b Flow) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return list, t.other
}
