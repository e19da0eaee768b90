package crash

import (
	"slices"
	"strings"
	"unicode/utf8"

	"lunarium/inspect/debug"
	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file describes an error on the thread of the service that failed.

// What a detail has at most.
const (
	maxFirstFrames = 12 // of the innermost calls
	maxLastFrames  = 4  // of the outermost
	maxVariables   = 24 // of each call
	maxVarargs     = 6
	maxEntries     = 150 // of tables, all together
	maxText        = 1000
	maxTraceback   = 4000
	maxCauses      = 8
)

// variableLimits bound what is told of each variable.
var variableLimits = plain.Limits{Depth: 2, Width: 8, Text: 80}

// describe tells of an error, on the thread of its service.
func describe(c service.Crash) *Detail {
	d := &Detail{
		Time: c.Node().Clock().Now(), Service: serviceOf(c), Kind: c.Kind, Task: c.Task, Site: c.Site,
		Age:   c.Node().Clock().Elapsed() - c.Begun,
		Error: cut(c.Failure.Text, maxText), Traceback: cut(c.Failure.Traceback, maxTraceback), Message: c.Message(),
	}
	for _, f := range c.Failure.Chain()[1:] {
		if len(d.Causes) == maxCauses {
			break
		}
		d.Causes = append(d.Causes, causeOf(f))
	}
	describeFrames(c, d)
	d.weight = d.weigh()
	return d
}

func serviceOf(c service.Crash) Service { return Service{c.Address(), c.Base()} }

func causeOf(f *message.Failure) Cause {
	return Cause{Where: f.Where(), Error: cut(f.Text, maxText), Traceback: cut(f.Traceback, maxTraceback)}
}

// call is an active call of a task that has failed.
type call struct {
	thread *vm.Thread
	level  int
}

// callsOf lists the calls of a task. The node's own function, at the bottom of each task, is
// none.
func callsOf(c service.Crash) []call {
	var calls []call
	threads := c.Threads()
	for i, t := range threads {
		depth := t.Debug().Depth()
		if code, _ := t.Debug().Place(depth - 1); code == nil && i == len(threads)-1 {
			depth--
		}
		for level := range depth {
			calls = append(calls, call{t, level})
		}
	}
	return calls
}

// describeFrames describes the calls with their variables. What a step on the service's
// thread does not reach is named without its value.
func describeFrames(c service.Crash, d *Detail) {
	calls := callsOf(c)
	var values [][]vm.Value
	inner := true // no function in Lua stands further inside
	add := func(at call) Frame {
		f, of := frameOf(at, inner)
		inner = inner && f.Line < 0
		values = append(values, of)
		return f
	}
	first, last := len(calls), len(calls)
	if first > maxFirstFrames+maxLastFrames {
		first, last = maxFirstFrames, len(calls)-maxLastFrames
	}
	for _, at := range calls[:first] {
		d.Frames = append(d.Frames, add(at))
	}
	d.Left = last - first
	for _, at := range calls[last:] {
		d.Outer = append(d.Outer, add(at))
	}
	d.describeVariables(c, values)
}

// describeVariables describes the values of the variables of each call.
func (d *Detail) describeVariables(c service.Crash, values [][]vm.Value) {
	frames := slices.Concat(d.Frames, d.Outer) // their variables are the same
	budget := maxEntries
	live.InOneStep(c.Self, func(w *live.Work) {
		for i, of := range values {
			for j, v := range of {
				limits := variableLimits
				if limits.Total = budget; budget <= 0 {
					limits.Depth = 0
				}
				described := live.Describe(w, limits, v)[0]
				budget -= entriesOf(described)
				if j > 0 && frames[i].Variables[j].Kind == debug.VarargVariable && frames[i].Variables[j-1].Kind == debug.VarargVariable {
					described.After = live.Describe(w, plain.Limits{Text: limits.Text}, of[j-1])
				}
				frames[i].Variables[j].Value = described
			}
		}
	})
}

// frameOf describes a call but for the values of its variables, which it gives beside it.
func frameOf(at call, upvalues bool) (Frame, []vm.Value) {
	f := Frame{Frame: debug.FrameAt(at.thread, at.level)}
	if f.Line < 0 {
		return f, nil // a library's own values have no names
	}
	list, values := debug.VariablesAt(at.thread, at.level, maxVarargs)
	var shown []vm.Value
	for i, v := range list {
		switch {
		case v.Kind == debug.UpvalueVariable && !upvalues:
			continue
		case len(f.Variables) == maxVariables:
			f.Left++
			continue
		}
		v.Value = plain.Value{Kind: unread, Text: values[i].Type().String()}
		f.Variables, shown = append(f.Variables, v), append(shown, values[i])
	}
	return f, shown
}

// unread is the kind of values that were not come to.
const unread = plain.Userdata

// entriesOf counts the entries of tables that are told.
func entriesOf(v plain.Value) int {
	n := len(v.Entries)
	for _, e := range v.Entries {
		n += entriesOf(e.Value)
	}
	return n
}

// cut shortens a text that is kept.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.Clone(text[:end]) + "…"
}
