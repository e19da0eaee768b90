package cli

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	queueKills = flag.Int("kills", 4, "how often TestQueueCrash kills the node")
	queueSeed  = flag.Uint64("kill-seed", 1, "seed of TestQueueCrash")
)

// crashHandlers note each attempt in a file: the task's id and attempt, and the
// life of the process. Some attempts fail, some report, all take a little while.
const crashHandlers = `
local skynet = require "skynet"
local function note(what, task)
	local f = assert(io.open(os.getenv "CRASH_LOG", "a"))
	f:write(("%s %d %d %s\n"):format(what, task.id, task.attempt, os.getenv "CRASH_LIFE"))
	f:close()
end
return {
	record = function(payload, report, task)
		note("begin", task)
		skynet.sleep(payload.ticks)
		report(0.5, "half")
		if task.attempt <= payload.failures then error("as it was told") end
		note("end", task)
		return task.attempt
	end,
}`

// crashTest submits tasks while the node is killed and started again.
type crashTest struct {
	*testing.T
	ctx   context.Context
	dir   string
	rng   *rand.Rand
	life  int
	node  *queueNode
	mu    sync.Mutex
	keys  int            // given out
	open  []string       // keys whose submitting was not answered
	ids   map[string]int // by key: accepted
	acked map[int]int    // by id: the life in which the task was seen done
	room  int            // how many more are accepted before the kill
	stop  chan struct{}  // closed when that many were
}

const submitters = 6

// key gives the next key to submit: one that was not answered in an earlier
// life goes first.
func (c *crashTest) key() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.open); n > 0 {
		key := c.open[n-1]
		c.open = c.open[:n-1]
		return key
	}
	c.keys++
	return fmt.Sprint("task ", c.keys)
}

// settle notes how submitting a key ended; more is false when the node is to be
// killed.
func (c *crashTest) settle(key string, id int, err error) (more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.open = append(c.open, key)
		return false
	}
	if before, ok := c.ids[key]; ok && before != id {
		c.Errorf("%q is task %d and task %d", key, before, id)
	}
	c.ids[key] = id
	if c.room--; c.room == 0 {
		close(c.stop)
	}
	return true
}

// submit submits tasks until the node no longer answers, and looks whether some
// are done.
func (c *crashTest) submit(rng *rand.Rand, life int) {
	for {
		key := c.key()
		payload := map[string]int{"ticks": rng.IntN(3), "failures": rng.IntN(4) / 3}
		priority := []string{"urgent", "high", "normal", "low"}[rng.IntN(4)]
		id, err := c.node.submit("record", payload, map[string]any{"key": key, "priority": priority})
		if !c.settle(key, id, err) {
			return
		}
		var task queueTask
		if _, err := c.node.do("GET", fmt.Sprint("/api/tasks/", 1+rng.IntN(id)), nil, &task); err != nil {
			return
		}
		if task.State == "done" {
			c.mu.Lock()
			if _, known := c.acked[task.ID]; !known {
				c.acked[task.ID] = life
			}
			c.mu.Unlock()
		}
	}
}

func (c *crashTest) start() {
	c.life++
	c.node = startQueue(c.ctx, c.T, c.dir, "CRASH_LOG="+filepath.Join(c.dir, "log"), fmt.Sprint("CRASH_LIFE=", c.life))
	var answer struct{ Result bool }
	settings := map[string]any{"retry_delay": 0.02, "min_workers": 4, "interruptions": 1000000, "backlog": 10}
	if _, err := c.node.do("POST", "/api/settings", settings, &answer); err != nil || !answer.Result {
		c.Fatalf("the settings were not taken: %v", err)
	}
}

// round is one life of the process, up to its kill.
func (c *crashTest) round() {
	c.start()
	c.room, c.stop = 1+c.rng.IntN(60), make(chan struct{})
	var all sync.WaitGroup
	for range submitters {
		rng := rand.New(rand.NewPCG(c.rng.Uint64(), 0))
		all.Go(func() { c.submit(rng, c.life) })
	}
	select {
	case <-c.stop:
	case <-c.ctx.Done():
		c.Error("the tasks were not accepted in time")
	}
	c.node.kill()
	all.Wait()
}

// attempt is one line of the handlers' file.
type attempt struct {
	what             string
	id, number, life int
}

// account demands that each accepted task was done, that no attempt was made
// twice, and none after the last one was recorded.
func (c *crashTest) account() {
	content, err := os.ReadFile(filepath.Join(c.dir, "log"))
	if err != nil {
		c.Fatal(err)
	}
	seen, attempts := map[attempt]bool{}, 0
	begun, ended, lastLife := map[int]int{}, map[[2]int]bool{}, map[int]int{}
	for line := range strings.Lines(string(content)) {
		var a attempt
		if _, err := fmt.Sscan(line, &a.what, &a.id, &a.number, &a.life); err != nil {
			c.Fatalf("%q: %v", line, err)
		}
		lastLife[a.id] = max(lastLife[a.id], a.life)
		a.life = 0
		if seen[a] {
			c.Errorf("task %d: attempt %d was made twice", a.id, a.number)
		}
		seen[a] = true
		if a.what == "begin" {
			attempts++
		}
		begun[a.id] = max(begun[a.id], a.number)
		if a.what == "end" {
			ended[[2]int{a.id, a.number}] = true
		}
	}
	again := 0
	for key, id := range c.ids {
		var task queueTask
		if _, err := c.node.do("GET", fmt.Sprint("/api/tasks/", id), nil, &task); err != nil {
			c.Fatal(err)
		}
		switch {
		case task.Key != key || task.State != "done":
			c.Errorf("task %d (%q) is %q with the key %q, want done", id, key, task.State, task.Key)
		case begun[id] != task.Attempts || !ended[[2]int{id, task.Attempts}]:
			c.Errorf("task %d: attempt %d is recorded as done; the last one begun is %d", id, task.Attempts, begun[id])
		}
		if life, ok := c.acked[id]; ok && lastLife[id] > life {
			c.Errorf("task %d was done in life %d and ran again in life %d", id, life, lastLife[id])
		}
		if task.Attempts > 1 {
			again++
		}
	}
	if len(lastLife) != c.keys || len(c.ids) != c.keys {
		c.Errorf("%d tasks ran and %d were accepted, of %d keys", len(lastLife), len(c.ids), c.keys)
	}
	c.Logf("%d kills: %d tasks, all done; %d were seen done before the end; %d took more than one attempt; %d attempts",
		c.life-1, len(c.ids), len(c.acked), again, attempts)
}

// TestQueueCrash kills a node with the task queue again and again while tasks
// are submitted, and accounts for each of them at the end.
func TestQueueCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("runs processes")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(5+*queueKills)*time.Minute)
	defer cancel()
	c := &crashTest{
		T: t, ctx: ctx, dir: t.TempDir(), rng: rand.New(rand.NewPCG(*queueSeed, 0)),
		ids: map[string]int{}, acked: map[int]int{},
	}
	if err := os.WriteFile(filepath.Join(c.dir, "task_handlers.lua"), []byte(crashHandlers), 0o600); err != nil {
		t.Fatal(err)
	}
	for range *queueKills {
		c.round()
	}
	c.start()
	for len(c.open) > 0 {
		key := c.key()
		id, err := c.node.submit("record", map[string]int{"ticks": 0, "failures": 0}, map[string]any{"key": key})
		c.room = -1
		if !c.settle(key, id, err) {
			t.Fatal(err)
		}
	}
	c.node.untilDone()
	c.account()
}
