package console

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
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

// largeNode starts a node by the real clock with a service that keeps so many
// records.
func largeNode(t testing.TB, records int) (*service.Node, *service.Service) {
	t.Helper()
	return startNodeBy(t, false, fmt.Sprintf(largeSource, records))
}

// caller calls a service without a pause and notes the longest time that a call
// took.
type caller struct {
	node    *service.Node
	svc     *service.Service
	stop    chan struct{}
	longest chan time.Duration
}

func startCaller(t testing.TB, node *service.Node, svc *service.Service) *caller {
	c := &caller{node, svc, make(chan struct{}), make(chan time.Duration)}
	ready := make(chan struct{})
	go c.run(t, ready)
	<-ready
	return c
}

func (c *caller) run(t testing.TB, ready chan struct{}) {
	client := c.node.NewClient("the caller")
	defer client.Close()
	var longest time.Duration
	for n := 0; ; n++ {
		begun := time.Now()
		_, err := client.Call(context.Background(), c.svc.Address(), service.TypeLua, service.Direct(vm.String("get"), vm.Int(5)))
		if err != nil {
			t.Error(err)
		}
		longest = max(longest, time.Since(begun))
		if n == 100 {
			longest = 0
			close(ready)
		}
		select {
		case <-c.stop:
			c.longest <- longest
			return
		default:
		}
	}
}

// end gives the longest time that a call took.
func (c *caller) end() time.Duration {
	close(c.stop)
	return <-c.longest
}

// held tells how long a command holds a service at a time: the longest that a call
// from elsewhere takes meanwhile, and of some tries the best, since other things on
// the machine hold it, too.
func held(t testing.TB, node *service.Node, svc *service.Service, command string, tries int) (least, took time.Duration) {
	t.Helper()
	s := NewSession(node, Options{Screen: NewScreen(io.Discard)})
	s.limit = time.Minute
	defer s.Close()
	least = time.Hour
	for range tries {
		c := startCaller(t, node, svc)
		begun := time.Now()
		err := s.Execute(context.Background(), command)
		took = time.Since(begun)
		least = min(least, c.end())
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
	}
	return least, took
}

// BenchmarkHeld shows how long each question holds a service with a million
// records.
func BenchmarkHeld(b *testing.B) {
	node, svc := largeNode(b, 1_000_000)
	for _, question := range questions {
		command := question
		if question != "mem" {
			command = fmt.Sprintf(question, svc.Address())
		}
		b.Run(question, func(b *testing.B) {
			least, took := held(b, node, svc, command, max(3, b.N))
			b.ReportMetric(float64(least.Microseconds())/1000, "ms-held")
			b.ReportMetric(float64(took.Microseconds())/1000, "ms-taken")
		})
	}
}

// What is asked about a little costs a little, and while more is asked about,
// messages pass.
func TestALargeServiceIsNotHeld(t *testing.T) {
	node, svc := largeNode(t, 60_000)
	walk := time.Hour
	for range 3 {
		begun := time.Now()
		if err := svc.Do(context.Background(), func(st *vm.State) { st.Memory() }); err != nil {
			t.Fatal(err)
		}
		walk = min(walk, time.Since(begun))
	}
	for _, question := range questions[:7] {
		command := fmt.Sprintf(question, svc.Address())
		if least, _ := held(t, node, svc, command, 5); least > walk/2 {
			t.Errorf("%s held the service for %v; to go through all of it takes %v", command, least, walk)
		}
	}
}
