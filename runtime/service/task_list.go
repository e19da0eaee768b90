package service

import (
	"cmp"

	"lunarium/runtime/vm"
)

// This file holds what people see of a service's tasks.

// oldestFirst lists the tasks that have something to do, and the time-outs that
// have none yet.
func (s *core) oldestFirst() []*waiter {
	all, _ := s.oldest(s.taskCount + s.later.count)
	return all
}

// oldest is oldestFirst for the oldest of them, and tells how many there are.
func (s *core) oldest(most int) (list []*waiter, total int) {
	first := earliest[*waiter]{most: most, compare: func(a, b *waiter) int { return cmp.Compare(a.id, b.id) }}
	for t := s.live; t != nil; t = t.next {
		first.add(&t.waiter)
		total++
	}
	for w := range s.later.each {
		first.add(w)
		total++
	}
	return first.list(), total
}

// TasksHere is Tasks on the service's own thread.
func (s Self) TasksHere() []TaskInfo { return s.infos(s.oldestFirst()) }

// TaskInfo describes the task of a thread; ok is false when it has ended.
func (s Debugging) TaskInfo(thread *vm.Thread) (info TaskInfo, ok bool) {
	t, is := thread.AsTask().Data().(*task)
	if !is || t.dropped || !s.isLive(t) {
		return TaskInfo{}, false
	}
	return s.taskInfo(t), true
}

func (s *core) infos(list []*waiter) []TaskInfo { return s.infosBy(list, (*core).taskInfo) }

// infosBy is infos with tasks described by info.
func (s *core) infosBy(list []*waiter, info func(*core, *task) TaskInfo) []TaskInfo {
	infos := make([]TaskInfo, 0, len(list))
	for _, w := range list {
		if w.task == nil {
			infos = append(infos, s.infoLater(w))
			continue
		}
		infos = append(infos, info(s, w.task))
	}
	return infos
}

func (s *core) taskInfo(t *task) TaskInfo {
	info := s.briefInfo(t)
	info.Thread = threadName(t.thread)
	if t.wait.Kind == WaitTimer {
		info.Traceback = s.setBy[t.wait.Session]
	} else if t.wait.Kind != WaitFork {
		info.Traceback = t.thread.AsTask().Traceback()
	}
	return info
}

// briefInfo is taskInfo without the thread and its traceback.
func (s *core) briefInfo(t *task) TaskInfo {
	info := TaskInfo{
		ID: t.id, Kind: t.kind, Running: t == s.current || s.state.Task() == t.thread,
		Session: t.message.Session, Source: t.message.Source, Handling: t.handling,
		Wait: t.wait, Site: t.madeAt(), Created: t.created,
		Promised: t.promised, Answered: t.message.Session != 0 && t.answered,
	}
	if t.message.Source != 0 {
		info.From = s.node.NameOf(t.message.Source)
	} else if t.kind == TaskPosted {
		info.From = "outside"
	} else if t.kind == TaskTidy {
		info.From = "its library"
	}
	if t.wait.Dest != 0 {
		info.WaitFor = s.node.NameOf(t.wait.Dest)
	}
	if owner, held := s.ownerOf(t.lock); owner != nil && owner != t {
		info.Behind = owner.id
	} else {
		info.Orphaned = held && owner == nil
	}
	if t.wait.Kind != WaitTimer && t.wait.Kind != WaitFork {
		info.At = t.thread.AsTask().Place()
	}
	return info
}

// ownerOf gives the task that holds a lock, which may be nil, as its field owner says;
// nil when that is no coroutine of a task that lives. held tells whether it is a coroutine.
func (s *core) ownerOf(lock *vm.Table) (owner *task, held bool) {
	if lock == nil {
		return nil, false
	}
	thread := lock.GetString("owner").AsThread()
	for held = thread != nil; thread != nil; thread = thread.Debug().Resumer() {
		if t, ok := thread.AsTask().Data().(*task); ok && t.service == s && !t.dropped && s.isLive(t) {
			return t, true
		}
	}
	return nil, held
}

// infoLater describes a time-out that has no task.
func (s *core) infoLater(w *waiter) TaskInfo {
	return TaskInfo{
		ID: w.id, Thread: "thread: none", Kind: TaskTimeout, Created: w.setAt(), Site: w.Payload.at.String(),
		Wait:      Wait{Kind: WaitTimer, Session: w.Payload.session, Since: w.setAt(), Until: w.At()},
		Traceback: s.setBy[w.Payload.session],
	}
}

func threadName(t *vm.Thread) string { return "thread: " + vm.Address(vm.ThreadValue(t)) }
