package service

import (
	"cmp"
	"context"
	"iter"
	"slices"
)

// This file holds the questions about a service's tasks.

// Tasks lists the tasks, the oldest first. The pooled threads that wait for
// messages are not among them.
func (s *Service) Tasks(ctx context.Context) (tasks []TaskInfo, err error) {
	err = s.runReading(ctx, func() { tasks = s.infos(s.oldestFirst()) })
	return tasks, err
}

// FirstTasks is Tasks for the oldest of them, the running one included, and tells how
// many there are.
func (s *Service) FirstTasks(ctx context.Context, most int) (tasks []TaskInfo, total int, err error) {
	err = s.runReading(ctx, func() {
		var first []*waiter
		if first, total = s.oldest(most); s.current != nil && len(first) > 0 && s.current.id > first[len(first)-1].id {
			first[len(first)-1] = &s.current.waiter
		}
		tasks = s.infos(first)
	})
	return tasks, total, err
}

// EachTask is Tasks for very many: they are looked at some at a time, when they are asked
// for, and the service goes on meanwhile. Those that end before are left out. total is
// how many there are at first; limited gives the context of each look.
func (s *Service) EachTask(limited func() (context.Context, context.CancelFunc)) (tasks iter.Seq2[TaskInfo, error], total int, err error) {
	return s.eachTask(limited, (*core).snapshotTasks, (*core).taskInfo)
}

// eachTask is EachTask for those of a snapshot, as info describes them.
func (s *Service) eachTask(limited func() (context.Context, context.CancelFunc), snapshot func(*core) *taskSnapshot, info func(*core, *task) TaskInfo) (tasks iter.Seq2[TaskInfo, error], total int, err error) {
	look := func(f func()) error {
		ctx, cancel := limited()
		defer cancel()
		return s.runReading(ctx, func() { f() })
	}
	var row *taskSnapshot
	if err := look(func() { row = snapshot(&s.core) }); err != nil {
		return nil, 0, err
	}
	total = len(row.left)
	return func(yield func(TaskInfo, error) bool) {
		for {
			var some []TaskInfo
			if err := look(func() { some = s.nextInfos(row, info) }); err != nil {
				yield(TaskInfo{}, err)
				return
			}
			for _, task := range some {
				if !yield(task, nil) {
					return
				}
			}
			if len(some) == 0 {
				return
			}
		}
	}, total, nil
}

// nextInfos describes the next tasks of a row; none: it is at its end.
func (s *core) nextInfos(r *taskSnapshot, info func(*core, *task) TaskInfo) []TaskInfo {
	list := make([]*waiter, 0, tasksAtOnce)
	for len(list) < tasksAtOnce {
		w := r.next()
		if w == nil {
			break
		}
		list = append(list, w)
	}
	return s.infosBy(list, info)
}

// tasksAtOnce are looked at in one go by EachTask.
const tasksAtOnce = 200

// taskSnapshot are the tasks that there were when it was made, the oldest first, for who
// looks at them bit by bit. It belongs to the service's thread.
type taskSnapshot struct {
	left []*waiter
	ids  []uint64 // of left; another number there is another task
}

func (s *core) snapshotTasks() *taskSnapshot {
	return newSnapshot(s.oldestFirst())
}

func newSnapshot(tasks []*waiter) *taskSnapshot {
	r := &taskSnapshot{left: tasks}
	r.ids = make([]uint64, len(r.left))
	for i, w := range r.left {
		r.ids[i] = w.id
	}
	return r
}

// next gives the next one that has not ended; nil: there is none.
func (r *taskSnapshot) next() *waiter {
	for len(r.left) > 0 {
		w, id := r.left[0], r.ids[0]
		r.left, r.ids = r.left[1:], r.ids[1:]
		if w.id == id && (w.task == nil || !w.task.dropped) {
			return w
		}
	}
	return nil
}

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
// are looked at in pieces; those that begin or end meanwhile may be counted or not.
func (s *Service) AlikeTasks(ctx context.Context) ([]Alike, error) {
	count := alikes{}
	if s.Stat().Tasks <= fewTasks {
		err := s.runReading(ctx, func() {
			for _, w := range s.oldestFirst() {
				count.add(&s.core, w)
			}
		})
		return count.list(), err
	}
	var row *taskSnapshot
	err := s.DoInPieces(ctx, func(own Self) bool {
		if row == nil {
			row = s.snapshotTasks()
		}
		for pace := own.Pace(); ; {
			w := row.next()
			if w == nil {
				return true
			}
			count.add(&s.core, w)
			if pace.Over(taskPlaces) {
				return false
			}
		}
	})
	return count.list(), err
}

type alikes map[string]*Alike

func (a alikes) add(s *core, w *waiter) {
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
