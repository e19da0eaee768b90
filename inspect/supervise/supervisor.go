package supervise

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"lunarium/inspect/snapshot"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/worded"
)

// This file holds the supervisions of a node.

// MostSupervisions bounds how many there are on a node.
const MostSupervisions = 256

// Supervisor has the supervisions of a node. Its methods may be called from any goroutine,
// but for Ended and Crashed, which the node calls.
type Supervisor struct {
	// Snapshots are those that successors get.
	Snapshots *snapshot.Store

	mu       sync.Mutex
	byName   map[string]*supervision
	expected map[message.Address]bool // whose end an operator has ordered
}

// Why a service is not supervised, for errors.Is.
var (
	ErrSupervised = errors.New("is supervised already")
	ErrTwice      = errors.New("is named twice; a group has each service once")
	ErrNotThere   = errors.New("is not supervised")
)

// Add keeps services running from now on, under a name. A supervision of that name which was
// given up makes way, and so does that of the one service alone.
func (v *Supervisor) Add(name string, services []*service.Service, rules Rules) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.byName == nil {
		v.byName, v.expected = map[string]*supervision{}, map[message.Address]bool{}
	}
	for i, svc := range services {
		if slices.Contains(services[:i], svc) {
			return fmt.Errorf("%s %s %w", svc.Name(), svc.Address(), ErrTwice)
		}
		if by, _ := v.find(svc.Address()); by != nil && (by.name != name || !by.gaveUp && len(by.members)+len(services) > 2) {
			return fmt.Errorf("%s %w, by %s", svc.Name(), ErrSupervised, by.name)
		}
	}
	if before := v.byName[name]; before != nil && !before.gaveUp && len(before.members) > 1 {
		return fmt.Errorf("%s %w", name, ErrSupervised)
	}
	if len(v.byName) >= MostSupervisions && v.byName[name] == nil {
		return &LimitError{MostSupervisions}
	}
	s := &supervision{name: name, rules: rules}
	for _, svc := range services {
		s.members = append(s.members, &member{name: svc.Name(), address: svc.Address(), spec: svc.Spec(), phase: up})
	}
	v.byName[name] = s
	return nil
}

// find gives the supervision that has the service of an address.
func (v *Supervisor) find(a message.Address) (*supervision, *member) {
	for _, s := range v.byName {
		if m := s.find(a); m != nil {
			return s, m
		}
	}
	return nil, nil
}

// NameOf gives the name of the supervision of a service; "" when there is none.
func (v *Supervisor) NameOf(a message.Address) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s, _ := v.find(a); s != nil {
		return s.name
	}
	return ""
}

// Remove ends a supervision. The services go on.
func (v *Supervisor) Remove(name string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.byName[name] == nil {
		return fmt.Errorf("%s %w", name, ErrNotThere)
	}
	delete(v.byName, name)
	return nil
}

// Expect is told that an operator is about to end a service. over is called when that is
// done: the service that takes its place is supervised instead, and when there is none and
// the service has ended, it is supervised no more.
func (v *Supervisor) Expect(svc *service.Service) (over func(successor *service.Service)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s, _ := v.find(svc.Address()); s == nil {
		return func(*service.Service) {}
	}
	v.expected[svc.Address()] = true
	return func(successor *service.Service) {
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.expected, svc.Address())
		s, m := v.find(svc.Address())
		switch {
		case m == nil:
		case successor != nil:
			m.address, m.name, m.phase = successor.Address(), successor.Name(), up
		case svc.Status() == service.StatusEnded:
			v.drop(s, m)
		}
	}
}

// drop supervises a member no more.
func (v *Supervisor) drop(s *supervision, m *member) {
	s.members = slices.DeleteFunc(s.members, func(other *member) bool { return other == m })
	if len(s.members) == 0 {
		delete(v.byName, s.name)
	}
}

// Crashed is told of each error that nobody caught, see service.Config.
func (v *Supervisor) Crashed(c service.Crash) {
	v.mu.Lock()
	s, m := v.find(c.Address())
	ends := s != nil && s.rules.Errors && m.phase == up && m.crash == ""
	if ends {
		text, _, _ := strings.Cut(c.Failure.Text, "\n")
		m.crash = "was ended, since nobody caught " + text
	}
	v.mu.Unlock()
	if ends {
		c.Node().Kill(c.Address())
	}
}

// Ended is told of each service that has ended, see service.Config.
func (v *Supervisor) Ended(e service.Ended) {
	v.mu.Lock()
	s, m := v.find(e.Address())
	if m == nil || v.expected[e.Address()] || m.phase != up && m.phase != leaving { // what did not start is told of by itself
		v.mu.Unlock()
		return
	}
	if s.gaveUp {
		m.phase = left
		v.mu.Unlock()
		return
	}
	m.ended = e
	if len(e.Names) > 0 {
		m.name = e.Names[0]
	}
	v.keepSnapshot(m)
	if m.phase == leaving {
		m.phase, m.crash = down, ""
		v.mu.Unlock()
		v.start(s)
		return
	}
	why := cmp.Or(m.crash, e.Text)
	m.crash = ""
	v.failed(s, m, why)
}

// keepSnapshot keeps the latest snapshot of what a member was, before the store forgets it.
func (v *Supervisor) keepSnapshot(m *member) {
	if v.Snapshots == nil {
		return
	}
	if latest := v.Snapshots.Latest(m.address); latest != nil {
		m.snapshot = latest
	}
}

// failed goes on when a member has ended, or did not start. The lock is held, and given back.
func (v *Supervisor) failed(s *supervision, m *member, why string) {
	node := m.ended.Node()
	was := fmt.Sprintf("%s %s", m.name, m.address)
	others, more := s.failed(m, why, node.Clock().Now(), node.Clock().Elapsed())
	var text string
	if more {
		text = fmt.Sprintf("supervise %s: %s %s, %d of %d in %s; it is started again", s.name, was, why, len(s.ends.at), s.rules.Most, s.rules.Within)
		for _, other := range others {
			text += fmt.Sprintf(", and with it %s %s", other.name, other.address)
		}
	} else {
		text = fmt.Sprintf("supervise %s: %s %s, %s; it is given up. %s", s.name, was, why, s.rules.tooMany(), s.again())
	}
	from := m.ended.Address()
	var addresses []message.Address
	for _, other := range others {
		addresses = append(addresses, other.address)
	}
	v.mu.Unlock()
	node.Log(from, text)
	for _, a := range addresses {
		node.Kill(a)
	}
	v.start(s)
}

// start starts the member whose turn it is, if there is one.
func (v *Supervisor) start(s *supervision) {
	v.mu.Lock()
	m := s.next()
	if s.gaveUp || v.byName[s.name] != s || m == nil {
		v.mu.Unlock()
		return
	}
	m.phase = starting
	s.restarts++
	ended := m.ended
	v.mu.Unlock()
	ended.Relaunch(service.Relaunched{
		Made:   func(svc *service.Service) { v.made(m, svc) },
		Up:     func(own service.Self) { v.up(s, m, own) },
		Failed: func(err error) { v.notStarted(s, m, err) },
	})
}

// made notes where a successor is. One that is to end for another member is ended: when that
// was decided it was not there yet.
func (v *Supervisor) made(m *member, svc *service.Service) {
	v.mu.Lock()
	m.address = svc.Address()
	ends := m.phase == leaving
	v.mu.Unlock()
	if ends {
		svc.Node().Kill(svc.Address())
	}
}

// up goes on when a successor is up, on its own thread.
func (v *Supervisor) up(s *supervision, m *member, own service.Self) {
	v.mu.Lock()
	from := m.snapshot
	if !s.rules.Snapshot {
		from = nil
	}
	stays := m.phase == starting
	if stays {
		m.phase = up
	}
	v.mu.Unlock()
	if from != nil {
		v.restore(s, own, from)
	}
	if stays {
		v.start(s)
	}
}

// restore gives a successor the state of the latest snapshot.
func (v *Supervisor) restore(s *supervision, own service.Self, from *snapshot.Snapshot) {
	done, err := snapshot.RestoreHere(own, from)
	text := fmt.Sprintf("supervise %s: it has the state of the snapshot %s again", s.name, from.Name)
	switch {
	case err != nil:
		text = fmt.Sprintf("supervise %s: its state is new, since the snapshot %s was %s", s.name, from.Name, worded.Text(err))
	case len(done.Left) > 0:
		text += fmt.Sprintf(", without %d places such as %s", len(done.Left)+done.LeftMore, done.Left[0].Path)
	}
	own.Node().Log(own.Address(), text)
	if err == nil {
		v.Snapshots.Move(own.Node().Service(own.Address()), from)
	}
}

// notStarted goes on when a successor did not start.
func (v *Supervisor) notStarted(s *supervision, m *member, err error) {
	text, _, _ := strings.Cut(worded.Text(err), "\n")
	v.mu.Lock()
	if m.phase != starting {
		m.phase = down
		v.mu.Unlock()
		v.start(s)
		return
	}
	v.failed(s, m, "did not start: "+text)
}

// Supervision is what people are told of one.
type Supervision struct {
	Name     string
	Rules    Rules
	Members  []Member
	Restarts int
	Recent   int       // ends that count
	Last     string    // why a member ended last; "": none has
	LastAt   time.Time // and when
	GaveUp   bool
}

// Member is one service of a supervision.
type Member struct {
	Service string
	Address message.Address
	State   string // "runs", "starts", "ended"
}

// List gives all supervisions, by name.
func (v *Supervisor) List() (list []Supervision) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, s := range slices.SortedFunc(maps.Values(v.byName), func(a, b *supervision) int { return cmp.Compare(a.name, b.name) }) {
		one := Supervision{
			Name: s.name, Rules: s.rules, Restarts: s.restarts, Recent: len(s.ends.at), Last: s.last, LastAt: s.lastAt, GaveUp: s.gaveUp,
		}
		for _, m := range s.members {
			one.Members = append(one.Members, Member{m.name, m.address, string(m.phase)})
		}
		list = append(list, one)
	}
	return list
}
