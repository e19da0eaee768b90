package skynet

import "lunarium/runtime/vm"

// taskFunctions are about tasks and time. Times are hundredths of a second.
var taskFunctions = functions{
	"timeout":    {done, bound((*library).timeout)},
	"fork":       {done, bound((*library).fork)},
	"sleep":      {acts, bound(func(l *library, t *vm.Thread) int { return l.svc.Sleep(t, hundredths(t, 1), t.Arg(2)) })},
	"yield":      {acts, bound(func(l *library, t *vm.Thread) int { return l.svc.Yield(t) })},
	"wait":       {acts, bound(func(l *library, t *vm.Thread) int { return l.svc.Wait(t, t.Arg(1)) })},
	"wakeup":     {done, bound((*library).wakeup)},
	"cancel":     {done, bound((*library).cancel)},
	"killthread": {done, bound((*library).killthread)},
	"now":        {reads, bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Number(float64(l.svc.Ticks()))) })},
	"starttime":  {reads, bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Number(float64(l.node.Clock().Start().Unix()))) })},
	"time":       {reads, bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Number(l.svc.Seconds())) })},
	"hpc": {reads, bound(func(l *library, t *vm.Thread) int {
		return t.Return(vm.Number(float64(l.svc.Elapsed().Nanoseconds())))
	})},
}

// hundredths demands an integral number.
func hundredths(t *vm.Thread, i int) int64 {
	f := t.CheckNumber(i)
	if f != float64(int64(f)) {
		t.ArgError(i, "number has no integer representation")
	}
	return int64(f)
}

func (l *library) timeout(t *vm.Thread) int {
	ti := hundredths(t, 1)
	return t.Return(vm.ThreadValue(l.svc.Timeout(t, ti, t.CheckFunction(2))))
}

func (l *library) fork(t *vm.Thread) int {
	return t.Return(vm.ThreadValue(l.svc.Fork(t, t.CheckFunction(1), t.Args(2)...)))
}

func (l *library) wakeup(t *vm.Thread) int {
	if l.svc.Wakeup(t.CheckAny(1)) {
		return t.Return(vm.True)
	}
	return t.Return(vm.Nil)
}

// cancel ends what timeout or fork started; nil and what has ended are no
// trouble. It tells whether there was something to cancel.
func (l *library) cancel(t *vm.Thread) int {
	if t.Arg(1).IsNil() {
		return t.Return(vm.False)
	}
	return t.Return(vm.Bool(l.svc.CancelTask(t.CheckThread(1))))
}

// killthread ends a task by its thread or a part of its printed name, and gives
// the thread.
func (l *library) killthread(t *vm.Thread) int {
	if part, ok := t.Arg(1).AsString(); ok {
		return t.Return(vm.ThreadValue(l.svc.KillMatching(part)))
	}
	if co := t.CheckThread(1); l.svc.CancelTask(co) {
		return t.Return(t.Arg(1))
	}
	return t.Return(vm.Nil)
}
