package service

import (
	"errors"
	"testing"

	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// opensThing has the service hold something of the outside world, as a library's
// pool does, and tells when it is closed.
func opensThing(s Self, closed chan<- Self) error {
	state := s.State()
	done, gone := host.Opened(state), host.Gone(state)
	go func() {
		<-gone
		closed <- s
		done()
	}()
	return nil
}

func TestStopEndsIdleServicesAndClosesWhatTheyHold(t *testing.T) {
	for _, virtual := range []bool{true, false} {
		closed := make(chan Self, 3)
		w := newWorld(t, func(c *Config) {
			c.Virtual = virtual
			c.Open = func(s Self) error {
				if err := bind(s); err != nil {
					return err
				}
				return opensThing(s, closed)
			}
		})
		services := []*Service{
			w.launch("idle", idleSource),
			w.launch("sleeps", `start(function() timeout(1000, function() end) end)`),
			w.launch("fresh", `start(function() dispatch(function() ret "x" end) end)`),
		}
		w.Stop(3)
		if err := w.awaitOver(w.ctx); err != nil {
			t.Fatalf("virtual %v: %v", virtual, err)
		}
		for _, s := range services {
			if s.Status() != StatusEnded {
				t.Errorf("virtual %v: %s is %s", virtual, s.Name(), s.Status())
			}
			select {
			case <-s.Released():
			default:
				t.Errorf("virtual %v: what %s held is open", virtual, s.Name())
			}
		}
		if len(closed) != len(services) || w.ExitCode() != 3 {
			t.Errorf("virtual %v: %d of %d were closed, exit code %d", virtual, len(closed), len(services), w.ExitCode())
		}
		if _, err := w.Launch(w.ctx, Spec{Name: "late", Source: idleSource, Literal: true}); err != message.ErrStopped {
			t.Errorf("virtual %v: a launch afterwards gives %v", virtual, err)
		}
	}
}

// A service that stops the node from inside ends like the others.
func TestStopFromInside(t *testing.T) {
	w := newWorld(t, func(c *Config) {
		c.Open = func(s Self) error {
			s.State().Globals.SetString("stop", s.State().NewFunction("stop", func(*vm.Thread) int { s.Node().Stop(4); return 0 }))
			return bind(s)
		}
	})
	other := w.launch("idle", idleSource)
	s, err := w.Spawn(Spec{Name: "stops", Source: `stop() while true do end`, Literal: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.awaitOver(w.ctx); err != nil {
		t.Fatal(err)
	}
	<-w.Done()
	<-s.Gone()
	<-other.Gone()
	if w.ExitCode() != 4 {
		t.Errorf("exit code %d", w.ExitCode())
	}
}

func TestNodeIsEmptyWhenTheLastServiceHasEnded(t *testing.T) {
	w := newWorld(t)
	empty := func() bool {
		w.settle()
		select {
		case <-w.Empty():
			return true
		default:
			return false
		}
	}
	w.Occupy()()
	if empty() {
		t.Error("it is empty before anything was launched")
	}
	one, two := w.launch("one", idleSource), w.launch("two", idleSource)
	w.Kill(one.Address())
	if empty() {
		t.Error("it is empty while a service lives")
	}
	release := w.Occupy()
	w.Kill(two.Address())
	if empty() {
		t.Error("it is empty while somebody holds it")
	}
	three := w.launch("three", idleSource)
	release()
	release()
	if empty() {
		t.Error("it is empty while the third lives")
	}
	if _, err := w.Restart(w.ctx, three.Address()); err != nil {
		t.Fatal(err)
	}
	if empty() {
		t.Error("a restart of the last service left it empty")
	}
	w.launch("leaves", `start(function() end)`)
	for _, s := range w.Services() {
		w.Kill(s.Address())
	}
	if !empty() {
		t.Error("it is not empty, though nobody lives")
	}
}

func TestShutdown(t *testing.T) {
	w := newWorld(t)
	w.launch("tidy", `start(function() dispatch_system(function(_, _, what) sleep(100) print("tidy", what) exit() end) end)`)
	w.launch("stubborn", `start(function() dispatch_system(function() print "no" end) end)`)
	w.launch("simple", `start(function() end)`)
	late := w.Shutdown(w.ctx)
	if len(late) != 1 || late[0].Base() != "stubborn" {
		t.Errorf("late: %v", late)
	}
	if got := w.out.take(); got != "no\ntidy shutdown" {
		t.Errorf("written %q", got)
	}
	<-w.Done()
}

func TestStopInterruptsWhatRuns(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Virtual = false })
	s := w.launch("loop", `dispatch(function() while true do local x = 1 end end)`)
	caller := make(chan error, 1)
	go func() { _, err := w.call(s, "x"); caller <- err }()
	w.until(func() bool { return s.Stat().Messages == 1 })
	w.Stop(3)
	<-s.Gone()
	if err := <-caller; !errors.Is(err, message.ErrStopped) || w.ExitCode() != 3 {
		t.Errorf("%v, exit code %d", err, w.ExitCode())
	}
}
