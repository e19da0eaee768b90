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
	d := &Debugger{svc: s, changed: make(chan struct{}), stops: map[*vm.Code]map[int][]*breakpoint{}}
	err := d.do(ctx, func(*vm.State) error {
		err := d.own.Debugging().Attach(&service.Debugger{Who: who, Wants: d.wants, Stop: d.stop, Raised: d.raised, Begins: d.begins, Turn: d.turn})
		if errors.Is(err, service.ErrDebugged) {
			return fmt.Errorf("%s %s %w, by %s", s.Name(), s.Address(), err, d.own.Debugging().By())
		}
		return err
	})
	return d, err
}

// Close removes the breakpoints and lets all stopped tasks go on.
func (d *Debugger) Close(ctx context.Context) error {
	return d.do(ctx, func(*vm.State) error {
		d.forgetScopes()
		d.breaks, d.stepper, d.stood = nil, nil, nil
		d.own.Debugging().Detach()
		return nil
	})
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
		i := slices.IndexFunc(d.stood, func(s *stood) bool { return s.event.Task.ID == id })
		if i < 0 {
			return fmt.Errorf("task %d: %w", id, ErrNotStanding)
		}
		s := d.stood[i]
		d.stood = slices.Insert(slices.Delete(d.stood, i, i+1), 0, s)
		e = s.event
		return nil
	})
	return e, err
}

// Move lets the task that is looked at go on, as far as a step says. When none
// stands, a step into pauses at the next line that the service runs.
func (d *Debugger) Move(ctx context.Context, step Step) error {
	return d.do(ctx, func(*vm.State) error {
		if len(d.stood) == 0 {
			if step != StepInto {
				return ErrRunning
			}
			d.pause = true
			d.own.Debugging().Rearm()
			return nil
		}
		task := d.stood[0].task
		d.stood = d.stood[1:]
		d.forgetScopes()
		d.stepper = newStepper(task, step)
		d.own.Debugging().Rearm()
		d.own.Debugging().GoOn(task)
		return nil
	})
}

// Hold says whether the service does anything else while a task stands.
func (d *Debugger) Hold(ctx context.Context, on bool) error {
	return d.do(ctx, func(*vm.State) error { d.own.Debugging().Hold(on); return nil })
}
