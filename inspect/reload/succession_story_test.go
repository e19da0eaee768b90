package reload_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lunarium/inspect/reload"
)

// implText is the text of a random implementation: the number that each kind of time-out
// writes down, and what else makes one text differ from another.
type implText struct {
	numbers map[string]int // by kind; one that is absent can't be set. k0 never is: it uses all variables
	order   []int          // of its variables
	extra   int            // a variable that the time-outs use, 0: none
}

const implKinds = 4

func (x *implText) edit(r *rand.Rand) *implText {
	y := &implText{numbers: maps.Clone(x.numbers), order: r.Perm(3), extra: r.IntN(3)}
	for range 1 + r.IntN(3) {
		if kind := pick(r, "k", implKinds); kind != "k0" && r.IntN(3) == 0 {
			delete(y.numbers, kind)
		} else {
			y.numbers[kind] = 1 + r.IntN(1000)
		}
	}
	return y
}

// lua gives the text. The kinds hold their functions in different ways.
func (x *implText) lua(end string) string {
	var b strings.Builder
	b.WriteString("local skynet = require 'skynet'\nreturn function()\n")
	variables := []string{"local count = 0", "local log = {}", "local commands = {}"}
	for _, i := range x.order {
		b.WriteString(variables[i] + "\n")
	}
	more := ""
	if x.extra > 0 {
		fmt.Fprintf(&b, "local extra = { '+%d' }\n", x.extra)
		more = " .. extra[1]"
	}
	b.WriteString("local own = 0\nlocal function note(n, what) own = own + 1 count = count + 1 log[#log + 1] = n .. ' ' .. what end\n")
	for _, kind := range slices.Sorted(maps.Keys(x.numbers)) {
		n := x.numbers[kind]
		switch kind {
		case "k0":
			fmt.Fprintf(&b, "function commands.k0(what) skynet.timeout(100, function() note(%d%s, what) end) end\n", n, more)
		case "k1":
			fmt.Fprintf(&b, "function commands.later() note(%d%s, 'later') end\nfunction commands.k1() skynet.timeout(100, commands.later) end\n", n, more)
		case "k2":
			fmt.Fprintf(&b, "local function job(what) return function() note(%d%s, what) end end\nfunction commands.k2(what) skynet.timeout(100, job(what)) end\n", n, more)
		case "k3":
			fmt.Fprintf(&b, "function commands.k3(what) jobs[#jobs + 1] = function() note(%d%s, what) end skynet.timeout(100, run) end\n", n, more)
		}
	}
	fmt.Fprintf(&b, `return {
	transfer_state = true,
	get_state = function() return { count = count, log = log } end,
	set_state = function(from) count, log = from.count, from.log %s end,
	handle_message = function(_, _, command, ...)
		if commands[command] then commands[command](...) end
		skynet.retpack(count .. ': ' .. table.concat(log, ', ') .. ', own ' .. own)
	end,
}
end
`, end)
	return b.String()
}

// implTimer is a time-out that is pending.
type implTimer struct {
	kind, what string
	version    int // whose function it holds
	number     int
	extra      int // what the function adds, 0: nothing
	extras     int // in which exchange's implementation that variable is
}

// writes gives what it writes down.
func (x *implTimer) writes() string {
	what, more := x.what, ""
	if x.extra > 0 {
		more = fmt.Sprintf("+%d", x.extra)
	}
	if x.kind == "k1" {
		what = "later"
	}
	return fmt.Sprintf("%d%s %s", x.number, more, what)
}

// hold has it hold a version's function. A variable that a version between did not have
// stays the function's own.
func (x *implTimer) hold(version int, text *implText, exchange int) {
	if text.extra == 0 || x.extra == 0 || x.extras == exchange-1 {
		x.extra, x.extras = text.extra, exchange
	}
	x.version, x.number = version, text.numbers[x.kind]
}

// implTeller knows what the service must hold.
type implTeller struct {
	b         *bench
	r         *rand.Rand
	versions  []*implText
	previous  []int
	current   int
	exchanges int
	undone    []int
	timers    []*implTimer
	log       []string
	own       map[int]int // what each version has counted and does not hand over
}

func (s *implTeller) text() *implText { return s.versions[s.current-1] }

// exchange has the time-outs of the running version hold the functions of another. Those
// that it does not have go on, with its variables.
func (s *implTeller) exchange(to int) {
	text := s.versions[to-1]
	s.exchanges++
	for _, timer := range s.timers {
		if _, has := text.numbers[timer.kind]; has && timer.version == s.current {
			timer.hold(to, text, s.exchanges)
		} else if timer.extra > 0 && timer.extras == s.exchanges-1 && text.extra > 0 {
			timer.extra, timer.extras = text.extra, s.exchanges
		}
	}
	s.current = to
}

// pending tells of the time-outs, for who looks into a failure.
func (s *implTeller) pending() (list []string) {
	for _, timer := range s.timers {
		list = append(list, fmt.Sprintf("%s of version %d: %s", timer.kind, timer.version, timer.writes()))
	}
	return list
}

func (s *implTeller) check(when string) {
	s.b.T.Helper()
	want := fmt.Sprintf("%d: %s, own %d", len(s.log), strings.Join(s.log, ", "), s.own[s.current])
	if got := s.b.Call("'look'"); got != want {
		s.b.T.Errorf("%s: the service holds %s, want %s", when, got, want)
	}
}

// set sets a time-out, or lets those that are pending run.
func (s *implTeller) set() {
	if s.r.IntN(4) == 0 {
		s.b.pass(time.Second)
		for _, timer := range s.timers {
			s.log = append(s.log, timer.writes())
			s.own[s.current]++
		}
		s.timers = nil
		return
	}
	kind, what := pick(s.r, "k", implKinds), "w"+strconv.Itoa(s.r.IntN(100))
	if _, has := s.text().numbers[kind]; has {
		s.b.Call(fmt.Sprintf("%q, %q", kind, what))
		timer := &implTimer{kind: kind, what: what}
		timer.hold(s.current, s.text(), s.exchanges)
		s.timers = append(s.timers, timer)
	}
}

func (s *implTeller) reload(when string) {
	ctx := context.Background()
	fresh := s.text().edit(s.r)
	switch s.r.IntN(5) {
	case 0:
		s.b.Write("impl.lua", fresh.lua("log[1] = 'broken' error 'broken'"))
		if _, err := reload.Reload(ctx, s.b.Service, "", false); err == nil {
			s.b.T.Errorf("%s: a set_state that fails was taken", when)
		}
		return
	case 1:
		s.b.Write("impl.lua", fresh.lua(""))
		if _, err := reload.Reload(ctx, s.b.Service, "", true); err != nil {
			s.b.T.Fatal(when, err)
		}
		return
	}
	s.b.Write("impl.lua", fresh.lua(""))
	if change := s.b.reload(""); !change.Unchanged {
		s.versions, s.previous = append(s.versions, fresh), append(s.previous, s.current)
		s.exchange(len(s.versions))
		s.undone = nil
	}
}

// move undoes or redoes.
func (s *implTeller) move() {
	if n := len(s.undone); n > 0 && s.r.IntN(2) == 0 {
		s.b.redo()
		s.exchange(s.undone[n-1])
		s.undone = s.undone[:n-1]
	} else if to := s.previous[s.current-1]; to > 0 {
		s.b.undo()
		s.undone = append(s.undone, s.current)
		s.exchange(to)
	}
}

// tellImplementation runs a random history of one service: the same seed, the same one.
func tellImplementation(t *testing.T, seed uint64, steps int) {
	r := rand.New(rand.NewPCG(seed, 3))
	text := (&implText{numbers: map[string]int{"k0": 1, "k1": 2, "k2": 3, "k3": 4}}).edit(r)
	main := strings.Replace(hot, "local current_handler", "jobs = {}\nfunction run() table.remove(jobs, 1)() end\nlocal current_handler", 1)
	b := newBench(t, map[string]string{"main.lua": main, "impl.lua": text.lua("")})
	s := &implTeller{b: b, r: r, versions: []*implText{text}, previous: []int{0}, current: 1, own: map[int]int{}}
	for step := 0; step < steps && !t.Failed(); step++ {
		when := fmt.Sprintf("seed %d, step %d", seed, step)
		for range r.IntN(4) {
			s.set()
		}
		if r.IntN(2) == 0 {
			s.move()
		} else {
			s.reload(when)
		}
		s.check(when)
		t.Logf("%s: version %d %v, pending %v", when, s.current, s.text(), s.pending())
	}
	if t.Failed() {
		t.Logf("impl.lua:\n%s", b.Read("impl.lua"))
	}
}

// TestImplementationStories compares random implementations, what they set going and
// histories with a simple description.
func TestImplementationStories(t *testing.T) {
	for seed := range reloadSeeds() {
		t.Run(strconv.Itoa(seed), func(t *testing.T) { tellImplementation(t, uint64(seed), 14) })
	}
}
