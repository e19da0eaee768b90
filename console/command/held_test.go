package command

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lunarium/console"
	"lunarium/runtime/service"
)

// largeSource is a service that keeps records and answers calls.
const largeSource = `local skynet = require "skynet"
local users, index, count = {}, {}, %d
local function find(name) return index[name] end
local CMD = {}
function CMD.find(name) return find(name).id end
function CMD.get(id) return users[id].name end
function CMD.counter()
	local n = 0
	return function() n = n + 1; return n end
end
skynet.start(function()
	for i = 1, count do
		local user = { id = i, name = "user" .. i, friends = { i + 1, i + 2 } }
		users[i], index[user.name] = user, user
	end
	users[count].visit = CMD.counter()
	skynet.dispatch("lua", function(_, _, command, ...) skynet.retpack(CMD[command](...)) end)
end)
`

// questions are what an operator asks of a large service.
var questions = []string{
	"eval %s 1", "dump %s users[3]", "set %s users[3].x 1", "tasks %s", "info %s",
	"eval %s find('user7')", "dump %s index.user9.friends", "dump %s", "mem", "eval %s users", "eval %s n",
	"eval %s nothing",
}

// holds notes how long services are held at a time by questions, in processor time:
// what else the machine does has no part in it.
type holds struct{ longest, all, count atomic.Int64 }

func (h *holds) note(processor time.Duration) {
	h.all.Add(int64(processor))
	h.count.Add(1)
	if was := h.longest.Load(); int64(processor) > was {
		h.longest.Store(int64(processor)) // one service has questions
	}
}

// largeNode starts a node by the real clock with a service that keeps so many
// records.
func largeNode(t testing.TB, records int) (*service.Node, *service.Service, *holds) {
	t.Helper()
	h := &holds{}
	node, svc := startNodeWith(t, service.Config{Inspected: h.note}, fmt.Sprintf(largeSource, records))
	return node, svc, h
}

// ask has a command executed, and gives the longest time that it held a service, and
// that of all its steps.
func (h *holds) ask(t testing.TB, node *service.Node, command string) (longest, all time.Duration) {
	t.Helper()
	s := newSession(node, console.Options{Screen: console.NewScreen(io.Discard)})
	defer s.Close()
	s.Execute(context.Background(), "timeout 1m")
	h.longest.Store(0)
	h.all.Store(0)
	h.count.Store(0)
	if err := s.Execute(context.Background(), command); err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return time.Duration(h.longest.Load()), time.Duration(h.all.Load())
}

// BenchmarkHeld shows how long each question holds a service with a million
// records at a time, and in all.
func BenchmarkHeld(b *testing.B) {
	node, svc, h := largeNode(b, 1_000_000)
	for _, question := range questions {
		command := question
		if strings.Contains(question, "%s") {
			command = fmt.Sprintf(question, svc.Address())
		}
		b.Run(question, func(b *testing.B) {
			var longest, all time.Duration
			for b.Loop() {
				most, sum := h.ask(b, node, command)
				longest, all = max(longest, most), all+sum
			}
			b.ReportMetric(float64(longest.Microseconds())/1000, "ms-held")
			b.ReportMetric(float64(all.Microseconds())/1000/float64(b.N), "ms-in-all")
		})
	}
}

// What is asked about a little costs a little, and while more is asked about,
// messages pass.
func TestALargeServiceIsNotHeld(t *testing.T) {
	node, svc, h := largeNode(t, 60_000)
	walk, _ := h.walk(t, svc)
	for _, question := range questions[:7] {
		command := fmt.Sprintf(question, svc.Address())
		longest := time.Hour
		for range 5 {
			most, _ := h.ask(t, node, command)
			longest = min(longest, most)
		}
		if longest > walk/2 {
			t.Errorf("%s held the service for %v; to go through all of it takes %v", command, longest, walk)
		}
	}
}

// What goes through all that a large service keeps does so in steps: with the virtual
// clock, where they end by count, of so many places at most. What does not takes a few.
func TestALargeServiceIsLookedAtInSteps(t *testing.T) {
	h := &holds{}
	node, svc := startNodeWith(t, service.Config{Virtual: true, Inspected: h.note}, fmt.Sprintf(largeSource, 100_000))
	for question, least := range map[string]int64{
		"dump %s": 4, "mem": 4, "eval %s n": 4, "eval %s users": 2,
		"eval %s 1": 0, "dump %s users[3]": 0, "set %s users[3].x 1": 0, "tasks %s": 0, "info %s": 0, "eval %s find('user7')": 0,
	} {
		h.ask(t, node, strings.ReplaceAll(question, "%s", svc.Address().String()))
		if steps := h.count.Load(); steps < least || least == 0 && steps > 3 {
			t.Errorf("%s: %d steps; want at least %d, or few", question, steps, least)
		}
	}
}

// walk goes through all that a service holds in one step.
func (h *holds) walk(t testing.TB, svc *service.Service) (longest, all time.Duration) {
	h.longest.Store(0)
	if err := svc.Do(context.Background(), func(own service.Self) {
		st := own.State()
		st.Memory().Bytes()
	}); err != nil {
		t.Fatal(err)
	}
	return time.Duration(h.longest.Load()), 0
}

// Very many tasks are counted in steps, and none is forgotten.
func TestManyTasksAreCountedInSteps(t *testing.T) {
	h := &holds{}
	node, svc := startNodeWith(t, service.Config{Virtual: true, Inspected: h.note}, `local skynet = require "skynet"
local function nap() skynet.sleep(1000) end
skynet.start(function() for i = 1, 5000 do skynet.fork(nap) end end)`)
	var out strings.Builder
	s := newSession(node, console.Options{Screen: console.NewScreen(&out)})
	defer s.Close()
	node.Settle(context.Background())
	h.count.Store(0)
	s.Execute(context.Background(), "uniqtask "+svc.Address().String())
	if steps := h.count.Load(); steps < 4 || !strings.Contains(out.String(), "5,000 tasks\n") {
		t.Errorf("%d steps: %s", steps, out.String())
	}
}
