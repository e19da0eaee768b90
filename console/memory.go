package console

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"lunarium/console/render"
	"lunarium/runtime/service"
)

var memoryCommands = []*Command{
	{Name: "mem", Group: Memory, Help: "Shows the memory that each service's state takes.", Run: mem},
	{Name: "gc", Group: Memory, Help: "Collects garbage, then shows the memory that each service's state takes.", Run: gc},
	{Name: "log", Group: Memory, Usage: "[SERVICE] [LINES]",
		Help:     "Shows the last log lines, of one service or of all.",
		Complete: []Completion{CompleteService}, Run: showLog},
	{Name: "trace", Group: Memory, Usage: "SERVICE [on | off]",
		Help:     "Records each message that a service handles: from, type, arguments, time taken, reply. Without on or off it shows what was recorded.",
		Examples: []string{"trace CHAT_ROOM_SERVICE on"},
		Complete: []Completion{CompleteService}, Run: trace},
	{Name: "logon", Group: Memory, Usage: "SERVICE", Help: "The same as trace SERVICE on.",
		Complete: []Completion{CompleteService}, Run: func(ctx context.Context, s *Session, args string) error { return trace(ctx, s, args+" on") }},
	{Name: "logoff", Group: Memory, Usage: "SERVICE", Help: "The same as trace SERVICE off.",
		Complete: []Completion{CompleteService}, Run: func(ctx context.Context, s *Session, args string) error { return trace(ctx, s, args+" off") }},
}

func mem(ctx context.Context, s *Session, _ string) error {
	return s.showMemory(ctx, (*service.Service).Memory)
}

func gc(ctx context.Context, s *Session, _ string) error {
	return s.showMemory(ctx, (*service.Service).Collect)
}

func (s *Session) showMemory(ctx context.Context, measure func(*service.Service, context.Context) (int, error)) error {
	type memoryRow struct {
		Address, Service string
		Bytes            int
		Error            string
	}
	rows := []memoryRow{}
	var cells [][]string
	for _, svc := range s.node.Services() {
		ctx, cancel := s.timed(ctx)
		bytes, err := measure(svc, ctx)
		cancel()
		row := memoryRow{Address: svc.Address().String(), Service: svc.Base(), Bytes: bytes}
		size := render.Size(int64(bytes))
		if err != nil {
			row.Error, size = err.Error(), "?"
		}
		rows = append(rows, row)
		cells = append(cells, []string{row.Address, size, row.Service, row.Error})
	}
	return s.reply(rows, s.style().Table([]render.Column{
		{Name: "address", Role: render.Address}, {Name: "memory", Align: render.Right}, {Name: "service"}, {Name: "", Role: render.Warning},
	}, cells))
}

const (
	defaultLogLines = 20
	allLines        = 1 << 20
	tracesShown     = 50
)

func showLog(_ context.Context, s *Session, args string) error {
	word, rest := cutWord(args)
	lines := defaultLogLines
	entries := s.node.Logs().Last(allLines)
	if word != "" && rest == "" && isDigits(word) {
		word, rest = "", word
	}
	if rest != "" {
		n, err := strconv.Atoi(rest)
		if err != nil || n < 1 {
			return usageError("log", s.table)
		}
		lines = n
	}
	if word != "" {
		svc, err := s.service(word)
		if err != nil {
			return err
		}
		entries = svc.Logs().Last(allLines)
	}
	if len(entries) > lines {
		entries = entries[len(entries)-lines:]
	}
	if len(entries) == 0 {
		return s.reply(entries, "nothing was logged")
	}
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "%s %s\n", e.Time.UTC().Format("15:04:05"), e)
	}
	return s.reply(entries, b.String())
}

func trace(_ context.Context, s *Session, args string) error {
	word, rest := cutWord(args)
	svc, err := s.service(word)
	if err != nil {
		return err
	}
	switch strings.TrimSpace(rest) {
	case "on", "off":
		svc.SetTrace(rest == "on")
		return s.reply(map[string]any{"tracing": rest == "on"}, "tracing "+title(svc)+" is "+rest)
	case "":
	default:
		return usageError("trace", s.table)
	}
	events := svc.Traces().Last(tracesShown)
	if len(events) == 0 && !svc.Tracing() {
		return s.reply(events, fmt.Sprintf(`%s is not traced; "trace %s on" begins`, title(svc), word))
	}
	var cells [][]string
	for _, e := range events {
		reply := e.Reply
		if e.Error != "" {
			reply = "error: " + e.Error
		}
		cells = append(cells, []string{e.Time.UTC().Format("15:04:05.000"), e.From, e.Type.String(), e.Args, render.Duration(e.Took), reply})
	}
	return s.reply(events, s.style().Table([]render.Column{
		{Name: "time"}, {Name: "from"}, {Name: "type"}, {Name: "message", Shrink: 1}, {Name: "took", Align: render.Right}, {Name: "reply", Shrink: 2},
	}, cells))
}
