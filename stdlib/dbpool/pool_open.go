package dbpool

import (
	"context"
	"maps"
	"slices"

	"lunarium/runtime/host"
	"lunarium/runtime/vm"
)

// This file holds how a pool begins and ends.

// newPool makes a pool; nothing is connected yet. gone closes it.
func newPool(s *vm.State, c config) (*Pool, error) {
	db, place, err := c.driver.open(&c, outlet{state: s, kind: c.driver.name})
	if err != nil {
		return nil, err
	}
	p := &Pool{
		config: c, state: s, db: db, place: place,
		done: make(chan struct{}), open: map[*lease]struct{}{},
		slots: &gate{what: "connection", limit: c.size},
	}
	if c.driver.file && c.size > 1 {
		p.writers = &gate{what: "turn to write", limit: 1}
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	db.SetMaxOpenConns(c.size)
	db.SetMaxIdleConns(c.size)
	go p.watch(host.Gone(s), host.Opened(s))
	return p, nil
}

// watch closes the connections when the pool is to be closed: the state has
// ended, or somebody called cancel.
func (p *Pool) watch(gone <-chan struct{}, closed func()) {
	defer closed()
	select {
	case <-gone:
		p.cancel()
	case <-p.ctx.Done():
	}
	p.mu.Lock()
	p.shut = true
	p.mu.Unlock()
	p.working.Wait()
	for _, l := range p.leases() {
		l.rollback()
	}
	p.db.Close()
	close(p.done)
}

// leases gives those with an open transaction.
func (p *Pool) leases() []*lease {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.open))
}
