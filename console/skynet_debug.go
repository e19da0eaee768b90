package console

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/inspect/plain"
	"lunarium/runtime/endpoint"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file holds the commands that skynet's operators know for looking below the
// services.

// The commands that skynet's operators know for looking below the services'
// own answers.
var lowlevelCommands = []*Command{
	{Name: "signal", Group: Timing, Usage: "SERVICE [0 | 1]",
		Help:     "Interrupts the Lua code that a service is running. 0, or no number, raises an error there, which pcall can catch and which ends a loop without end; 1 logs the memory that the service takes. A task that waits is not interrupted; see killtask.",
		Examples: []string{"signal CHAT_ROOM_SERVICE", "signal CHAT_ROOM_SERVICE 1"},
		Complete: []Completion{CompleteService}, Run: signal},
	{Name: "dbgcmd", Group: Messages, Usage: "SERVICE COMMAND [ARG...]",
		Help:     "Sends a debug message and shows the answer as it is. Every service answers MEM, GC, STAT, TASK, UNIQTASK, KILLTASK, INFO, EXIT, RUN, TERM, SUPPORT, PING, LINK, and TRACELOG, and what it added with skynet.debug. An argument that is a Lua expression is sent as its value, a bare word as a string.",
		Examples: []string{"dbgcmd CHAT_ROOM_SERVICE STAT", `dbgcmd CHAT_ROOM_SERVICE RUN "print(1 + 1)" test`, "dbgcmd CHAT_ROOM_SERVICE TRACELOG lua true"},
		Complete: []Completion{CompleteService, CompleteDebugCommand}, Run: dbgcmd},
	{Name: "netstat", Group: Memory, Usage: "[all]",
		Help: "Lists what connects the node with the outside. These are listeners and connections of the console and of services, with bytes in and out, since when and how long idle. A listener counts the connections that it accepted. Of very many the first are shown.", Examples: []string{"netstat"}, Reads: always, Run: netstat},
}

func signal(ctx context.Context, s *Session, args string) error {
	word, number := cutWord(args)
	svc, err := s.service(word)
	if err != nil {
		return err
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	switch strings.TrimSpace(number) {
	case "", "0":
		err := svc.Interrupt(ctx)
		if errors.Is(err, service.ErrIdle) {
			return s.reply(map[string]any{"signal": 0, "interrupted": false}, fmt.Sprintf(`%s runs no Lua now; "tasks %s" shows what waits, "killtask" ends it`, title(svc), typed(svc)))
		}
		if err != nil {
			return s.noAnswer(svc, err)
		}
		return s.reply(map[string]any{"signal": 0, "interrupted": true}, title(svc)+" was interrupted")
	case "1":
		bytes, err := svc.Memory(ctx)
		if err != nil {
			return s.noAnswer(svc, err)
		}
		svc.Error(fmt.Sprintf("Current Memory %.3fK", float64(bytes)/1024))
		return s.reply(map[string]any{"signal": 1, "bytes": bytes}, title(svc)+" takes "+render.Size(int64(bytes)))
	}
	return usageError("signal", s.table)
}

// silentDebugCommands are answered by no skynet; a missing answer is their success.
var silentDebugCommands = map[string]bool{"GC": true, "EXIT": true, "TERM": true}

func dbgcmd(ctx context.Context, s *Session, args string) error {
	word, rest := cutWord(args)
	name, rest := cutWord(rest)
	svc, err := s.service(word)
	if err != nil {
		return err
	}
	if name == "" {
		return usageError("dbgcmd", s.table)
	}
	if name == "REMOTEDEBUG" {
		return fmt.Errorf("REMOTEDEBUG needs a prompt; use debug %s", typed(svc))
	}
	payload, err := inspect.Words(s.node, name, rest)
	if err != nil {
		return err
	}
	ctx, cancel := s.timed(ctx)
	defer cancel()
	if silentDebugCommands[name] {
		if err := s.client.Send(svc.Address(), message.TypeDebug, payload); err != nil {
			return err
		}
		return s.reply(map[string]any{"sent": name}, "sent "+name+" to "+title(svc))
	}
	answer, err := s.client.Call(ctx, svc.Address(), message.TypeDebug, payload)
	if err != nil {
		return s.noAnswer(svc, err)
	}
	return s.showResults(inspect.Reply(s.node, answer, plain.DefaultLimits), 0)
}

// endpointRow is one line of netstat.
type endpointRow struct {
	ID                         uint64
	Kind, Owner, Local, Remote string
	Read, Written              uint64
	Since                      time.Time
	Idle                       time.Duration
}

func netstat(ctx context.Context, s *Session, args string) error {
	_, all := unlimited(args)
	endpoints := s.node.Endpoints().List()
	shown, left := cut(len(endpoints), all)
	return show(ctx, s, listing[endpointRow]{
		rows: each(endpoints[:shown], endpointRowOf), count: shown, left: left, hint: `"netstat all" shows them`,
		columns: []render.Column{
			{Name: "id", Align: render.Right, Role: render.Key}, {Name: "kind"}, {Name: "owner", Shrink: 1}, {Name: "local", Role: render.Address},
			{Name: "remote", Role: render.Address}, {Name: "in", Align: render.Right}, {Name: "out", Align: render.Right},
			{Name: "since"}, {Name: "idle", Align: render.Right},
		},
		cells: func(r endpointRow) []string {
			in, out := render.Size(int64(r.Read)), render.Size(int64(r.Written))
			if r.Remote == "" {
				in, out = render.Count(int(r.Read)), ""
			}
			return []string{
				render.Count(int(r.ID)), r.Kind, r.Owner, r.Local, shownPeer(r.Remote), in, out,
				r.Since.UTC().Format("15:04:05"), render.Duration(r.Idle.Round(time.Millisecond)),
			}
		},
		none: "nothing is open to the outside",
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
