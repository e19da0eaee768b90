package skynet

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds tasks and time.

// taskFunctions are about tasks and time. Times are hundredths of a second.
var taskFunctions = []kit.Function{
	kit.Fn("timeout", "ticks, f", kit.Delays, "runs a function after so many hundredths of a second",
		bound((*library).timeout)),
	kit.Fn("fork", "f, ...", kit.Forks, "runs a function as a task of its own",
		bound((*library).fork)),
	kit.Fn("sleep", "ticks [, token]", kit.Acts, `waits for so many hundredths of a second; "BREAK" when it was woken up`,
		bound(func(l *library, t *vm.Thread) int { return l.svc.Sleep(t, hundredths(t, 1), t.Arg(2)) })),
	kit.Fn("yield", "", kit.Acts, "lets other tasks and messages go first",
		bound(func(l *library, t *vm.Thread) int { return l.svc.Yield(t) })),
	kit.Fn("wait", "[token [, lock]]", kit.Acts, "waits until the token is woken up; a lock is a table whose `owner` is the coroutine that will do it, which the console's `waits` shows",
		bound(func(l *library, t *vm.Thread) int { return l.svc.Wait(t, t.Arg(1), t.Arg(2).AsTable()) })),
	kit.Fn("wakeup", "token", kit.Done, "wakes up what sleeps or waits with a token",
		bound((*library).wakeup)),
	kit.Fn("cancel", "task", kit.Done, "ends what timeout or fork started",
		bound((*library).cancel)),
	kit.Fn("killthread", "task or name", kit.Done, "ends a task by its thread, or by a part of its printed name",
		bound((*library).killthread)),
	kit.Fn("now", "", kit.Reads, "gives the hundredths of a second since the node started",
		bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Number(float64(l.svc.Ticks()))) })),
	kit.Fn("starttime", "", kit.Reads, "gives when the node started, in seconds since 1970",
		bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Number(float64(l.node.Clock().Start().Unix()))) })),
	kit.Fn("time", "", kit.Reads, "gives the time, in seconds since 1970",
		bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Number(l.svc.Seconds())) })),
	kit.Fn("hpc", "", kit.Reads, "gives a clock in nanoseconds",
		bound(func(l *library, t *vm.Thread) int {
			return t.Return(vm.Number(float64(l.svc.Elapsed().Nanoseconds())))
		})),
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
