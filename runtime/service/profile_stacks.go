package service

import (
	"slices"
	"sync"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// This file holds what a profile has measured: values of stacks, put together by what they
// have in common.

// SpotKind says what a spot of a profile is.
type SpotKind uint8

// What stacks of a profile consist of, from the outside in.
const (
	SpotTask  SpotKind = iota // what a task works on
	SpotLua                   // a line of a Lua function
	SpotGo                    // a function of a library
	SpotWait                  // what a task waits for
	SpotCut                   // calls that were too many to be told apart
	SpotOther                 // all stacks for which there was no room
)

// Spot is a place in the stacks of a profile.
type Spot struct {
	Kind SpotKind
	Code *vm.Code        // SpotLua: the function
	Line int             // in it
	Base string          // SpotTask: the name of the service's file
	Text string          // SpotTask, SpotWait: the message's command, or what is waited for outside; SpotGo: the function
	Task TaskKind        // SpotTask
	Wait WaitKind        // SpotWait
	Dest message.Address // SpotWait: who was called, or whose mailbox is full
}

// ProfileNode is a spot as it was reached from others.
type ProfileNode struct {
	Spot   Spot
	Parent int   // the node of the call around it, before it in the list; -1: there is none
	Value  int64 // measured here, and in nothing that is called from here
	Count  int64 // how often that was
}

const (
	// mostProfileNodes bounds what a profile holds, about 4 MB; mostProfileTasks how many
	// kinds of tasks are told apart, since commands may be anything.
	mostProfileNodes = 1 << 15
	mostProfileTasks = 1 << 9
	// mostProfileCalls is how many calls of a stack are told apart, the innermost.
	mostProfileCalls = 64
)

// profileStacks are values of stacks.
type profileStacks struct {
	mu     sync.Mutex
	closed bool
	nodes  []ProfileNode
	carry  []int64 // of nodes of tasks: what was measured and has no stack yet
	places map[profilePlace]int
	tasks  int
}

// profilePlace is a spot below a node.
type profilePlace struct {
	parent int
	spot   Spot
}

// add adds a value to a stack, whose innermost spot is the first. What its task was left
// with before is added, too.
func (p *profileStacks) add(task Spot, stack []Spot, value int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	at := p.task(task)
	value += p.carry[at]
	p.carry[at] = 0
	for _, spot := range slices.Backward(stack) {
		next, ok := p.node(at, spot)
		if !ok {
			next = p.other()
		}
		if at = next; !ok {
			break
		}
	}
	p.nodes[at].Value += value
	p.nodes[at].Count++
}

// leave keeps a value of a task whose stack is not known, for the task's next stack.
func (p *profileStacks) leave(task Spot, value int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.carry[p.task(task)] += value
	}
}

// task gives the node of a kind of task. When there are too many, those that follow are
// one for each kind of work.
func (p *profileStacks) task(task Spot) int {
	if _, known := p.places[profilePlace{-1, task}]; !known {
		if p.tasks++; p.tasks > mostProfileTasks {
			task.Text = ""
		}
	}
	if at, ok := p.node(-1, task); ok {
		return at
	}
	return p.other()
}

// node gives a node; false: there is no room for another.
func (p *profileStacks) node(parent int, spot Spot) (at int, ok bool) {
	place := profilePlace{parent, spot}
	if at, ok := p.places[place]; ok {
		return at, true
	}
	if len(p.nodes) >= mostProfileNodes && spot.Kind != SpotOther {
		return 0, false
	}
	if p.places == nil {
		p.places = map[profilePlace]int{}
	}
	at = len(p.nodes)
	p.places[place] = at
	p.nodes = append(p.nodes, ProfileNode{Spot: spot, Parent: parent})
	p.carry = append(p.carry, 0)
	return at, true
}

// other gives the node of all that there is no room for.
func (p *profileStacks) other() int {
	at, _ := p.node(-1, Spot{Kind: SpotOther})
	return at
}

// close ends the measuring, and gives what there is. What tasks were left with is theirs.
func (p *profileStacks) close() []ProfileNode {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for at, value := range p.carry {
		p.nodes[at].Value += value
		p.carry[at] = 0
	}
	return p.nodes
}

// samples tells how many values of stacks were added.
func (p *profileStacks) samples() (count int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.nodes {
		count += p.nodes[i].Count
	}
	return count
}
