package inspect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// Debugger stops tasks of one service and looks into them. Its methods may be
// called from any goroutine; what is not guarded by mu belongs to the service's
// own thread.
type Debugger struct {
	svc    *service.Service
	breaks []*breakpoint
	lastID int
	stops  map[*vm.Code]map[int][]*breakpoint // by instruction; filled when code is first seen
	pace   *pace                              // how far the task that steps goes
	pause  bool                               // the next Lua line stops
	begun  *begun                             // a task that awaits its handler's first line
	reason string                             // why Stop just said true
	note   string
	scopes []*scope // of code that was evaluated since the task stopped
	// searched are variables that code named and only a search of the heap found.
	searched []Variable
	stood    []*stood // stopped tasks, the first is the one that is looked at

	mu      sync.Mutex
	news    []DebugEvent
	changed chan struct{} // closed while there is news
}

// stood is a task that stands.
type stood struct {
	task  *vm.Thread
	event DebugEvent
}

// DebugEventKind says what happened to a task.
type DebugEventKind string

// What may happen to a task of a debugged service.
const (
	TaskStopped DebugEventKind = "stopped"
	TaskWaits   DebugEventKind = "waits" // a task that was let go waits for something
	TaskEnded   DebugEventKind = "ended" // a task that was let go has ended
	// TaskMissed: a task came to a breakpoint inside a library function that calls Lua,
	// where it can't stop. It is told once for each task.
	TaskMissed DebugEventKind = "missed"
)

// DebugEvent is something that the one who debugs wants to know.
type DebugEvent struct {
	Kind   DebugEventKind
	Task   service.TaskInfo
	Reason string // why it stopped: "breakpoint 1", "step"
	Note   string // what went wrong with a condition, or ""
	Where  Frame  // TaskStopped, TaskMissed
	Inside string // TaskMissed: the library function, "" when it is not known
}

// Debug begins to debug a service. who is told to others that try. Close ends it.
func Debug(ctx context.Context, s *service.Service, who string) (*Debugger, error) {
	d := &Debugger{svc: s, changed: make(chan struct{}), stops: map[*vm.Code]map[int][]*breakpoint{}}
	err := d.do(ctx, func(*vm.State) error {
		err := s.AttachDebugger(&service.Debugger{Who: who, Wants: d.wants, Stop: d.stop, Begins: d.begins, Turn: d.turn})
		if errors.Is(err, service.ErrDebugged) {
			return fmt.Errorf("%s %s %w, by %s", s.Name(), s.Address(), err, s.DebuggedBy())
		}
		return err
	})
	return d, err
}

// Close removes the breakpoints and lets all stopped tasks go on.
func (d *Debugger) Close(ctx context.Context) error {
	return d.do(ctx, func(*vm.State) error {
		d.forgetScopes()
		d.breaks, d.pace, d.stood = nil, nil, nil
		d.svc.DetachDebugger()
		return nil
	})
}

// do runs f on the service's own thread.
func (d *Debugger) do(ctx context.Context, f func(*vm.State) error) error {
	var failure error
	err := d.svc.Do(ctx, func(st *vm.State) { failure = f(st) })
	return errors.Join(err, failure)
}

// Changed is closed while there is news.
func (d *Debugger) Changed() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

// News takes what has happened since it was last asked.
func (d *Debugger) News() []DebugEvent {
	d.mu.Lock()
	defer d.mu.Unlock()
	news := d.news
	if len(news) > 0 {
		d.news, d.changed = nil, make(chan struct{})
	}
	return news
}

func (d *Debugger) tell(e DebugEvent) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.news = append(d.news, e); len(d.news) == 1 {
		close(d.changed)
	}
}

// begins notes the message tasks that a watch may be waiting for.
func (d *Debugger) begins(task *vm.Thread, m *message.Message) {
	d.begun = nil
	for _, b := range d.breaks {
		if b.watch != nil && b.watch.matches(m) {
			d.begun = &begun{task: task, breakpoint: b, handler: d.handlerCode(m.Type)}
			d.svc.Rearm()
			return
		}
	}
}

// turn hears how the turn of a task ended.
func (d *Debugger) turn(task *vm.Thread, turn service.Turn) {
	if d.begun != nil && d.begun.task == task {
		d.begun = nil
	}
	switch turn {
	case service.TurnStopped:
		d.stopped(task)
	case service.TurnWaits:
		if d.pace != nil && d.pace.task == task && !d.pace.waited {
			d.pace.waited = true
			d.tellTask(TaskWaits, task)
		}
	case service.TurnEnded:
		d.forgetMissed(task)
		d.stood = slices.DeleteFunc(d.stood, func(s *stood) bool { return s.task == task })
		if d.pace != nil && d.pace.task == task {
			d.pace = nil
			d.tellTask(TaskEnded, task)
		}
	}
}

func (d *Debugger) tellTask(kind DebugEventKind, task *vm.Thread) {
	info, _ := d.svc.TaskInfoOf(task)
	d.tell(DebugEvent{Kind: kind, Task: info})
}

func (d *Debugger) stopped(task *vm.Thread) {
	if d.pace != nil && d.pace.task == task {
		d.pace = nil
	}
	info, _ := d.svc.TaskInfoOf(task)
	e := DebugEvent{Kind: TaskStopped, Task: info, Reason: d.reason, Note: d.note, Where: frameAt(task.Inner(), 0)}
	d.stood = append(d.stood, &stood{task: task, event: e})
	d.tell(e)
}

// Standing lists the stopped tasks; the first is the one that is looked at.
func (d *Debugger) Standing(ctx context.Context) (events []DebugEvent, err error) {
	err = d.do(ctx, func(*vm.State) error {
		for _, s := range d.stood {
			events = append(events, s.event)
		}
		return nil
	})
	return events, err
}

// Select makes a stopped task the one that is looked at.
func (d *Debugger) Select(ctx context.Context, id uint64) (e DebugEvent, err error) {
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

// ErrNotStanding: a task does not stand in the debugger.
var ErrNotStanding = errors.New("it does not stand")

// ErrRunning: no task stands, so that there is nothing to look at.
var ErrRunning = errors.New("no task stands")

// Move lets the task that is looked at go on, as far as a step says. When none
// stands, a step into pauses at the next line that the service runs.
func (d *Debugger) Move(ctx context.Context, step Step) error {
	return d.do(ctx, func(*vm.State) error {
		if len(d.stood) == 0 {
			if step != StepInto {
				return ErrRunning
			}
			d.pause = true
			d.svc.Rearm()
			return nil
		}
		task := d.stood[0].task
		d.stood = d.stood[1:]
		d.forgetScopes()
		d.pace = newPace(task, step)
		d.svc.Rearm()
		d.svc.GoOn(task)
		return nil
	})
}

// Hold says whether the service does anything else while a task stands.
func (d *Debugger) Hold(ctx context.Context, on bool) error {
	return d.do(ctx, func(*vm.State) error { d.svc.Hold(on); return nil })
}
