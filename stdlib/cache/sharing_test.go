package cache_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/cache"
)

// TestNamesAreShared: services share a cache by its name, and nothing else.
func TestNamesAreShared(t *testing.T) {
	w := newWorld(t, true)
	w.launch("one", "nil", `c:set("k", {1}) cache.connect{name = "other"}:set("k", 2)`)
	w.launch("two", `{name = "default"}`, `print(c:get("k")[1], cache.connect{name = "other"}:get("k"), cache.connect{name = "third"}:get("k"))
		print(fails(cache.connect, {max_entries = 7}))`)
	want := "1\t2\tnil\n" + `cache: the cache "default" is there already, with max_entries = 100000 and max_bytes = 67108864`
	if diff := cmp.Diff(want, w.output()); diff != "" {
		t.Error(diff)
	}
}

// TestNodesShareNothing: the caches belong to a node.
func TestNodesShareNothing(t *testing.T) {
	newWorld(t, true).launch("one", "nil", `c:set("k", 1)`)
	w := newWorld(t, true)
	w.launch("two", "nil", `print(c:get("k"))`)
	if diff := cmp.Diff("nil", w.output()); diff != "" {
		t.Error(diff)
	}
}

// TestVirtualClock: entries expire when the node's clock says so.
func TestVirtualClock(t *testing.T) {
	w := newWorld(t, true)
	w.launch("clock", "nil", `
		c:set("k", 1, 60)
		c:set("half", 1, 0.5)
		skynet.fork(function()
			skynet.sleep(49) print(c:get("half"), c:ttl("half"))
			skynet.sleep(1) print(c:get("half"), c:ttl("half"))
			skynet.sleep(5949) print(c:get("k"), c:ttl("k"))
			skynet.sleep(1) print(c:get("k"), c:ttl("k"), #c:keys())
		end)`)
	if _, err := w.Node.Clock().Advance(w.Ctx, time.Hour); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("1\t0.01\nnil\tnil\n1\t0.01\nnil\tnil\t0", w.output()); diff != "" {
		t.Error(diff)
	}
}

func checkSubscriberEnds(t *testing.T, config string) {
	w := newWorld(t, false)
	s := w.launch("listener", config, `c:subscribe("ch", function(_, value) print("heard", value) end)`)
	w.launch("speaker", config, `print("receivers", c:publish("ch", 1))`)
	w.awaitLine("heard\t1")
	w.awaitLine("receivers\t1")
	w.Node.Kill(s.Address())
	<-s.Gone()
	// A server learns of it a little later.
	for i := 0; !strings.Contains(w.output(), "receivers\t0"); i++ {
		w.launch(fmt.Sprintf("speaker%d", i), config, `print("receivers", c:publish("ch", 2))`)
		if w.Ctx.Err() != nil {
			t.Fatal(w.output())
		}
	}
	if strings.Contains(w.output(), "heard\t2") {
		t.Error(w.output())
	}
}

func TestSubscriptionsEndWithTheirService(t *testing.T) { checkSubscriberEnds(t, "nil") }

func TestRedisSubscriptionsEndWithTheirService(t *testing.T) {
	checkSubscriberEnds(t, fmt.Sprintf(`{url = %q, name = "lunarium-test-%d-ends"}`, cache.RedisURL(t), os.Getpid()))
}

// TestErrorsInSubscribers are logged with their place, and later values come.
func TestErrorsInSubscribers(t *testing.T) {
	w := newWorld(t, true)
	w.launch("failing", "nil", `
		c:subscribe("ch", function(_, value) if value == 1 then error("no ones") end print("heard", value) end)
		c:publish("ch", 1)
		c:publish("ch", 2)`)
	w.awaitLine("heard\t2")
	if !strings.Contains(w.output(), "no ones") {
		t.Error(w.output())
	}
}

// TestCodeThatIsTriedChangesNothing: while a reload rehearses new code, stores
// stay as they are, and subscriptions are only noted.
func TestCodeThatIsTriedChangesNothing(t *testing.T) {
	w := newWorld(t, true)
	s := w.launch("tried", "nil", `
		function try()
			refused, subscribed = fails(c.set, c, "k", 1), tostring(c:subscribe("ch", print)) -- what is tried prints nothing
		end
		function real()
			print(refused)
			print(subscribed)
			print(c:get("k"), c:publish("ch", 1))
		end`)
	run := func(function string) {
		if err := s.Do(w.Ctx, func(own service.Self) {
			state := own.State()
			if function == "try" {
				restore := state.Isolate(&vm.Isolation{Handlers: state.NewTable(0, 0), Refuse: func(t *vm.Thread, what string) int {
					t.Errorf("%s is refused", what)
					return 0
				}})
				defer restore()
			}
			task := state.NewTask(state.Globals.GetString(function))
			if status := task.AsTask().Resume(); status != vm.StatusOK {
				t.Error(task.AsTask().Failure())
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	run("try")
	run("real")
	if diff := cmp.Diff("cache set is refused\ncache subscription\nnil\t0", w.output()); diff != "" {
		t.Error(diff)
	}
}
