package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/endpoint"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the commands that skynet's operators know for looking below the
// services.

// The commands that skynet's operators know for looking below the services'
// own answers.
var skynetCommands = []*console.Command{
	{Name: "signal", Group: console.Timing, Usage: "SERVICE [0 | 1]",
		Help:     "Interrupts the Lua code that a service is running. 0, or no number, raises an error there, which pcall can catch and which ends a loop without end; 1 logs the memory that the service takes. A task that waits is not interrupted; see killtask.",
		Examples: []string{"signal CHAT_ROOM_SERVICE", "signal CHAT_ROOM_SERVICE 1"},
		Complete: []console.Completer{console.CompleteService}, Run: signal},
	{Name: "dbgcmd", Group: console.Messages, Usage: "SERVICE COMMAND [ARG...]",
		Help:     "Sends a debug message and shows the answer as it is. Every service answers MEM, GC, STAT, TASK, UNIQTASK, KILLTASK, INFO, EXIT, RUN, TERM, SUPPORT, PING, LINK, and TRACELOG, and what it added with skynet.debug. An argument that is a Lua expression is sent as its value, a bare word as a string.",
		Examples: []string{"dbgcmd CHAT_ROOM_SERVICE STAT", `dbgcmd CHAT_ROOM_SERVICE RUN "print(1 + 1)" test`, "dbgcmd CHAT_ROOM_SERVICE TRACELOG lua true"},
		Complete: []console.Completer{console.CompleteService, completeDebugCommand}, Run: dbgcmd},
	{Name: "netstat", Group: console.Memory, Usage: "[all]",
		Help: "Lists what connects the node with the outside. These are listeners and connections of the console and of services, with bytes in and out, since when and how long idle. A listener counts the connections that it accepted. Of very many the first are shown.", Examples: []string{"netstat"}, Reads: console.Always, Run: netstat},
}

func signal(ctx context.Context, o *console.Operator, args string) error {
	word, number := console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	switch strings.TrimSpace(number) {
	case "", "0":
		err := svc.Interrupt(ctx)
		if errors.Is(err, service.ErrIdle) {
			return o.Reply(map[string]any{"signal": 0, "interrupted": false}, fmt.Sprintf(`%s runs no Lua now; "tasks %s" shows what waits, "killtask" ends it`, console.Title(svc), console.Typed(svc)))
		}
		if err != nil {
			return o.NoAnswer(svc, err)
		}
		if svc.Status() == service.StatusStuck {
			return o.Reply(map[string]any{"signal": 0, "interrupted": false},
				fmt.Sprintf(`%s is inside a library call, and is interrupted when it comes out or calls Lua; "kill %s" ends it`, console.Title(svc), console.Typed(svc)))
		}
		return o.Reply(map[string]any{"signal": 0, "interrupted": true}, console.Title(svc)+" was interrupted")
	case "1":
		bytes, err := svc.Memory(ctx)
		if err != nil {
			return o.NoAnswer(svc, err)
		}
		svc.Error(fmt.Sprintf("Current Memory %.3fK", float64(bytes)/1024))
		return o.Reply(map[string]any{"signal": 1, "bytes": bytes}, console.Title(svc)+" takes "+render.Size(int64(bytes)))
	}
	return o.Usage("signal")
}

// silentDebugCommands are answered by no skynet; a missing answer is their success.
var silentDebugCommands = map[string]bool{"GC": true, "EXIT": true, "TERM": true}

func dbgcmd(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	name, rest := console.CutWord(rest)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	if name == "" {
		return o.Usage("dbgcmd")
	}
	if name == "REMOTEDEBUG" {
		return fmt.Errorf("REMOTEDEBUG needs a prompt; use debug %s", console.Typed(svc))
	}
	payload, err := inspect.Words(o.Node(), name, rest)
	if err != nil {
		return err
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	if silentDebugCommands[name] {
		if err := o.Client().Send(svc.Address(), message.TypeDebug, payload); err != nil {
			return err
		}
		return o.Reply(map[string]any{"sent": name}, "sent "+name+" to "+console.Title(svc))
	}
	answer, err := o.Client().Call(ctx, svc.Address(), message.TypeDebug, payload)
	if err != nil {
		return o.NoAnswer(svc, err)
	}
	return o.ShowResults(inspect.Reply(o.Node(), answer, o.Shown()), 0)
}

// endpointRow is one line of netstat.
type endpointRow struct {
	ID                         uint64
	Kind, Owner, Local, Remote string
	Read, Written              uint64
	Since                      time.Time
	Idle                       time.Duration
}

func netstat(ctx context.Context, o *console.Operator, args string) error {
	_, all := console.Unlimited(args)
	endpoints := o.Node().Endpoints().List()
	shown, left := console.Cut(len(endpoints), all)
	return console.Show(ctx, o, console.Listing[endpointRow]{
		Rows: console.RowsOf(endpoints[:shown], endpointRowOf), Count: shown, Left: left, Hint: `"netstat all" shows them`,
		Columns: []render.Column{
			{Name: "id", Align: render.Right, Role: render.Key}, {Name: "kind"}, {Name: "owner", Shrink: 1}, {Name: "local", Role: render.Address},
			{Name: "remote", Role: render.Address}, {Name: "in", Align: render.Right}, {Name: "out", Align: render.Right},
			{Name: "since"}, {Name: "idle", Align: render.Right},
		},
		Cells: func(r endpointRow) []string {
			in, out := render.Size(int64(r.Read)), render.Size(int64(r.Written))
			if r.Remote == "" {
				in, out = render.Count(int(r.Read)), ""
			}
			return []string{
				render.Count(int(r.ID)), r.Kind, r.Owner, r.Local, shownPeer(r.Remote), in, out,
				r.Since.UTC().Format("15:04:05"), render.Duration(r.Idle.Round(time.Millisecond)),
			}
		},
		None: "nothing is open to the outside",
	})
}

func endpointRowOf(e endpoint.Info) endpointRow {
	owner := "the node"
	if e.Owner != 0 {
		owner = e.OwnerName + " " + e.Owner.String()
	}
	return endpointRow{e.ID, e.Kind, owner, e.Local, e.Remote, e.Read, e.Written, e.Since, e.Idle}
}

func shownPeer(remote string) string {
	if remote == "" {
		return "(listens)"
	}
	return remote
}
