package waits_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/waits"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// helper is a service that does in many ways what keeps others waiting.
const helper = `local skynet = require "skynet"
local queue = require "skynet.queue"()
local kept, how = {}, ...
local does = {}
function does.sleep() skynet.sleep(1000) end
function does.ping() return 1 end
function does.wait() skynet.wait() end
function does.spin() while true do end end
function does.put() kept[#kept + 1] = skynet.response() end
function does.ignore() skynet.ignoreret() end
function does.call(dest, ...) return skynet.call(dest, "lua", ...) end
function does.lock(dest, ...) return queue(skynet.call, dest, "lua", ...) end
function does.locked() return queue(skynet.sleep, 1000) end
function does.launch(name) return skynet.newservice(name, "sleep") end
skynet.start(function()
	if how == "sleep" then skynet.sleep(1000) end
	skynet.dispatch("lua", function(_, _, what, ...)
		local results = table.pack(does[what](...))
		if what ~= "put" and what ~= "ignore" then skynet.retpack(table.unpack(results, 1, results.n)) end
	end)
end)`

// bench is a node with the services main, a, b and c.
func bench(t *testing.T, virtual bool) (b *inspecttest.Bench) {
	t.Helper()
	b = inspecttest.NewOn(t, virtual, map[string]string{"main.lua": helper, "a.lua": helper, "b.lua": helper, "c.lua": helper})
	for _, name := range []string{"a", "b", "c"} {
		svc, err := b.Node.Launch(t.Context(), service.Spec{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		b.Node.Register(name, svc.Address())
	}
	return b
}

// send sends a service what it is to do.
func send(b *inspecttest.Bench, to, expression string) {
	b.T.Helper()
	args, err := inspect.Arguments(b.Node, expression)
	if err != nil {
		b.T.Fatal(err)
	}
	address, _ := b.Node.Lookup(to)
	if err := b.Client.Send(address, message.TypeLua, args); err != nil {
		b.T.Fatal(err)
	}
}

// drawn gives a graph's trees, each on lines of its own: the end or the cycle, and below it
// who waits.
func drawn(g *waits.Graph) string {
	var b strings.Builder
	var below func(i, depth int)
	below = func(i, depth int) {
		w := &g.Waiters[i]
		fmt.Fprintf(&b, "%s%s %s", strings.Repeat("  ", depth), w.Name, w.Kind)
		if w.Kind == waits.Task {
			fmt.Fprintf(&b, " %q %s", w.Task.Handling, w.Task.Wait.Kind)
		}
		if w.Link != "" {
			fmt.Fprintf(&b, " %s", w.Link)
		}
		b.WriteString("\n")
		for _, before := range g.Before[i] {
			below(before, depth+1)
		}
	}
	for _, t := range g.Trees {
		for _, i := range t.Cycle {
			b.WriteString("cycle ")
			below(i, 0)
		}
		if t.Cycle == nil {
			below(t.End, 0)
		}
	}
	return b.String()
}

func TestCollectFollowsWaits(t *testing.T) {
	for _, c := range []struct {
		name string
		sent [][2]string
		want string
	}{
		{"nobody waits", nil, ""},
		{"a chain", [][2]string{{"a", `"call", "b", "call", "c", "sleep"`}}, `
c task "sleep" sleep
  b task "call" call handled
    a task "call" call handled
`},
		{"chains that merge", [][2]string{{"c", `"locked"`}, {"a", `"call", "c", "locked"`}, {"b", `"call", "c", "locked"`}}, `
c task "locked" sleep
  c task "locked" wait locked
    a task "call" call handled
  c task "locked" wait locked
    b task "call" call handled
`},
		{"an answer that was put off", [][2]string{{"a", `"call", "b", "put"`}, {"c", `"call", "b", "put"`}}, `
b promised
  a task "call" call ends
  c task "call" call ends
`},
		{"an answer that nobody gives", [][2]string{{"a", `"call", "b", "ignore"`}}, `
b lost
  a task "call" call ends
`},
		{"a token", [][2]string{{"a", `"call", "b", "wait"`}}, `
b task "wait" wait
  a task "call" call handled
`},
		{"a start", [][2]string{{"a", `"launch", "b"`}}, `
b task "" sleep
  a task "launch" await launched
`},
		{"a service that is busy", [][2]string{{"b", `"spin"`}, {"a", `"call", "b", "sleep"`}}, `
b task "spin" 
  a task "call" call queued
`},
		{"a deadlock", [][2]string{{"a", `"lock", "b", "lock", "a", "locked"`}, {"c", `"call", "a", "locked"`}}, `
cycle a task "lock" call handled
  a task "locked" wait locked
    c task "call" call handled
cycle b task "lock" call handled
cycle a task "locked" wait locked
`},
		{"a service that calls itself inside its queue", [][2]string{{"a", `"lock", "a", "locked"`}}, `
cycle a task "lock" call handled
cycle a task "locked" wait locked
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := bench(t, true)
			for _, sent := range c.sent {
				send(b, sent[0], sent[1])
				b.Node.Settle(t.Context())
			}
			if d := cmp.Diff(strings.TrimPrefix(c.want, "\n"), drawn(waits.Collect(t.Context(), b.Node))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// A call of a client begins a chain.
func TestClientsWait(t *testing.T) {
	b := bench(t, true)
	args, err := inspect.Arguments(b.Node, `"call", "b", "sleep"`)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	defer func() { cancel(); <-ended }()
	a, _ := b.Node.Lookup("a")
	go func() {
		defer close(ended)
		b.Client.Call(ctx, a, message.TypeLua, args)
	}()
	for len(b.Node.ClientCalls()) == 0 {
	}
	b.Node.Settle(t.Context())
	want := `b task "sleep" sleep
  a task "call" call handled
    the test client handled
`
	if d := cmp.Diff(want, drawn(waits.Collect(t.Context(), b.Node))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	calls := b.Node.ClientCalls()
	var names []string
	for _, w := range waits.Chain(t.Context(), b.Node, calls[0]) {
		names = append(names, w.Name)
	}
	if d := cmp.Diff([]string{"the test", "a", "b"}, names); d != "" {
		t.Errorf("chain (-want +got):\n%s", d)
	}
}

// What a service waits for is shown with those that wait for it, and nothing else.
func TestThroughPicksChains(t *testing.T) {
	b := bench(t, true)
	send(b, "a", `"call", "b", "call", "c", "sleep"`)
	b.Node.Register("main", b.Service.Address())
	send(b, "main", `"call", "c", "wait"`)
	send(b, "main", `"sleep"`)
	b.Node.Settle(t.Context())
	of, _ := b.Node.Lookup("b")
	want := `c task "sleep" sleep
  b task "call" call handled
    a task "call" call handled
`
	if d := cmp.Diff(want, drawn(waits.Collect(t.Context(), b.Node).Through(of))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// Services that call each other all the time are never taken for a deadlock, however they
// are looked at.
func TestNoDeadlockWhereThingsGoOn(t *testing.T) {
	b := bench(t, false)
	for _, pair := range []string{"ab", "bc", "ca", "ba", "cb", "ac"} {
		b.Write("pair_"+pair+".lua", fmt.Sprintf(`local skynet = require "skynet"
skynet.start(function()
	skynet.fork(function()
		while true do pcall(skynet.call, %q, "lua", "lock", %q, "ping") end
	end)
end)`, pair[:1], pair[1:]))
		if _, err := b.Node.Launch(t.Context(), service.Spec{Name: "pair_" + pair}); err != nil {
			t.Fatal(err)
		}
	}
	for range 100 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		g := waits.Collect(ctx, b.Node)
		cancel()
		for i := range g.Trees {
			if g.Trees[i].Cycle != nil {
				t.Fatalf("a deadlock:\n%s", drawn(g))
			}
		}
		for i := range g.Waiters {
			if kind := g.Waiters[i].Kind; kind == waits.Lost || kind == waits.Silent {
				t.Fatalf("%s is %s:\n%s", g.Waiters[i].Name, kind, drawn(g))
			}
		}
	}
}
