package reload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lunarium/runtime/service"
)

// This file goes between the versions of a service's code.

// VersionInfo is one line of a service's history.
type VersionInfo struct {
	Number    int
	Last      int // of the versions that the line stands for, those that are forgotten; else Number
	Current   bool
	Previous  int
	At        time.Time
	Changes   string
	Forgotten bool // it is not kept any more
}

// ErrNoPrevious says that there is nothing to undo.
var ErrNoPrevious = errors.New("there is no version before the one that runs")

// ErrNoNext says that there is nothing to redo.
var ErrNoNext = errors.New("nothing was undone that could be done again")

// Versions lists the versions of a service's code, the oldest first; those that are not
// kept any more have one line as long as they follow each other.
func Versions(ctx context.Context, s *service.Service) (list []VersionInfo, err error) {
	err = s.Do(ctx, func(own service.Self) {
		versions, current := own.Reloading().Versions()
		for _, v := range versions {
			changes := v.Changes
			if v.Number == 1 {
				changes = "as started"
			}
			if v.Own {
				changes = "by the service itself: " + changes
			}
			if n := len(list); v.Forgotten && n > 0 && list[n-1].Forgotten {
				list[n-1].Last = v.Number
				continue
			}
			list = append(list, VersionInfo{v.Number, v.Number, v.Number == current, v.Previous, v.At, changes, v.Forgotten})
		}
	})
	return list, err
}

// Undo goes back to the code of the version before: what the reload wrote is what it
// was, and what the service has changed since stays.
func Undo(ctx context.Context, s *service.Service) (*Change, error) {
	return reloading(ctx, s, false, func(r *reload) error {
		list, current := r.svc.Versions()
		if list[current-1].Previous == 0 {
			return fmt.Errorf("%s runs version %d: %w", s.Handle(), current, ErrNoPrevious)
		}
		before, err := version(r.svc, list[current-1].Previous)
		if err != nil {
			return err
		}
		return r.travel([]leg{{list[current-1], before, false}})
	})
}

// Redo does again what was undone last.
func Redo(ctx context.Context, s *service.Service) (*Change, error) {
	return reloading(ctx, s, false, func(r *reload) error {
		list, current := r.svc.Versions()
		next := r.svc.Undone()
		if next == 0 || list[next-1].Previous != current || list[next-1].Forgotten {
			return fmt.Errorf("%s: %w", s.Handle(), ErrNoNext)
		}
		return r.travel([]leg{{list[current-1], list[next-1], true}})
	})
}

// GoTo goes to a version, by undoing and redoing what lies between. A dry run tells what
// that comes to.
func GoTo(ctx context.Context, s *service.Service, number int, dry bool) (*Change, error) {
	return reloading(ctx, s, dry, func(r *reload) error {
		list, current := r.svc.Versions()
		if _, err := version(r.svc, number); err != nil {
			return err
		}
		if number == current {
			return r.unchanged()
		}
		var legs []leg
		up, down := way(list, current, number)
		for v := current; up > 0; up-- {
			legs = append(legs, leg{list[v-1], list[list[v-1].Previous-1], false})
			v = list[v-1].Previous
		}
		for _, v := range down {
			legs = append(legs, leg{list[list[v-1].Previous-1], list[v-1], true})
		}
		return r.travel(legs)
	})
}

// travel goes a way, or, in a dry run, follows it, and tells what it comes to.
func (r *reload) travel(legs []leg) error {
	if r.dry && len(legs) > 1 {
		for _, l := range legs {
			if s := l.step(); s == nil || s.turn != nil {
				return errors.New("a dry run can't follow several exchanges of an implementation: their state goes through get_state and set_state")
			}
		}
	}
	total := &journey{moves: newMoves(r.dry)}
	for _, l := range legs {
		if err := r.goLeg(l, total); err != nil {
			return err
		}
		if r.dry {
			continue
		}
		if !l.forth {
			r.svc.NoteUndone(l.from.Number)
		}
	}
	total.report(r.svc, r.change)
	r.change.Version = legs[len(legs)-1].to.Number
	if last := legs[len(legs)-1]; !r.dry && last.forth && !last.to.Own {
		list, _ := r.svc.Versions()
		list[last.to.Number-1].Changes = r.change.summary()
	}
	return nil
}

// goLeg goes to a version next to the one that runs.
func (r *reload) goLeg(l leg, j *journey) error {
	r.target = l.to
	s := l.step()
	if s == nil {
		return r.impl(l.to.Impl)
	}
	if s.turn != nil {
		return r.takeTurns(l, s, j)
	}
	defer j.add(s, l.forth)
	if r.dry {
		j.moves.step(s, l.forth)
		return nil
	}
	move := r.back
	if l.forth {
		move = r.forth
	}
	if err := move(s, j.moves); err != nil {
		return err
	}
	r.svc.Install(l.to)
	return nil
}

// way gives how many steps back and which ones forth lead from one version to another.
func way(list []service.Version, from, to int) (up int, down []int) {
	above := map[int]int{} // version: steps back from it
	for v, n := from, 0; v != 0; v, n = list[v-1].Previous, n+1 {
		above[v] = n
	}
	for v := to; v != 0; v = list[v-1].Previous {
		if n, ok := above[v]; ok {
			return n, down
		}
		down = append([]int{v}, down...)
	}
	return above[1], nil // not reached: all versions come from the first
}
