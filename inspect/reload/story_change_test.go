package reload_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// change has the service change its own state.
func (s *teller) change(r *rand.Rand) { changes[r.IntN(len(changes))](s, r, 50+r.IntN(50)) }

func (s *teller) ask(what string, args ...any) {
	s.b.T.Helper()
	for _, arg := range args {
		what += fmt.Sprintf(", %#v", arg)
	}
	command, rest, _ := strings.Cut(what, ",")
	if reply := s.b.Call(fmt.Sprintf("%q,%s", command, rest)); strings.HasPrefix(reply, "error") {
		s.b.T.Errorf("%s: %s", what, reply)
	}
}

// set has the service set an entry of a table.
func (s *teller) set(table, key string, n int) {
	s.ask("set", table, key, n)
	whole := table
	if table == OwnChunk {
		whole = meta
	}
	s.now[s.key(whole+"."+key)] = strconv.Itoa(n)
}

var changes = []func(s *teller, r *rand.Rand, n int){
	func(s *teller, r *rand.Rand, n int) {
		place := pick(r, "c", 3)
		s.b.Call(fmt.Sprintf("'set', %q, nil, %d", place, n))
		s.now[place] = strconv.Itoa(n)
	},
	func(s *teller, r *rand.Rand, n int) { s.set(pick(r, "m", 2), pick(r, "k", 3), n) },
	func(s *teller, r *rand.Rand, _ int) {
		table, key := pick(r, "m", 2), pick(r, "k", 3)
		s.ask("set", table, key)
		delete(s.now, table+"."+key)
	},
	func(s *teller, r *rand.Rand, n int) {
		list := pick(r, "l", 2)
		s.ask("append", list, n)
		s.now[list] = strings.TrimPrefix(fmt.Sprintf("%s,%d:%d", s.now[list], n, n), ",")
	},
	func(s *teller, r *rand.Rand, n int) {
		list := pick(r, "l", 2)
		if items := strings.FieldsFunc(s.now[list], func(r rune) bool { return r == ',' }); len(items) > 0 {
			i := r.IntN(len(items))
			s.ask("record", list, i+1, n)
			items[i] = strings.Split(items[i], ":")[0] + ":" + strconv.Itoa(n)
			s.now[list] = strings.Join(items, ",")
		}
	},
	func(s *teller, r *rand.Rand, n int) {
		if module := pick(r, "mod", storyModules); s.now[module] != "" && !s.brought(module) {
			s.set(module, "x", n)
		}
	},
	func(s *teller, r *rand.Rand, _ int) {
		s.now["r0"] = pick(r, "m", 2)
		s.ask("refer", s.now["r0"])
	},
	func(s *teller, r *rand.Rand, n int) {
		if key := pick(r, "k", 2); kindIn(s.now[meta]) == OwnChunk && r.IntN(2) == 0 {
			s.set(OwnChunk, key, n)
			return
		}
		table := []string{"", "m0", "m1"}[r.IntN(3)]
		s.ask("metatable", table)
		s.put(meta, table)
	},
	func(s *teller, r *rand.Rand, n int) {
		if key := pick(r, "e", 2); s.now["environment "+key] == "" {
			s.ask("env", key, strconv.Itoa(n))
			s.now["environment "+key] = strconv.Itoa(n)
		}
	},
	func(s *teller, r *rand.Rand, n int) {
		if f := s.anyFunction(r, "CMD.f"); f != nil {
			s.ask("key", strings.TrimPrefix(f.name, "CMD."), n)
			s.now[fmt.Sprintf("key %s %d", f.name, f.is)] = strconv.Itoa(n)
		}
	},
	func(s *teller, r *rand.Rand, _ int) {
		if f := s.anyFunction(r, "CMD.f"); f != nil && len(s.held) < 6 {
			s.ask("hold", strings.TrimPrefix(f.name, "CMD."))
			s.held = append(s.held, f)
		}
	},
	func(s *teller, _ *rand.Rand, n int) {
		if len(s.made) < 5 {
			s.ask("make", n)
			s.made = append(s.made, n)
		}
	},
	func(s *teller, _ *rand.Rand, n int) {
		if len(s.things) < 5 {
			s.ask("thing", n)
			s.things = append(s.things, n)
		}
	},
	func(s *teller, r *rand.Rand, _ int) {
		if f := s.anyFunction(r, "CMD.f", "T."); f != nil {
			delay := 1 + r.IntN(30)
			_, name, _ := strings.Cut(f.name, ".")
			s.ask("later", name, 100*delay)
			s.later = append(s.later, &storyLater{due: s.elapsed + time.Duration(delay)*time.Second, does: f})
		}
	},
	func(s *teller, r *rand.Rand, n int) {
		delay := 1 + r.IntN(30)
		s.ask("count", n, 100*delay)
		s.later = append(s.later, &storyLater{due: s.elapsed + time.Duration(delay)*time.Second, counted: n})
	},
	func(s *teller, r *rand.Rand, _ int) { s.pass(time.Duration(1+r.IntN(20)) * time.Second) },
}

// anyFunction gives one of the text whose name begins in one of some ways; nil: there is
// none.
func (s *teller) anyFunction(r *rand.Rand, kinds ...string) *heldFunction {
	text := s.text()
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(text.functions)), func(name string) bool {
		return !slices.ContainsFunc(kinds, func(kind string) bool { return strings.HasPrefix(name, kind) })
	})
	if len(names) == 0 {
		return nil
	}
	name := names[r.IntN(len(names))]
	return &heldFunction{name, text.functions[name]}
}

// brought tells whether a reload brought a module: nobody changes those.
func (s *teller) brought(module string) bool {
	for _, v := range s.versions {
		if values, ok := v.writes[module]; ok && values[1] != "" {
			return true
		}
	}
	return false
}
