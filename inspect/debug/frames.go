package debug

import (
	"context"
	"fmt"
	"math"
	"slices"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file lists the frames and the variables of the task that is looked at.

// place is one frame on the thread that it belongs to.
type place struct {
	thread *vm.Thread
	level  int
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

// places lists the frames of the task that is looked at, innermost first.
func (d *Debugger) places() ([]place, error) {
	if len(d.stood) == 0 {
		return nil, ErrRunning
	}
	var list []place
	for t := d.stood[0].task.Debug().Inner(); t != nil; t = t.Debug().Resumer() {
		for level := range t.Debug().Depth() {
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
			frames = append(frames, FrameAt(p.thread, p.level))
		}
		return err
	})
	return frames, err
}

// FrameCount gives how many Frames lists.
func (d *Debugger) FrameCount(ctx context.Context) (count int, err error) {
	err = d.do(ctx, func(*vm.State) error {
		list, err := d.places()
		count = len(list)
		return err
	})
	return count, err
}

// Locals lists a frame's variables: locals, then extra arguments, then upvalues
// but for functions and libraries.
func (d *Debugger) Locals(ctx context.Context, frame int, limits plain.Limits) (list []FrameVariable, err error) {
	var values []vm.Value
	sender := func(vm.Value) string { return "" }
	left := func(w *live.Work) {
		for i, v := range values {
			list[i].Value = live.Describe(w, limits, v)[0]
			if list[i].Kind == LocalVariable {
				list[i].Value.Text += sender(v)
			}
		}
	}
	whole := false
	err = d.do(ctx, func(*vm.State) error {
		p, err := d.place(frame)
		if err != nil {
			return err
		}
		sender = d.sender()
		list, values = VariablesAt(p.thread, p.level, math.MaxInt)
		whole = live.InOneStep(d.own, left)
		return nil
	})
	if err == nil && !whole {
		err = live.InSteps(ctx, d.svc, func(_ service.Self, w *live.Work) { left(w) })
	}
	return list, err
}

// VariablesAt lists the variables of the call at a level of a thread as Locals does, each
// with its value beside it; Value is not set. Of very many extra arguments it lists the first.
// It is for the state's own thread.
func VariablesAt(t *vm.Thread, level, mostVarargs int) (list []FrameVariable, values []vm.Value) {
	add := func(kind VariableKind, name string, v vm.Value) {
		list, values = append(list, FrameVariable{Kind: kind, Name: name}), append(values, v)
	}
	visible := locals(t, level)
	for i, l := range visible {
		if !slices.ContainsFunc(visible[i+1:], func(later live.Place) bool { return later.Name == l.Name }) {
			add(LocalVariable, l.Name, l.Get())
		}
	}
	for i, v := range firstVarargs(t, level, mostVarargs) {
		add(VarargVariable, fmt.Sprintf("...[%d]", i+1), v)
	}
	if closure := closureAt(t, level); closure != nil {
		for i := range closure.Upvalues() {
			v := closure.Upvalue(i)
			if name := closure.UpvalueName(i); name != "_ENV" && name != "" && !v.IsFunction() && !live.IsLibrary(v, t.State()) {
				add(UpvalueVariable, name, v)
			}
		}
	}
	return list, values
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
