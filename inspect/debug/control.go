package debug

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file is what an operator does: attach, look at another task, let it go on, leave.

// ErrNotStanding: a task does not stand in the debugger.
var ErrNotStanding = errors.New("it does not stand")

// Attach begins to debug a service. who is told to others that try. Close ends it.
func Attach(ctx context.Context, s *service.Service, who string) (*Debugger, error) {
	d := newDebugger(s)
	err := d.do(ctx, func(*vm.State) error { return d.attach(who) })
	return d, err
}

func newDebugger(s *service.Service) *Debugger {
	return &Debugger{svc: s, changed: make(chan struct{}), stops: map[*vm.Code]map[int][]*breakpoint{}}
}

// attach makes it the service's debugger, on the service's own thread.
func (d *Debugger) attach(who string) error {
	err := d.own.Debugging().Attach(&service.Debugger{Who: who, Wants: d.wants, Stop: d.stop, Raised: d.raised, Begins: d.begins, Turn: d.turn})
	if errors.Is(err, service.ErrDebugged) {
		return fmt.Errorf("%s %s %w, by %s", d.svc.Name(), d.svc.Address(), err, d.own.Debugging().By())
	}
	return err
}

// Look gives a debugger that only looks: it is not the service's, and stops nothing.
func Look(s *service.Service) *Debugger { return newDebugger(s) }

// Close removes the breakpoints and lets all stopped tasks go on. A service that does not
// answer before ctx ends is let go of when it does.
func (d *Debugger) Close(ctx context.Context) error {
	closed, err := d.svc.Order(func(own service.Self) { d.own = own; d.detach() })
	if err != nil {
		return err
	}
	select {
	case <-closed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *Debugger) detach() {
	d.forgetScopes()
	d.breaks, d.stepper, d.stood, d.pause, d.pausing, d.refs = nil, nil, nil, false, nil, references{}
	d.own.Debugging().Detach()
	d.countStanding()
}

// Standing lists the stopped tasks; the first is the one that is looked at.
func (d *Debugger) Standing(ctx context.Context) (events []Event, err error) {
	err = d.do(ctx, func(*vm.State) error {
		for _, s := range d.stood {
			events = append(events, s.event)
		}
		return nil
	})
	return events, err
}

// Select makes a stopped task the one that is looked at.
func (d *Debugger) Select(ctx context.Context, id uint64) (e Event, err error) {
	err = d.do(ctx, func(*vm.State) error {
		s, err := d.lookAt(id)
		if err != nil {
			return err
		}
		e = s.event
		return nil
	})
	return e, err
}

// lookAt makes a stopped task the one that is looked at.
func (d *Debugger) lookAt(id uint64) (*stood, error) {
	i := slices.IndexFunc(d.stood, func(s *stood) bool { return s.event.Task.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("task %d: %w", id, ErrNotStanding)
	}
	s := d.stood[i]
	d.stood = slices.Insert(slices.Delete(d.stood, i, i+1), 0, s)
	return s, nil
}

// Move lets the task that is looked at go on, as far as so many steps say. When none
// stands, a step into pauses at the next line that the service runs.
func (d *Debugger) Move(ctx context.Context, step Step, count int) error {
	return d.do(ctx, func(*vm.State) error {
		if len(d.stood) == 0 {
			if step != StepInto {
				return ErrRunning
			}
			d.pause = true
			d.own.Debugging().Ask()
			return nil
		}
		d.letGo(newStepper(d.stood[0].task, step, count), d.own.Debugging().GoOn)
		return nil
	})
}

// letGo takes the task that is looked at off those that stand, and has it go on.
func (d *Debugger) letGo(p *stepper, goOn func(*vm.Thread) bool) {
	task := d.stood[0].task
	d.stood = d.stood[1:]
	d.forgetScopes()
	d.refs.forget(task)
	d.stepper = p
	d.own.Debugging().Rearm()
	goOn(task)
	d.countStanding()
}

// Pause stops the task that the service is running, where it is; Changed tells when it
// stands. When the service runs none, and none stands, it stops the next line that it does
// run. running tells whether there was one.
func (d *Debugger) Pause(ctx context.Context) (running bool, err error) {
	err = d.do(ctx, func(*vm.State) error {
		running = d.pauseHere()
		return nil
	})
	return running, err
}

func (d *Debugger) pauseHere() (running bool) {
	d.pausing = d.own.Debugging().Ask()
	running = d.pausing != nil
	d.pause = !running && len(d.stood) == 0
	return running
}

// Abort raises an error in the task that is looked at, where it stands, and lets it go on. A
// protected call of the task may catch the error, whose text is given its place.
func (d *Debugger) Abort(ctx context.Context, text string) error {
	return d.do(ctx, func(*vm.State) error {
		if len(d.stood) == 0 {
			return ErrRunning
		}
		d.abort(text)
		return nil
	})
}

func (d *Debugger) abort(text string) {
	task := d.stood[0].task
	t := task.Debug().Inner()
	v := vm.String(t.Where(ownLevel(t)) + text)
	d.letGo(newStepper(task, StepContinue, 1), func(*vm.Thread) bool { return d.own.Debugging().Abort(task, v) })
}

// MoveTask is Move by one step for a task that stands.
func (d *Debugger) MoveTask(ctx context.Context, id uint64, step Step) error {
	return d.doAt(ctx, id, func(*vm.State) error {
		d.letGo(newStepper(d.stood[0].task, step, 1), d.own.Debugging().GoOn)
		return nil
	})
}

// AbortTask is Abort for a task that stands.
func (d *Debugger) AbortTask(ctx context.Context, id uint64, text string) error {
	return d.doAt(ctx, id, func(*vm.State) error { d.abort(text); return nil })
}

// doAt is do while a task that stands is the one that is looked at.
func (d *Debugger) doAt(ctx context.Context, id uint64, f func(*vm.State) error) error {
	return d.do(ctx, func(st *vm.State) error {
		if _, err := d.lookAt(id); err != nil {
			return err
		}
		return f(st)
	})
}

// Hold says whether the service does anything else while a task stands.
func (d *Debugger) Hold(ctx context.Context, on bool) error {
	return d.do(ctx, func(*vm.State) error { d.own.Debugging().Hold(on); return nil })
}
