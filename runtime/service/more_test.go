package service

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
)

func TestTimers(t *testing.T) {
	w := newWorld(t)
	s := w.launch("clockwork", `
	local function again() print("tick", now()) timeout(500, again) end
	start(function()
		timeout(500, again)
		once = timeout(700, function() print "never" end)
		fork(function() while true do sleep(300) end end)
	end)
	dispatch(function(_, _, c) ret(cancel(once)) ret(cancel(once)) end)`)
	w.advance(5 * time.Second)
	w.printed("tick 501")
	type row struct {
		id    uint64
		kind  WaitKind
		left  time.Duration
		every time.Duration
		at    string
	}
	rows := func() (rows []row) {
		for _, timer := range w.Clock().Timers() {
			rows = append(rows, row{timer.ID, timer.Kind, timer.Left, timer.Every, timer.SetAt})
		}
		return rows
	}
	want := []row{
		{4, WaitSleep, time.Second, 3 * time.Second, "clockwork:6"},
		{2, WaitTimer, 2 * time.Second, 0, "clockwork:5"},
		{5, WaitTimer, 5 * time.Second, 0, "clockwork:2"},
	}
	if diff := cmp.Diff(want, rows(), cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
	if got := w.mustCall(s, "cancel"); got != "true" {
		t.Errorf("cancel: %s", got)
	}
	if !w.Clock().Fire(5) || w.Clock().Fire(5) {
		t.Error("Fire of the ticking timer")
	}
	w.settle()
	if timers := rows(); timers[1].every != 5*time.Second {
		t.Errorf("no period was seen: %v", timers)
	}
	if ok, err := w.Clock().Cancel(w.ctx, timers0(w)); !ok || err != nil {
		t.Errorf("Cancel: %v, %v", ok, err)
	}
	passed, fired, err := w.Clock().Next(w.ctx)
	if passed != 5*time.Second || fired != 1 || err != nil {
		t.Errorf("Next: %v, %d, %v", passed, fired, err)
	}
	w.settle()
	if got := w.out.take(); !strings.HasSuffix(got, "tick 501\ntick 1001") {
		t.Errorf("written %s", got)
	}
}

func timers0(w *world) uint64 { return w.Clock().Timers()[0].ID }

func TestSleepAndWait(t *testing.T) {
	w := newWorld(t)
	w.launch("sleeper", `start(function()
		fork(function() print("slept", sleep(1000, "tok")) end)
		fork(function() print("waited", wait "other") end)
		fork(function() print("twice", pcall(sleep, 10, "tok")) end)
		fork(function()
			print(wakeup "tok", wakeup "tok", wakeup "other")
			print(sleep(10), now())
			print(await())
			local co = create(function(a) local b = yield(a) sleep(5) return b + 1 end)
			print(resume(co, 1)) print(resume(co, 2))
			print(pcall(function() sleep(5) error "in pcall" end))
			print(pcall(nested, function() sleep(1) end))
		end)
	end)`)
	w.until(func() bool { w.advance(50 * time.Millisecond); return w.out.has("C-call") })
	w.printed(`
twice false a task waits on this token already
true false true
slept BREAK
waited BREAK
nil 11
done
true 1
true 3
false sleeper:11: in pcall
false sleeper:12: attempt to yield across a C-call boundary`)
}

func TestYieldOutsideACoroutine(t *testing.T) {
	w := newWorld(t)
	s := w.launch("yielder", `dispatch(function() yield(1) end)`)
	if _, err := w.call(s, "x"); err == nil || !strings.Contains(err.Error(), "outside a coroutine") {
		t.Errorf("error %v", err)
	}
}

func TestNewService(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "child.lua"), `local a, b = ... start(function() sleep(100) print("child", a, b) end)`)
	write(t, filepath.Join(dir, "pack/init.lua"), `start(function() print "pack" end)`)
	write(t, filepath.Join(dir, "bad.lua"), "local x =\n")
	write(t, filepath.Join(dir, "raises.lua"), `start(function() error "no luck" end)`)
	write(t, filepath.Join(dir, "leaves.lua"), `start(function() exit() end)`)
	w := newWorld(t, func(c *Config) { c.Path = []string{dir + "/?.lua", dir + "/?/init.lua"} })
	w.Spawn(Spec{Name: "parent", Literal: true, Source: `start(function()
		print("new", newservice("child", "a b\n\0", ""))
		print("new", newservice "pack")
		print(pcall(newservice, "bad"))
		print(pcall(newservice, "raises"))
		print("left", newservice "leaves")
		fork(function() print("queried", query "child") end)
		fork(function() print("unique", unique "child") end)
		fork(function() print("unique", unique "child") print("again", unique "child") end)
		fork(function() print(pcall(unique, "missing")) end)
	end)`})
	w.advance(2 * time.Second)
	got := strings.ReplaceAll(w.out.take(), dir, "DIR")
	want := "child a b\n\x00 \nnew 3\npack\nnew 4\n" +
		"false bad.lua:2: unexpected symbol near <eof>\n" +
		"false raises.lua:1: no luck\nleft\n" +
		"false service 'missing' not found:\n\tno file 'DIR/missing.lua'\n\tno file 'DIR/missing/init.lua'\n" +
		"child nil nil\nunique 7\nqueried 7\nunique 7\nagain 7"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]Address{"child": 7}, w.Uniques()); diff != "" {
		t.Error(diff)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLaunchErrors(t *testing.T) {
	w := newWorld(t)
	var missing *NotFoundError
	if _, err := w.Launch(w.ctx, Spec{Name: "no/such.lua"}); !errors.As(err, &missing) || len(missing.Tried) != 1 {
		t.Errorf("missing: %v", err)
	}
	w.config.Path = []string{"nowhere/?.lua", "./nowhere/?.lua", "?.lua"}
	for name, tried := range map[string][]string{
		"a":          {"nowhere/a.lua", "a.lua"},
		"./a.lua":    {"./a.lua", "nowhere/./a.lua"},
		"/nowhere/a": {"/nowhere/a"},
		"":           nil,
	} {
		if _, err := w.Find(name); !errors.As(err, &missing) || !cmp.Equal(missing.Tried, tried) {
			t.Errorf("%q: %v", name, err)
		}
	}
	_, err := w.Launch(w.ctx, Spec{Name: "x", Literal: true, Source: "local function f() error 'deep' end\nf()"})
	var f *Failure
	if !errors.As(err, &f) || f.Reason != ErrStart || f.Text != "x:1: deep" || !strings.Contains(f.Traceback, "x:2: in main chunk") {
		t.Errorf("raises: %v", err)
	}
	w.settle()
	if len(w.Services()) != 0 {
		t.Error("the failed service is still there")
	}
}

func TestExitAtTheEndOfStart(t *testing.T) {
	source := `start(function() dispatch(function() ret "alive" end) register "STAYS" exit() print "not here" end)`
	w := newWorld(t)
	s := w.launch("stays", source)
	if got := w.mustCall(s, "x"); got != `"alive"` {
		t.Errorf("answer %s", got)
	}
	w.printed("[:00000002] skynet.exit() at the end of the start function: STAYS :00000002 has a name and a dispatch function, so it serves on")
	w = newWorld(t, func(c *Config) { c.StrictExit = true })
	if _, err := w.Launch(w.ctx, Spec{Name: "stays", Source: source, Literal: true}); !errors.Is(err, ErrExited) {
		t.Errorf("strict: %v", err)
	}
}

func TestNamesAreOneWithAndWithoutDot(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	long := strings.Repeat("long name\n", 20)
	for _, name := range []string{".dotted", long} {
		if err := w.Register(name, s.Address()); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"ECHO", ".ECHO", "dotted", ".dotted", long, ":00000002"} {
		if a, ok := w.Resolve(name); !ok || a != s.Address() {
			t.Errorf("%q is %v, %v", name, a, ok)
		}
	}
	for _, name := range []string{"", ".", ":12"} {
		if err := w.Register(name, s.Address()); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	w.Kill(s.Address())
	if _, ok := w.Lookup("ECHO"); ok {
		t.Error("the name outlives its service")
	}
	if got := w.NameOf(s.Address()); got != "ECHO" {
		t.Errorf("it was known as %s", got)
	}
}

func TestDoAndRun(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	n := 0
	if err := s.Do(w.ctx, func(state *vm.State) { n = state.Globals.Count() }); err != nil || n == 0 {
		t.Errorf("Do: %d, %v", n, err)
	}
	if err := s.Do(w.ctx, func(*vm.State) { panic("oops") }); err == nil || !strings.Contains(err.Error(), "oops") {
		t.Errorf("Do that panics: %v", err)
	}
	p, err := w.client.Run(w.ctx, s.Address(), "eval", func(t *vm.Thread, m *Message) int {
		return s.Call(t, s.Address(), TypeLua, Direct(Strings("self")...), func(t *vm.Thread, reply Payload) int {
			s.Ret(t, Direct(reply.Values...))
			return 0
		})
	})
	if err != nil || w.preview(p) != `"self"` {
		t.Errorf("Run: %s, %v", w.preview(p), err)
	}
	_, err = w.client.Run(w.ctx, s.Address(), "eval", func(t *vm.Thread, m *Message) int {
		t.Errorf("bad code")
		return 0
	})
	if !errors.Is(err, ErrRaised) || err.Error() != "bad code" {
		t.Errorf("Run that raises: %v", err)
	}
	w.Kill(s.Address())
	<-s.Gone()
	if err := s.Do(w.ctx, func(*vm.State) {}); !errors.Is(err, ErrDead) {
		t.Errorf("Do on a dead service: %v", err)
	}
}

// What the console runs for long on a service's thread, such as a reload, is not a
// task of the service: who calls it next is not told that it runs on and on.
func TestDoLeavesNobodyEndlesslyBusy(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo+`function long() repeat for i = 1, 10000 do end until endless() end`)
	if err := s.Do(w.ctx, func(state *vm.State) {
		state.Globals.SetString("endless", s.tellsEndless())
		if _, err := s.RunHere(w.ctx, state.Globals.GetString("long")); err != nil {
			t.Error(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if s.endless.Load() {
		t.Error("the service counts as endlessly busy")
	}
	w.settle()
	if !w.Clock().AtRest() {
		t.Error("the node does not come to rest")
	}
}

// tellsEndless makes a function that tells whether the service counts as endlessly busy.
// Its status would tell of the real time, too, that a service takes on a slow machine.
func (s *Service) tellsEndless() vm.Value {
	return s.state.NewFunction("endless", func(t *vm.Thread) int { return t.Return(vm.Bool(s.endless.Load())) })
}

// Waiting in a Go function wears nothing out, whoever looks meanwhile: the task that goes
// on afterwards is not endlessly busy.
func TestWhoWaitedIsNotEndlesslyBusy(t *testing.T) {
	w := newWorld(t)
	s := w.launch("waits", `dispatch(function() waits() for i = 1, 100000 do end ret(endless()) end)`)
	if err := s.Do(w.ctx, func(state *vm.State) {
		state.Globals.SetString("endless", s.tellsEndless())
		state.Globals.SetString("waits", state.NewFunction("waits", func(t *vm.Thread) int {
			t.PollAfter(time.Second)
			look := &order{look: true, done: make(chan struct{}), run: func(*vm.State) {}}
			look.call(s)
			return 0
		}))
	}); err != nil {
		t.Fatal(err)
	}
	if got := w.mustCall(s); got != "false" {
		t.Errorf("it counts as busy: %s", got)
	}
}

func TestCallTimeLimit(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	ctx, cancel := context.WithCancel(w.ctx)
	stop := w.Clock().Watch(func(TimerEvent) { cancel() })
	defer stop()
	_, err := w.client.Call(ctx, s.Address(), TypeLua, Direct(Strings("slow")...))
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "ECHO :00000002 did not answer") {
		t.Errorf("error %v", err)
	}
	tasks, err := s.Tasks(w.ctx)
	if err != nil || len(tasks) != 1 || tasks[0].Wait.Kind != WaitSleep || tasks[0].Handling != "slow" || tasks[0].From != "the console" {
		t.Fatalf("tasks %+v, %v", tasks, err)
	}
	killed := false
	if err := s.Do(w.ctx, func(*vm.State) { killed = s.KillTask(tasks[0].ID) }); err != nil || !killed {
		t.Errorf("KillTask: %v, %v", killed, err)
	}
	if got := w.mustCall(s, "next"); got != `"next"` {
		t.Errorf("afterwards: %s", got)
	}
}

func TestTrace(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	s.SetTrace(true)
	w.mustCall(s, "hello", strings.Repeat("x", 100))
	w.call(s, "boom")
	w.settle()
	var rows [][]string
	for _, e := range s.Traces().Last(-1) {
		rows = append(rows, []string{e.From, e.Type.String(), e.Args, e.Reply, e.Error})
	}
	long := `"` + strings.Repeat("x", 40) + `"…`
	want := [][]string{
		{"the console", "lua", `"hello", ` + long, `"hello", ` + long, ""},
		{"the console", "lua", `"boom"`, "", "echo:3: boom"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestDeadLetters(t *testing.T) {
	w := newWorld(t)
	w.launch("sender", `start(function() send(77, "a", {1, x = 2}) send("nobody", "b") end)`)
	w.launch("deaf", `start(function() send(self(), "c") end)`)
	w.settle()
	var rows [][]string
	for _, d := range w.DeadLetters().Last(-1) {
		rows = append(rows, []string{d.From, d.To, d.Message, d.Reason})
	}
	want := [][]string{
		{"sender", ":0000004d", `"a", {1, 1 fields}`, "there is no service :0000004d"},
		{"sender", "nobody", `"b"`, "no service is named nobody"},
		{"deaf", "deaf", `"c"`, "deaf :00000003 has no handler for lua messages"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
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

func TestLauncher(t *testing.T) {
	w := newWorld(t)
	w.launch("one", `start(function() print(call(".launcher", "LIST")) print(pcall(call, ".launcher", "DANCE")) end)`)
	w.printed("table\nfalse the launcher has no command \"DANCE\"")
}

func TestRestart(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	again, err := w.Restart(w.ctx, s.Address())
	if err != nil || again.Address() != 3 || again.Name() != "ECHO" {
		t.Errorf("%v, %v", again, err)
	}
}

func TestExitDropsForksAndTimers(t *testing.T) {
	w := newWorld(t)
	s := w.launch("leaver", `dispatch(function()
		fork(function() print "never" end)
		timeout(10, function() print "never" end)
		ret "bye"
		exit()
	end)`)
	if got := w.mustCall(s, "x"); got != `"bye"` {
		t.Errorf("answer %s", got)
	}
	<-s.Gone()
	w.advance(time.Second)
	w.printed("")
}

func TestKillMatching(t *testing.T) {
	w := newWorld(t)
	s := w.launch("tasks", `start(function() fork(function() sleep(100) print "never" end) end)`)
	w.settle()
	var first, second *vm.Thread
	err := s.Do(w.ctx, func(*vm.State) { first, second = s.KillMatching("thread: 0x"), s.KillMatching("thread: 0x") })
	if err != nil || first == nil || second != nil {
		t.Errorf("%v, %v, %v", first, second, err)
	}
	w.advance(2 * time.Second)
	w.printed("")
}

func TestEnvironment(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Env = map[string]string{"a": "1"} })
	if err := w.Setenv("a", "2"); !errors.Is(err, ErrEnvSet) {
		t.Errorf("set again: %v", err)
	}
	if err := w.Setenv("b", "3"); err != nil {
		t.Error(err)
	}
	a, _ := w.Getenv("a")
	b, _ := w.Getenv("b")
	if _, ok := w.Getenv("c"); ok || a+b != "13" {
		t.Errorf("values %q %q", a, b)
	}
}

func TestStopInterruptsWhatRuns(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Virtual = false })
	s := w.launch("loop", `dispatch(function() while true do local x = 1 end end)`)
	caller := make(chan error, 1)
	go func() { _, err := w.call(s, "x"); caller <- err }()
	w.until(func() bool { return s.Stat().Messages == 1 })
	w.Stop(3)
	<-s.Gone()
	if err := <-caller; !errors.Is(err, ErrStopped) || w.ExitCode() != 3 {
		t.Errorf("%v, exit code %d", err, w.ExitCode())
	}
}

func TestCodeIsNeverStale(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "edited.lua")
	w := newWorld(t, func(c *Config) { c.Path = []string{dir + "/?.lua"} })
	for _, text := range []string{"first", "second", "first"} {
		write(t, path, `start(function() print "`+text+`" end)`)
		if _, err := w.Launch(w.ctx, Spec{Name: "edited"}); err != nil {
			t.Fatal(err)
		}
	}
	w.printed("first\nsecond\nfirst")
	if got := w.ClearCache(); got != 2 {
		t.Errorf("%d chunks were cached", got)
	}
}

func TestEndedServicesAreCounted(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		s := w.launch("target", `dispatch(function() end)`)
		if err := w.client.Send(s.Address(), TypeLua, Payload{}); err != nil {
			t.Fatal(err)
		}
		w.settle()
		w.Kill(s.Address())
		w.settle()
	}
	total, ok := w.Ended()["target"]
	if !ok || total.Services != 2 || total.Messages < 2 || total.CPU <= 0 {
		t.Errorf("ended: %v", w.Ended())
	}
}
