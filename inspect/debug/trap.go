package debug

import (
	"slices"

	"lunarium/inspect/live"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// This file answers the machine's questions at a trap, and the service's about its
// tasks.

// wants is vm.Trap's question about a call.
func (d *Debugger) wants(c *vm.Code, depth int) bool {
	task := d.own.State().Task()
	switch {
	case d.pause, d.pausing == task && task != nil:
		return true
	case d.stepper != nil && d.stepper.task == task && d.stepper.wants(depth):
		return true
	case d.begun != nil && d.begun.task == task:
		return true
	}
	return len(d.stopsIn(c)) > 0
}

// stop is vm.Trap's question about an instruction.
func (d *Debugger) stop(t *vm.Thread, c *vm.Code, index, depth int) bool {
	task := t.State().Task()
	d.reason, d.note, d.hits = "", "", nil
	arrived := d.stepper != nil && d.stepper.task == task && d.stepper.arrives(t, c, index, depth)
	switch {
	case arrived:
		d.reason = "step"
	case d.pause && live.OwnChunk(c.Proto().Source), d.pausing == task:
		d.reason = reasonPause
	}
	asked := d.reason != "" // who debugs waits for this very task
	for _, b := range d.stopsIn(c)[index] {
		d.hit(b, t)
	}
	if b := d.begun; b != nil && b.task == task && b.reached(c, index) {
		d.begun = nil
		if d.hit(b.breakpoint, t) {
			d.remove(b.breakpoint)
			asked = true
		}
	}
	switch {
	case d.reason == "" || !t.CanSuspend():
		return false
	case !asked && d.crowded():
		d.letPass()
		return false
	}
	d.pause, d.pausing = false, nil
	return true
}

// mostStanding bounds the tasks that stand at breakpoints: each takes memory, and somebody
// waits for it. Further ones pass.
const mostStanding = 1000

// crowded tells whether as many stand as may, of all that one who debugs has stopped.
func (d *Debugger) crowded() bool {
	if d.group != nil {
		return d.group.standing.Load() >= mostStanding
	}
	return len(d.stood) >= mostStanding
}

// countStanding tells the group how many stand.
func (d *Debugger) countStanding() {
	if d.group != nil {
		d.group.standing.Add(int64(len(d.stood) - d.member.standing))
		d.member.standing = len(d.stood)
	}
}

// letPass counts a task that passes because so many stand.
func (d *Debugger) letPass() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.passed++
}

// raised is vm.Trap's question about an error.
func (d *Debugger) raised(t *vm.Thread, caught bool) bool {
	d.reason, d.note, d.hits, d.caught = "", "", nil, caught
	for _, b := range d.breaks {
		if b.raised == anyError || b.raised == uncaughtError && !caught {
			d.hit(b, t)
		}
	}
	if d.reason != "" && d.crowded() {
		d.letPass()
		return false
	}
	return d.reason != ""
}

// reached tells whether the chosen task stands at the beginning of its handler.
func (b *begun) reached(c *vm.Code, index int) bool {
	if b.handler != nil {
		return c == b.handler && index == 0
	}
	return live.OwnChunk(c.Proto().Source)
}

// begins notes the message tasks that a watch may be waiting for.
func (d *Debugger) begins(task *vm.Thread, m *message.Message) {
	d.begun = nil
	d.hasBegun()
	for _, b := range d.breaks {
		if b.watch != nil && b.watch.matches(m) {
			d.begun = &begun{task: task, breakpoint: b, handler: d.handlerCode(m.Type)}
			d.own.Debugging().Rearm()
			return
		}
	}
}

// hasBegun is told that a service which was debugged from its beginning has loaded what it
// begins with.
func (d *Debugger) hasBegun() {
	if d.member.born {
		d.member.born = false
		d.group.letGoUnlessConcerned(d)
	}
}

// turn hears how the turn of a task ended.
func (d *Debugger) turn(task *vm.Thread, turn service.Turn) {
	if d.begun != nil && d.begun.task == task {
		d.begun = nil
	}
	paused := d.pausing == task
	if paused {
		d.pausing = nil
	}
	switch turn {
	case service.TurnStopped:
		d.stopped(task)
	case service.TurnWaits:
		if paused {
			d.tellTask(TaskWaits, task)
		}
		if d.stepper != nil && d.stepper.task == task && !d.stepper.waited {
			d.stepper.waited = true
			d.tellTask(TaskWaits, task)
		}
	case service.TurnEnded:
		d.forgetMissed(task)
		d.refs.forget(task)
		d.stood = slices.DeleteFunc(d.stood, func(s *stood) bool { return s.task == task })
		if d.stepper != nil && d.stepper.task == task {
			d.stepper = nil
			paused = true
		}
		if paused {
			d.tellTask(TaskEnded, task)
		}
		d.countStanding()
		d.hasBegun()
		if d.group != nil && d.idle() {
			d.group.letGo(d)
		}
	}
}

// reasonPause is why a task has stopped that was paused.
const reasonPause = "pause"

func (d *Debugger) stopped(task *vm.Thread) {
	if d.stepper != nil && d.stepper.task == task {
		d.stepper = nil
	}
	info, _ := d.own.Debugging().TaskInfo(task)
	t := task.Debug().Inner()
	at := standsAt(t)
	if d.reason == reasonPause {
		at = ownLevel(t)
	}
	e := Event{Kind: TaskStopped, Task: info, Reason: d.reason, Note: d.note, Frame: at, Breakpoints: d.hits}
	e.Where = FrameAt(t, e.Frame)
	e.Path = d.pathOf(e.Where.source)
	if raising := t.Debug().Raising(); raising != nil {
		text := raising.Error()
		e.Error, e.Caught = &text, d.caught
	}
	d.stood = append(d.stood, &stood{task: task, event: e})
	d.countStanding()
	d.tell(e)
}
