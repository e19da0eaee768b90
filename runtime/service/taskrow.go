package service

import (
	"context"
	"iter"

	"lunarium/runtime/vm"
)

// taskSnapshot are the tasks that there were when it was made, the oldest first, for who
// looks at them bit by bit. It belongs to the service's thread.
type taskSnapshot struct {
	left []*waiter
	ids  []uint64 // of left; another number there is another task
}

func (s *Service) snapshotTasks() *taskSnapshot {
	r := &taskSnapshot{left: s.oldestFirst()}
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

// tasksAtOnce are looked at in one go by EachTask.
const tasksAtOnce = 200

// EachTask is Tasks for very many: they are looked at some at a time, when they are asked
// for, and the service goes on meanwhile. Those that end before are left out. total is
// how many there are at first; limited gives the context of each look.
func (s *Service) EachTask(limited func() (context.Context, context.CancelFunc)) (tasks iter.Seq2[TaskInfo, error], total int, err error) {
	look := func(f func()) error {
		ctx, cancel := limited()
		defer cancel()
		return s.runReading(ctx, func(*vm.State) { f() })
	}
	var row *taskSnapshot
	if err := look(func() { row = s.snapshotTasks() }); err != nil {
		return nil, 0, err
	}
	total = len(row.left)
	return func(yield func(TaskInfo, error) bool) {
		for {
			var some []TaskInfo
			if err := look(func() { some = s.nextInfos(row) }); err != nil {
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
func (s *Service) nextInfos(r *taskSnapshot) []TaskInfo {
	list := make([]*waiter, 0, tasksAtOnce)
	for len(list) < tasksAtOnce {
		w := r.next()
		if w == nil {
			break
		}
		list = append(list, w)
	}
	return s.infos(list)
}
