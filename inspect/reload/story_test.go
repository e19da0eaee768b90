package reload_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/inspecttest"
	"lunarium/inspect/reload"
)

// check compares the service with what it must hold.
func (s *teller) check(when string) {
	s.b.T.Helper()
	if s.busy {
		return
	}
	s.runForks()
	got := map[string]string{}
	for _, line := range strings.Split(s.b.Call("'state'"), ";") {
		place, value, _ := strings.Cut(line, "=")
		got[place] = value
	}
	for _, name := range s.b.Node.NamesOf(s.b.Service.Address()) {
		got["name ."+name] = OwnChunk
	}
	for _, key := range []string{"e0", "e1"} {
		if value, ok := s.b.Node.Getenv(key); ok {
			got["environment "+key] = value
		}
	}
	want := s.seen()
	maps.DeleteFunc(want, func(place, _ string) bool { return isTask(place) })
	for place, value := range want {
		want[place] = kindIn(value)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.b.T.Errorf("%s: (-want +got)\n%s", when, diff)
	}
	if got := s.b.Node.Clock().Waiting(); got != s.timers() {
		s.b.T.Errorf("%s: %d time-outs are pending, want %d", when, got, s.timers())
	}
	for _, question := range []struct{ asks, want string }{
		{"functions", s.sayFunctions()}, {"held", s.sayHeld()}, {"ran", s.sayRan()},
	} {
		if got := s.b.Call(fmt.Sprintf("%q", question.asks)); got != question.want {
			s.b.T.Errorf("%s: %s: (-want +got)\n%s", when, question.asks, cmp.Diff(strings.Split(question.want, ","), strings.Split(got, ",")))
		}
	}
}

// move goes to another version in one of the three ways.
func (s *teller) move(r *rand.Rand, when string) {
	before, from := s.seen(), s.text()
	ctx := context.Background()
	var change *reload.Change
	var err error
	var to int
	switch r.IntN(3) {
	case 0:
		if to = s.version(s.current).previous; to == 0 {
			return
		}
		when += ", undo"
		change, err = reload.Undo(ctx, s.b.Service)
	case 1:
		if len(s.undone) == 0 || s.version(s.undone[len(s.undone)-1]).previous != s.current {
			if _, err := reload.Redo(ctx, s.b.Service); !errors.Is(err, reload.ErrNoNext) {
				s.b.T.Errorf("%s: redo of nothing: %v", when, err)
			}
			return
		}
		when += ", redo"
		to = s.undone[len(s.undone)-1]
		change, err = reload.Redo(ctx, s.b.Service)
	case 2:
		if to = 1 + r.IntN(len(s.versions)); to == s.current {
			return
		}
		when += fmt.Sprintf(", from %d to %d", s.current, to)
		dry, errDry := reload.GoTo(ctx, s.b.Service, to, true)
		s.check(when + " (dry)")
		change, err = reload.GoTo(ctx, s.b.Service, to, false)
		s.asDry(when, dry, errDry, change, err)
	}
	if err != nil {
		s.b.T.Fatal(when, err)
	}
	s.way(to)
	s.says(when, change, before, from, s.text())
	s.check(when)
	s.trace(when, change)
}

// asDry compares what was done with what the dry run said.
func (s *teller) asDry(when string, dry *reload.Change, errDry error, change *reload.Change, err error) {
	s.b.T.Helper()
	if errDry != nil || err != nil {
		s.b.T.Fatal(when, errDry, err)
	}
	dry.DryRun = false
	if diff := cmp.Diff(change, dry); diff != "" {
		s.b.T.Errorf("%s: the dry run says otherwise (-done +dry)\n%s", when, diff)
	}
}

// reloadAt edits the text and reloads it, in one of the three ways.
func (s *teller) reloadAt(r *rand.Rand, when string) {
	ctx := context.Background()
	from := s.text()
	fresh := from.edit(r)
	var dry *reload.Change
	var errDry error
	switch r.IntN(5) {
	case 0:
		fresh.write(s.b, "\nerror 'broken'")
		if _, err := reload.Reload(ctx, s.b.Service, "", false); err == nil {
			s.b.T.Errorf("%s: a broken file was taken", when)
		}
		s.check(when + ", a reload that failed")
		return
	case 1:
		fresh.write(s.b, "")
		dry, errDry = reload.Reload(ctx, s.b.Service, "", true)
		s.check(when + ", a dry run")
	}
	fresh.write(s.b, "")
	before := s.seen()
	change, err := reload.Reload(ctx, s.b.Service, "", false)
	if err != nil {
		s.b.T.Fatal(when, err)
	}
	if dry != nil || errDry != nil {
		s.asDry(when, dry, errDry, change, err)
	}
	if change.Unchanged {
		s.check(when + ", a reload of the same")
		return
	}
	s.reload(fresh)
	when += fmt.Sprintf(", reload to %d", s.current)
	s.says(when, change, before, from, fresh)
	s.check(when)
	s.trace(when, change)
}

// trace logs a way, for who looks into a failure.
func (s *teller) trace(when string, c *reload.Change) {
	text := s.text()
	s.b.T.Logf("%s: text %v, functions %v\nholds %v\nadded %v, dropped %v, updated %v, differs %v", when,
		text.began(), text.functions, s.now, c.Added, c.Dropped, c.Updated, c.Differs)
	if s.b.T.Failed() {
		s.b.T.Logf("main.lua:\n%s", strings.TrimSuffix(s.b.Read("main.lua"), storyService))
	}
}

// step reloads, or goes to another version.
func (s *teller) step(r *rand.Rand, when string) {
	if r.IntN(2) == 0 {
		s.move(r, when)
	} else {
		s.reloadAt(r, when)
	}
}

// whileBusy does something while a handler of the service runs, which has forked, perhaps,
// a function of the text.
func (s *teller) whileBusy(r *rand.Rand, do func()) {
	expression := "'busy'"
	if f := s.anyFunction(r, "CMD.f"); f != nil {
		expression += fmt.Sprintf(", %q", strings.TrimPrefix(f.name, "CMD."))
		s.forked = append(s.forked, f)
	}
	s.b.whileBusy(expression, func() {
		s.busy = true
		do()
		s.busy = false
	})
}

// tell runs a random history of one service: the same seed, the same one.
func tell(t *testing.T, seed uint64, steps int) {
	r := rand.New(rand.NewPCG(seed, 2))
	text := firstStory().edit(r)
	files := map[string]string{}
	b := &bench{&inspecttest.Bench{T: t, Dir: t.TempDir()}}
	text.write(b, "")
	for _, name := range []string{"main.lua", "reg.lua", "mod0.lua", "mod1.lua", "mod2.lua"} {
		files[name] = b.Read(name)
	}
	b = newBench(t, files)
	s := &teller{b: b, storyHeld: &storyHeld{tasks: map[string]*storyTask{}}}
	s.begin(text)
	s.check(fmt.Sprintf("seed %d, as started", seed))
	for step := 0; step < steps && !t.Failed(); step++ {
		when := fmt.Sprintf("seed %d, step %d", seed, step)
		for range r.IntN(5) {
			s.change(r)
		}
		if r.IntN(6) > 0 {
			s.step(r, when)
			continue
		}
		s.whileBusy(r, func() {
			for range 1 + r.IntN(3) {
				s.step(r, when+", busy")
			}
		})
		s.check(when + ", no longer busy")
	}
	if !t.Failed() {
		s.pass(time.Hour)
		s.check(fmt.Sprintf("seed %d, in the end", seed))
	}
}

// TestReloadStories compares random services, edits and histories with a simple
// description: what each place must hold, and that each sentence of a reply is true.
func TestReloadStories(t *testing.T) {
	for seed := range reloadSeeds() {
		t.Run(strconv.Itoa(seed), func(t *testing.T) { tell(t, uint64(seed), 14) })
	}
}
