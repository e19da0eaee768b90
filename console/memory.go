package console

import (
	"context"
	"fmt"
	goruntime "runtime/debug"
	"slices"
	"strconv"
	"strings"

	"lunarium/console/render"
	"lunarium/runtime/service"
)

var memoryCommands = []*Command{
	{Name: "mem", Group: Memory, Usage: "[DURATION]",
		Help:     "Shows the memory that each service's state takes. A service that does not answer within the duration, or the session's time limit, is passed by.",
		Examples: []string{"mem 1s"}, Reads: always, Run: mem},
	{Name: "gc", Group: Memory, Usage: "[DURATION]",
		Help: "Collects garbage, then shows the memory that each service's state takes, as mem does.", Examples: []string{`gc`}, Run: gc},
	{Name: "log", Group: Memory, Usage: "[SERVICE] [LINES]",
		Help:     "Shows the last log lines, of one service or of all. A number alone is a service when there is one, else how many lines.",
		Examples: []string{`log CHAT_ROOM_SERVICE 50`}, Complete: []Completion{CompleteService}, Reads: always, Run: showLog},
	{Name: "trace", Group: Memory, Usage: "SERVICE [PROTOCOL] [on | off]",
		Help:     "Records each message that a service handles, or those of one protocol: from, type, arguments, time taken, reply. Without on or off it shows what was recorded.",
		Examples: []string{"trace CHAT_ROOM_SERVICE on", "trace CHAT_ROOM_SERVICE lua on"},
		Complete: []Completion{CompleteService, CompleteTrace}, Reads: unless("on", "off"), Run: trace},
	{Name: "logon", Group: Memory, Usage: "SERVICE",
		Help:     "Writes each message that a service gets to a file. It is ADDRESS.log in the directory that the node's environment names as logpath; without logpath the messages are recorded for the command trace.",
		Examples: []string{`logon CHAT_ROOM_SERVICE`}, Complete: []Completion{CompleteService}, Run: logOn},
	{Name: "logoff", Group: Memory, Usage: "SERVICE", Help: "Ends what logon began.",
		Examples: []string{`logoff CHAT_ROOM_SERVICE`}, Complete: []Completion{CompleteService}, Run: logOff},
}

func mem(ctx context.Context, s *Session, args string) error {
	return s.showMemory(ctx, args, (*service.Service).Memory)
}

// gc has every service collect what Lua holds, and then, once for all of them,
// the process what Go holds.
func gc(ctx context.Context, s *Session, args string) error {
	defer goruntime.FreeOSMemory()
	return s.showMemory(ctx, args, (*service.Service).Collect)
}

// showMemory lists the services with what measure gives, and with their limits
// if one of them has a limit.
func (s *Session) showMemory(ctx context.Context, args string, measure func(*service.Service, context.Context) (int, error)) error {
	limit := s.limit
	if args != "" {
		d, err := parseDuration(args)
		if err != nil {
			return err
		}
		limit = d
	}
	type memoryRow struct {
		Address, Service string
		Bytes            int
		Limit            int `json:",omitempty"`
		Error            string
	}
	rows := []memoryRow{}
	var cells [][]string
	columns := []render.Column{
		{Name: "address", Role: render.Address}, {Name: "memory", Align: render.Right}, {Name: "service"}, {Name: "", Role: render.Warning},
	}
	services := s.node.Services()
	limited := slices.ContainsFunc(services, func(svc *service.Service) bool { return svc.MemLimit() > 0 })
	if limited {
		columns = slices.Insert(columns, 2, render.Column{Name: "limit", Align: render.Right})
	}
	for _, svc := range services {
		ctx, cancel := s.within(ctx, limit)
		bytes, err := measure(svc, ctx)
		cancel()
		row := memoryRow{Address: svc.Address().String(), Service: svc.Base(), Bytes: bytes, Limit: svc.MemLimit()}
		size := render.Size(int64(bytes))
		if err != nil {
			row.Error, size = err.Error(), "?"
		}
		rows = append(rows, row)
		line := []string{row.Address, size, row.Service, row.Error}
		if limited {
			line = slices.Insert(line, 2, limitText(row.Limit))
		}
		cells = append(cells, line)
	}
	return s.reply(rows, s.style().Table(columns, cells))
}

func limitText(bytes int) string {
	if bytes == 0 {
		return "-"
	}
	return render.Size(int64(bytes))
}

const (
	defaultLogLines = 20
	allLines        = 1 << 20
)

func showLog(_ context.Context, s *Session, args string) error {
	word, rest := cutWord(args)
	lines := defaultLogLines
	entries := s.node.Logs().Last(allLines)
	if rest == "" && isDigits(word) && !s.names(word) {
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
