package timer

import "time"

// node is a timer in the wheel; id 0 marks a free one.
type node[T any] struct {
	next, prev *node[T]
	id         ID
	tick       int64
	payload    T
}

func (n *node[T]) due() Due[T] {
	return Due[T]{ID: n.id, At: time.Duration(n.tick) * Tick, Payload: n.payload}
}

const pageSize = 64

// pages holds nodes by ID. IDs ascend and are never used again, so a page is
// filled once, and dropped when the last of its timers has gone.
type pages[T any] struct {
	last    ID
	filling *page[T] // the page of the last ID
	held    map[ID]*page[T]
	live    int
}

type page[T any] struct {
	live  int
	nodes [pageSize]node[T]
}

// add gives a node with the next ID.
func (p *pages[T]) add() *node[T] {
	p.last++
	if p.filling == nil || p.last%pageSize == 0 {
		p.turn()
	}
	n := &p.filling.nodes[p.last%pageSize]
	n.id = p.last
	p.filling.live++
	p.live++
	return n
}

// turn begins the page of the last ID. It takes over the full page when nothing
// in it is alive.
func (p *pages[T]) turn() {
	full := p.filling
	if full != nil && full.live == 0 {
		delete(p.held, (p.last-1)/pageSize)
	} else {
		p.filling = new(page[T])
	}
	if p.held == nil {
		p.held = make(map[ID]*page[T])
	}
	p.held[p.last/pageSize] = p.filling
}

// find gives the node of a timer that is set, or nil.
func (p *pages[T]) find(id ID) *node[T] {
	page := p.held[id/pageSize]
	if page == nil || id == 0 {
		return nil
	}
	if n := &page.nodes[id%pageSize]; n.id == id {
		return n
	}
	return nil
}

// free clears a node, so that its payload can be collected.
func (p *pages[T]) free(n *node[T]) {
	number := n.id / pageSize
	page := p.held[number]
	*n = node[T]{}
	p.live--
	page.live--
	if page.live == 0 && page != p.filling {
		delete(p.held, number)
	}
}

func (p *pages[T]) each(f func(*node[T])) {
	for _, page := range p.held {
		for i := range page.nodes {
			if n := &page.nodes[i]; n.id != 0 {
				f(n)
			}
		}
	}
}
