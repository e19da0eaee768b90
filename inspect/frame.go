package inspect

import (
	"context"
	"fmt"
	"slices"

	"lunarium/inspect/plain"
	"lunarium/runtime/vm"
)

// Frame is an active call of a stopped task.
type Frame struct {
	Function string // "message_handlers.join", "the main chunk"
	File     string // base name of the file; "[C]" for a library function
	Line     int    // -1 for a library function
	source   string
}

func (f *Frame) String() string {
	if f.Line < 0 {
		return f.Function + ", built in"
	}
	return fmt.Sprintf("%s:%d in %s", f.File, f.Line, f.Function)
}

func frameAt(t *vm.Thread, level int) Frame {
	info, _ := t.CallInfo(level)
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

// place is one frame on the thread that it belongs to.
type place struct {
	thread *vm.Thread
	level  int
}

// places lists the frames of the task that is looked at, innermost first.
func (d *Debugger) places() ([]place, error) {
	if len(d.stood) == 0 {
		return nil, ErrRunning
	}
	var list []place
	for t := d.stood[0].task.Inner(); t != nil; t = t.Resumer() {
		for level := range t.Depth() {
			list = append(list, place{t, level})
		}
	}
	return list, nil
}

func (d *Debugger) place(frame int) (place, error) {
	list, err := d.places()
	if err != nil {
		return place{}, err
	}
	if frame < 0 || frame >= len(list) {
		return place{}, fmt.Errorf("there is no frame %d; the last is %d", frame, len(list)-1)
	}
	return list[frame], nil
}

// Frames lists the active calls of the task that is looked at, innermost first.
func (d *Debugger) Frames(ctx context.Context) (frames []Frame, err error) {
	err = d.do(ctx, func(*vm.State) error {
		list, err := d.places()
		for _, p := range list {
			frames = append(frames, frameAt(p.thread, p.level))
		}
		return err
	})
	return frames, err
}

// VariableKind says where a variable of a frame lives.
type VariableKind string

// The kinds of variables that a frame has.
const (
	LocalVariable   VariableKind = "local"
	UpvalueVariable VariableKind = "upvalue"
	VarargVariable  VariableKind = "vararg"
)

// FrameVariable is a variable that a frame's code can name.
type FrameVariable struct {
	Kind  VariableKind
	Name  string
	Value plain.Value
}

// Locals lists a frame's variables: locals, then extra arguments, then upvalues
// but for functions and libraries.
func (d *Debugger) Locals(ctx context.Context, frame int, limits plain.Limits) (list []FrameVariable, err error) {
	var values []vm.Value
	sender := func(vm.Value) string { return "" }
	left := func(w *work) {
		for i, v := range values {
			list[i].Value = describe(w, limits, v)[0]
			if list[i].Kind == LocalVariable {
				list[i].Value.Text += sender(v)
			}
		}
	}
	whole := false
	err = d.do(ctx, func(st *vm.State) error {
		p, err := d.place(frame)
		if err != nil {
			return err
		}
		sender = d.sender()
		add := func(kind VariableKind, name string, v vm.Value) {
			list, values = append(list, FrameVariable{Kind: kind, Name: name}), append(values, v)
		}
		visible := locals(p.thread, p.level)
		for i, l := range visible {
			if !slices.ContainsFunc(visible[i+1:], func(later named) bool { return later.name == l.name }) {
				add(LocalVariable, l.name, l.get())
			}
		}
		for i, v := range varargs(p.thread, p.level) {
			add(VarargVariable, fmt.Sprintf("...[%d]", i+1), v)
		}
		if closure := closureAt(p.thread, p.level); closure != nil {
			for i := range closure.Upvalues() {
				v := closure.Upvalue(i)
				if name := closure.UpvalueName(i); name != "_ENV" && name != "" && !v.IsFunction() && !isLibrary(v, st) {
					add(UpvalueVariable, name, closure.Upvalue(i))
				}
			}
		}
		whole = inOneStep(d.svc, left)
		return nil
	})
	if err == nil && !whole {
		err = inSteps(ctx, d.svc, func(_ *vm.State, w *work) { left(w) })
	}
	return list, err
}

// sender gives a function that knows the address from which the message came that the
// task which is looked at handles: it gives its name with it, as messages are shown.
// Addresses of services are small numbers, which may be anything; only those of clients
// are known to be addresses.
func (d *Debugger) sender() func(vm.Value) string {
	source := d.stood[0].event.Task.Source
	return func(v vm.Value) string {
		if f, ok := v.AsNumber(); !ok || !source.IsClient() || f != float64(source) {
			return ""
		}
		return source.String() + " " + d.svc.Node().NameOf(source)
	}
}

func closureAt(t *vm.Thread, level int) *vm.Closure {
	info, _ := t.CallInfo(level)
	return info.Func.AsClosure()
}

// locals gives the variables of a frame in order of declaration, without the
// machine's own. They stay valid when the thread makes calls above the frame.
func locals(t *vm.Thread, level int) []named {
	var list []named
	position := t.Depth() - level
	for n := 1; ; n++ {
		name, _, ok := t.Local(level, n)
		if !ok {
			return list
		}
		if name[0] == '(' {
			continue
		}
		list = append(list, named{name,
			func() vm.Value { _, v, _ := t.Local(t.Depth()-position, n); return v },
			func(v vm.Value) { t.SetLocal(t.Depth()-position, n, v) }, nil})
	}
}

// varargs gives a frame's extra arguments.
func varargs(t *vm.Thread, level int) []vm.Value {
	var values []vm.Value
	for n := -1; ; n-- {
		_, v, ok := t.Local(level, n)
		if !ok {
			return values
		}
		values = append(values, v)
	}
}

// arguments gives what a function that is about to begin was called with.
func arguments(t *vm.Thread, level int) []vm.Value {
	var values []vm.Value
	closure := closureAt(t, level)
	for n := range int(closure.Code().Proto().NumParams) {
		_, v, _ := t.Local(level, n+1)
		values = append(values, v)
	}
	return append(values, varargs(t, level)...)
}
