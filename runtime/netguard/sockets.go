package netguard

// Where a server listens: at an address that it opens, or on a socket that was passed
// to the process.

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/coreos/go-systemd/v22/activation"

	"lunarium/runtime/visible"
)

// passedPrefix is how the address of a socket that was passed begins; its name follows.
const passedPrefix = "fd:"

// ErrNotPassed: the process was given no socket of this name, or another server has it.
var ErrNotPassed = errors.New("was not passed to this process")

// Sockets are the listening sockets that whoever started the process has opened and
// passed to it, by their names (sd_listen_fds(3), FileDescriptorName= of
// systemd.socket(5)). Methods may be called from any goroutine, and on nil: then there
// are none.
type Sockets struct {
	mu     sync.Mutex
	passed map[string]*net.TCPListener // those that no server has taken
}

// Passed takes the sockets that were passed to the process, which can be done once. It
// closes none that it refuses: the process is not to go on.
func Passed() (*Sockets, error) {
	s := &Sockets{passed: map[string]*net.TCPListener{}}
	for _, f := range activation.Files(true) {
		if err := s.add(f); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// add takes a socket over; the file is closed.
func (s *Sockets) add(f *os.File) error {
	defer f.Close()
	name := visible.Quote(f.Name())
	listener, err := net.FileListener(f)
	if err != nil {
		return fmt.Errorf("the socket %s that was passed does not listen: %w", name, err)
	}
	tcp, ok := listener.(*net.TCPListener)
	switch {
	case !ok:
		listener.Close()
		return fmt.Errorf("the socket %s that was passed is none of TCP", name)
	case s.passed[f.Name()] != nil:
		listener.Close()
		return fmt.Errorf("two sockets were passed by the name %s", name)
	}
	s.passed[f.Name()] = tcp
	return nil
}

// Left gives the names of those that no server has taken, sorted.
func (s *Sockets) Left() []string {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name := range s.passed {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Place is where a server may listen.
type Place struct {
	Address  string // HOST:PORT
	Loopback bool   // nobody but this machine can reach it
	sockets  *Sockets
	name     string // of a socket that was passed; "": it is to be opened
}

// Place finds what an address means: fd:NAME a socket that was passed, else as Address
// does. The error is ErrNotPassed, or says what the address should be.
func (s *Sockets) Place(text string) (Place, error) {
	name, ok := strings.CutPrefix(text, passedPrefix)
	if !ok {
		address, loopback, err := Address(text)
		return Place{Address: address, Loopback: loopback}, err
	}
	if s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if l := s.passed[name]; l != nil {
			return Place{Address: l.Addr().String(), Loopback: l.Addr().(*net.TCPAddr).IP.IsLoopback(), sockets: s, name: name}, nil
		}
	}
	return Place{}, fmt.Errorf("the socket %s %w", visible.Quote(name), ErrNotPassed)
}

// Listen opens the place, or takes its socket.
func (p Place) Listen() (*net.TCPListener, error) {
	if p.name == "" {
		l, err := net.Listen("tcp", p.Address)
		if err != nil {
			return nil, err
		}
		return l.(*net.TCPListener), nil
	}
	p.sockets.mu.Lock()
	defer p.sockets.mu.Unlock()
	l := p.sockets.passed[p.name]
	if l == nil {
		return nil, fmt.Errorf("the socket %s %w", visible.Quote(p.name), ErrNotPassed)
	}
	delete(p.sockets.passed, p.name)
	return l, nil
}
