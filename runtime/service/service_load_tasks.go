package service

import (
	"cmp"
	"slices"

	"lunarium/runtime/vm"
)

// This file holds the time-outs and forks that files make while they are loaded:
// who exchanges the files takes them back and sets others.

// PrepareLoadTask makes a time-out or a fork, which is not set yet, of code that is only tried.
// ti are hundredths of a second.
func (s Reloading) PrepareLoadTask(fork bool, ti int64, at string, fn vm.Value, args ...vm.Value) *LoadTask {
	kind := TaskTimeout
	if fork {
		kind = TaskFork
	}
	t := s.makeTask(kind, fn, args...)
	return &LoadTask{Fork: fork, Delay: ticks(ti), At: at, service: s.core, waiter: &t.waiter, due: -1, runs: vm.Nil}
}

// LoadedTimeouts lists the time-outs that files set while they were loaded and that are
// not due, the oldest first.
func (s Reloading) LoadedTimeouts() (list []*LoadTask) {
	var found []*waiter
	for t := s.live; t != nil; t = t.next {
		if t.Payload.loading && t.wait.Kind == WaitTimer {
			found = append(found, &t.waiter)
		}
	}
	for w := range s.later.each {
		if w.Payload.loading {
			found = append(found, w)
		}
	}
	slices.SortFunc(found, func(a, b *waiter) int { return cmp.Compare(a.id, b.id) })
	for _, w := range found {
		list = append(list, &LoadTask{Delay: w.Payload.delay, At: w.Payload.at.String(), service: s.core, waiter: w, due: -1, runs: vm.Nil})
	}
	return list
}

// LoadedForks lists the forks that were set by Set and have not begun, the oldest first.
func (s Reloading) LoadedForks() []*LoadTask {
	s.loadForks = slices.DeleteFunc(s.loadForks, func(l *LoadTask) bool { return !l.Waits() })
	return slices.Clone(s.loadForks)
}

// Function gives what it runs.
func (l *LoadTask) Function() vm.Value {
	if l.waiter.task == nil {
		return vm.ClosureValue(l.waiter.starts)
	}
	return l.waiter.task.thread.AsTask().Body()
}

// Thread gives its handle, nil when nobody has taken one.
func (l *LoadTask) Thread() *vm.Thread {
	if l.waiter.task == nil {
		return nil
	}
	return l.waiter.task.thread
}

// ID is equal for those that are the same.
func (l *LoadTask) ID() any {
	if l.Fork {
		return l // another task takes its place when it is taken back
	}
	return l.waiter
}

// Began tells whether it has begun, so that nothing takes it back or sets it again.
func (l *LoadTask) Began() bool { return l.began }

// setFunction puts back what it ran: while it is not set, an exchange of functions does
// not know it.
func (l *LoadTask) setFunction() {
	switch {
	case !l.runs.IsFunction():
	case l.waiter.task == nil:
		l.waiter.starts = l.runs.AsClosure()
	default:
		l.waiter.task.thread.AsTask().SetBody(l.runs)
	}
}

// Waits tells whether it is set and has not begun.
func (l *LoadTask) Waits() bool {
	w, t := l.waiter, l.waiter.task
	switch {
	case t == nil:
		return l.service.later.find(w.Payload.session) == w
	case t.dropped || !l.service.isLive(t):
		return false
	case l.Fork:
		return t.wait.Kind == WaitFork
	}
	return t.wait.Kind == WaitTimer && t.wait.Session == w.Payload.session
}

// Set sets it: for the first time with its whole delay, afterwards to when it was due.
// One that has begun stays as it is.
func (l *LoadTask) Set() {
	s, w, t := l.service, l.waiter, l.waiter.task
	if l.began || l.Waits() {
		return
	}
	now := s.node.clock.Elapsed()
	if l.due < 0 {
		l.due = now
		if l.Delay > 0 {
			l.due = s.node.clock.clock.After(l.Delay)
		}
	}
	due := max(l.due, now)
	l.setFunction()
	if t == nil {
		s.later.add(w)
		s.taskCount++
		s.node.clock.add(w, due)
		return
	}
	t.dropped = false
	s.number(t)
	s.enlist(t)
	if l.Fork {
		s.beginWait(t, Wait{Kind: WaitFork})
		s.forks.Push(t)
		s.loadForks = append(Reloading{Self{s}}.LoadedForks(), l)
		return
	}
	s.beginWait(t, Wait{Kind: WaitTimer, Session: s.genID(), Until: due})
	t.Payload.loading, t.Payload.delay, t.Payload.at = true, l.Delay, &callSite{service: s, text: l.At}
	s.setTimer(t, due)
}

// Withdraw takes it back, so that Set can set it again; false when it has begun.
func (l *LoadTask) Withdraw() bool {
	s, w, t := l.service, l.waiter, l.waiter.task
	if !l.Waits() {
		l.began = true
		return false
	}
	l.runs = l.Function()
	switch {
	case t == nil:
		l.due = w.At()
		s.withdraw(w)
	case l.Fork:
		t = t.withdrawn()
		l.waiter = &t.waiter
	default:
		l.due = t.wait.Until
		s.leaveWait(t)
		s.delist(t)
	}
	return true
}

// withdrawn takes back a fork that has not begun, and gives a task for it: the forks
// that are due still hold the old one.
func (t *task) withdrawn() *task {
	s, again := t.service, &task{}
	s.leaveWait(t)
	s.delist(t)
	*again = task{service: s, kind: t.kind, handled: &noMessage, thread: t.thread, maker: t.maker, madeBy: t.madeBy}
	again.task = again
	t.thread.AsTask().SetData(again)
	t.dropped = true
	return again
}

// Visit names what it holds while it is not set.
func (l *LoadTask) Visit(visit func(vm.Value)) {
	visit(l.runs)
	if l.waiter.task == nil {
		visit(vm.ClosureValue(l.waiter.starts))
		return
	}
	visit(vm.ThreadValue(l.waiter.task.thread))
}
