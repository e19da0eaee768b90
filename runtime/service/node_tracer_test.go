package service

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/host"
	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// treeOf draws a trace: its spans below their parents.
func treeOf(t *testing.T, trace Trace) string {
	t.Helper()
	var b strings.Builder
	var add func(parent message.SpanID, indent string)
	add = func(parent message.SpanID, indent string) {
		for i := range trace.Spans {
			s := &trace.Spans[i]
			if s.Parent != parent {
				continue
			}
			fmt.Fprintf(&b, "%s%s", indent, s.Title())
			if !s.Over {
				b.WriteString(", runs")
			}
			if s.Error != "" {
				b.WriteString(": " + s.Error)
			}
			b.WriteString("\n")
			add(s.ID, indent+"  ")
		}
	}
	add(trace.Spans[0].Parent, "")
	return b.String()
}

func (w *world) onlyTrace() Trace {
	w.t.Helper()
	list, total := w.Tracer().Latest(10, func(*Trace) bool { return true })
	if total != 1 {
		w.t.Fatalf("%d traces", total)
	}
	return list[0]
}

func traced(every int) func(*Config) { return func(c *Config) { c.Traced = every } }

// A trace follows calls, sends, forks and time-outs, whatever they do in turn, and tells
// of errors.
func TestTraceFollowsWhatAMessageCauses(t *testing.T) {
	w := newWorld(t, traced(1))
	back := w.launch("back", `start(function() dispatch(function(_, _, what)
		if what == "fail" then error "no" end
		ret(what)
	end) end)`)
	front := w.launch("front", `
		local back = ...
		start(function() dispatch(function()
			call(back, "first")
			fork(function() sleep(1) send(back, "second") end)
			timeout(3, function() pcall(call, back, "fail") end)
			ret()
		end) end)`, back.Address().String())
	w.mustCall(front, "go")
	w.advance(Tick)
	got := treeOf(t, w.onlyTrace())
	want := "front go\n  back first\n  front fork front:5\n    back second\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	w.advance(2 * Tick)
	want += "  front timeout front:6\n    back fail: back:2: no\n"
	if diff := cmp.Diff(want, treeOf(t, w.onlyTrace())); diff != "" {
		t.Error(diff)
	}
}

// A task that was not done is shown so, and ends when it is ended.
func TestSpanOfATaskThatGoesOn(t *testing.T) {
	w := newWorld(t, traced(1))
	s := w.launch("sleeper", `start(function() dispatch(function() sleep(100) end) end)`)
	w.client.Send(s.Address(), message.TypeLua, message.Direct(vm.String("go")))
	w.settle()
	if got := treeOf(t, w.onlyTrace()); got != "sleeper go, runs\n" {
		t.Error(got)
	}
	w.Kill(s.Address())
	w.settle()
	if got := treeOf(t, w.onlyTrace()); got != "sleeper go\n" {
		t.Error(got)
	}
}

// What is set again and again, or goes round without end, is not followed for ever.
func TestTraceHasAnEnd(t *testing.T) {
	w := newWorld(t, traced(1))
	s := w.launch("echo", `start(function() dispatch(function(_, me, what)
		if what == "go" then timeout(1, function() send(":00000002", "round") end) else sleep(1) send(":00000002", "round") end
	end) end)`)
	w.client.Send(s.Address(), message.TypeLua, message.Direct(vm.String("go")))
	w.settle()
	w.advance(2 * spansOfTrace * Tick)
	trace := w.onlyTrace()
	if len(trace.Spans) != spansOfTrace || !trace.Cut {
		t.Errorf("%d spans, cut: %v", len(trace.Spans), trace.Cut)
	}
	w.Tracer().Set(0)
	ticker := w.launch("ticker", `
		local count = 0
		local function tick() count = count + 1 timeout(1, tick) end
		start(function() dispatch(function(_, _, what) if what == "go" then tick() else ret(count) end end) end)`)
	w.Tracer().Forget()
	w.Tracer().Set(1)
	w.client.Send(ticker.Address(), message.TypeLua, message.Direct(vm.String("go")))
	w.settle()
	w.advance(10 * Tick)
	list, _ := w.Tracer().Latest(100, func(t *Trace) bool { return t.Spans[0].What == "go" })
	if len(list) != 1 || len(list[0].Spans) > 3 {
		t.Errorf("a timer that is set again belongs to what set it first: %v", list)
	}
}

// One of so many messages from outside is traced; off, none is, and nothing is kept.
func TestSampling(t *testing.T) {
	for _, c := range []struct{ every, messages, want int }{{0, 10, 0}, {1, 10, 10}, {3, 10, 4}} {
		w := newWorld(t, traced(c.every))
		s := w.launch("echo", `start(function() dispatch(function(_, _, what) ret(what) end) end)`)
		for range c.messages {
			w.mustCall(s, "hello")
		}
		if got := w.Tracer().Status(); got.Traces != uint64(c.want) || got.Kept != c.want {
			t.Errorf("one of %d of %d: %+v", c.every, c.messages, got)
		}
	}
}

// The oldest traces make way.
func TestTracesAreBounded(t *testing.T) {
	var s spans
	for i := range mostTraces + 10 {
		s.begin(&Span{Trace: message.TraceID{byte(i >> 8), byte(i), 1}})
	}
	if list, total := s.latest(1, func(*Trace) bool { return true }); total != mostTraces || list[0].ID[1] != byte((mostTraces+9)&0xff) {
		t.Errorf("%d traces, the latest %v", total, list[0].ID)
	}
	for range mostSpans {
		s.begin(&Span{Trace: message.TraceID{1}})
	}
	if s.count > mostSpans {
		t.Errorf("%d spans", s.count)
	}
}

// A request that says to which trace it belongs is followed in that one, and what the
// task waits for outside is told so.
func TestRemoteTrace(t *testing.T) {
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	w := newWorld(t, traced(1000))
	var out host.TraceContext
	s := w.launch("service", `start(function() end)`)
	if !s.hostPost("GET /x", host.TraceContext{Parent: parent, State: "a=b"}, func(t *vm.Thread) int {
		return host.Await(t, "GET http://other", func(finish func(func(*vm.Thread) int)) func() {
			out = host.TraceOf(t)
			finish(func(*vm.Thread) int { return 0 })
			return nil
		})
	}, nil) {
		t.Fatal("not taken")
	}
	w.settle()
	trace := w.onlyTrace()
	if got := treeOf(t, trace); got != "service GET /x\n  service waits for GET http://other\n" || !trace.Spans[0].Remote {
		t.Errorf("%s %+v", got, trace.Spans[0])
	}
	want := host.TraceContext{Parent: "00-4bf92f3577b34da6a3ce929d0e0e4736-" + trace.Spans[1].ID.String() + "-01", State: "a=b"}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
}

// Who watches is told of each span once, when it has ended.
func TestWatchSpans(t *testing.T) {
	w := newWorld(t, traced(1))
	s := w.launch("echo", `start(function() dispatch(function(_, _, what) ret(what) end) end)`)
	var told []string
	stop := w.Tracer().Watch(func(s Span) { told = append(told, s.Title()) })
	w.mustCall(s, "one")
	w.settle()
	stop()
	w.mustCall(s, "two")
	w.settle()
	if diff := cmp.Diff([]string{"echo one"}, told); diff != "" {
		t.Error(diff)
	}
}
