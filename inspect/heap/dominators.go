package heap

import "context"

// This file finds out what holds what alone: the dominators of a graph, by the algorithm
// of Lengauer and Tarjan ("A Fast Algorithm for Finding Dominators in a Flowgraph", 1979),
// the simple version. It takes time in proportion to the graph and the logarithm of its
// size, whatever form that has; a service can't make it take longer.

// tree says for each object which one is the nearest that all ways to it lead through.
// What it dominates is what would go if it did. Objects have numbers of their own
// here, from 1 on, in the order of a search in depth; 1 is the root, 0 is none.
type tree struct {
	of        []uint32 // by the graph's numbers: 0 if nothing leads there
	number    []uint32 // back
	dominator []uint32
	retained  []int64  // bytes of what an object dominates, and its own
	objects   []uint32 // how many these are
	place     []uint32 // in an order in which what an object dominates follows it
	children  rows     // dominated next
	holders   rows     // who has a link to it
}

// rows are lists of numbers, one for each object.
type rows struct {
	begin []uint32
	items []uint32
}

func (r *rows) of(i uint32) []uint32 { return r.items[r.begin[i]:r.begin[i+1]] }

// newRows makes room for lists: count calls add once for each item of a list, fill once
// with the item.
func newRows(size int, each func(add func(list, item uint32))) rows {
	r := rows{begin: make([]uint32, size+2)}
	each(func(list, _ uint32) { r.begin[list+1]++ })
	for i := 1; i < len(r.begin); i++ {
		r.begin[i] += r.begin[i-1]
	}
	r.items = make([]uint32, r.begin[size+1])
	next := append([]uint32(nil), r.begin...)
	each(func(list, item uint32) {
		r.items[next[list]] = item
		next[list]++
	})
	return r
}

// linked is a graph as the search sees it.
type linked interface {
	size() int
	// links calls f for what an object holds, in order.
	links(of int, f func(to int))
}

// finder is the algorithm's state, in numbers of the search.
type finder struct {
	tree
	parent   []uint32 // in the search; then of the forest that grows
	semi     []uint32
	best     []uint32 // the one of least semi on the way up that was shortened
	bucket   []uint32 // the first whose semi-dominator this is
	next     []uint32 // and the next one with the same
	ancestor []uint32 // 0: it has not been linked
	path     []uint32
}

// checkEvery is how many objects are dealt with between looks at the context.
const checkEvery = 1 << 16

// dominators finds them, from object 0.
func dominators(ctx context.Context, g linked, bytes func(int) int64) (*tree, error) {
	f := &finder{}
	if err := f.search(ctx, g); err != nil {
		return nil, err
	}
	f.holders = newRows(f.last(), func(add func(list, item uint32)) {
		for from := 1; from < len(f.number); from++ {
			g.links(int(f.number[from]), func(to int) {
				if f.of[to] != 0 {
					add(f.of[to], uint32(from))
				}
			})
		}
	})
	if err := f.find(ctx); err != nil {
		return nil, err
	}
	t := f.tree
	t.sum(bytes)
	return &t, nil
}

func (t *tree) last() int { return len(t.number) - 1 }

// step is an object on the way of the search, and which of its links are next.
type step struct {
	object uint32
	to     []uint32
	begin  int
}

// search numbers what can be reached.
func (f *finder) search(ctx context.Context, g linked) error {
	f.of = make([]uint32, g.size())
	f.number, f.parent = make([]uint32, 1, g.size()+1), make([]uint32, 1, g.size()+1)
	var spare []uint32 // of the links on the way, the innermost last
	var way []step
	visit := func(object int, parent uint32) {
		n := uint32(len(f.number))
		f.of[object] = n
		f.number, f.parent = append(f.number, uint32(object)), append(f.parent, parent)
		begin := len(spare)
		g.links(object, func(to int) { spare = append(spare, uint32(to)) })
		way = append(way, step{n, spare[begin:len(spare):len(spare)], begin})
	}
	for visit(0, 0); len(way) > 0; {
		top := &way[len(way)-1]
		if len(top.to) == 0 {
			spare, way = spare[:top.begin], way[:len(way)-1]
			continue
		}
		to := top.to[0]
		top.to = top.to[1:]
		if f.of[to] == 0 {
			if len(f.number)%checkEvery == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			visit(int(to), top.object)
		}
	}
	return nil
}

// find works out the dominators.
func (f *finder) find(ctx context.Context) error {
	n := len(f.number)
	f.dominator, f.semi, f.best = make([]uint32, n), make([]uint32, n), make([]uint32, n)
	f.bucket, f.next, f.ancestor = make([]uint32, n), make([]uint32, n), make([]uint32, n)
	for i := range f.semi {
		f.semi[i], f.best[i] = uint32(i), uint32(i)
	}
	for w := uint32(n - 1); w > 1; w-- {
		if w%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, v := range f.holders.of(w) {
			f.semi[w] = min(f.semi[w], f.semi[f.eval(v)])
		}
		f.next[w], f.bucket[f.semi[w]] = f.bucket[f.semi[w]], w
		p := f.parent[w]
		f.ancestor[w] = p
		for v := f.bucket[p]; v != 0; v = f.next[v] {
			f.dominator[v] = p
			if u := f.eval(v); f.semi[u] < f.semi[v] {
				f.dominator[v] = u
			}
		}
		f.bucket[p] = 0
	}
	for w := 2; w < n; w++ {
		if f.dominator[w] != f.semi[w] {
			f.dominator[w] = f.dominator[f.dominator[w]]
		}
	}
	return nil
}

// eval gives the object of least semi-dominator on the way from v up to the root of its
// tree, the root excepted, and shortens that way.
func (f *finder) eval(v uint32) uint32 {
	if f.ancestor[v] == 0 {
		return v
	}
	f.path = f.path[:0]
	for u := v; f.ancestor[f.ancestor[u]] != 0; u = f.ancestor[u] {
		f.path = append(f.path, u)
	}
	for i := len(f.path) - 1; i >= 0; i-- {
		u := f.path[i]
		a := f.ancestor[u]
		if f.semi[f.best[a]] < f.semi[f.best[u]] {
			f.best[u] = f.best[a]
		}
		f.ancestor[u] = f.ancestor[a]
	}
	return f.best[v]
}

// sum adds up what each object dominates, and puts it in order.
func (t *tree) sum(bytes func(int) int64) {
	n := len(t.number)
	t.retained, t.objects, t.place = make([]int64, n), make([]uint32, n), make([]uint32, n)
	for w := n - 1; w >= 1; w-- {
		t.retained[w] += bytes(int(t.number[w]))
		t.objects[w]++
		if w > 1 {
			t.retained[t.dominator[w]] += t.retained[w]
			t.objects[t.dominator[w]] += t.objects[w]
		}
	}
	next := make([]uint32, n)
	for w := 1; w < n; w++ {
		if d := t.dominator[w]; d != 0 {
			t.place[w] = next[d]
			next[d] += t.objects[w]
		}
		next[w] = t.place[w] + 1
	}
	t.children = newRows(n-1, func(add func(list, item uint32)) {
		for w := 2; w < n; w++ {
			add(t.dominator[w], uint32(w))
		}
	})
}

// dominates tells whether all ways to b lead through a, or b is a.
func (t *tree) dominates(a, b uint32) bool { return t.place[b]-t.place[a] < t.objects[a] }
