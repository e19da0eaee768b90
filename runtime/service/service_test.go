package service

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

const echo = `
dispatch(function(session, source, command, ...)
	if command == "boom" then error("boom") end
	if command == "mute" then return end
	if command == "twice" then ret(1) ret(2) end
	if command == "late" then local r = response() timeout(100, function() r(true, "late") end) return end
	if command == "slow" then sleep(100) end
	ret(command, ...)
end)
start(function() register "ECHO" end)
`

func TestCall(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	if got := w.mustCall(s, "hello", "x"); got != `"hello", "x"` {
		t.Errorf("answer %s", got)
	}
	w.launch("caller", `start(function()
		print(call("ECHO", "a", 1, {1, 2}))
		print(call(".ECHO", "b"))
		print(pcall(call, "ECHO", "boom"))
		print(pcall(call, 99, "x"))
		print(pcall(call, "nobody", "x"))
	end)`)
	w.printed(`
a 1 table
b
false echo:3: boom
false call to invalid address :00000063: there is no service :00000063
false call to invalid address: no service is named nobody`)
}

func TestManyMessagesReuseTheirThreads(t *testing.T) {
	w := newWorld(t)
	w.launch("echo", echo)
	w.launch("caller", `start(function()
		local sum = 0
		for i = 1, 20000 do sum = sum + call("ECHO", i) end
		print(sum)
	end)`)
	w.printed("200010000")
}

func TestOrderWithinAService(t *testing.T) {
	w := newWorld(t)
	w.launch("order", `
	dispatch(function(_, _, what) print("message", what) end)
	start(function()
		timeout(0, function() print "timeout 0" end)
		fork(function() print "fork 1" fork(print, "nested") sleep(0) print "slept 0" end)
		fork(function(a) print("fork 2", a) end, "arg")
		local me = running()
		fork(function() print("wakeup", wakeup(me)) print "after wakeup" end)
		send(self(), "one")
		print("start", wait())
	end)`)
	w.printed(`
fork 1
fork 2 arg
wakeup true
after wakeup
start BREAK
nested
timeout 0
message one
slept 0`)
}

func TestFailuresCarryTheChainOfCalls(t *testing.T) {
	w := newWorld(t)
	w.launch("echo", echo)
	s := w.launch("middle", `dispatch(function(_, _, command) ret(call("ECHO", command)) end)`)
	_, err := w.call(s, "boom")
	var f *message.Failure
	if !errors.As(err, &f) || !errors.Is(err, message.ErrRaised) {
		t.Fatalf("error %#v", err)
	}
	chain := f.Chain()
	if len(chain) != 2 || chain[0].Where() != `middle :00000003, handling "boom" from the console` ||
		chain[1].Where() != `ECHO :00000002, handling "boom" from middle` {
		t.Errorf("chain %s", f.Report())
	}
	if f.Text != "echo:3: boom" || !strings.Contains(chain[1].Traceback, "echo:3:") {
		t.Errorf("text %q, traceback %s", f.Text, chain[1].Traceback)
	}
	w.printed("")
}

func TestErrorWithoutACallerIsLogged(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	w.client.Send(s.Address(), message.TypeLua, message.Direct(Strings("boom")...))
	w.settle()
	if got := w.out.take(); !strings.HasPrefix(got, "[:00000002] echo:3: boom\n    stack traceback:\n") {
		t.Errorf("log %s", got)
	}
}

func TestAnswers(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	_, err := w.call(s, "mute")
	if !errors.Is(err, message.ErrUnanswered) || !strings.Contains(err.Error(), `"mute"`) || !strings.Contains(err.Error(), "echo:2") {
		t.Errorf("mute: %v", err)
	}
	w.settle()
	if got := w.out.take(); strings.Count(got, "ended without an answer") != 1 {
		t.Errorf("log %q", got)
	}
	if got := w.mustCall(s, "twice"); got != "1" {
		t.Errorf("twice: %s", got)
	}
	w.settle()
	if got := w.out.take(); !strings.HasPrefix(got, "[:00000002] echo:5: No session") {
		t.Errorf("log %q", got)
	}
	late := make(chan string)
	go func() { answer, _ := w.call(s, "late"); late <- answer }()
	w.waitTimers(1)
	w.advance(time.Second)
	if got := <-late; got != `"late"` {
		t.Errorf("late: %s", got)
	}
}

// waitTimers waits until so many timers are pending.
func (w *world) waitTimers(count int) {
	set := make(chan struct{}, 100)
	stop := w.Clock().Watch(func(TimerEvent) { set <- struct{}{} })
	defer stop()
	for len(w.Clock().Timers()) < count {
		select {
		case <-set:
		case <-w.ctx.Done():
			w.t.Fatal("no timer was set")
		}
	}
}

func TestExitAndKillAnswerEveryCaller(t *testing.T) {
	for _, how := range []struct {
		name string
		end  func(w *world, s *Service)
		want error
	}{
		{"exit", func(w *world, s *Service) {
			w.client.Send(s.Address(), message.TypeLua, message.Direct(Strings("exit")...))
		}, message.ErrExited},
		{"kill", func(w *world, s *Service) { w.Kill(s.Address()) }, message.ErrKilled},
	} {
		t.Run(how.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.launch("victim", `dispatch(function(_, _, c)
				if c == "exit" then exit() end
				if c == "promise" then keep = response() return end
				if c == "log" then log "x" return end
				sleep(1000) ret()
			end)`)
			errs := make(chan error)
			for _, c := range []string{"wait", "promise"} {
				go func() { _, err := w.call(s, c); errs <- err }()
			}
			w.until(func() bool { return s.Stat().Messages == 2 })
			how.end(w, s)
			for range 2 {
				if err := <-errs; !errors.Is(err, how.want) {
					t.Errorf("error %v", err)
				}
			}
			<-s.Gone()
			if _, err := w.call(s, "again"); !errors.Is(err, message.ErrDead) {
				t.Errorf("afterwards: %v", err)
			}
			if got := len(w.Clock().Timers()); got != 0 {
				t.Errorf("%d timers left", got)
			}
			if w.client.Send(s.Address(), message.TypeLua, message.Direct(Strings("lost")...)) == nil || w.DeadLetters().Total() != 1 {
				t.Error("no dead letter")
			}
		})
	}
}

// until waits for a condition that services bring about.
func (w *world) until(done func() bool) {
	w.t.Helper()
	for !done() {
		if w.ctx.Err() != nil {
			w.t.Fatal("it did not happen")
		}
		w.settle()
	}
}

// A start function that waits for the virtual clock keeps nobody.
func TestLaunchTellsThatTheClockMustMove(t *testing.T) {
	w := newWorld(t)
	spec := Spec{Name: "late", Literal: true, Source: `start(function() sleep(100) print "up" end)`}
	s, err := w.Launch(w.ctx, spec)
	if !errors.Is(err, message.ErrStandsStill) || s == nil || s.Status() != StatusStarting {
		t.Fatalf("%v, %v", s, err)
	}
	w.advance(time.Second)
	w.printed("up")
	if s.Status() != StatusIdle {
		t.Errorf("the service is %s", s.Status())
	}
}

func TestEndlessLoop(t *testing.T) {
	for _, virtual := range []bool{true, false} {
		w := newWorld(t, func(c *Config) { c.Virtual = virtual; c.Workers = 1 })
		s := w.launch("echo", echo)
		loop := w.launch("loop", `dispatch(function() local n = 0 while true do n = n + 1 end end)`)
		caller := make(chan error, 1)
		go func() { _, err := w.call(loop, "x"); caller <- err }()
		w.until(func() bool { return loop.Stat().Messages == 1 })
		if got := w.mustCall(s, "still there"); got != `"still there"` {
			t.Errorf("answer %s", got)
		}
		tasks, err := loop.Tasks(w.ctx)
		if err != nil || len(tasks) != 1 || !tasks[0].Running || !strings.Contains(tasks[0].Traceback, "loop:1:") {
			t.Errorf("tasks %+v, %v", tasks, err)
		}
		w.settle() // the loop is not waited for
		w.until(func() bool { return loop.Status() == StatusBusy })
		w.Kill(loop.Address())
		<-loop.Gone()
		if err := <-caller; !errors.Is(err, message.ErrKilled) {
			t.Errorf("caller got %v", err)
		}
	}
}

// What waits longest is told of a mailbox, and of the messages that were taken from it
// together.
func TestOldestWait(t *testing.T) {
	w := newWorld(t)
	loop := w.launch("loop", `dispatch(function() while true do end end)`)
	if wait := loop.OldestWait(); wait != 0 {
		t.Errorf("nothing waits, for %s", wait)
	}
	w.scheduler.together(func() {
		w.client.Send(loop.Address(), message.TypeLua, message.Payload{})
		w.client.Send(loop.Address(), message.TypeLua, message.Payload{})
	})
	w.settle()
	w.advance(time.Second)
	if wait := loop.OldestWait(); wait != time.Second || loop.queue.Load() != 1 {
		t.Errorf("of %d in the inbox the oldest has waited for %s", loop.queue.Load(), wait)
	}
	second := w.launch("second", `dispatch(function() while true do end end)`)
	for range 2 {
		w.client.Send(second.Address(), message.TypeLua, message.Payload{})
		w.settle()
		w.advance(time.Second)
	}
	if wait := second.OldestWait(); wait != time.Second || second.box.Length() != 1 {
		t.Errorf("of %d in the mailbox the oldest has waited for %s", second.box.Length(), wait)
	}
}

// Settle waits for the end of a killed service that it did not wait for while
// that was endlessly busy, and for what follows from it.
func TestKillOfAnEndlessLoopIsWaitedFor(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	for range rounds {
		w := newWorld(t)
		loop := w.launch("loop", `dispatch(function() while true do end end)`)
		w.launch("caller", `start(function() fork(function() print(pcall(call, "`+loop.Address().String()+`", "x")) end) end)`)
		w.settle()
		w.Kill(loop.Address())
		w.settle()
		w.printed("false loop :00000002 was killed before it answered")
	}
}

func TestEndlessLoopWhereItCanNotBeStopped(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Virtual = false; c.Workers = 1 })
	s := w.launch("echo", echo)
	loop := w.launch("loop", `dispatch(function() nested(function() while true do end end) end)`)
	w.client.Send(loop.Address(), message.TypeLua, message.Payload{})
	w.until(func() bool { return loop.Stat().Messages == 1 })
	if got := w.mustCall(s, "still there"); got != `"still there"` {
		t.Errorf("answer %s", got)
	}
	w.Kill(loop.Address())
	<-loop.Gone()
	for range 3 {
		w.mustCall(s, "and again")
	}
}

// Timers of one instant are all there before anything follows from one of them.
func TestTimersOfOneInstantComeTogether(t *testing.T) {
	w := newWorld(t)
	w.launch("sender", `start(function()
		for i = 1, 2000 do timeout(100, function() send("RECEIVER", i) end) end
	end)`)
	w.launch("receiver", `
	local seen, early = 0, 0
	dispatch(function() if seen < 2000 then early = early + 1 end end)
	start(function()
		register "RECEIVER"
		for i = 1, 2000 do timeout(100, function() seen = seen + 1 end) end
		timeout(200, function() print(seen, early) end)
	end)`)
	w.advance(2 * time.Second)
	w.settle()
	if !w.out.has("2000 0") {
		t.Errorf("messages overtook timers: %s", w.out.take())
	}
}

// A time-out whose handle nobody takes has no thread until it is due.
func TestTimeoutsWithoutHandles(t *testing.T) {
	w := newWorld(t)
	s := w.launch("timers", `
	dispatch(function() end)
	start(function()
		for i = 1, 3 do timeout(100 * i, function() print("due", i) sleep(10) print("slept", i) end) end
		local handle = timeout(400, print)
		timeout(450, function() print("cancelled", cancel(handle)) end)
	end)`)
	tasks, err := s.Tasks(w.ctx)
	if err != nil || len(tasks) != 5 || tasks[0].Thread != "thread: none" || tasks[3].Thread == "thread: none" {
		t.Fatalf("%+v, %v", tasks, err)
	}
	w.advance(time.Second)
	w.printed("due 1")
	if err := s.Do(w.ctx, func(s Self) {
		functions := 0
		s.State().Collector().Roots(func(_ string, place *vm.Value) {
			if place.IsFunction() {
				functions++
			}
		})
		if !s.KillTask(tasks[1].ID) || functions < 3 {
			t.Errorf("a task without a thread; %d functions are held", functions)
		}
	}); err != nil {
		t.Fatal(err)
	}
	w.advance(time.Minute)
	w.printed("slept 1\ndue 3\nslept 3\n\ncancelled false")
}

// A worker that was taken for a stuck one when it had just come back counts again
// when it looks for work, and there is one too many.
func TestWorkersThatComeBackCount(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Virtual = false; c.Workers = 2 })
	s := w.launch("echo", echo)
	sc := &w.scheduler
	count := func() (workers, able int) {
		sc.mu.Lock()
		defer sc.mu.Unlock()
		return len(sc.workers), sc.able()
	}
	sc.mu.Lock()
	for _, worker := range sc.workers[:2:2] {
		worker.lost = true
		w.addWorker()
	}
	sc.mu.Unlock()
	workers, able := count()
	for ; workers > 2 && w.ctx.Err() == nil; workers, able = count() {
		w.mustCall(s, "still there")
	}
	if workers != 2 || able != 2 { // the monitor may take another one for stuck any time
		t.Errorf("%d workers, %d can run", workers, able)
	}
}
