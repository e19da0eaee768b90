package service

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// hoarder holds many tables, and collects when it is told to.
const hoarder = `
	local kept = {}
	for i = 1, %d do kept[i] = {i} end
	dispatch(function(_, _, how)
		if how == "by itself" then
			local weak = setmode({{}}, "v")
			while weak[1] do local x = {} end
		else
			collect()
		end
		print "collected"
		ret(#kept)
	end)`

// newCollectingWorld is newWorld with what hoarder needs.
func newCollectingWorld(t testing.TB, change ...func(*Config)) *world {
	open := func(s Self) error {
		state := s.State()
		state.Globals.SetString("collect", state.NewFunction("collect", func(t *vm.Thread) int {
			return t.State().Collector().CollectThen(t, func(t *vm.Thread) int { return 0 })
		}))
		state.Globals.SetString("setmode", state.NewFunction("setmode", func(t *vm.Thread) int {
			meta := state.NewTable(0, 1)
			meta.SetString("__mode", t.Arg(2))
			state.SetMetatable(t.CheckTable(1), meta)
			return t.ReturnArgs(1)
		}))
		state.Globals.SetString("setgc", state.NewFunction("setgc", func(t *vm.Thread) int {
			meta := state.NewTable(0, 1)
			meta.SetString("__gc", t.Arg(2))
			state.SetMetatable(t.CheckTable(1), meta)
			return t.ReturnArgs(1)
		}))
		return bind(s)
	}
	return newWorld(t, append([]func(*Config){func(c *Config) { c.Open = open }}, change...)...)
}

func launchHoarder(w *world, objects int) *Service {
	return w.launch("hoarder", fmt.Sprintf(hoarder, objects))
}

// A collection of a large heap gives way: who is called after it began answers before
// it ends, whether a task asked for it, it came by itself or the console wants it.
func TestCollectionGivesWay(t *testing.T) {
	w := newCollectingWorld(t)
	hoarder := launchHoarder(w, 200_000)
	echo := w.launch("echo", `dispatch(function(_, _, x) print "answered" ret(x) end)`)
	for _, how := range []string{"now", "by itself"} {
		w.scheduler.together(func() {
			w.client.Send(hoarder.Address(), message.TypeLua, message.Direct(vm.String(how)))
			w.client.Send(echo.Address(), message.TypeLua, message.Direct(vm.String("x")))
		})
		w.printed("answered\ncollected")
	}
	collected := make(chan int)
	w.scheduler.together(func() {
		hoarder.orders.mu.Lock()
		hoarder.orders.do = []*order{ // as Collect orders them
			{done: make(chan struct{}), run: func() { hoarder.state.Collector().Begin(); hoarder.collecting = true }},
			{done: make(chan struct{}), run: func() {
				w.Print(hoarder.Address(), "collected\n")
				collected <- hoarder.collected
			}},
		}
		hoarder.orders.mu.Unlock()
		hoarder.ask(askDo)
		w.client.Send(echo.Address(), message.TypeLua, message.Direct(vm.String("x")))
	})
	if bytes := <-collected; bytes < 200_000*80 {
		t.Errorf("%d bytes are reachable", bytes)
	}
	w.printed("answered\ncollected")
	if bytes, err := hoarder.Collect(w.ctx); err != nil || bytes < 200_000*80 {
		t.Errorf("%d bytes are reachable; %v", bytes, err)
	}
}

// While a collection stands in the middle, who only looks is answered, and who
// changes something waits for its end.
func TestOrdersInACollection(t *testing.T) {
	w := newCollectingWorld(t)
	hoarder := launchHoarder(w, 200_000)
	w.launch("busy", `start(function() fork(function() while true do end end) end)`)
	var seen []string
	done := make(chan error)
	var orders []*order
	add := func(what string, look bool, run func(*vm.State)) {
		orders = append(orders, &order{look: look, done: make(chan struct{}), run: func() {
			run(hoarder.state)
			seen = append(seen, what+map[bool]string{true: " in the middle"}[hoarder.state.Collector().Collecting()])
		}})
	}
	add("begin", false, func(s *vm.State) { s.Collector().Begin(); hoarder.collecting = true })
	add("look", true, func(*vm.State) { hoarder.infos(hoarder.oldestFirst()) })
	add("change", false, func(s *vm.State) { s.Globals.SetString("x", vm.Int(1)) })
	hoarder.orders.mu.Lock()
	hoarder.orders.do = orders
	hoarder.orders.mu.Unlock()
	hoarder.ask(askDo)
	go func() { done <- hoarder.Do(w.ctx, func(hoarder Self) {}) }()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if want := []string{"begin in the middle", "look in the middle", "change"}; !slices.Equal(seen, want) {
		t.Errorf("%q, want %q", seen, want)
	}
}

// A node that does not come to rest takes no steps, and obeys orders all the same.
func TestOrdersInACollectionWithoutSteps(t *testing.T) {
	w := newCollectingWorld(t)
	hoarder := launchHoarder(w, 20_000)
	err := hoarder.Do(w.ctx, func(hoarder Self) {
		s := hoarder.state
		s.Collector().Begin()
		hoarder.collecting = true
		w.scheduler.unrest.limit.Store(0)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := hoarder.Do(w.ctx, func(hoarder Self) {
		s := hoarder.state
		if s.Collector().Collecting() || hoarder.collected < 20_000*80 {
			t.Error("the collection stands")
		}
	}); err != nil {
		t.Error(err)
	}
}

// A service that is killed in the middle of a collection ends, and its finalizers find
// things in order.
func TestKillInACollection(t *testing.T) {
	w := newCollectingWorld(t)
	hoarder := w.launch("hoarder", fmt.Sprintf(hoarder, 200_000)+`
		setgc({}, function()
			local weak = setmode({kept[#kept]}, "v")
			collect()
			print("finalized", weak[1] == kept[#kept])
		end)`)
	err := hoarder.Do(w.ctx, func(hoarder Self) {
		s := hoarder.state
		s.Collector().Begin()
		hoarder.collecting = true
		s.Collector().Some(func() bool { return true })
		w.Kill(hoarder.Address())
	})
	if err != nil {
		t.Fatal(err)
	}
	w.printed("finalized true")
	if err := hoarder.Do(w.ctx, func(hoarder Self) {}); !errors.Is(err, message.ErrDead) {
		t.Errorf("afterwards: %v", err)
	}
}
