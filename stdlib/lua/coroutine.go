package lua

import (
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library coroutine.

// coroutineFunctions are the functions of the library coroutine.
var coroutineFunctions = kit.Library{Name: "coroutine", Functions: []kit.Function{
	kit.Fn("create", "f", kit.None, "makes a coroutine of a function",
		coroutineCreate),
	kit.Fn("isyieldable", "", kit.None, "tells whether the running code may yield",
		coroutineIsyieldable),
	kit.Fn("resume", "co [, ...]", kit.None, "goes on with a coroutine; true and what it yields or returns, or false and the error",
		coroutineResume),
	kit.Fn("running", "", kit.None, "gives the running coroutine, and whether it is the main one",
		coroutineRunning),
	kit.Fn("status", "co", kit.None, `gives "suspended", "running", "normal" or "dead"`,
		coroutineStatus),
	kit.Fn("wrap", "f", kit.None, "makes a function that resumes a coroutine",
		coroutineWrap),
	kit.Fn("yield", "...", kit.None, "suspends the running coroutine; what resume is given next is the result",
		(*vm.Thread).Yield),
}}

// CoroutineTemplate is the coroutine library (manual section 6.2).
var CoroutineTemplate = vm.NewTemplate("coroutine", coroutineFunctions.Bound())

func coroutineCreate(t *vm.Thread) int {
	return t.Return(vm.ThreadValue(t.State().NewThread(t.CheckFunction(1))))
}

func coroutineResume(t *vm.Thread) int {
	return t.ResumeCoroutine(t.CheckThread(1), 2, false)
}

func coroutineWrap(t *vm.Thread) int {
	co := t.State().NewThread(t.CheckFunction(1))
	return t.Return(t.State().NewGoClosure("wrap", resumeWrapped, vm.ThreadValue(co)))
}

func resumeWrapped(t *vm.Thread) int {
	co := t.Self().Upvalue(0).AsThread()
	if co == nil {
		t.Errorf("cannot resume: the upvalue is no coroutine")
	}
	return t.ResumeCoroutine(co, 1, true)
}

func coroutineStatus(t *vm.Thread) int {
	return t.Return(vm.String(t.CoroutineStatus(t.CheckThread(1))))
}

// coroutineRunning gives the running coroutine and whether it is the main one. A
// service has none: each of its tasks is a coroutine, which code that waits relies on.
func coroutineRunning(t *vm.Thread) int {
	co, main := t.Running()
	return t.Return(vm.ThreadValue(co), vm.Bool(main && !of(t).frame.Tasks))
}

// coroutineIsyieldable is Lua 5.3's: whether what runs may wait.
func coroutineIsyieldable(t *vm.Thread) int {
	_, main := t.Running()
	return t.Return(vm.Bool(!main || of(t).frame.Tasks))
}
