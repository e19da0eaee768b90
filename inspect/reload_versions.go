package inspect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file goes between the versions of a service's code.

// VersionInfo is one line of a service's history.
type VersionInfo struct {
	Number   int
	Current  bool
	Previous int
	At       time.Time
	Changes  string
}

// ErrNoPrevious says that there is nothing to undo.
var ErrNoPrevious = errors.New("there is no version before the one that runs")

// ErrNoNext says that there is nothing to redo.
var ErrNoNext = errors.New("nothing was undone that could be done again")

// ErrNoVersion says that a service has no version of a number.
var ErrNoVersion = errors.New("there is no such version")

// Versions lists the versions of a service's code, the oldest first.
func Versions(ctx context.Context, s *service.Service) (list []VersionInfo, err error) {
	err = s.Do(ctx, func(*vm.State) {
		versions, current := s.Versions()
		for _, v := range versions {
			changes := v.Changes
			if v.Number == 1 {
				changes = "as started"
			}
			list = append(list, VersionInfo{v.Number, v.Number == current, v.Previous, v.At, changes})
		}
	})
	return list, err
}

// Undo goes back to the code of the version before: what the reload wrote is what it
// was, and what the service has changed since stays.
func Undo(ctx context.Context, s *service.Service) (*Change, error) {
	return reloading(ctx, s, false, func(r *reload) error {
		list, current := s.Versions()
		if list[current-1].Previous == 0 {
			return fmt.Errorf("%s runs version %d: %w", s.Base(), current, ErrNoPrevious)
		}
		return r.backwards()
	})
}

// Redo does again what was undone last.
func Redo(ctx context.Context, s *service.Service) (*Change, error) {
	return reloading(ctx, s, false, func(r *reload) error {
		list, current := s.Versions()
		next := s.Undone()
		if next == 0 || list[next-1].Previous != current {
			return fmt.Errorf("%s: %w", s.Base(), ErrNoNext)
		}
		return r.forwards(next)
	})
}

// GoTo goes to a version, by undoing and redoing what lies between.
func GoTo(ctx context.Context, s *service.Service, number int) (*Change, error) {
	return reloading(ctx, s, false, func(r *reload) error {
		list, current := s.Versions()
		if number < 1 || number > len(list) {
			return fmt.Errorf("%s has versions 1 to %d: %w", s.Base(), len(list), ErrNoVersion)
		}
		if number == current {
			return r.unchanged()
		}
		up, down := way(list, current, number)
		total := &Change{Service: r.change.Service}
		for range up {
			if err := r.backwards(); err != nil {
				return err
			}
			total.follow(r.change)
		}
		for _, v := range down {
			if err := r.forwards(v); err != nil {
				return err
			}
			total.follow(r.change)
		}
		*r.change = *total
		return nil
	})
}

// way gives how many steps back and which ones forth lead from one version to another.
func way(list []service.Version, from, to int) (up int, down []int) {
	above := map[int]int{} // version: steps back from it
	for v, n := from, 0; v != 0; v, n = list[v-1].Previous, n+1 {
		above[v] = n
	}
	for v := to; ; v = list[v-1].Previous {
		if n, ok := above[v]; ok {
			return n, down
		}
		down = append([]int{v}, down...)
	}
}

// backwards goes to the version before the current one.
func (r *reload) backwards() error {
	list, current := r.svc.Versions()
	now := list[current-1]
	r.target = list[now.Previous-1]
	s := stepOf(now)
	if s == nil {
		if err := r.impl(r.target.Impl); err != nil {
			return err
		}
		r.svc.NoteUndone(current)
		return nil
	}
	service := r.change.Service
	*r.change = Change{Service: service}
	if err := r.back(s); err != nil {
		return err
	}
	r.change.reverse(s.change)
	r.change.Version = r.svc.Install(r.target)
	r.svc.NoteUndone(current)
	return nil
}

// forwards goes to a version that the current one is the one before of.
func (r *reload) forwards(number int) error {
	list, _ := r.svc.Versions()
	r.target = list[number-1]
	s := stepOf(r.target)
	if s == nil {
		return r.impl(r.target.Impl)
	}
	service := r.change.Service
	*r.change = Change{Service: service}
	if err := r.forth(s); err != nil {
		return err
	}
	r.change.repeat(s.change)
	r.change.Version = r.svc.Install(r.target)
	return nil
}

// reverse makes the change that takes another one back.
func (c *Change) reverse(other *Change) {
	c.NewFunctions, c.RemovedFunctions = other.RemovedFunctions, other.NewFunctions
	c.ChangedFunctions, c.SameFunctions = other.ChangedFunctions, other.SameFunctions
	c.Added, c.Dropped = other.Dropped, other.Added
	c.Kept, c.Updated, c.Differs = other.Kept, other.Updated, other.Differs
}

// repeat makes the change that does another one again.
func (c *Change) repeat(other *Change) {
	notes, name := c.Notes, c.Service
	*c = *other
	c.Notes, c.Service = notes, name
}

// follow adds a change that came after.
func (c *Change) follow(next *Change) {
	merge := func(list *[]string, more []string) {
		for _, name := range more {
			if !slices.Contains(*list, name) {
				*list = append(*list, name)
			}
		}
	}
	merge(&c.NewFunctions, next.NewFunctions)
	merge(&c.ChangedFunctions, next.ChangedFunctions)
	merge(&c.RemovedFunctions, next.RemovedFunctions)
	merge(&c.Kept, next.Kept)
	merge(&c.Added, next.Added)
	merge(&c.Dropped, next.Dropped)
	merge(&c.Updated, next.Updated)
	merge(&c.Differs, next.Differs)
	c.SameFunctions, c.Notes, c.Version = next.SameFunctions, next.Notes, next.Version
}
