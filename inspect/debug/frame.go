package debug

import (
	"fmt"
	"math"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/vm"
)

// This file reads the frames of a stopped thread: where they stand, and their variables.

// Frame is an active call of a stopped task.
type Frame struct {
	Function string // "message_handlers.join", "the main chunk"
	File     string // base name of the file; "[C]" for a library function
	Line     int    // -1 for a library function
	source   string
}

// Chunk gives the chunk's name.
func (f *Frame) Chunk() string { return f.source }

func (f *Frame) String() string {
	if f.Line < 0 {
		return f.Function + ", built in"
	}
	return fmt.Sprintf("%s:%d in %s", f.File, f.Line, f.Function)
}

// FrameAt describes the call at a level of a thread that stands still, on the state's own
// thread.
func FrameAt(t *vm.Thread, level int) Frame {
	info, _ := t.Debug().CallInfo(level)
	function := info.Name
	if closure := info.Func.AsClosure(); closure != nil {
		if name := closure.Code().DefinedName(); name != "" {
			function = name
		}
	}
	switch {
	case function != "":
	case info.What == "main":
		function = "the main chunk"
	case info.What == "C":
		function = info.Func.AsGo().Name
	default:
		function = fmt.Sprintf("the function at line %d", info.LineDefined)
	}
	return Frame{Function: function, File: plain.BaseName(info.ShortSource), Line: info.CurrentLine, source: info.Source}
}

// standsAt gives the level of the call that people look at first: the innermost one of the
// service's own code, when an error stopped the thread in a library function.
func standsAt(t *vm.Thread) int {
	if t.Debug().Raising() == nil {
		return 0
	}
	return ownLevel(t)
}

// ownLevel gives the level of the innermost call of the service's own code, 0 when there is
// none.
func ownLevel(t *vm.Thread) int {
	for level := range t.Debug().Depth() {
		if c := closureAt(t, level); c != nil && live.OwnChunk(c.Code().Proto().Source) {
			return level
		}
	}
	return 0
}

func closureAt(t *vm.Thread, level int) *vm.Closure {
	info, _ := t.Debug().CallInfo(level)
	return info.Func.AsClosure()
}

// locals gives the variables of a frame in order of declaration, without the
// machine's own. They stay valid when the thread makes calls above the frame.
func locals(t *vm.Thread, level int) []live.Place {
	var list []live.Place
	position := t.Debug().Depth() - level
	for n := 1; ; n++ {
		name, _, ok := t.Debug().Local(level, n)
		if !ok {
			return list
		}
		if name[0] == '(' {
			continue
		}
		list = append(list, live.Place{
			Name: name,
			Get:  func() vm.Value { _, v, _ := t.Debug().Local(t.Debug().Depth()-position, n); return v },
			Set:  func(v vm.Value) { t.Debug().SetLocal(t.Debug().Depth()-position, n, v) },
		})
	}
}

// varargs gives a frame's extra arguments.
func varargs(t *vm.Thread, level int) []vm.Value { return firstVarargs(t, level, math.MaxInt) }

// firstVarargs gives the first of a frame's extra arguments.
func firstVarargs(t *vm.Thread, level, most int) []vm.Value {
	var values []vm.Value
	for len(values) < most {
		_, v, ok := t.Debug().Local(level, -len(values)-1)
		if !ok {
			break
		}
		values = append(values, v)
	}
	return values
}

// arguments gives what a function that is about to begin was called with.
func arguments(t *vm.Thread, level int) []vm.Value {
	var values []vm.Value
	closure := closureAt(t, level)
	for n := range int(closure.Code().Proto().NumParams) {
		_, v, _ := t.Debug().Local(level, n+1)
		values = append(values, v)
	}
	return append(values, varargs(t, level)...)
}
