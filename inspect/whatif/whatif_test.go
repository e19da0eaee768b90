package whatif_test

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

	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/inspect/snapshot"
	"lunarium/inspect/whatif"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/stdlib/nodetest"
	"lunarium/stdlib/skynet"
)

// program does what handlers do: it keeps state, waits, sets timers, asks others, writes
// files, and says what time it is.
const program = `local skynet = require "skynet"
local mod = require "mod"
local count, late, other = 0, {}, nil
local handlers = {}
function handlers.add(n) count = count + n return count end
function handlers.slow(n) skynet.sleep(n) count = count + 1 return count, skynet.time() end
function handlers.later(n) skynet.timeout(n, function() late[#late + 1] = n end) end
function handlers.meet(a) other = a end
function handlers.ask() return skynet.call(other, "lua", "hello") end
function handlers.tell() skynet.send(other, "lua", "hello") return "told" end
function handlers.write(path) local f = io.open(path, "w") f:write("x") f:close() return "written" end
function handlers.mod() return mod.value end
function handlers.self() return skynet.self() end
function handlers.fail() error("oh") end
skynet.start(function()
	skynet.dispatch("lua", function(session, _, command, ...)
		local f = handlers[command]
		if session ~= 0 then skynet.retpack(f(...)) else f(...) end
	end)
	skynet.register "MAIN"
end)`

type bench struct {
	*testing.T
	dir       string
	node      *service.Node
	client    *service.Client
	service   *service.Service
	snapshots []*snapshot.Snapshot
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, dir: t.TempDir()}
	b.write("main.lua", program)
	b.write("mod.lua", "return {value = 1}")
	b.write("other.lua", `local skynet = require "skynet"
skynet.start(function() skynet.dispatch("lua", function() skynet.retpack("hello") end) skynet.register "OTHER" end)`)
	path := []string{filepath.Join(b.dir, "?.lua")}
	b.node = service.NewNode(service.Config{
		Workers: 1, Virtual: true, Path: path, Env: map[string]string{}, Recorder: 100, Epoch: time.Unix(1e9, 0),
		Open: nodetest.Open(&skynet.Options{ModulePath: path[0]}, nil),
	})
	t.Cleanup(func() { b.node.Stop(0); <-b.node.Done() })
	b.client = b.node.NewClient("the test")
	b.client.FailWhenStill(true)
	b.launch("other")
	b.service = b.launch("main")
	b.launch("other")
	return b
}

func (b *bench) write(name, text string) {
	b.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) launch(name string) *service.Service {
	b.Helper()
	svc, err := b.node.Launch(b.Context(), service.Spec{Name: name})
	if err != nil {
		b.Fatal(err)
	}
	return svc
}

func (b *bench) snapshot(name string) {
	b.Helper()
	s, err := snapshot.Take(b.Context(), b.service, name)
	if err != nil {
		b.Fatal(err)
	}
	b.snapshots = append(b.snapshots, s)
}

// call has the service handle a request, for which time passes.
func (b *bench) call(expression string) {
	b.Helper()
	args, err := inspect.Arguments(b.node, expression)
	if err != nil {
		b.Fatal(err)
	}
	await, err := b.client.Ask(b.service.Address(), message.TypeLua, args)
	if err != nil {
		b.Fatal(err)
	}
	b.pass(0)
	b.pass(time.Second)
	_, _ = await(b.Context()) // its errors are replies, too
}

func (b *bench) pass(d time.Duration) {
	b.Helper()
	err := b.node.Settle(b.Context())
	if err == nil {
		_, err = b.node.Clock().Advance(b.Context(), d)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// patch writes the program with changes, pairs of old and new.
func (b *bench) patch(changes ...string) string {
	b.write("patch.lua", strings.NewReplacer(changes...).Replace(program))
	return filepath.Join(b.dir, "patch.lua")
}

func (b *bench) ask(q whatif.Question) *whatif.Answer {
	b.Helper()
	q.Snapshots = b.snapshots
	a, err := whatif.Ask(b.Context(), b.service, q)
	if err != nil {
		b.Fatal(err)
	}
	if a.Unlike > 0 {
		b.Errorf("%d are answered otherwise than was recorded", a.Unlike)
	}
	return a
}

// told gives what would be otherwise, as lines.
func told(a *whatif.Answer) (lines []string) {
	style := render.Style{}
	outcome := func(o whatif.Outcome) string {
		if o.Error != "" {
			return o.Error
		}
		return style.Results(o.Values)
	}
	for _, r := range a.Replies {
		lines = append(lines, fmt.Sprintf("%s: %s -> %s", r.Args, outcome(r.Old), outcome(r.New)))
	}
	for _, c := range a.State.Changes {
		lines = append(lines, fmt.Sprintf("%s %s: %s -> %s", c.Kind, c.Path, style.Inline(c.Before, 0), style.Inline(c.After, 0)))
	}
	return lines
}

func check(t *testing.T, want []string, a *whatif.Answer) {
	t.Helper()
	if diff := cmp.Diff(want, told(a)); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameCodeDoesTheSame(t *testing.T) {
	b := newBench(t)
	b.call(`"meet", 2`)
	b.snapshot("s1")
	for _, request := range []string{`"add", 1`, `"slow", 50`, `"later", 300`, `"mod"`, `"self"`, `"tell"`, `"fail"`, `"add", 2`} {
		b.call(request)
	}
	a := b.ask(whatif.Question{File: b.patch("handlers.self", "handlers.self")})
	check(t, nil, a)
	if a.Messages != 8 || a.Missing != 0 || a.Left != 0 {
		t.Errorf("%+v", a)
	}
}

func TestWhatWouldDiffer(t *testing.T) {
	b := newBench(t)
	b.call(`"add", 5`)
	b.snapshot("s1")
	b.call(`"add", 1`)
	b.call(`"slow", 10`)
	b.call(`"later", 20`)
	b.pass(time.Minute)
	b.call(`"fail"`)
	patch := b.patch("count + n", "count + 2 * n", "late[#late + 1] = n", "late[#late + 1] = -n", `error("oh")`, "return 0")
	a := b.ask(whatif.Question{File: patch})
	want := []string{
		`"add", 1: 6 -> 7`,
		fmt.Sprintf(`"slow", 10: 7, %[1]s -> 8, %[1]s`, plain.FormatNumber(1e9+2.1)),
		`"fail": main.lua:14: oh -> 0`,
		"changed count: 7 -> 8",
		"changed late[1]: 20 -> -20",
	}
	check(t, want, a)

	// Only the last message is for the new code, and only those of the last minute.
	check(t, want[2:3], b.ask(whatif.Question{File: patch, Last: 1}))
	check(t, want[2:3], b.ask(whatif.Question{File: patch, Within: 10 * time.Second}))
}

// Without a snapshot the copies begin as the service did.
func TestFromTheBeginning(t *testing.T) {
	b := newBench(t)
	b.call(`"add", 5`)
	check(t, []string{`"add", 5: 5 -> 6`, "changed count: 5 -> 6"}, b.ask(whatif.Question{File: b.patch("count + n", "count + n + 1")}))
	b.node.SetRecorder(2)
	for range 4 {
		b.call(`"add", 1`)
	}
	if _, err := whatif.Ask(t.Context(), b.service, whatif.Question{File: b.patch()}); !errors.Is(err, whatif.ErrNoSnapshot) {
		t.Error(err)
	}
}

// Nothing that a copy does leaves it.
func TestCopiesAreOffline(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(b.dir, "out")
	b.call(`"meet", 2`)
	b.snapshot("s1")
	b.call(`"ask"`)
	b.call(fmt.Sprintf(`"write", %q`, file))
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	a, err := whatif.Ask(t.Context(), b.service, whatif.Question{File: b.patch("count + n", "count - n"), Snapshots: b.snapshots})
	if err != nil {
		t.Fatal(err)
	}
	check(t, nil, a)
	if _, err := os.Stat(file); err == nil {
		t.Error("the copy wrote the file")
	}
	want := []whatif.NotDone{{What: "a message to OTHER", Old: 1, New: 1}, {What: "io.open for writing", Old: 1, New: 1}}
	if diff := cmp.Diff(want, a.Offline); diff != "" {
		t.Error(diff)
	}
	if a.Unlike != 2 {
		t.Errorf("%d are told to be unlike", a.Unlike)
	}
}

// The old code is the one that runs, whatever the files hold.
func TestTheCodeThatRuns(t *testing.T) {
	b := newBench(t)
	b.call(`"mod"`)
	b.write("mod.lua", "return {value = 2}")
	patch := b.patch("count", "count")
	b.write("main.lua", "this is no code")
	check(t, nil, b.ask(whatif.Question{File: patch}))
	check(t, []string{`"mod": 1 -> 2`, "changed mod.value: 1 -> 2"}, b.ask(whatif.Question{File: "mod"}))
}

func TestNewCodeThatIsOfNoUse(t *testing.T) {
	b := newBench(t)
	b.call(`"add", 1`)
	for name, patch := range map[string]string{"a loop": "while true do end", "no text": "do"} {
		ctx, cancel := context.WithTimeout(service.Limited(t.Context(), 100*time.Millisecond), 30*time.Second)
		_, err := whatif.Ask(ctx, b.service, whatif.Question{File: b.patch("local handlers = {}", patch)})
		cancel()
		if err == nil || !strings.Contains(err.Error(), "the copy with the new code") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := b.node.Service(b.service.Address()); got == nil {
		t.Error("the service has ended")
	}
}

// A copy that never comes to rest is told of as a copy: no service of the node is meant.
func TestNewCodeThatNeverRests(t *testing.T) {
	b := newBench(t)
	b.call(`"add", 1`)
	patch := b.patch("count = count + n return count", "local function f() skynet.fork(f) end f() return count")
	_, err := whatif.Ask(t.Context(), b.service, whatif.Question{File: patch})
	if !errors.Is(err, whatif.ErrNoRest) || errors.Is(err, service.ErrRestless) {
		t.Error(err)
	}
}
