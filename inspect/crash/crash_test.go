package crash_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/crash"
	"lunarium/inspect/debug"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"

	"os"
)

// node is a node whose crashes are kept.
type node struct {
	*service.Node
	t      *testing.T
	log    crash.Log
	client *service.Client
}

func newNode(t *testing.T, virtual bool, files map[string]string) *node {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	n := &node{t: t}
	path := []string{filepath.Join(dir, "?.lua")}
	n.Node = service.NewNode(service.Config{
		Workers: 2, Virtual: virtual, Path: path, Env: map[string]string{}, Recorder: 8, Crashed: n.log.Note,
		Open: nodetest.Open(&skynet.Options{ModulePath: path[0]}, nil),
	})
	n.client = n.NewClient("the test")
	t.Cleanup(func() { n.Stop(0); <-n.Done() })
	return n
}

func (n *node) launch(name string) message.Address {
	n.t.Helper()
	svc, err := n.Launch(context.Background(), service.Spec{Name: name})
	if err != nil {
		n.t.Fatal(err)
	}
	return svc.Address()
}

// call calls a service, whose handler is expected to fail, and gives the failure's text.
func (n *node) call(to message.Address, values ...vm.Value) string {
	n.t.Helper()
	_, err := n.client.Call(n.t.Context(), to, message.TypeLua, message.Payload{Values: values})
	if err == nil {
		n.t.Fatal("the call did not fail")
	}
	return err.Error()
}

func (n *node) report(id uint64) crash.Report {
	n.t.Helper()
	r, ok := n.log.Report(id)
	if !ok {
		n.t.Fatalf("there is no crash %d", id)
	}
	return r
}

const handlerOf = `local skynet = require "skynet"
%s
skynet.start(function()
	skynet.dispatch("lua", function(_, _, ...) handle(...) end)
end)`

// variables writes what is told of the variables of a call.
func variables(f crash.Frame) string {
	var texts []string
	for _, v := range f.Variables {
		if v.Name == "_" {
			continue
		}
		text := fmt.Sprintf("%s %s = %s", v.Kind, v.Name, v.Value.Kind)
		switch v.Value.Kind.String() {
		case "number":
			text += fmt.Sprint(" ", v.Value.Number)
		case "string":
			text += " " + v.Value.Text
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

func TestTheVariablesAreThoseOfTheInstantOfTheError(t *testing.T) {
	t.Parallel()
	n := newNode(t, true, map[string]string{"main.lua": fmt.Sprintf(handlerOf, `
local shared = 7
local function inner(a, ...)
	local captured = a + 1
	local function capture() captured = captured + 1 end
	capture()
	local n = nil
	return n.x, shared
end
function handle(word, number)
	local ok = pcall(error, "caught")
	local co = coroutine.wrap(function(v) local inside = "co"; inner(v, "more"); return inside end)
	co(number)
end`)})
	n.call(n.launch("main"), vm.String("go"), vm.Int(5))
	d := n.report(1).Latest
	var got []string
	for _, f := range d.Frames {
		got = append(got, f.Function+": "+variables(f))
	}
	want := []string{
		"inner: local a = number 5; local captured = number 7; local capture = function; local n = nil; vararg ...[1] = string more; upvalue shared = number 7",
		"the function at line 13: local v = number 5; local inside = string co",
		"co: ",
		"handle: local word = string go; local number = number 5; local ok = boolean; local co = function",
		"the function at line 17: vararg ...[1] = string go; vararg ...[2] = number 5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if d.Message == nil || d.Message.Args != `"go", 5` || d.Message.From != "the test" {
		t.Errorf("the message is %+v", d.Message)
	}
}

func TestEveryoneWhoAskedIsNamed(t *testing.T) {
	t.Parallel()
	pass := func(to string) string {
		return fmt.Sprintf(handlerOf, `
local next
function handle(...)
	next = next or skynet.newservice("`+to+`")
	local ok = pcall(skynet.call, next, "lua", ...)
	skynet.retpack(ok)
end`)
	}
	n := newNode(t, true, map[string]string{"a.lua": pass("b"), "b.lua": pass("c"), "c.lua": fmt.Sprintf(handlerOf, `function handle() error("deep") end`)})
	if _, err := n.client.Call(t.Context(), n.launch("a"), message.TypeLua, message.Payload{Values: []vm.Value{vm.String("go")}}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range n.report(1).Latest.Askers {
		got = append(got, fmt.Sprintf("%s at %s for %s", a.Name, a.Task.At, a.Task.From))
	}
	if diff := cmp.Diff([]string{"b at b.lua:6 for a", "a at a.lua:6 for the test"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatFailsInOtherWaysIsKeptToo(t *testing.T) {
	t.Parallel()
	n := newNode(t, true, map[string]string{
		"start.lua": `local skynet = require "skynet" skynet.start(function() error("no start") end)`,
		"chunk.lua": `error("no chunk")`,
		"main.lua": `local skynet = require "skynet"
skynet.start(function()
	skynet.fork(function() error("no fork") end)
	skynet.timeout(10, function() error("no timeout") end)
	skynet.fork(function() error({}) end)
	skynet.fork(function() skynet.sleep(5) skynet.kill(skynet.self()) end)
end)`,
	})
	for _, name := range []string{"start", "chunk"} {
		if _, err := n.Launch(t.Context(), service.Spec{Name: name}); err == nil {
			t.Errorf("%s started", name)
		}
	}
	n.launch("main")
	if _, err := n.Clock().Advance(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range n.log.Places() {
		got[p.At] = n.report(p.ID).Latest.Kind.String() + ": " + p.Error
	}
	want := map[string]string{
		"start.lua:1": "start: start.lua:1: no start", "chunk.lua:1": "start: chunk.lua:1: no chunk",
		"main.lua:3": "fork: main.lua:3: no fork", "main.lua:5": "fork: (error object is a table value)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheErrorsOfOnePlaceAreOne(t *testing.T) {
	t.Parallel()
	n := newNode(t, true, map[string]string{"main.lua": fmt.Sprintf(handlerOf, `function handle(id, other)
	if other then error("another at this line") else error("no user " .. id) end
end`)})
	to := n.launch("main")
	for id := range 50 {
		n.call(to, vm.Int(id))
	}
	n.call(to, vm.Int(1), vm.Int(1))
	places := n.log.Places()
	if len(places) != 2 || places[1].Count != 50 || places[1].Error != "main.lua:3: no user 49" {
		t.Errorf("the places are %+v", places)
	}
	// At one instant of the clock few are described.
	if r := n.report(1); r.Earliest.Number != 1 || r.Latest.Number != 4 {
		t.Errorf("described are %d and %d", r.Earliest.Number, r.Latest.Number)
	}
	if _, err := n.Clock().Advance(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	n.call(to, vm.Int(77))
	if r := n.report(1); r.Latest.Number != 51 || r.Earliest.Number != 1 {
		t.Errorf("a second later, %d is described", r.Latest.Number)
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	t.Parallel()
	n := newNode(t, true, map[string]string{"main.lua": fmt.Sprintf(handlerOf, `
function deep(n) local here = n; if n == 0 then error("deep") end deep(n - 1) return here end
function handle(word)
	if word == "deep" then deep(50) end
	local args, big = {}, {}
	for i = 1, 1000 do args[i], big[i] = i, {("x"):rep(1000), ("y"):rep(1000)} end
	local function wide(...) local t = big; error("e_" .. word) end
	wide(table.unpack(args))
end`)})
	to := n.launch("main")
	n.call(to, vm.String("deep"))
	r := n.report(1).Latest
	if len(r.Frames) != 12 || len(r.Outer) != 4 || r.Left != 51+3-16 {
		t.Errorf("%d calls, %d left out, %d outer ones", len(r.Frames), r.Left, len(r.Outer))
	}
	for i := range 300 {
		n.call(to, vm.String(string([]rune{'a' + rune(i/26), 'a' + rune(i%26)})))
	}
	if places := n.log.Places(); len(places) != 200 || places[0].ID != 301 {
		t.Errorf("%d places are kept, the latest is %d", len(places), places[0].ID)
	}
	if _, gone := n.log.Totals(); gone != 101 {
		t.Errorf("%d places made way", gone)
	}
	if _, err := n.Clock().Advance(t.Context(), time.Second); err != nil {
		t.Fatal(err)
	}
	n.call(to, vm.String("last"))
	wide := n.report(302).Latest.Frames[1]
	varargs := 0
	for _, v := range wide.Variables {
		if v.Kind == debug.VarargVariable {
			varargs++
		}
		if v.Name == "t" && (v.Value.Total != 1000 || len(v.Value.Entries) > 8) {
			t.Errorf("%d of %d entries are told", len(v.Value.Entries), v.Value.Total)
		}
	}
	if varargs != 6 {
		t.Errorf("%d extra arguments are told", varargs)
	}
	if n.log.Clear() != 200 || len(n.log.Places()) != 0 {
		t.Error("not all is forgotten")
	}
}

// Services fail at once on several threads while somebody looks.
func TestServicesFailAtOnce(t *testing.T) {
	t.Parallel()
	n := newNode(t, false, map[string]string{
		"main.lua": fmt.Sprintf(handlerOf, `local to
function handle(id) to = to or skynet.newservice("bad"); skynet.call(to, "lua", id) end`),
		"bad.lua": fmt.Sprintf(handlerOf, `function handle(id) local t = {id} error("no user " .. id) end`),
	})
	var wait sync.WaitGroup
	for range 4 {
		to := n.launch("main")
		wait.Go(func() {
			for i := range 100 {
				if _, err := n.client.Call(t.Context(), to, message.TypeLua, message.Payload{Values: []vm.Value{vm.Int(i)}}); err == nil {
					t.Error("a call did not fail")
				}
				for _, p := range n.log.Places() {
					n.log.Report(p.ID)
				}
			}
		})
	}
	wait.Wait()
	if total, _ := n.log.Totals(); total != 800 || len(n.log.Places()) != 2 {
		t.Errorf("%d errors in %d places", total, len(n.log.Places()))
	}
}
