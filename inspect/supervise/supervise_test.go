package supervise_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect"
	"lunarium/inspect/snapshot"
	"lunarium/inspect/supervise"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// bench is a node with a supervisor.
type bench struct {
	*testing.T
	dir        string
	node       *service.Node
	client     *service.Client
	supervisor supervise.Supervisor
	snapshots  snapshot.Store
	logged     []string
}

// Print drops what services print.
func (b *bench) Print(message.Address, string) {}

// Log keeps what is logged.
func (b *bench) Log(e service.LogEntry) { b.logged = append(b.logged, e.Text) }

// member is a service that does what it is told.
const member = `local skynet = require "skynet"
local name = ...
state = 0
skynet.start(function()
	skynet.dispatch("lua", function(_, _, code) skynet.retpack(assert(load(code, "=code"))()) end)
	skynet.register(name)
end)`

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchOn(t, true)
}

// newBenchOn makes one with the virtual clock, or with the real one and several workers.
func newBenchOn(t *testing.T, virtual bool) *bench {
	t.Helper()
	b := &bench{T: t, dir: t.TempDir()}
	b.supervisor.Snapshots = &b.snapshots
	b.write(member)
	path := []string{filepath.Join(b.dir, "?.lua")}
	b.node = service.NewNode(service.Config{
		Workers: 4, Virtual: virtual, Path: path, Output: b, Env: map[string]string{},
		Open:    nodetest.Open(&skynet.Options{ModulePath: path[0]}, nil),
		Crashed: func(c service.Crash) uint64 { b.supervisor.Crashed(c); return 0 },
		Ended:   b.supervisor.Ended,
	})
	b.client = b.node.NewClient("the test")
	t.Cleanup(func() { b.node.Stop(0); <-b.node.Done() })
	return b
}

func (b *bench) write(text string) {
	b.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, "member.lua"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) launch(names ...string) (list []*service.Service) {
	b.Helper()
	for _, name := range names {
		svc, err := b.node.Launch(b.Context(), service.Spec{Name: "member", Args: []string{name}})
		if err != nil {
			b.Fatal(err)
		}
		list = append(list, svc)
	}
	return list
}

// tell has a service run code, and waits until the node rests.
func (b *bench) tell(name, code string) string {
	b.Helper()
	svc, err := b.node.FindService(name)
	if err != nil {
		b.Fatal(err)
	}
	args, err := inspect.Arguments(b.node, fmt.Sprintf("%q", code))
	if err != nil {
		b.Fatal(err)
	}
	answer, err := b.client.Call(b.Context(), svc.Address(), message.TypeLua, args)
	if settling := b.node.Settle(b.Context()); settling != nil {
		b.Fatal(settling)
	}
	if err != nil || len(answer.Values) == 0 {
		return "error"
	}
	f, _ := answer.Values[0].AsNumber()
	return fmt.Sprint(f)
}

func (b *bench) add(name string, services []*service.Service, rules supervise.Rules) {
	b.Helper()
	if err := b.supervisor.Add(name, services, rules); err != nil {
		b.Fatal(err)
	}
}

// addresses gives where the members of the only supervision are, and what they do.
func (b *bench) addresses() string {
	var list []string
	for _, m := range b.supervisor.List()[0].Members {
		list = append(list, fmt.Sprintf("%s %d %s", m.Service, m.Address, m.State))
	}
	return strings.Join(list, ", ")
}

const exit = `require "skynet".exit()`

func TestStrategies(t *testing.T) {
	for strategy, want := range map[supervise.Strategy]string{
		supervise.One:  "A 2 runs, B 5 runs, C 4 runs",
		supervise.All:  "A 5 runs, B 6 runs, C 7 runs",
		supervise.Rest: "A 2 runs, B 5 runs, C 6 runs",
	} {
		t.Run(string(strategy), func(t *testing.T) {
			b := newBench(t)
			rules := supervise.DefaultRules
			rules.Strategy = strategy
			b.add("group", b.launch("A", "B", "C"), rules)
			b.tell("B", exit)
			if got := b.addresses(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestTooManyEndsAreGivenUp(t *testing.T) {
	b := newBench(t)
	rules := supervise.DefaultRules
	rules.Most = 2
	b.add("A", b.launch("A"), rules)
	b.tell("A", exit)
	b.tell("A", exit)
	if _, err := b.node.Clock().Advance(b.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	b.tell("A", exit) // the others are too long ago
	b.tell("A", exit)
	b.tell("A", exit)
	if got := b.addresses(); got != "A 6 ended" {
		t.Error(got)
	}
	if last := b.logged[len(b.logged)-1]; !strings.Contains(last, "more than 2 times in 1m0s; it is given up") {
		t.Error(last)
	}
	b.add("A", b.launch("A"), rules) // the one that was given up makes way
	b.tell("A", exit)
	if got := b.addresses(); got != "A 8 runs" {
		t.Error(got)
	}
}

func TestOneThatDoesNotStartIsGivenUp(t *testing.T) {
	for name, text := range map[string]string{"start": "error('no')", "text": "no text of Lua"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.add("A", b.launch("A"), supervise.DefaultRules)
			b.write(text)
			b.tell("A", exit)
			list := b.supervisor.List()
			if !list[0].GaveUp || list[0].Recent != 6 || !strings.Contains(list[0].Last, "did not start: ") {
				t.Errorf("%+v", list[0])
			}
		})
	}
}

// An error ends a service that is kept so, and the latest snapshot goes into the next one.
func TestErrorsAndSnapshots(t *testing.T) {
	b := newBench(t)
	rules := supervise.DefaultRules
	rules.Errors, rules.Snapshot = true, true
	list := b.launch("A")
	b.add("A", list, rules)
	b.tell("A", "state = 7 return 0")
	s, err := snapshot.Take(b.Context(), list[0], "s1")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.snapshots.Put(list[0], s); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		b.tell("A", "state = 8 return 0")
		b.tell("A", "error('oh')")
		if got := b.tell("A", "return state"); got != "7" {
			t.Error(got)
		}
	}
	if got := b.addresses(); got != "A 4 runs" {
		t.Error(got)
	}
	if last := b.supervisor.List()[0].Last; !strings.Contains(last, "nobody caught") {
		t.Error(last)
	}
}

// Names that others gave, and being the only one of its kind, go to the successor.
func TestNamesAreKept(t *testing.T) {
	b := newBench(t)
	list := b.launch("A")
	if err := b.node.Register("other", list[0].Address()); err != nil {
		t.Fatal(err)
	}
	b.tell("A", `require "skynet".uniqueservice("member", "U") return 0`)
	unique, err := b.node.FindService("U")
	if err != nil {
		t.Fatal(err)
	}
	b.add("group", []*service.Service{list[0], unique}, supervise.DefaultRules)
	b.tell("A", exit)
	b.tell("U", exit)
	if a, _ := b.node.Lookup("other"); a != 4 {
		t.Error(a)
	}
	if diff := cmp.Diff(map[string]message.Address{"member": 5}, b.node.Uniques()); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAnOperatorEndsIsNotStarted(t *testing.T) {
	b := newBench(t)
	list := b.launch("A")
	b.add("A", list, supervise.DefaultRules)
	over := b.supervisor.Expect(list[0])
	fresh, err := b.node.Restart(context.Background(), list[0].Address())
	if err != nil {
		t.Fatal(err)
	}
	over(fresh)
	if got := b.addresses(); got != "A 3 runs" {
		t.Error(got)
	}
	over = b.supervisor.Expect(fresh)
	b.node.Kill(fresh.Address())
	<-fresh.Gone()
	over(nil)
	if list := b.supervisor.List(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestOneSupervisionOfAService(t *testing.T) {
	b := newBench(t)
	list := b.launch("A", "B")
	b.add("group", list, supervise.DefaultRules)
	if err := b.supervisor.Add("A", list[:1], supervise.DefaultRules); !errors.Is(err, supervise.ErrSupervised) {
		t.Error(err)
	}
	if err := b.supervisor.Remove("A"); !errors.Is(err, supervise.ErrNotThere) {
		t.Error(err)
	}
	if err := b.supervisor.Remove("group"); err != nil {
		t.Error(err)
	}
	b.tell("A", exit)
	if _, err := b.node.FindService("A"); err == nil {
		t.Error("A is there")
	}
}

// A node that shuts down starts nothing.
func TestShutdown(t *testing.T) {
	b := newBench(t)
	b.add("A", b.launch("A"), supervise.DefaultRules)
	b.node.Shutdown(b.Context())
	if got := b.addresses(); got != "A 2 runs" {
		t.Error(got)
	}
}

// Starts that fail are restarts as others are.
func TestFailedStartsAreRestarts(t *testing.T) {
	b := newBench(t)
	b.add("A", b.launch("A"), supervise.DefaultRules)
	b.write("error('no')")
	b.tell("A", exit)
	if got := b.supervisor.List()[0].Restarts; got != supervise.DefaultRules.Most {
		t.Errorf("%d restarts", got)
	}
}

func TestAServiceTwiceIsRefused(t *testing.T) {
	b := newBench(t)
	list := b.launch("A", "B")
	if err := b.supervisor.Add("group", append(list, list[0]), supervise.DefaultRules); !errors.Is(err, supervise.ErrTwice) {
		t.Error(err)
	}
	if len(b.supervisor.List()) > 0 {
		t.Error("it is supervised")
	}
}

// What the log advises about a group that was given up is possible.
func TestAGroupThatWasGivenUpComesBack(t *testing.T) {
	b := newBench(t)
	rules := supervise.DefaultRules
	rules.Strategy, rules.Most, rules.Errors = supervise.All, 1, true
	list := b.launch("A", "B")
	b.add("group", list, rules)
	b.tell("A", exit)
	b.tell("B", exit)
	want := `more than once in 1m0s; it is given up. "launch member B" starts it, and then "supervise group A B all 1 in 1m0s errors" keeps the group running again`
	if last := b.logged[len(b.logged)-1]; !strings.Contains(last, want) {
		t.Error(last)
	}
	a, err := b.node.FindService("A")
	if err != nil {
		t.Fatal(err)
	}
	b.add("group", append([]*service.Service{a}, b.launch("B")...), rules)
	b.tell("A", exit)
	if got := b.addresses(); got != "A 7 runs, B 8 runs" {
		t.Error(got)
	}
}

// A successor that does not come up since the node ends is told of to nobody.
func TestShutdownDuringAStart(t *testing.T) {
	b := newBench(t)
	b.add("A", b.launch("A"), supervise.DefaultRules)
	b.write(`local skynet = require "skynet" skynet.start(function() skynet.sleep(100) error("no") end)`)
	b.tell("A", exit)
	told := len(b.logged)
	b.node.Shutdown(b.Context())
	for _, text := range b.logged[told:] {
		if strings.Contains(text, "started again") {
			t.Error(text)
		}
	}
}
