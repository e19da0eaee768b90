package heap

import (
	"cmp"
	"slices"
	"strings"
)

// This file finds the places that a place consists of, with what each retains.

// picture is a graph with its dominators.
type picture struct {
	*graph
	*tree
}

// place is something that retains memory: an object by the path that leads to it, or many
// that some places share.
type place struct {
	object  uint32 // in the tree's numbers; 0: shared ones that are told together
	step    string // from the place that it is part of
	path    string
	bytes   int64
	objects int
	members []uint32 // of shared ones
	with    []string // the others that hold it, or, of members, all; the first ones
}

const (
	// mostHolders is how many of those who share something are told apart.
	mostHolders = 4
	// mostGroups is how many groups of shared objects a place has.
	mostGroups = 64
	// expandShare says when a place is told by its parts: when a few of them, none smaller
	// than one in so many parts of it, are half of it or more.
	expandShare = 8
	// fewShared are shown one by one rather than together.
	fewShared = 3
)

// content goes from a variable to what it has: they are one place.
func (p *picture) content(object uint32) uint32 {
	for p.shapeOf(object) <= shapeVariable && object != 1 {
		inner := uint32(0)
		held := 0
		p.eachLink(int(p.number[object]), func(to int, _ label) {
			held++
			inner = p.tree.of[to]
		})
		if held != 1 || p.dominator[inner] != object || !p.alone(inner) {
			break
		}
		object = inner
	}
	return object
}

func (p *picture) shapeOf(object uint32) shape { return p.shape.at(int(p.number[object])) }

// alone tells whether an object has one holder, those apart that it dominates itself.
func (p *picture) alone(object uint32) bool {
	if _, named := p.names[int(p.number[object])]; named {
		return true
	}
	others := 0
	for _, holder := range p.holders.of(object) {
		if !p.dominates(object, holder) {
			if others++; others > 1 {
				return false
			}
		}
	}
	return true
}

// selection says which parts of a place are wanted: those that retain at least so many
// bytes, and whatever they retain the largest few; but no more than most.
type selection struct {
	least     int64
	few, most int
}

// parts gives what a place consists of, the largest first, and how many parts are left
// out.
func (p *picture) parts(of place, wanted selection) (list []place, left int) {
	if of.object == 0 {
		return nil, 0
	}
	s := p.sharingIn(p.content(of.object))
	var named []int
	for i, child := range s.parts {
		switch {
		case !s.named(i):
			s.shared = append(s.shared, i)
		case wanted.few == 0 && s.retained[child] < wanted.least:
			left++
		default:
			named = append(named, i)
		}
	}
	s.findHolders()
	slices.SortFunc(named, func(a, b int) int {
		return cmp.Or(cmp.Compare(s.retained[s.parts[b]], s.retained[s.parts[a]]), cmp.Compare(s.number[s.parts[a]], s.number[s.parts[b]]))
	})
	for at, i := range named {
		if at >= wanted.most || at >= wanted.few && s.retained[s.parts[i]] < wanted.least {
			left += len(named) - at
			break
		}
		list = append(list, s.part(of, i))
	}
	for _, one := range s.groups(of) {
		if one.bytes < wanted.least && len(list) >= wanted.few {
			left += max(len(one.members), 1)
			continue
		}
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.bytes, a.bytes), cmp.Compare(a.order(p), b.order(p)))
	})
	return list, left
}

// order is the number that a place's object has in the graph.
func (pl *place) order(p *picture) uint32 {
	if pl.object == 0 {
		return p.number[pl.members[0]]
	}
	return p.number[pl.object]
}

// sharing finds out who shares what is part of an object. Parts are meant by their index.
type sharing struct {
	*picture
	inside uint32
	parts  []uint32
	direct []label       // how the object holds them; unheld: by way of others
	shared []int         // those without a path through the object
	by     map[int][]int // the parts that hold a shared one: at most one more than mostHolders
}

// unheld is no label.
const unheld = 15 << labelBits

func (p *picture) sharingIn(inside uint32) *sharing {
	s := &sharing{picture: p, inside: inside, parts: p.children.of(inside), by: map[int][]int{}}
	if inside == 1 {
		return s
	}
	s.direct = make([]label, len(s.parts))
	for i := range s.direct {
		s.direct[i] = unheld
	}
	p.eachLink(int(p.number[inside]), func(to int, way label) {
		child := p.tree.of[to]
		if p.dominator[child] != inside {
			return
		}
		if i := s.partWith(child); s.direct[i] == unheld {
			s.direct[i] = way
		}
	})
	return s
}

// named tells whether a part has a path through the object itself.
func (s *sharing) named(i int) bool {
	if s.inside == 1 {
		_, is := s.names[int(s.number[s.parts[i]])]
		return is
	}
	return s.direct[i] != unheld
}

// stepOf writes the way to a named part.
func (s *sharing) stepOf(i int) string {
	if s.inside == 1 {
		return s.names[int(s.number[s.parts[i]])]
	}
	return s.step(s.direct[i])
}

// part gives a part that has a path.
func (s *sharing) part(of place, i int) place {
	child := s.parts[i]
	part := place{object: child, bytes: s.retained[child], objects: int(s.objects[child]), step: s.stepOf(i)}
	part.path = join(of.path, part.step)
	if !s.alone(child) {
		for _, holder := range s.holdersOf(i) {
			part.with = append(part.with, join(of.path, s.stepOf(holder)))
		}
	}
	return part
}

// join writes a path one step further.
func join(path, step string) string {
	if path == "" {
		return strings.TrimPrefix(step, ".")
	}
	return path + step
}

// findHolders finds who holds the shared parts. Each is held by one that was met before
// it, so that going through them in that order finds most of it at once; what rings of
// them hold each other by takes several turns.
func (s *sharing) findHolders() {
	slices.SortFunc(s.shared, func(a, b int) int { return cmp.Compare(s.number[s.parts[a]], s.number[s.parts[b]]) })
	for turn, changed := 0, true; changed && turn < mostTurns; turn++ {
		changed = false
		for _, i := range s.shared {
			list := s.holdersOf(i)
			changed = changed || len(list) != len(s.by[i])
			s.by[i] = list
		}
	}
}

// mostTurns bounds the search for who holds a ring; of a very long one some are not told.
const mostTurns = 40

// holdersOf gives the named parts of the object that hold another part, those first that
// come first; a part that is shared itself stands for those who share it, as far as they
// are known.
func (s *sharing) holdersOf(i int) []int {
	child, list := s.parts[i], slices.Clone(s.by[i])
	for _, holder := range s.holders.of(child) {
		if holder == s.inside || s.dominates(child, holder) {
			continue
		}
		part := s.partWith(holder)
		if s.named(part) {
			list = insert(list, part)
			continue
		}
		for _, other := range s.by[part] {
			list = insert(list, other)
		}
		if len(list) > mostHolders {
			break
		}
	}
	return list
}

// insert puts a number into an ordered list, once.
func insert(list []int, n int) []int {
	at, has := slices.BinarySearch(list, n)
	if has {
		return list
	}
	return slices.Insert(list, at, n)
}

// partWith gives the part that an object belongs to.
func (s *sharing) partWith(object uint32) int {
	i, has := slices.BinarySearchFunc(s.parts, s.place[object], func(part, place uint32) int {
		return cmp.Compare(s.place[part], place)
	})
	if !has {
		i--
	}
	return i
}

// groups puts together what the same places share.
func (s *sharing) groups(of place) (list []place) {
	if len(s.shared) == 0 {
		return nil
	}
	groups := map[[mostHolders]int]*place{}
	var order []*place
	for _, i := range s.shared {
		key := [mostHolders]int{}
		if holders := s.by[i]; len(holders) <= mostHolders {
			for at, holder := range holders {
				key[at] = holder + 1
			}
		}
		g := groups[key]
		if g == nil && len(groups) >= mostGroups {
			key = [mostHolders]int{}
			g = groups[key]
		}
		if g == nil {
			g = &place{with: s.pathsOf(of, key)}
			groups[key] = g
			order = append(order, g)
		}
		child := s.parts[i]
		g.members = append(g.members, child)
		g.bytes += s.retained[child]
		g.objects += int(s.objects[child])
	}
	for _, g := range order {
		list = append(list, s.split(of, g)...)
	}
	return list
}

// pathsOf writes the paths of the parts of a key.
func (s *sharing) pathsOf(of place, key [mostHolders]int) (paths []string) {
	for _, holder := range key {
		if holder != 0 {
			paths = append(paths, join(of.path, s.stepOf(holder-1)))
		}
	}
	return paths
}

// split tells large ones of a group one by one.
func (s *sharing) split(of place, g *place) (list []place) {
	var rest []uint32
	for _, child := range g.members {
		if len(g.members) > fewShared && s.retained[child]*expandShare < g.bytes {
			rest = append(rest, child)
			continue
		}
		one := place{object: child, bytes: s.retained[child], objects: int(s.objects[child]), with: g.with}
		one.path = s.path(child)
		one.step = one.path
		list = append(list, one)
	}
	for _, one := range list {
		g.bytes -= one.bytes
		g.objects -= one.objects
	}
	if len(rest) == 0 {
		return list
	}
	g.members = rest
	what := "shared by many"
	if len(g.with) > 0 {
		what = "shared by " + strings.Join(g.with, ", ")
	}
	g.step, g.path = what, what
	if of.path != "" && len(g.with) == 0 {
		g.path = of.path + ": " + what
	}
	return append(list, *g)
}

// longestPath is how many steps of a path are shown.
const longestPath = 24

// path gives a shortest path to an object: each was met by way of one that was met before.
func (p *picture) path(object uint32) string {
	var steps []string
	for len(steps) < longestPath {
		number := p.number[object]
		if name, is := p.names[int(number)]; is {
			return name + join("x", strings.Join(reversed(steps), ""))[1:]
		}
		holder := object
		for _, h := range p.holders.of(object) {
			if n := p.number[h]; n < p.number[holder] {
				holder = h
			}
		}
		if holder == object || holder == 1 {
			break
		}
		steps = append(steps, p.stepTo(holder, object))
		object = holder
	}
	return "…" + strings.Join(reversed(steps), "")
}

func reversed(steps []string) []string {
	steps = slices.Clone(steps)
	slices.Reverse(steps)
	return steps
}

// stepTo writes the first link from one object to another.
func (p *picture) stepTo(holder, object uint32) string {
	found := ""
	known := false
	p.eachLink(int(p.number[holder]), func(to int, way label) {
		if !known && p.tree.of[to] == object {
			found, known = p.step(way), true
		}
	})
	return found
}
