package service

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

var (
	worlds = flag.Int("worlds", 60, "random worlds that TestModel compares with the model")
	first  = flag.Uint64("world", 1, "the first one's seed")
)

// randomPrograms makes programs that call only later ones, so that each ends.
func randomPrograms(r *rand.Rand) [][]modelOp {
	programs := make([][]modelOp, 48)
	kinds := []struct {
		kind   string
		weight int
	}{
		{"log", 6}, {"send", 8}, {"call", 10}, {"ret", 8}, {"fork", 5}, {"timeout", 4}, {"later", 4}, {"cancel", 2},
		{"sleep", 7}, {"wait", 3}, {"wakeup", 5}, {"start", 4}, {"exit", 1}, {"kill", 2}, {"error", 1},
	}
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	pick := func() string {
		w := r.IntN(total)
		for _, k := range kinds {
			if w -= k.weight; w < 0 {
				return k.kind
			}
		}
		panic("unreachable")
	}
	for i := range programs {
		for range 1 + r.IntN(5) {
			o := modelOp{kind: pick(), number: r.IntN(1000)}
			o.to = message.FirstService + message.Address(r.IntN(10))
			o.prog = i + 1 + r.IntN(12)
			o.ti = r.IntN(4) * r.IntN(3)
			o.token = string(rune('a' + r.IntN(3)))
			if o.prog >= len(programs) {
				o.kind = "log"
			}
			programs[i] = append(programs[i], o)
		}
	}
	return programs
}

// prints keeps what services print, with their addresses.
type prints struct {
	mu    sync.Mutex
	lines []string
}

func (p *prints) Print(from message.Address, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, fmt.Sprintf("%s %s", from, text[:len(text)-1]))
}

func (p *prints) Log(LogEntry) {}

// TestModel runs random programs on a node and on the model. They must print
// the same in the same order, and leave the same services, tasks and dead
// letters.
func TestModel(t *testing.T) {
	for seed := *first; seed < *first+uint64(*worlds); seed++ {
		if !compareWithModel(t, seed) {
			t.Fatalf("seed %d; go test -run Model ./runtime/service -world %d -worlds 1", seed, seed)
		}
	}
}

func compareWithModel(t *testing.T, seed uint64) bool {
	r := rand.New(rand.NewPCG(seed, 0))
	programs := randomPrograms(r)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "model.lua"), []byte(modelSource(programs)), 0o600); err != nil {
		t.Fatal(err)
	}
	out := &prints{}
	w := newWorld(t, func(c *Config) { c.Path, c.Output = []string{filepath.Join(dir, "?.lua")}, out })
	defer w.Stop(0)
	model := &modelNode{programs: programs, services: map[message.Address]*modelService{}, last: message.FirstService - 1}
	quiet := len(programs) - 1 // a program that only prints
	for range 3 {
		if _, err := w.Spawn(Spec{Name: "model", Args: []string{fmt.Sprint(quiet)}}); err != nil {
			t.Fatal(err)
		}
		w.settle()
		model.launch(quiet, false, nil)
		model.settle()
	}
	for range 8 {
		to, prog := message.FirstService+message.Address(r.IntN(5)), r.IntN(12)
		if err := w.client.Send(to, message.TypeLua, message.Direct(vm.Int(prog))); err != nil {
			model.dead++
		} else {
			model.deliver(to, &modelMessage{prog: prog}, false)
		}
		ticks := r.IntN(8)
		w.advance(time.Duration(ticks) * modelTick)
		model.advance(ticks)
		if !compareRemains(t, model, w) {
			return false
		}
	}
	w.advance(time.Minute)
	model.advance(int(time.Minute / modelTick))
	if diff := cmp.Diff(model.printed, out.lines); diff != "" {
		t.Errorf("printed, model - and node +:\n%s", diff)
	}
	return compareRemains(t, model, w) && !t.Failed()
}

func compareRemains(t *testing.T, model *modelNode, w *world) bool {
	diff := cmp.Diff(model.remains(), w.remains())
	if diff != "" {
		t.Errorf("what remains, model - and node +:\n%s", diff)
	}
	return diff == ""
}

// remains tells what is left when everything is at rest: services, and their
// tasks by age.
func (n *modelNode) remains() []string {
	list := []string{fmt.Sprintf("%d dead letters", n.dead)}
	for a := message.FirstService; a <= n.last; a++ {
		if s := n.services[a]; s != nil {
			s.notify(false) // a look at its tasks takes a turn
			n.settle()
			kinds := []TaskKind{}
			for _, t := range s.live {
				kinds = append(kinds, t.kind)
			}
			list = append(list, fmt.Sprintf("%s has %d tasks: %v", a, len(s.live), kinds))
		}
	}
	return list
}

func (w *world) remains() []string {
	list := []string{fmt.Sprintf("%d dead letters", w.DeadLetters().Total())}
	for _, s := range w.Services() {
		tasks, err := s.Tasks(w.ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		kinds := []TaskKind{}
		for _, t := range tasks {
			kinds = append(kinds, t.Kind)
		}
		list = append(list, fmt.Sprintf("%s has %d tasks: %v", s.Address(), s.Stat().Tasks, kinds))
		w.settle() // the look was a turn of its own, as in the model
	}
	return list
}
