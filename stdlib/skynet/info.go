package skynet

import (
	"fmt"
	"strings"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds what a service tells about itself, and tracing.

// informationFunctions tell something about the service, to itself or to people.
var informationFunctions = []kit.Function{
	kit.Fn("error", "...", kit.Unheard, "writes its arguments to the log",
		bound((*library).log)),
	kit.Fn("info_func", "f", kit.Declares, "sets what tells about the service when it is asked for information",
		bound(func(l *library, t *vm.Thread) int { l.svc.SetInfo(t.CheckFunction(1)); return 0 })),
	kit.Fn("info_function", "", kit.Reads, "gives the function that info_func set",
		bound(func(l *library, t *vm.Thread) int { return t.Return(l.svc.Info()) })),
	kit.Fn("stat", "what", kit.Reads, `gives a counter: "mqlen", "message", "endless", "cpu" or "time"`,
		bound((*library).stat)),
	kit.Fn("mqlen", "", kit.Reads, "gives the number of messages that wait",
		bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Int(l.svc.QueueLen())) })),
	kit.Fn("endless", "", kit.Reads, "tells whether a task ran too long since it was last asked",
		bound(func(l *library, t *vm.Thread) int { return t.Return(vm.Bool(l.svc.Endless())) })),
	kit.Fn("task", "[what]", kit.Reads, "tells about tasks that wait: their number, a table of tracebacks, one traceback",
		bound((*library).task)),
	kit.Fn("uniqtask", "", kit.Reads, "groups tasks that wait by their traceback",
		bound((*library).uniqtask)),
}

// log writes its arguments to the log, with spaces between.
func (l *library) log(t *vm.Thread) int {
	var b strings.Builder
	for i := 1; i <= t.NArgs(); i++ {
		if i > 1 {
			b.WriteByte(' ')
		}
		b.WriteString(t.ToStringMeta(t.Arg(i)))
	}
	t.Worked(b.Len())
	l.svc.Error(b.String())
	return 0
}

// stat gives one counter: "mqlen", "message", "endless" (0 or 1), "cpu" and
// "time" in seconds (all, and the running task's).
func (l *library) stat(t *vm.Thread) int {
	stat := l.svc.Stat()
	what := t.CheckString(1)
	switch what {
	case "mqlen":
		return t.Return(vm.Int(stat.Queue))
	case "message":
		return t.Return(vm.Number(float64(stat.Messages)))
	case "cpu":
		return t.Return(vm.Number(stat.CPU.Seconds()))
	case "time":
		return t.Return(vm.Number(stat.BusyFor.Seconds()))
	case "endless":
		endless := 0
		if l.svc.Endless() {
			endless = 1
		}
		return t.Return(vm.Int(endless))
	}
	t.ArgError(1, "no counter is called '"+what+"'")
	return 0
}

// suspended lists the tasks that wait under a session.
func (l *library) suspended() []service.TaskInfo {
	var waiting []service.TaskInfo
	for _, task := range l.svc.TasksHere() {
		if !task.Running {
			waiting = append(waiting, task)
		}
	}
	return waiting
}

// task gives the number of waiting tasks; fills a table with their tracebacks;
// gives the traceback of a session, the session of a thread, or the traceback
// of the start function ("init").
func (l *library) task(t *vm.Thread) int {
	waiting := l.suspended()
	v := t.Arg(1)
	switch v.Type() {
	case vm.TypeNil:
		return t.Return(vm.Int(len(waiting)))
	case vm.TypeTable:
		for _, task := range waiting {
			v.AsTable().SetString(fmt.Sprintf("%s session: %d", task.Thread, task.Wait.Session), vm.String(task.Traceback))
		}
		return 0
	case vm.TypeNumber:
		session, _ := v.AsNumber()
		for _, task := range waiting {
			if float64(task.Wait.Session) == session {
				return t.Return(vm.String(task.Traceback))
			}
		}
		return t.Return(vm.String("No session"))
	case vm.TypeThread:
		name := "thread: " + vm.Address(v)
		for _, task := range waiting {
			if task.Thread == name {
				return t.Return(vm.Int(int(task.Wait.Session)))
			}
		}
		return t.Return(vm.Nil)
	}
	if what, _ := v.AsString(); what != "init" {
		t.ArgError(1, "a table, session, thread or \"init\" expected")
	}
	for _, task := range l.svc.TasksHere() {
		if task.Kind == service.TaskStart {
			return t.Return(vm.String(task.Traceback))
		}
	}
	return t.Return(vm.Nil)
}

// uniqtask groups the waiting tasks by traceback: "2\tsessions:[3,4]\n" to it.
func (l *library) uniqtask(t *vm.Thread) int {
	const most = 10
	sessions := map[string][]string{}
	for _, task := range l.suspended() {
		sessions[task.Traceback] = append(sessions[task.Traceback], fmt.Sprint(task.Wait.Session))
	}
	result := l.state.NewTable(0, len(sessions))
	for traceback, list := range sessions {
		more := ""
		if len(list) > most {
			more = "..."
		}
		head := fmt.Sprintf("%d\tsessions:[%s%s]\n", len(list), strings.Join(list[:min(most, len(list))], ","), more)
		result.SetString(head, vm.String(traceback))
	}
	return t.Return(vm.TableValue(result))
}

// tracingFunctions follow a message through services.
var tracingFunctions = []kit.Function{
	kit.Fn("trace", "[info]", kit.Unheard, "has the log follow what the task causes",
		bound(func(l *library, t *vm.Thread) int { l.svc.TraceTask(t, t.OptString(1, "")); return 0 })),
	kit.Fn("tracetag", "", kit.Reads, "gives the task's trace tag, or nil",
		bound((*library).tracetag)),
	kit.Fn("trace_timeout", "flag", kit.Done, "says whether time-outs are traced, too",
		bound(func(l *library, t *vm.Thread) int { l.svc.TraceTimeouts(t.Arg(1).Truth()); return 0 })),
}

func (l *library) tracetag(t *vm.Thread) int {
	if tag := l.svc.TraceTag(t); tag != "" {
		return t.Return(vm.String(tag))
	}
	return t.Return(vm.Nil)
}
