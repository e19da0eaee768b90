package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file says what a task does, or what it waits for and since when.

// Teller tells of tasks, and of those who wait, in the colours of a palette.
type Teller struct {
	Node    *service.Node
	Palette render.Palette
}

// Teller gives the one for the operator's replies.
func (o *Operator) Teller() Teller { return Teller{o.node, o.palette()} }

func (o *Operator) TaskText(t service.TaskInfo) string {
	var b strings.Builder
	b.WriteString(o.taskLine(&t) + "\n")
	WriteStack(&b, t.Traceback)
	return strings.TrimSuffix(b.String(), "\n")
}

// taskLine says what a task is for and what it waits for.
func (o *Operator) taskLine(t *service.TaskInfo) string {
	what := TaskOrigin(t)
	if t.Handling != "" {
		what = fmt.Sprintf("%s from %s", visible.Quote(t.Handling), t.From)
	}
	return fmt.Sprintf("%s  %s, %s", o.Paint(render.Key, "task "+strconv.FormatUint(t.ID, 10)), visible.Line(what), o.Waiting(t))
}

// TaskOrigin says what a task was made for, and by whom: at which line, or who sent the
// message.
func TaskOrigin(t *service.TaskInfo) string {
	switch {
	case t.Kind == service.TaskMessage && t.From != "":
		return t.Kind.String() + " from " + t.From
	case t.Site == "":
		return t.Kind.String()
	case t.Kind == service.TaskTimeout:
		return t.Kind.String() + " set at " + t.Site
	}
	return t.Kind.String() + " made at " + t.Site
}

// dueWhen says when a timer is due, or that it was and its service has had no time for
// it yet.
func dueWhen(verb string, left time.Duration) string {
	if left < 0 {
		return "was due " + render.Duration(-left) + " ago"
	}
	return verb + " in " + render.Duration(left)
}

// Waiting says what a task waits for and since when.
func (o *Operator) Waiting(t *service.TaskInfo) string {
	if t.Running {
		return o.Paint(render.Warning, "running")
	}
	return visible.Line(o.Teller().waitText(t))
}

// QueuesBehind says whom a task inside a queue or a lock waits for.
func QueuesBehind(task uint64) string { return fmt.Sprintf("queues behind task %d", task) }

func (by Teller) waitText(t *service.TaskInfo) string {
	now := by.Node.Clock().Elapsed()
	since := " for " + render.Duration(now-t.Wait.Since)
	switch t.Wait.Kind {
	case service.WaitCall:
		if t.Wait.Command == "" {
			return fmt.Sprintf("waits for %s %s to answer", t.WaitFor, t.Wait.Dest) + since
		}
		return fmt.Sprintf("waits for %s %s to answer %s", t.WaitFor, t.Wait.Dest, visible.Quote(t.Wait.Command)) + since
	case service.WaitSleep:
		return "sleeps" + since + ", " + dueWhen("wakes", t.Wait.Until-now)
	case service.WaitTimer:
		return dueWhen("due", t.Wait.Until-now)
	case service.WaitToken:
		switch {
		case t.Behind != 0:
			return QueuesBehind(t.Behind) + since
		case t.Orphaned:
			return "queues behind a task that has ended" + since
		}
		return "waits to be woken" + since
	case service.WaitAwait:
		return "waits for " + t.Wait.Command + since
	case service.WaitRoom:
		return fmt.Sprintf("waits for room in the mailbox of %s %s", t.WaitFor, t.Wait.Dest) + since
	case service.WaitDebugger:
		return "stands in the debugger" + since
	case service.WaitFork:
		return "waits for its turn"
	}
	return "ready"
}
