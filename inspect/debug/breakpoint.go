package debug

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/vm"
)

// This file sets and removes breakpoints, and decides whether one that was reached stops
// the task.

func (w *watch) matches(m *message.Message) bool {
	if m.Type != w.typ {
		return false
	}
	return w.command == "" || w.command == m.Command()
}

// hit counts a breakpoint that a thread has come to, and tells whether it stops
// there. A logging point writes its line in place of that.
func (d *Debugger) hit(b *breakpoint, t *vm.Thread) bool {
	holds, failed := d.holds(b, t)
	if failed == nil {
		if !holds {
			return false
		}
		if b.Hits++; !b.due() {
			return false
		}
	}
	switch {
	case b.Log != "":
		d.log(b, t, failed)
		return false
	case !t.CanSuspend():
		d.miss(b, t)
		return false
	case failed != nil:
		d.note = fmt.Sprintf("the condition %s failed: %s", b.If, service.ExplainIn(t, failed))
	}
	b.Stops++
	d.reason = b.reason()
	d.hits = append(d.hits, b.ID)
	return true
}

// due tells whether the present hit is one of those that count.
func (b *breakpoint) due() bool {
	return b.Hits >= b.After && (b.Every == 0 || (b.Hits-max(1, b.After)+1)%b.Every == 0)
}

// miss counts a breakpoint where the task can't stop, and tells so once for each task.
func (d *Debugger) miss(b *breakpoint, t *vm.Thread) {
	b.Missed++
	task := t.State().Task()
	if b.missedIn == task {
		return
	}
	b.missedIn = task
	info, _ := d.own.Debugging().TaskInfo(task)
	e := Event{Kind: TaskMissed, Task: info, Reason: b.reason(), Where: FrameAt(t, standsAt(t))}
	for level := range t.Debug().Depth() {
		if f := FrameAt(t, level); f.Line < 0 {
			e.Inside = f.Function
			break
		}
	}
	d.tell(e)
}

// forgetMissed is told of a task that has ended; its thread may be another's next.
func (d *Debugger) forgetMissed(task *vm.Thread) {
	for _, b := range d.breaks {
		if b.missedIn == task {
			b.missedIn = nil
		}
	}
}

// holds evaluates a breakpoint's condition at the place of a thread.
func (d *Debugger) holds(b *breakpoint, t *vm.Thread) (bool, *vm.Error) {
	if b.decide.IsFunction() {
		result, failed := t.Debug().TryBriefly(conditionPolls, b.decide, arguments(t, 0)...)
		return result.Truth(), failed
	}
	if b.condition == nil {
		return true, nil
	}
	level := standsAt(t)
	sc := d.newScope(t, level)
	defer sc.close()
	fn := t.State().NewClosure(b.condition, sc.environment())
	result, failed := t.Debug().TryBriefly(conditionPolls, fn, varargs(t, level)...)
	return result.Truth(), failed
}

// stopsIn gives the breakpoints of a function by instruction.
func (d *Debugger) stopsIn(c *vm.Code) map[int][]*breakpoint {
	if stops, known := d.stops[c]; known {
		return stops
	}
	var stops map[int][]*breakpoint
	p := c.Proto()
	for _, b := range d.breaks {
		index := -1
		switch {
		case b.watch != nil || b.raised != noError:
		case b.wanted != nil:
			index = d.wantedIndex(b, c)
		case b.source != p.Source:
		case b.entry > 0 && b.entry == p.LineDefined:
			index = 0
		case b.entry == 0:
			index = slices.Index(p.LineInfo, int32(b.line))
		}
		if index >= 0 {
			if stops == nil {
				stops = map[int][]*breakpoint{}
			}
			stops[index] = append(stops[index], b)
		}
	}
	d.stops[c] = stops
	return stops
}

func (d *Debugger) handlerCode(t message.Type) *vm.Code {
	if p := d.own.Protocol(t); p != nil {
		if closure := p.Dispatch.AsClosure(); closure != nil {
			return closure.Code()
		}
	}
	return nil
}

// rearm makes the machine look at the breakpoints anew.
func (d *Debugger) rearm() {
	clear(d.stops)
	d.own.Debugging().Rearm()
}

func (d *Debugger) add(b *breakpoint) {
	d.lastID++
	b.ID = d.lastID
	d.breaks = append(d.breaks, b)
	d.rearm()
}

func (d *Debugger) remove(b *breakpoint) {
	d.breaks = slices.DeleteFunc(d.breaks, func(other *breakpoint) bool { return other == b })
	clear(d.stops)
}

// Break sets a breakpoint: at FILE:LINE, at a LINE of the file that is looked at,
// or at the beginning of the function that an expression gives. The rule may be empty.
func (d *Debugger) Break(ctx context.Context, where string, rule Rule) (set Breakpoint, err error) {
	if expression := fieldOf(where); !strings.Contains(expression, ":") {
		// It may name a function that only a search finds; what else is wrong is told
		// by locate.
		_, _ = d.prepare(ctx, 0, expression)
	}
	err = d.do(ctx, func(st *vm.State) error {
		b := &breakpoint{}
		if err := b.setRule(d.svc.Node(), rule); err != nil {
			return err
		}
		if err := d.locate(ctx, st, b, where); err != nil {
			return err
		}
		d.add(b)
		set = b.Breakpoint
		return nil
	})
	return set, err
}

// setRule compiles what a breakpoint's rule has of code.
func (b *breakpoint) setRule(n *service.Node, rule Rule) (err error) {
	b.Rule = rule
	sources := n.Sources()
	if rule.If != "" {
		if b.condition, err = sources.Compile("=condition", []byte("return "+rule.If)); err != nil {
			return err
		}
	}
	b.parts, err = parseLog(sources.Compile, rule.Log)
	return err
}

// BreakError sets a breakpoint where an error is raised; with uncaught only where no
// protected call of the task takes it. The rule may be empty; its code has the error as err
// in reach.
func (d *Debugger) BreakError(ctx context.Context, uncaught bool, rule Rule) (set Breakpoint, err error) {
	err = d.do(ctx, func(*vm.State) error {
		b := &breakpoint{raised: anyError}
		b.Where = "an error"
		if uncaught {
			b.raised, b.Where = uncaughtError, "an error that nothing catches"
		}
		if err := b.setRule(d.svc.Node(), rule); err != nil {
			return err
		}
		d.add(b)
		set = b.Breakpoint
		return nil
	})
	return set, err
}

// Watchable gives the protocols that Watch may be given.
func (d *Debugger) Watchable(ctx context.Context) (names []string, err error) {
	err = d.do(ctx, func(*vm.State) error {
		for _, name := range d.own.ProtocolNames() {
			if isHandled(d.own.ProtocolByName(name)) {
				names = append(names, name)
			}
		}
		return nil
	})
	return names, err
}

// Watch sets a breakpoint at the handler of the next message of a protocol,
// whose first value is command unless that is "", that fulfils the rule.
func (d *Debugger) Watch(ctx context.Context, protocol, command string, rule Rule) (set Breakpoint, err error) {
	err = d.do(ctx, func(*vm.State) error {
		b := &breakpoint{}
		if err := b.setRule(d.svc.Node(), rule); err != nil {
			return err
		}
		set, err = d.watch(b, protocol, command)
		return err
	})
	return set, err
}

func (d *Debugger) watch(b *breakpoint, protocol, command string) (Breakpoint, error) {
	p := d.own.ProtocolByName(protocol)
	if !isHandled(p) {
		return Breakpoint{}, fmt.Errorf("%s has no handler for %s messages", d.svc.Handle(), protocol)
	}
	b.watch = &watch{typ: p.ID, command: command}
	b.Where = "the next " + protocol + " message"
	if command != "" {
		b.Where += " " + visible.Quote(command)
	}
	d.add(b)
	return b.Breakpoint, nil
}

func isHandled(p *service.Protocol) bool {
	return p != nil && (!p.Dispatch.IsNil() || p.Handler != nil)
}

// WatchCall is skynet's watch(proto [, cond]): arguments are Lua expressions, a
// protocol's name and a function that is given the message and decides.
func (d *Debugger) WatchCall(ctx context.Context, arguments string) (set Breakpoint, err error) {
	compiled, err := d.prepare(ctx, 0, arguments)
	if err != nil {
		return set, err
	}
	err = d.do(ctx, func(st *vm.State) error {
		values, err := d.evaluate(ctx, st, 0, compiled)
		if err != nil {
			return err
		}
		b := &breakpoint{decide: vm.Nil}
		if len(values) == 0 || !values[0].IsString() {
			return fmt.Errorf(`watch needs a protocol: watch("lua", function(session, source, command) return command == "get" end)`)
		}
		if len(values) > 1 && values[1].IsFunction() {
			_, text, _ := strings.Cut(arguments, ",")
			b.decide, b.If = values[1], strings.TrimSpace(text)
		}
		protocol, _ := values[0].AsString()
		set, err = d.watch(b, protocol, "")
		return err
	})
	return set, err
}

// Breakpoints lists the breakpoints.
func (d *Debugger) Breakpoints(ctx context.Context) (list []Breakpoint, err error) {
	err = d.do(ctx, func(*vm.State) error {
		for _, b := range d.breaks {
			list = append(list, b.Breakpoint)
		}
		return nil
	})
	return list, err
}

// Clear removes a breakpoint; all of them when id is 0. It gives how many.
func (d *Debugger) Clear(ctx context.Context, id int) (count int, err error) {
	err = d.do(ctx, func(*vm.State) error {
		before := len(d.breaks)
		d.breaks = slices.DeleteFunc(d.breaks, func(b *breakpoint) bool { return id == 0 || b.ID == id })
		count = before - len(d.breaks)
		d.rearm()
		return nil
	})
	return count, err
}
