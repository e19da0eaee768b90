package service

import (
	"cmp"
	"context"
	"slices"

	"lunarium/runtime/vm"
)

// Alike are tasks that stand at the same place.
type Alike struct {
	Traceback string
	Tasks     int
	oldest    uint64
}

const (
	// fewTasks are looked at in one go, inside a long library call, too.
	fewTasks = 1000
	// taskPlaces is what a look at a task counts as, in places of tables.
	taskPlaces = 64
)

// AlikeTasks counts the tasks by where they stand, those with the oldest first. Very many
// are looked at in steps; those that begin or end meanwhile may be counted or not.
func (s *Service) AlikeTasks(ctx context.Context) ([]Alike, error) {
	count := alikes{}
	if s.Stat().Tasks <= fewTasks {
		err := s.runReading(ctx, func(*vm.State) {
			for _, w := range s.oldestFirst() {
				count.add(s, w)
			}
		})
		return count.list(), err
	}
	var row *taskSnapshot
	err := s.Steps(ctx, func(*vm.State) bool {
		if row == nil {
			row = s.snapshotTasks()
		}
		for pace := s.Pace(); ; {
			w := row.next()
			if w == nil {
				return true
			}
			count.add(s, w)
			if pace.Over(taskPlaces) {
				return false
			}
		}
	})
	return count.list(), err
}

type alikes map[string]*Alike

func (a alikes) add(s *Service, w *waiter) {
	info := s.infos([]*waiter{w})[0]
	one := a[info.Traceback]
	if one == nil {
		one = &Alike{Traceback: info.Traceback, oldest: info.ID}
		a[info.Traceback] = one
	}
	one.Tasks++
}

func (a alikes) list() []Alike {
	list := make([]Alike, 0, len(a))
	for _, one := range a {
		list = append(list, *one)
	}
	slices.SortFunc(list, func(x, y Alike) int { return cmp.Compare(x.oldest, y.oldest) })
	return list
}
