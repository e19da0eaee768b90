package reload_test

import (
	"fmt"
	"maps"
	"strings"
)

// This file says what a reload, and a way over versions, makes of each place.

// storyVersion is one version, and what the reload that made it put where.
type storyVersion struct {
	text     *story
	previous int
	writes   map[string][2]string            // before and after, by place
	inside   map[string][2]map[string]string // what was in the tables that these are
}

// teller knows what the service must hold, and what each reply must say. What can come and
// go and come again is numbered in it: "set#3" is the third time-out, "own#4.k0" an entry
// of the fourth table.
type teller struct {
	b        *bench
	now      map[string]string
	versions []*storyVersion
	current  int
	undone   []int
	numbers  int

	*storyHeld
}

func (s *teller) version(n int) *storyVersion { return s.versions[n-1] }

func (s *teller) text() *story { return s.version(s.current).text }

// numbered tells what is numbered: time-outs, forks, and tables that are a place's own.
func (s *teller) numbered(place, value string) bool {
	return isTask(place) || isModule(place) || place == meta && value == OwnChunk
}

func isTask(place string) bool {
	return strings.HasPrefix(place, "timer ") || strings.HasPrefix(place, "fork ")
}

func isList(place string) bool { return strings.HasPrefix(place, "l") || place == "reg.hooks" }

// kindIn is a value without its number.
func kindIn(value string) string { kind, _, _ := strings.Cut(value, "#"); return kind }

// key gives the place under which something is kept that is in a table of a place's own.
func (s *teller) key(place string) string {
	whole := wholeOf(place)
	if whole == "" {
		return place
	}
	return s.now[whole] + strings.TrimPrefix(place, whole)
}

// begin has all places hold what a text begins with.
func (s *teller) begin(text *story) {
	s.now = map[string]string{}
	began := text.began()
	for place := range began {
		if wholeOf(place) == "" {
			s.put(place, s.fresh(place, text))
		}
	}
	s.versions, s.current = []*storyVersion{{text: text}}, 1
}

// fresh numbers what a text makes in a place.
func (s *teller) fresh(place string, text *story) string {
	began := text.began()
	value := began[place]
	if value == "" || !s.numbered(place, value) {
		return value
	}
	s.numbers++
	value = fmt.Sprintf("%s#%d", value, s.numbers)
	for part, v := range partsOf(began, place) {
		s.now[value+"."+part] = v
	}
	if isTask(place) {
		s.tasks[value] = text.task(place)
	}
	return value
}

// put has a place hold a value; "" takes it out.
func (s *teller) put(place, value string) {
	if value == "" && !isList(place) {
		delete(s.now, place)
		return
	}
	s.now[place] = value
	if isTask(place) {
		s.tasks[value].begin(s.elapsed)
	}
}

// reload works out the merge with a text.
func (s *teller) reload(fresh *story) {
	was, then := s.text().began(), fresh.began()
	v := &storyVersion{text: fresh, previous: s.current, writes: map[string][2]string{}, inside: map[string][2]map[string]string{}}
	for place := range union(s.seen(), was, then) {
		now := s.seen()[place]
		after, write := s.merged(place, now, was, then)
		if !write {
			continue
		}
		if after != "" {
			after = s.fresh(place, fresh)
		}
		v.writes[s.key(place)] = [2]string{now, after}
		v.inside[place] = [2]map[string]string{partsOf(s.now, now), partsOf(s.now, after)}
	}
	s.versions = append(s.versions, v)
	s.apply(v, 1)
	s.current, s.undone = len(s.versions), nil
	s.follow()
}

// merged gives what a text writes to a place, and false if it writes nothing there.
func (s *teller) merged(place, now string, was, then map[string]string) (after string, write bool) {
	old, next := was[place], then[place]
	if whole := wholeOf(place); whole != "" && kindIn(s.now[whole]) != then[whole] {
		return "", false // it goes with the table, or stays with it
	}
	unchanged := kindIn(now) == old
	switch {
	case isModule(place) && old != "":
		unchanged = true // nobody but a text takes it away
	case place == meta && kindIn(now) == OwnChunk && unchanged:
		unchanged = same(partsOf(s.now, now), partsOf(was, meta))
	}
	return next, unchanged && kindIn(now) != next
}

func same(a, b map[string]string) bool { return maps.Equal(a, b) }

func union(all ...map[string]string) map[string]bool {
	places := map[string]bool{}
	for _, m := range all {
		for place := range m {
			places[place] = true
		}
	}
	return places
}

// seen gives what stands in all places that are reached.
func (s *teller) seen() map[string]string {
	at := map[string]string{}
	for place, value := range s.now {
		if !strings.Contains(place, "#") {
			at[place] = value
			if strings.Contains(value, "#") {
				for part, v := range partsOf(s.now, value) {
					at[place+"."+part] = v
				}
			}
		}
	}
	return at
}

// apply moves the places of a step that are as it left them; side is where to.
func (s *teller) apply(v *storyVersion, side int) {
	for place, values := range v.writes {
		from, to := values[1-side], values[side]
		switch {
		case s.now[place] != from:
		case kindIn(from) == OwnChunk && !same(partsOf(s.now, from), v.inside[place][1-side]):
		case isTask(place) && to != "" && s.tasks[to].ran:
		default:
			s.put(place, to)
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
		s.follow()
	}
	for _, v := range down {
		s.apply(s.version(v), 1)
		if len(s.undone) > 0 && s.undone[len(s.undone)-1] == v {
			s.undone = s.undone[:len(s.undone)-1]
		}
		s.current = v
		s.follow()
	}
}
