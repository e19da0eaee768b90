package profile_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	pprof "github.com/google/pprof/profile"

	"lunarium/inspect"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/profile"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// busy is a service that works for each message: nine of ten steps in inner.
const busy = `local skynet = require "skynet"
local function leaf(n) return n + 1 end
local function inner(n)
	local sum = 0
	for i = 1, n do
		sum = leaf(sum)
	end
	return sum
end
local function deep(n)
	if n == 0 then return inner(20000) end
	return 1 + deep(n - 1)
end
local commands = {}
function commands.work() return inner(200000) end
function commands.deep() return deep(100) end
function commands.inside()
	return coroutine.wrap(function() return inner(100000) end)()
end
function commands.sleep() skynet.sleep(30) return true end
function commands.endless() while true do inner(100) end end
function commands.list()
	local list = {}
	for i = 1, 10000 do
		local entry = {number = i, half = i / 2}
		list[#list + 1] = entry
	end
	return #list
end
skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, ...) skynet.retpack(commands[command](...)) end)
end)`

// limited gives a context that no test waits out.
func limited(t *testing.T) func() (context.Context, context.CancelFunc) {
	return func() (context.Context, context.CancelFunc) { return context.WithTimeout(t.Context(), time.Minute) }
}

// measure measures a bench's service while it does something.
func measure(t *testing.T, b *inspecttest.Bench, kind service.ProfileKind, do func()) profile.Profile {
	t.Helper()
	p, err := profile.Measure(b.Node, kind, []*service.Service{b.Service}, limited(t), func(int64) (bool, error) {
		do()
		return false, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// send sends the bench's service a message.
func send(t *testing.T, b *inspecttest.Bench, expression string) {
	t.Helper()
	args, err := inspect.Arguments(b.Node, expression)
	if err != nil {
		t.Fatal(err)
	}
	b.Client.Send(b.Service.Address(), message.TypeLua, args)
}

// brief is what tests compare of a row.
type brief struct {
	Name, Place string
	Self, Total int64
}

func briefs(p profile.Profile) map[string]brief {
	rows := map[string]brief{}
	for _, r := range p.Functions() {
		rows[r.Frame.Name] = brief{r.Frame.Name, r.Frame.Place(), r.Self, r.Total}
	}
	return rows
}

// With the virtual clock looks are counted: one for each 4000 calls and jumps. Half of
// those are calls of leaf, half the loop of inner.
func TestTheHotFunctionIsFound(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": busy})
	p := measure(t, b, service.ProfileCPU, func() { b.Call(`"work"`) })
	rows := briefs(p)
	if p.Total < 99 || p.Total > 101 {
		t.Errorf("400,000 steps were seen %d times", p.Total)
	}
	inner, leaf := rows["inner"], rows["leaf"]
	if inner.Place != "main.lua:3" || inner.Total != p.Total || inner.Self+leaf.Self != p.Total {
		t.Errorf("inner is %+v, leaf %+v of %d", inner, leaf, p.Total)
	}
	if work := rows["commands.work"]; work.Self != 0 || work.Total != 0 { // its call is a tail call: it is gone
		t.Errorf("commands.work is %+v", work)
	}
}

// The same work gives the same profile.
func TestProfilesAreAlike(t *testing.T) {
	var before profile.Profile
	for range 2 {
		b := inspecttest.New(t, map[string]string{"main.lua": busy})
		p := measure(t, b, service.ProfileCPU, func() { b.Call(`"work"`); b.Call(`"deep"`) })
		if before.Nodes != nil {
			if diff := cmp.Diff(before.Nodes, p.Nodes); diff != "" {
				t.Error(diff)
			}
		}
		before = p
	}
}

// Of a deep stack the innermost calls are told apart, and a function that calls itself
// counts once.
func TestDeepStacks(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": busy})
	p := measure(t, b, service.ProfileCPU, func() { b.Call(`"deep"`) })
	rows := briefs(p)
	if deep := rows["deep"]; deep.Total != p.Total || deep.Self > 1 {
		t.Errorf("deep is %+v of %d", deep, p.Total)
	}
	if cut := rows["outer calls"]; cut.Total < p.Total-1 || cut.Self != 0 {
		t.Errorf("the outer calls are %+v", cut)
	}
}

// A coroutine's calls stand above those of who resumed it.
func TestCoroutines(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": busy})
	p := measure(t, b, service.ProfileCPU, func() { b.Call(`"inside"`) })
	rows := briefs(p)
	if wrap := rows["commands.inside"]; wrap.Self != 0 || rows["inner"].Total != p.Total || p.Total == 0 {
		t.Errorf("%+v of %d", rows, p.Total)
	}
}

// What waits is measured when it ends, and what has not ended when the profile does.
func TestWaits(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": busy})
	send := func() { send(t, b, `"sleep"`) }
	p := measure(t, b, service.ProfileWait, func() {
		send()
		b.Node.Clock().Advance(t.Context(), 200*time.Millisecond)
		send()
		b.Node.Clock().Advance(t.Context(), 200*time.Millisecond)
	})
	want := []profile.WaitRow{{
		Service: "main", For: "sleep", Value: int64(500 * time.Millisecond), Count: 2,
		Frame: profile.Frame{Kind: profile.Function, Name: "commands.sleep", File: "main.lua", Line: 20, Defined: 20, Ended: 20},
	}}
	if diff := cmp.Diff(want, p.Waits()); diff != "" {
		t.Error(diff)
	}
}

// What is allocated is told at the line that allocates it, of what a task calls, too.
func TestAllocations(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": busy})
	p := measure(t, b, service.ProfileAlloc, func() { b.Call(`"list"`) })
	rows := map[string]profile.FunctionRow{}
	for _, r := range p.Functions() {
		rows[r.Frame.Name] = r
	}
	list := rows["commands.list"]
	// 10,000 tables count for 64 bytes and their two fields for 64, the list for 16,384 elements of 16.
	if want := int64(10_000*128 + 16_384*16); list.Total < want*98/100 || list.Total > want*102/100 {
		t.Errorf("%d bytes were seen instead of %d", list.Total, want)
	}
	if len(list.Lines) < 2 || list.Lines[0].Line != 25 || list.Lines[1].Line != 26 {
		t.Errorf("%+v", list.Lines)
	}
	var written bytes.Buffer
	if err := p.WritePprof(&written); err != nil {
		t.Fatal(err)
	}
	read, err := pprof.Parse(&written)
	if err != nil {
		t.Fatal(err)
	}
	last := read.SampleType[len(read.SampleType)-1]
	if last.Type != "alloc_space" || last.Unit != "bytes" {
		t.Errorf("pprof shows %s in %s", last.Type, last.Unit)
	}
}

// An endless loop that began before is seen, beside nothing else that runs; the profile
// ends while it goes on.
func TestEndlessLoops(t *testing.T) {
	b := inspecttest.NewOn(t, false, map[string]string{"main.lua": busy})
	send(t, b, `"endless"`)
	p, err := profile.Measure(b.Node, service.ProfileCPU, nil, limited(t), func(looks int64) (bool, error) {
		return looks < 10 && t.Context().Err() == nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rows := briefs(p)
	if endless := rows["commands.endless"]; endless.Total != p.Total || rows["inner"].Self+rows["leaf"].Self == 0 {
		t.Errorf("%+v of %d", rows, p.Total)
	}
}

// Two profiles measure one service at a time, and services that come later.
func TestTwoAtATime(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": busy})
	var inner profile.Profile
	outer, err := profile.Measure(b.Node, service.ProfileCPU, nil, limited(t), func(int64) (bool, error) {
		b.Call(`"work"`)
		inner = measure(t, b, service.ProfileCPU, func() { b.Call(`"work"`) })
		later, err := b.Node.Launch(t.Context(), service.Spec{Name: "main"})
		if err != nil {
			return false, err
		}
		b.Service = later
		b.Call(`"work"`)
		return false, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if inner.Total < 99 || inner.Total > 101 || outer.Total < 298 || outer.Total > 302 {
		t.Errorf("%d looks and %d", inner.Total, outer.Total)
	}
}
