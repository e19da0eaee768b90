package inspect_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect"
)

// storyVersion is one version, and what the reload that made it put where.
type storyVersion struct {
	text     *story
	previous int
	writes   map[string][2]string // before and after, by place
	inside   map[string]string    // what modules held that were left out
}

// teller knows what the service must hold, and what each reply must say.
type teller struct {
	b        *bench
	r        *rand.Rand
	now      map[string]string
	versions []*storyVersion
	current  int
	undone   []int
	brought  map[string]bool // modules that a reload brought: nobody changes them
}

func (s *teller) version(n int) *storyVersion { return s.versions[n-1] }

// reload works out the merge with a text.
func (s *teller) reload(fresh *story) {
	was, then := s.version(s.current).text.began(), fresh.began()
	v := &storyVersion{text: fresh, previous: s.current, writes: map[string][2]string{}, inside: map[string]string{}}
	for place := range union(s.now, was, then) {
		now, has := s.now[place]
		old, had := was[place]
		next, will := then[place]
		after := now
		switch {
		case (now == old || strings.HasPrefix(now, "module") && had) && has == had && !(has && will && strings.HasPrefix(now, "module")), strings.HasPrefix(place, "mod") && !strings.Contains(place, ".") && had && !will:
			after = next
		case partOfModule(place) && then[moduleOf(place)] == "":
			after = "" // it goes with its module
		}
		if after != now {
			if after == "module" {
				after = fmt.Sprintf("module of version %d", len(s.versions)+1)
			}
			v.writes[place] = [2]string{now, after}
		}
		if _, isModule := strings.CutPrefix(place, "mod"); isModule && !had && will && !strings.Contains(place, ".") {
			s.brought[place] = true
		}
	}
	s.versions = append(s.versions, v)
	s.apply(v, 1)
	s.current, s.undone = len(s.versions), nil
}

func moduleOf(place string) string { module, _, _ := strings.Cut(place, "."); return module }

func partOfModule(place string) bool {
	return strings.HasPrefix(place, "mod") && strings.Contains(place, ".")
}

func union(all ...map[string]string) map[string]bool {
	places := map[string]bool{}
	for _, m := range all {
		for place := range m {
			places[place] = true
		}
	}
	return places
}

// apply moves the places of a step that are as it left them; side is where to.
func (s *teller) apply(v *storyVersion, side int) {
	for place, values := range v.writes {
		module := moduleOf(place)
		if partOfModule(place) && (v.writes[module] != [2]string{}) {
			continue
		}
		if strings.HasPrefix(place, "mod") && !strings.Contains(place, ".") {
			if values[side] == "" {
				v.inside[place] = s.now[place+".x"]
				delete(s.now, place+".x")
			} else if x, kept := v.inside[place]; kept {
				s.now[place+".x"] = x
			} else {
				s.now[place+".x"] = v.writes[place+".x"][1]
			}
		}
		if s.now[place] != values[1-side] {
			continue
		}
		if s.now[place] = values[side]; values[side] == "" && !isList(place) {
			delete(s.now, place)
		}
	}
}

func isList(place string) bool { return strings.HasPrefix(place, "l") || place == "reg.hooks" }

// check compares the service with what it must hold.
func (s *teller) check(when string) {
	s.b.t.Helper()
	got := map[string]string{}
	for _, line := range strings.Split(s.b.call("'state'"), ";") {
		place, value, _ := strings.Cut(line, "=")
		got[place] = value
	}
	for _, name := range s.b.node.NamesOf(s.b.svc.Address()) {
		got["name ."+name] = "own"
	}
	want := maps.Clone(s.now)
	for place := range want {
		if strings.HasPrefix(place, "timer ") {
			delete(want, place)
		} else if strings.HasPrefix(want[place], "module") {
			want[place] = "module"
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.b.t.Errorf("%s: (-want +got)\n%s", when, diff)
	}
	if got := s.b.node.Clock().Waiting(); got != s.timers() {
		s.b.t.Errorf("%s: %d time-outs are pending, want %d", when, got, s.timers())
	}
	var functions []string
	for _, name := range slices.Sorted(maps.Keys(s.version(s.current).text.functions)) {
		functions = append(functions, fmt.Sprintf("%s=%d", name, s.version(s.current).text.functions[name]))
	}
	if got, want := s.b.call("'functions'"), strings.Join(functions, ","); got != want {
		s.b.t.Errorf("%s: the functions are %s, want %s", when, got, want)
	}
}

func (s *teller) timers() (n int) {
	for place := range s.now {
		if strings.HasPrefix(place, "timer ") {
			n++
		}
	}
	return n
}

// says compares a reply with what has become of all places: first is what they held before.
func (s *teller) says(when string, c *inspect.Change, first map[string]string, from, to *story) {
	s.b.t.Helper()
	var want said
	drop := func(list *[]string) { // a time-out that is set anew may be told as one that went and one that came
		*list = slices.DeleteFunc(slices.Clone(*list), func(name string) bool { return strings.HasPrefix(name, "time-out") })
	}
	old, text := from.began(), to.began()
	for place := range union(first, s.now, old, text) {
		name := place
		if timer, isTimer := strings.CutPrefix(place, "timer "); isTimer {
			name = "time-out of " + timer
		}
		before, after := first[place], s.now[place]
		_, had := first[place]
		_, has := s.now[place]
		if partOfModule(place) && first[moduleOf(place)] != s.now[moduleOf(place)] {
			continue // told with its module
		}
		switch {
		case has && !had:
			want.Added = append(want.Added, name)
		case had && !has:
			want.Dropped = append(want.Dropped, name)
		case before != after:
			want.Updated = append(want.Updated, name)
		case old[place] != text[place] && after != text[place] && !strings.HasPrefix(after, "module"):
			want.Differs = append(want.Differs, name)
		}
	}
	got := said{Added: slices.Clone(c.Added), Dropped: slices.Clone(c.Dropped), Updated: c.Updated, Differs: c.Differs}
	if strings.Contains(when, ", from ") {
		for _, list := range []*[]string{&want.Added, &want.Dropped, &got.Added, &got.Dropped} {
			drop(list)
		}
	}
	for _, lists := range []*said{&want, &got} {
		for _, list := range []*[]string{&lists.Added, &lists.Dropped, &lists.Updated, &lists.Differs} {
			*list = slices.Clone(*list)
			sort.Strings(*list)
			for i, name := range *list {
				if strings.HasPrefix(name, "time-out ") {
					(*list)[i] = "time-out" // by its line, or by its function
				}
			}
			if len(*list) == 0 {
				*list = nil
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.b.t.Errorf("%s: the reply (-want +got)\n%s", when, diff)
	}
	var added, changed, removed []string
	for _, name := range slices.Sorted(maps.Keys(to.functions)) {
		if n, had := from.functions[name]; !had {
			added = append(added, "CMD."+name)
		} else if n != to.functions[name] {
			changed = append(changed, "CMD."+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(from.functions)) {
		if _, has := to.functions[name]; !has {
			removed = append(removed, "CMD."+name)
		}
	}
	if diff := cmp.Diff([][]string{added, changed, removed}, [][]string{c.NewFunctions, c.ChangedFunctions, c.RemovedFunctions}); diff != "" {
		s.b.t.Errorf("%s: functions (-want +got)\n%s", when, diff)
	}
}

// change has the service change its own state.
func (s *teller) change() {
	n := s.r.IntN(50)
	value := strconv.Itoa(n)
	set := func(place string) {
		s.b.call(fmt.Sprintf("'set', %q, %d", place, n))
		s.now[place] = value
	}
	switch s.r.IntN(5) {
	case 0:
		set(pick(s.r, "c", 3))
	case 1:
		set(pick(s.r, "m", 2) + "." + pick(s.r, "k", 3))
	case 2:
		list := pick(s.r, "l", 2)
		s.b.call(fmt.Sprintf("'append', %q, %d", list, n))
		s.now[list] = strings.TrimPrefix(s.now[list]+","+value+":"+value, ",")
	case 3:
		list := pick(s.r, "l", 2)
		if items := strings.FieldsFunc(s.now[list], func(r rune) bool { return r == ',' }); len(items) > 0 {
			i := s.r.IntN(len(items))
			s.b.call(fmt.Sprintf("'record', %q, %d, %d", list, i+1, n))
			items[i] = strings.Split(items[i], ":")[0] + ":" + value
			s.now[list] = strings.Join(items, ",")
		}
	case 4:
		if module := pick(s.r, "mod", storyModules); s.now[module] != "" && !s.brought[module] {
			set(module + ".x")
		}
	}
}

// way moves over versions as undo and redo do.
func (s *teller) way(to int) {
	above := map[int]bool{}
	for v := s.current; v != 0; v = s.version(v).previous {
		above[v] = true
	}
	var down []int
	for v := to; !above[v]; v = s.version(v).previous {
		down = append([]int{v}, down...)
	}
	top := to
	if len(down) > 0 {
		top = s.version(down[0]).previous
	}
	for s.current != top {
		s.apply(s.version(s.current), 0)
		s.undone = append(s.undone, s.current)
		s.current = s.version(s.current).previous
	}
	for _, v := range down {
		s.apply(s.version(v), 1)
		if len(s.undone) > 0 && s.undone[len(s.undone)-1] == v {
			s.undone = s.undone[:len(s.undone)-1]
		}
		s.current = v
	}
}

// move goes to another version in one of the three ways.
func (s *teller) move(when string) {
	before, from := maps.Clone(s.now), s.version(s.current).text
	ctx := context.Background()
	var change *inspect.Change
	var err error
	var to int
	switch s.r.IntN(3) {
	case 0:
		if to = s.version(s.current).previous; to == 0 {
			return
		}
		when += ", undo"
		change, err = inspect.Undo(ctx, s.b.svc)
	case 1:
		if len(s.undone) == 0 || s.version(s.undone[len(s.undone)-1]).previous != s.current {
			if _, err := inspect.Redo(ctx, s.b.svc); !errors.Is(err, inspect.ErrNoNext) {
				s.b.t.Errorf("%s: redo of nothing: %v", when, err)
			}
			return
		}
		when += ", redo"
		to = s.undone[len(s.undone)-1]
		change, err = inspect.Redo(ctx, s.b.svc)
	case 2:
		if to = 1 + s.r.IntN(len(s.versions)); to == s.current {
			return
		}
		when += fmt.Sprintf(", from %d to %d", s.current, to)
		dry, errDry := inspect.GoTo(ctx, s.b.svc, to, true)
		s.check(when + " (dry)")
		change, err = inspect.GoTo(ctx, s.b.svc, to, false)
		if errDry == nil && err == nil {
			dry.DryRun = false
			if diff := cmp.Diff(change, dry); diff != "" {
				s.b.t.Errorf("%s: the dry run says otherwise (-done +dry)\n%s", when, diff)
			}
		}
	}
	if err != nil {
		s.b.t.Fatal(when, err)
	}
	s.way(to)
	s.check(when)
	s.says(when, change, before, from, s.version(to).text)
	s.trace(when, change)
}

// trace logs a way, for who looks into a failure.
func (s *teller) trace(when string, c *inspect.Change) {
	text := s.version(s.current).text
	s.b.t.Logf("%s: text %v, requires %v, registers %v, sets %v\nholds %v\nadded %v, dropped %v, updated %v, differs %v", when,
		text.places, text.required, text.names, text.timers, s.now, c.Added, c.Dropped, c.Updated, c.Differs)
}

// tell runs a random history of one service: the same seed, the same one.
func tell(t *testing.T, seed uint64, steps int) {
	r := rand.New(rand.NewPCG(seed, 2))
	text := (&story{
		places: map[string]string{
			"c0": "1", "c1": "2", "c2": "3", "m0.k0": "1", "l0": "1:1,2:2", "l1": "", "mod0.x": "1", "mod1.x": "2", "mod2.x": "3",
		},
		required: []string{"mod0"}, names: []string{".n0"}, timers: []string{"t0"}, functions: map[string]int{"f0": 1},
	}).edit(r)
	files := map[string]string{}
	b := &bench{t: t, dir: t.TempDir()}
	text.write(b, "")
	for _, name := range []string{"main.lua", "reg.lua", "mod0.lua", "mod1.lua", "mod2.lua"} {
		files[name] = b.read(name)
	}
	b = newBench(t, files)
	s := &teller{b: b, r: r, now: text.began(), versions: []*storyVersion{{text: text}}, current: 1, brought: map[string]bool{}}
	s.check(fmt.Sprintf("seed %d, as started", seed))
	for step := 0; step < steps && !t.Failed(); step++ {
		when := fmt.Sprintf("seed %d, step %d", seed, step)
		for range r.IntN(3) {
			s.change()
		}
		if r.IntN(2) == 0 {
			s.move(when)
			continue
		}
		s.reloadAt(when)
	}
	if t.Failed() {
		return
	}
	var ran []string
	for place := range s.now {
		if timer, ok := strings.CutPrefix(place, "timer "); ok {
			ran = append(ran, timer)
		}
	}
	sort.Strings(ran)
	b.pass(time.Hour)
	if got := b.call("'ran'"); got != strings.Join(ran, ",") {
		t.Errorf("seed %d: the time-outs that ran are %s, want %s", seed, got, ran)
	}
}

// reloadAt edits the text and reloads it, in one of the three ways.
func (s *teller) reloadAt(when string) {
	ctx := context.Background()
	from := s.version(s.current).text
	fresh := from.edit(s.r)
	switch s.r.IntN(5) {
	case 0:
		fresh.write(s.b, "\nerror 'broken'")
		if _, err := inspect.Reload(ctx, s.b.svc, "", false); err == nil {
			s.b.t.Errorf("%s: a broken file was taken", when)
		}
		s.check(when + ", a reload that failed")
		return
	case 1:
		fresh.write(s.b, "")
		if _, err := inspect.Reload(ctx, s.b.svc, "", true); err != nil {
			s.b.t.Fatal(when, err)
		}
		s.check(when + ", a dry run")
	}
	fresh.write(s.b, "")
	before := maps.Clone(s.now)
	change, err := inspect.Reload(ctx, s.b.svc, "", false)
	if err != nil {
		s.b.t.Fatal(when, err)
	}
	if change.Unchanged {
		s.check(when + ", a reload of the same")
		return
	}
	s.reload(fresh)
	when += fmt.Sprintf(", reload to %d", s.current)
	s.check(when)
	s.says(when, change, before, from, fresh)
	s.trace(when, change)
	if s.b.t.Failed() {
		s.b.t.Logf("main.lua:\n%s", s.b.read("main.lua"))
	}
}

// TestReloadStories compares random services, edits and histories with a simple
// description: what each place must hold, and that each sentence of a reply is true.
func TestReloadStories(t *testing.T) {
	for seed := range reloadSeeds() {
		t.Run(strconv.Itoa(seed), func(t *testing.T) { tell(t, uint64(seed), 14) })
	}
}
