//go:build unix

package netguard

import (
	"errors"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// passed gives sockets as they are after add has taken those of some listeners.
func passed(t *testing.T, listeners map[string]net.Listener) *Sockets {
	t.Helper()
	s := &Sockets{passed: map[string]*net.TCPListener{}}
	for name, l := range listeners {
		if err := s.add(fileOf(t, name, l)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// fileOf gives a listener as a file with a name, as it would be passed.
func fileOf(t *testing.T, name string, l net.Listener) *os.File {
	t.Helper()
	f, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		t.Skipf("the system passes no sockets: %v", err)
	}
	defer f.Close()
	raw, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var own int
	var duplicated error
	if err := raw.Control(func(fd uintptr) { own, duplicated = syscall.Dup(int(fd)) }); err != nil || duplicated != nil {
		t.Fatal(err, duplicated)
	}
	return os.NewFile(uintptr(own), name)
}

func listening(t *testing.T, network, address string) net.Listener {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestPassedSockets(t *testing.T) {
	here, all := listening(t, "tcp", "127.0.0.1:0"), listening(t, "tcp", "0.0.0.0:0")
	s := passed(t, map[string]net.Listener{"web": here, "open": all})
	if diff := cmp.Diff([]string{"open", "web"}, s.Left()); diff != "" {
		t.Error(diff)
	}
	if p, err := s.Place("fd:open"); err != nil || p.Loopback {
		t.Errorf("open: %+v, %v", p, err)
	}
	place, err := s.Place("fd:web")
	if err != nil || !place.Loopback || place.Address != here.Addr().String() {
		t.Fatalf("web: %+v, %v", place, err)
	}
	taken, err := place.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	client, err := net.Dial("tcp", here.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	server, err := taken.Accept()
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	if _, err := place.Listen(); !errors.Is(err, ErrNotPassed) {
		t.Errorf("a socket is taken twice: %v", err)
	}
	if diff := cmp.Diff([]string{"open"}, s.Left()); diff != "" {
		t.Error(diff)
	}
}

func TestSocketsThatAreRefused(t *testing.T) {
	s := passed(t, map[string]net.Listener{"web": listening(t, "tcp", "127.0.0.1:0")})
	if err := s.add(fileOf(t, "web", listening(t, "tcp", "127.0.0.1:0"))); err == nil {
		t.Error("two have a name")
	}
	if err := s.add(fileOf(t, "unix", listening(t, "unix", t.TempDir()+"/s"))); err == nil {
		t.Error("one of another kind is taken")
	}
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.add(file); err == nil {
		t.Error("a file is taken")
	}
}

// An address that names no socket is opened; without any passed a name means nothing.
func TestPlaces(t *testing.T) {
	var none *Sockets
	p, err := none.Place("0")
	if err != nil || p.Address != "127.0.0.1:0" || !p.Loopback {
		t.Errorf("%+v, %v", p, err)
	}
	l, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := none.Place("fd:web"); !errors.Is(err, ErrNotPassed) {
		t.Errorf("fd:web: %v", err)
	}
	if _, err := none.Place("here"); err == nil {
		t.Error("a place without a port")
	}
}
