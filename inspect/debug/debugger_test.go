package debug_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/debug"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/number"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

const debuggedSource = `local skynet = require "skynet"
local count = 0
local function inner(n)
	local twice = n * 2
	return twice
end
local commands = {}
function commands.add(n)
	local got = inner(n)
	count = count + got
	return count
end
function commands.sort()
	local list = { 3, 1, 2 }
	table.sort(list, function(a, b)
		return a < b
	end)
	return list[1]
end
function commands.co(n)
	local co = coroutine.wrap(function(x)
		local y = x + 1
		coroutine.yield(y)
		return y + 1
	end)
	local a = co(n)
	local b = co()
	return a + b
end
function commands.wait(n)
	skynet.sleep(100)
	local later = n
	return later
end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, cmd, ...)
		skynet.retpack(commands[cmd](...))
	end)
end)
`

// debugged is a debugger of a service, with what is needed to talk to it.
type debugged struct {
	*inspecttest.Bench
	t *testing.T
	d *debug.Debugger
}

func startDebugging(t *testing.T) *debugged {
	t.Helper()
	return startDebuggingOf(t, debuggedSource)
}

func startDebuggingOf(t *testing.T, source string) *debugged {
	t.Helper()
	b := inspecttest.New(t, map[string]string{"main.lua": source})
	d, err := debug.Attach(t.Context(), b.Service, "a test")
	if err != nil {
		t.Fatal(err)
	}
	return &debugged{b, t, d}
}

func (d *debugged) breakAt(where, condition string) {
	d.t.Helper()
	if _, err := d.d.Break(d.t.Context(), where, debug.Rule{If: condition}); err != nil {
		d.t.Fatal(err)
	}
}

// call sends a request and gives the channel for its answer.
func (d *debugged) call(values ...vm.Value) <-chan string {
	answer := make(chan string, 1)
	client := d.Node.NewClient("a test")
	go func() {
		defer client.Close()
		p, err := client.Call(context.Background(), d.Service.Address(), message.TypeLua, message.Direct(values...))
		if err != nil {
			answer <- err.Error()
			return
		}
		text, _ := vm.ToString(p.Values[0])
		answer <- text
	}()
	return answer
}

// next gives the next event as text.
func (d *debugged) next() string {
	d.t.Helper()
	select {
	case <-d.d.Changed():
	case <-d.t.Context().Done():
		d.t.Fatal("nothing happened")
	}
	var texts []string
	for _, e := range d.d.News() {
		text := string(e.Kind)
		if e.Kind == debug.TaskStopped {
			text = e.Reason + " " + e.Where.String()
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// until waits for what another goroutine does.
func (d *debugged) until(done func() bool) {
	d.t.Helper()
	for !done() {
		if d.t.Context().Err() != nil {
			d.t.Fatal("it did not happen")
		}
		runtime.Gosched()
	}
}

func (d *debugged) move(step debug.Step) string {
	d.t.Helper()
	if err := d.d.Move(d.t.Context(), step, 1); err != nil {
		d.t.Fatal(err)
	}
	return d.next()
}

// eval evaluates code in the innermost frame.
func (d *debugged) eval(code string) string {
	d.t.Helper()
	r, err := d.d.Eval(d.t.Context(), 0, code, plain.DefaultLimits)
	if err != nil {
		return err.Error()
	}
	var texts []string
	for _, v := range r.Values {
		if v.Kind == plain.Number {
			v.Text = number.Format(v.Number)
		}
		texts = append(texts, v.Text)
	}
	return strings.Join(texts, " ")
}

func (d *debugged) expect(want, got string) {
	d.t.Helper()
	if want != got {
		d.t.Errorf("got %q, want %q", got, want)
	}
}

func TestDebuggerSteps(t *testing.T) {
	d := startDebugging(t)
	d.breakAt("main.lua:9", "n == 5")
	d.expect("2", <-d.call(vm.String("add"), vm.Number(1)))
	answer := d.call(vm.String("add"), vm.Number(5))
	d.expect("breakpoint 1 main.lua:9 in commands.add", d.next())
	d.expect("step main.lua:4 in inner", d.move(debug.StepInto))
	d.expect("step main.lua:5 in inner", d.move(debug.StepOver))
	d.expect("10", d.eval("twice"))
	d.eval("twice = 40")
	d.expect("step main.lua:10 in commands.add", d.move(debug.StepOver))
	d.expect("40 2", d.eval("got, count"))
	d.expect("ended", d.move(debug.StepContinue))
	d.expect("42", <-answer)
}

func TestDebuggerFollowsCoroutines(t *testing.T) {
	d := startDebugging(t)
	d.breakAt("main.lua:26", "")
	answer := d.call(vm.String("co"), vm.Number(1))
	d.expect("breakpoint 1 main.lua:26 in commands.co", d.next())
	d.expect("step main.lua:22 in the function at line 21", d.move(debug.StepInto))
	d.expect("step main.lua:23 in the function at line 21", d.move(debug.StepOver))
	frames, err := d.d.Frames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range frames {
		got = append(got, frames[i].String())
	}
	want := []string{"main.lua:23 in the function at line 21", "co, built in", "main.lua:26 in commands.co",
		"main.lua:37 in the function at line 36", "task, built in"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	d.expect("step main.lua:27 in commands.co", d.move(debug.StepOver)) // it yielded
	d.expect("step main.lua:28 in commands.co", d.move(debug.StepOver))
	d.expect("step main.lua:37 in the function at line 36", d.move(debug.StepOut))
	if err := d.d.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.expect("5", <-answer)
}

// A task that waits when the breakpoint is set is stopped, too.
func TestDebuggerStopsWaitingTasks(t *testing.T) {
	d := startDebugging(t)
	answer := d.call(vm.String("wait"), vm.Number(3))
	d.until(func() bool { return d.Service.Stat().Tasks == 1 })
	d.breakAt("main.lua:33", "")
	if _, err := d.Node.Clock().Advance(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	d.expect("breakpoint 1 main.lua:33 in commands.wait", d.next())
	d.expect("3", d.eval("later"))
	d.expect("ended", d.move(debug.StepContinue))
	d.expect("3", <-answer)
}

// Where a task can't be suspended it is not stopped, and that is told.
func TestDebuggerCountsWhatItMissed(t *testing.T) {
	d := startDebugging(t)
	d.breakAt("main.lua:16", "")
	d.expect("1", <-d.call(vm.String("sort")))
	list, err := d.d.Breakpoints(t.Context())
	if err != nil || list[0].Stops != 0 || list[0].Missed < 2 {
		t.Errorf("%+v, %v", list, err)
	}
	news := d.d.News()
	if len(news) != 1 || news[0].Kind != debug.TaskMissed || news[0].Inside != "sort" ||
		news[0].Where.String() != "main.lua:16 in the function at line 15" {
		t.Errorf("told %+v; want one event", news)
	}
	d.expect("1", <-d.call(vm.String("sort")))
	d.expect("missed", d.next())
}

func TestDebuggerHolds(t *testing.T) {
	d := startDebugging(t)
	d.breakAt("commands.add", "n == 1")
	if err := d.d.Hold(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	first := d.call(vm.String("add"), vm.Number(1))
	d.expect("breakpoint 1 main.lua:9 in commands.add", d.next())
	second := d.call(vm.String("add"), vm.Number(10))
	d.until(func() bool { return d.Service.QueueLen() == 1 })
	d.expect("0", d.eval("count"))
	if err := d.d.Hold(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	d.expect("20", <-second)
	d.expect("ended", d.move(debug.StepContinue))
	d.expect("22", <-first)
}

func TestDebuggerEnds(t *testing.T) {
	d := startDebugging(t)
	if _, err := debug.Attach(t.Context(), d.Service, "another"); !errors.Is(err, service.ErrDebugged) {
		t.Errorf("a second debugger: %v", err)
	}
	d.breakAt("main.lua:9", "")
	answers := []<-chan string{d.call(vm.String("add"), vm.Number(1)), d.call(vm.String("add"), vm.Number(2))}
	d.next()
	if err := d.d.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, answer := range answers {
		<-answer
	}
	again, err := debug.Attach(t.Context(), d.Service, "another")
	if err != nil {
		t.Fatal(err)
	}
	d.d = again
	d.breakAt("commands.add", "")
	answer := d.call(vm.String("add"), vm.Number(1))
	d.next()
	d.Node.Kill(d.Service.Address())
	if got := <-answer; !strings.Contains(got, "was killed before it answered") {
		t.Error(got)
	}
	if err := again.Move(t.Context(), debug.StepContinue, 1); !errors.Is(err, message.ErrDead) {
		t.Errorf("going on after the end: %v", err)
	}
}

func TestRunHere(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": debuggedSource})
	run := func(ctx context.Context, source string) (text string) {
		code, err := b.Node.Sources().Compile("=here", []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		err = b.Service.Do(context.Background(), func(own service.Self) {
			st := own.State()
			values, err := own.RunHere(ctx, st.NewClosure(code, vm.TableValue(st.Globals)))
			if err != nil {
				text = err.Error()
				return
			}
			text, _ = vm.ToString(values[0])
		})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		ctx          context.Context
		source, want string
	}{
		{context.Background(), "return 1 + 1", "2"},
		{context.Background(), "error 'no'", "here:1: no"},
		{context.Background(), "require 'skynet'.sleep(1)", service.ErrWaits.Error()},
		{over, "while true do end", "context canceled; the code was ended"},
	} {
		if got := run(c.ctx, c.source); got != c.want {
			t.Errorf("%s: got %q, want %q", c.source, got, c.want)
		}
	}
}

// As many tasks stand as may; the others pass, and are counted.
func TestSoManyTasksStand(t *testing.T) {
	b := startDebugging(t)
	b.breakAt("commands.add", "")
	const most, more = 1000, 5
	for range most + more {
		if err := b.Client.Send(b.Service.Address(), message.TypeLua, message.Direct(vm.String("add"), vm.Int(1))); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Node.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	standing, err := b.d.Standing(t.Context())
	passed := 0
	for _, e := range b.d.News() {
		if e.Kind == debug.TasksPassed {
			passed += e.Count
		}
	}
	if err != nil || len(standing) != most || passed != more {
		t.Errorf("%d stand, %d passed: %v", len(standing), passed, err)
	}
}
