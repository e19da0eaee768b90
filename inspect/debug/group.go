package debug

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the debuggers of several services that have their breakpoints in common.

// Group debugs those services of a node that run code of the breakpoints that are wanted,
// those that come to it later among them. Its methods may be called from any goroutine.
// A service has one debugger: those that others debug are left alone.
type Group struct {
	node    *service.Node
	options GroupOptions
	unwatch func()
	changed chan struct{} // has one value when there is news
	// standing is how many tasks stand in all services.
	standing atomic.Int64

	mu      sync.Mutex // held before a debugger's, and that before news.mu
	closed  bool
	wanted  []Wanted
	members map[message.Address]*Debugger

	news struct {
		mu   sync.Mutex
		from []*Debugger // in order
	}
}

// GroupOptions say which services a group may debug.
type GroupOptions struct {
	Who     string                      // is told to others that try
	Selects func(*service.Service) bool // which are meant
	Most    int                         // debuggers at a time
	Hold    bool                        // services do nothing else while a task stands
}

// member is what a group's debugger is to the group.
type member struct {
	born     bool // it has been there since the service began, in case that code comes
	standing int  // tasks, as the group counts them
}

// GroupEvent is an event of a service that a group debugs.
type GroupEvent struct {
	Debugger *Debugger
	Event
}

// mostSearched is how many services a group looks through for code.
const mostSearched = 10_000

// Search tells how a search for the code of breakpoints went.
type Search struct {
	Placed  map[int]Placement // by the number of the breakpoint; where it is in one of the services
	Refused []error           // services that others debug
	Silent  []*service.Service
	Left    int // services that were not looked through, or not debugged, because they are so many
}

// NewGroup makes a group without breakpoints. Close ends it.
func NewGroup(n *service.Node, options GroupOptions) *Group {
	g := &Group{node: n, options: options, changed: make(chan struct{}, 1), members: map[message.Address]*Debugger{}}
	g.unwatch = n.WatchServices(&service.ServiceWatch{
		Born:   func(own service.Self) { g.codeCame(own, true) },
		Loaded: func(own service.Self) { g.codeCame(own, false) },
		Freed:  func(own service.Self) { g.codeCame(own, false) }, // it may have code of this group
		Ended:  g.ended,
	})
	return g
}

// Service gives the service that is debugged.
func (d *Debugger) Service() *service.Service { return d.svc }

// codeCame is told of code that came to a service, on its own thread. A new service is
// debugged from the beginning; should it turn out to have nothing that is wanted, until
// its first message.
func (g *Group) codeCame(own service.Self, born bool) {
	s := g.node.Service(own.Address())
	if s == nil || !g.options.Selects(s) {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || len(g.wanted) == 0 {
		return
	}
	d, _ := g.debuggerFor(own, s, born)
	if d == nil {
		return
	}
	d.member.born = d.member.born || born
	for _, p := range d.placements(d.codes(own.State())) {
		d.tell(Event{Kind: BreakpointPlaced, Breakpoints: []int{p.ID}, Line: p.Line})
	}
}

// ended is told of a service that ends, on its own thread.
func (g *Group) ended(own service.Self) {
	g.mu.Lock()
	d := g.members[own.Address()]
	delete(g.members, own.Address())
	g.mu.Unlock()
	if d != nil {
		d.stood = nil
		d.countStanding()
		d.tell(Event{Kind: ServiceEnded})
	}
}

// errMost: as many services are debugged as may.
var errMost = errors.New("as many services are debugged as may be at a time")

var errClosed = errors.New("the debugging has ended")

// debuggerFor gives the debugger of a service with the breakpoints that are wanted; nil
// when the service has nothing of them and force is false. The lock is held, on the
// service's own thread.
func (g *Group) debuggerFor(own service.Self, s *service.Service, force bool) (*Debugger, error) {
	d := g.members[s.Address()]
	if d == nil {
		d = newDebugger(s)
	}
	d.own = own
	if d.group == nil && !force && !d.concerned(g.wanted) {
		return nil, nil
	}
	if d.group == nil {
		if len(g.members) >= g.options.Most {
			return nil, errMost
		}
		if err := d.attach(g.options.Who); err != nil {
			return nil, err
		}
		own.Debugging().Hold(g.options.Hold)
		d.group = g
		g.members[s.Address()] = d
	}
	d.want(g.wanted)
	return d, nil
}

// concerned tells whether the service has code of breakpoints, before it is debugged.
func (d *Debugger) concerned(wanted []Wanted) bool {
	codes := d.codes(d.own.State())
	return slices.ContainsFunc(wanted, func(w Wanted) bool {
		if w.Raised {
			return true
		}
		b := &breakpoint{wanted: &w}
		for _, c := range codes {
			if _, ok := d.lineIn(b, c); ok {
				return true
			}
		}
		return false
	})
}

// idle tells whether nothing stands, nobody waits for a stop, and no breakpoint is known to
// have code.
func (d *Debugger) idle() bool {
	return len(d.stood) == 0 && d.stepper == nil && !d.pause && d.pausing == nil && !d.member.born &&
		!slices.ContainsFunc(d.breaks, func(b *breakpoint) bool { return b.placed || b.raised != noError })
}

// letGoUnlessConcerned ends the debugging of a service that is idle and has no code of
// breakpoints, on its own thread; no lock is held.
func (g *Group) letGoUnlessConcerned(d *Debugger) {
	if d.idle() && len(d.placements(d.codes(d.own.State()))) == 0 {
		g.letGo(d)
	}
}

// letGo ends the debugging of a service, on its own thread; no lock is held.
func (g *Group) letGo(d *Debugger) {
	g.mu.Lock()
	delete(g.members, d.svc.Address())
	g.mu.Unlock()
	d.detach()
}

// Want makes these the breakpoints of all services that are meant, and tells where they
// are. Services that do not answer before ctx ends are named; when they have an answer,
// they have the breakpoints, too.
func (g *Group) Want(ctx context.Context, wanted []Wanted) Search {
	g.mu.Lock()
	g.wanted = slices.Clone(wanted)
	g.mu.Unlock()
	result := Search{Placed: map[int]Placement{}}
	services, left := g.searched()
	result.Left = left
	found := make(chan func(*Search), len(services))
	waits := make([]<-chan struct{}, len(services))
	for i, s := range services {
		done, err := s.Order(func(own service.Self) { found <- g.look(own, s) })
		if err == nil { // else it has ended
			waits[i] = done
		}
	}
	for i, done := range waits {
		if done == nil {
			continue
		}
		select {
		case <-done:
		case <-ctx.Done():
			result.Silent = append(result.Silent, services[i])
		}
	}
	for len(found) > 0 {
		(<-found)(&result)
	}
	return result
}

// searched gives the services that are looked through; none but those that are debugged
// when nothing is wanted.
func (g *Group) searched() (list []*service.Service, left int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.wanted) == 0 {
		for _, d := range g.members {
			list = append(list, d.svc)
		}
		return list, 0
	}
	for _, s := range g.node.Services() {
		switch {
		case !g.options.Selects(s):
		case len(list) < mostSearched || g.members[s.Address()] != nil:
			list = append(list, s)
		default:
			left++
		}
	}
	return list, left
}

// look gives a service the breakpoints if it has code of them, on its own thread, and
// tells what is to be noted of that.
func (g *Group) look(own service.Self, s *service.Service) func(*Search) {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return func(*Search) {}
	}
	d, err := g.debuggerFor(own, s, false)
	g.mu.Unlock()
	switch {
	case errors.Is(err, errMost):
		return func(r *Search) { r.Left++ }
	case err != nil:
		return func(r *Search) { r.Refused = append(r.Refused, err) }
	case d == nil:
		return func(*Search) {}
	}
	placed := d.placements(d.codes(own.State()))
	g.letGoUnlessConcerned(d)
	return func(r *Search) {
		for _, p := range placed {
			r.Placed[p.ID] = p
		}
	}
}

// Pause stops what a service of the group's choice runs, as Debugger.Pause does.
func (g *Group) Pause(ctx context.Context, s *service.Service) (running bool, err error) {
	failed := s.Do(ctx, func(own service.Self) {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.closed {
			err = errClosed
			return
		}
		var d *Debugger
		if d, err = g.debuggerFor(own, s, true); err == nil {
			running = d.pauseHere()
		}
	})
	return running, errors.Join(failed, err)
}

// Services lists those that are debugged, by address.
func (g *Group) Services() (list []*service.Service) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, a := range slices.Sorted(maps.Keys(g.members)) {
		list = append(list, g.members[a].svc)
	}
	return list
}

// hasNews notes that a debugger has news.
func (g *Group) hasNews(d *Debugger) {
	g.news.mu.Lock()
	defer g.news.mu.Unlock()
	g.news.from = append(g.news.from, d)
	select {
	case g.changed <- struct{}{}:
	default:
	}
}

// Changed has a value when there is news.
func (g *Group) Changed() <-chan struct{} { return g.changed }

// News takes what has happened since it was last asked.
func (g *Group) News() (list []GroupEvent) {
	g.news.mu.Lock()
	from := g.news.from
	g.news.from = nil
	g.news.mu.Unlock()
	for _, d := range from {
		for _, e := range d.News() {
			list = append(list, GroupEvent{d, e})
		}
	}
	return list
}

// Close removes all breakpoints and lets everything go on. A service that does not answer
// before ctx ends is let go of when it does.
func (g *Group) Close(ctx context.Context) {
	g.unwatch()
	g.mu.Lock()
	g.closed = true
	var waits []<-chan struct{}
	for _, d := range g.members {
		done, err := d.svc.Order(func(own service.Self) { d.own = own; d.detach() })
		if err == nil { // else it has ended
			waits = append(waits, done)
		}
	}
	g.members = map[message.Address]*Debugger{}
	g.mu.Unlock()
	for _, done := range waits {
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}
