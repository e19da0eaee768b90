package console

import (
	"fmt"
	"slices"
	"strconv"

	"lunarium/console/render"
	"lunarium/inspect/waits"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file tells of those who wait for each other, each on a line.

// WaiterText tells of a waiter on one line: who it is, at which line of code it stands,
// and what it waits for.
func (by Teller) WaiterText(w *waits.Waiter) string {
	switch w.Kind {
	case waits.Task:
		return fmt.Sprintf("%s  %s%s %s", by.waiterTitle(w), by.Palette.Paint(render.Key, "task "+strconv.FormatUint(w.Task.ID, 10)),
			visible.Line(by.taskWork(&w.Task)), by.waiterDoes(w))
	case waits.Client:
		return visible.Line(w.Name) + " " + visible.Line(by.asksFor(w, w.Call.Dest)) + by.since(w)
	}
	return by.waiterTitle(w) + "  " + by.endText(w)
}

// waiterTitle names a waiter's service as Title does.
func (by Teller) waiterTitle(w *waits.Waiter) string {
	return by.Palette.Paint(render.Address, w.Address.String()) + " " + visible.Line(w.Name)
}

// taskWork says what a task is for, and at which line it stands.
func (by Teller) taskWork(t *service.TaskInfo) string {
	what := " " + t.Kind.String()
	if t.Handling != "" {
		what = " " + visible.Quote(t.Handling)
		if t.Source.IsClient() {
			what += " from " + t.From
		}
	} else if t.Site != "" {
		what = " " + TaskOrigin(t) + ","
	}
	if t.At != "" {
		what += " at " + t.At
	}
	return what
}

// waiterDoes says what a task waits for.
func (by Teller) waiterDoes(w *waits.Waiter) string {
	switch {
	case w.Changed:
		return "went on while it was looked at"
	case w.Task.Running:
		text := "runs"
		if w.Busy > 0 {
			text += " for " + render.Duration(w.Busy)
		}
		return by.Palette.Paint(render.Warning, text)
	case w.Task.Wait.Kind == service.WaitCall:
		return visible.Line(by.asksFor(w, w.Task.Wait.Dest)) + by.since(w)
	}
	return visible.Line(by.waitText(&w.Task))
}

// asksFor says what a waiter asks of whom.
func (by Teller) asksFor(w *waits.Waiter, dest message.Address) string {
	text := "calls "
	if w.Kind == waits.Client && w.Call.Session < 0 {
		text = "launches "
	}
	text += by.Node.NameOf(dest)
	if command := w.Command(); command != "" {
		text += " " + visible.Quote(command)
	}
	switch {
	case w.Link == waits.Queued && w.Before == 0:
		text += ", which waits in its mailbox"
	case w.Link == waits.Queued:
		text += fmt.Sprintf(", which waits in its mailbox behind %s", render.Plural(w.Before, "message", "messages"))
	case w.Link == waits.Answered:
		text += ", whose answer waits in its own mailbox"
	}
	return text
}

// since says for how long somebody waits.
func (by Teller) since(w *waits.Waiter) string {
	return " for " + render.Duration(by.Node.Clock().Elapsed()-w.Since)
}

// endText tells why chains end at a service.
func (by Teller) endText(w *waits.Waiter) string {
	switch w.Kind {
	case waits.Promised:
		return "has put the answer off (skynet.response)" + by.since(w)
	case waits.Lost:
		return by.Palette.Paint(render.Error, "has handled the request and will not answer it")
	case waits.Gone:
		return "has ended"
	case waits.Node:
		return "the node itself"
	case waits.Mailbox:
		return "has not come to it yet" + waitingMessages(w.Queue)
	}
	text := "does not answer"
	if w.Status != "" {
		text += ": it is " + string(w.Status)
	}
	if w.Busy > 0 {
		text += " for " + render.Duration(w.Busy)
	}
	return by.Palette.Paint(render.Warning, text+waitingMessages(w.Queue))
}

// waitingMessages tells how many messages wait for a service.
func waitingMessages(queue int) string {
	if queue == 0 {
		return ""
	}
	return fmt.Sprintf(", %s in its mailbox", render.Plural(queue, "message", "messages"))
}

// Untying gives a command that ends a deadlock; "": its service has ended meanwhile. It
// ends a task that waits in a queue, if there is one: one inside would leave it locked.
func (by Teller) Untying(cycle []waits.Waiter) string {
	ends := &cycle[max(0, slices.IndexFunc(cycle, func(w waits.Waiter) bool { return w.Link == waits.Locked }))]
	if svc := by.Node.Service(ends.Address); svc != nil {
		return fmt.Sprintf("killtask %s %d", Typed(svc), ends.Task.ID)
	}
	return ""
}

// Unties says what a command that ends a deadlock does.
func Unties(command string) string { return `"` + command + `" ends the deadlock` }

// mostNamed is how many services of a cycle are named on a line.
const mostNamed = 20

// Round names the services of a cycle, the first at the end again. One that comes several
// times in a row is named once; in a cycle of a single one, twice.
func Round(cycle []waits.Waiter) []string {
	names := Way(cycle)
	if len(names) == 1 || names[0] != names[len(names)-1] {
		names = append(names, names[0])
	}
	return names
}

// Way names the services on a way. One that comes several times in a row is named once.
func Way(way []waits.Waiter) []string {
	var names []string
	for i := range way {
		if i > 0 && way[i].Address == way[i-1].Address {
			continue
		}
		if len(names) == mostNamed {
			return append(names, "…")
		}
		names = append(names, visible.Line(way[i].Name))
	}
	return names
}
