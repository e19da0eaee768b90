package reload_test

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/reload"
)

// says compares a reply with what has become of all places, which held first what they
// held before.
func (s *teller) says(when string, c *reload.Change, first map[string]string, from, to *story) {
	s.b.T.Helper()
	want := s.differences(first, from, to)
	got := said{slices.Clone(c.Added), slices.Clone(c.Dropped), slices.Clone(c.Updated), slices.Clone(c.Differs)}
	way := strings.Contains(when, ", from ")
	stood := first[meta] == s.now[meta] && (way && from.content(meta) == to.content(meta) ||
		to.began()[meta] == OwnChunk && kindIn(first[meta]) == OwnChunk && (way || from.began()[meta] != OwnChunk))
	for _, lists := range []*said{&want, &got} {
		for _, list := range []*[]string{&lists.Added, &lists.Dropped, &lists.Updated, &lists.Differs} {
			*list = spoken(*list, way, stood)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.b.T.Errorf("%s: the reply (-want +got)\n%s", when, diff)
	}
	var added, changed, removed []string
	for _, name := range slices.Sorted(maps.Keys(to.functions)) {
		if f, had := from.functions[name]; !had {
			added = append(added, name)
		} else if f != to.functions[name] {
			changed = append(changed, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(from.functions)) {
		if _, has := to.functions[name]; !has {
			removed = append(removed, name)
		}
	}
	if diff := cmp.Diff([][]string{added, changed, removed}, [][]string{c.NewFunctions, c.ChangedFunctions, c.RemovedFunctions}); diff != "" {
		s.b.T.Errorf("%s: functions (-want +got)\n%s", when, diff)
	}
}

// differences gives what is to be said.
func (s *teller) differences(first map[string]string, from, to *story) (want said) {
	seen, old, text := s.seen(), from.began(), to.began()
	for place := range union(first, seen, old, text) {
		before, after := first[place], seen[place]
		whole := wholeOf(place)
		if first[whole] != seen[whole] {
			continue // told with what it is in
		}
		switch {
		case isList(place) && before != after:
			want.Updated = append(want.Updated, place)
		case isTask(place) && before != "" && after != "":
		case before == "" && after != "":
			want.Added = append(want.Added, place)
		case before != "" && after == "":
			want.Dropped = append(want.Dropped, place)
		case before != after:
			want.Updated = append(want.Updated, place)
		case isTask(place), isModule(place), kindIn(seen[whole]) != text[whole], old[whole] != text[whole]:
		case from.content(place) != to.content(place) && kindIn(after) != text[place]:
			want.Differs = append(want.Differs, place)
		}
	}
	return want
}

// spoken gives the names that replies have for places, sorted. On a way over several
// versions a time-out that is set anew may be told as one that went and one that came;
// a metatable that stood before may be told as a whole or by what is in it.
func spoken(places []string, way, stood bool) (list []string) {
	for _, name := range places {
		switch {
		case strings.HasPrefix(name, "timer "), strings.HasPrefix(name, "time-out at "):
			name = "time-out"
		case strings.HasPrefix(name, "fork "):
			name = "fork"
		case strings.HasPrefix(name, "key "):
			name = "byf[function]"
		}
		if (name != "time-out" || !way) && !(stood && strings.HasPrefix(name, meta)) {
			list = append(list, name)
		}
	}
	sort.Strings(list)
	return list
}
