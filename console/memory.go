package console

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/runtime/service"
	"lunarium/runtime/worded"
)

// This file holds the commands about memory.

var memoryCommands = []*Command{
	{Name: "mem", Group: Memory, Usage: "[TEXT | all] [DURATION]",
		Help:     "Shows the memory that each service's state takes; which services, as list does. A large one is measured in steps and goes on meanwhile. A service that does not answer within the duration, or the session's time limit, is passed by.",
		Examples: []string{"mem 1s"}, Reads: always, Run: mem},
	{Name: "gc", Group: Memory, Usage: "[TEXT | all] [DURATION]",
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
	return s.showMemory(ctx, "mem", args, (*service.Service).Memory, false)
}

// gc has every service collect what Lua holds, and then, once for all of them,
// the process what Go holds.
func gc(ctx context.Context, s *Session, args string) error {
	defer goruntime.FreeOSMemory()
	return s.showMemory(ctx, "gc", args, (*service.Service).Collect, true)
}

// memoryRow is one line of mem.
type memoryRow struct {
	Address, Service string
	Bytes            int
	Limit            int `json:",omitempty"`
	Error            string
}

// measuredMemory is what was found out about a service.
type measuredMemory struct {
	svc   *service.Service
	bytes int
	err   error
}

func (m *measuredMemory) row(limit time.Duration) memoryRow {
	row := memoryRow{Address: m.svc.Address().String(), Service: m.svc.Base(), Bytes: m.bytes, Limit: m.svc.MemLimit()}
	if m.err != nil {
		row.Error = worded.Text(m.err)
		if errors.Is(m.err, context.DeadlineExceeded) {
			row.Error = lateText(m.err, limit)
		}
	}
	return row
}

// showMemory lists services with what measure gives, and with their limits if one of
// them has a limit. Those that are left out are measured only when all are to be.
func (s *Session) showMemory(ctx context.Context, command, args string, measure func(*service.Service, context.Context) (int, error), all bool) error {
	text, limit, err := s.memoryArgs(args)
	if err != nil {
		return err
	}
	services, left := s.pick(text)
	measured := services
	if all && left > 0 {
		measured = s.matching(text)
	}
	limited := slices.ContainsFunc(services, func(svc *service.Service) bool { return svc.MemLimit() > 0 })
	columns := []render.Column{
		{Name: "address", Role: render.Address}, {Name: "memory", Align: render.Right}, {Name: "service"}, {Name: "", Role: render.Warning},
	}
	if limited {
		columns = slices.Insert(columns, 2, render.Column{Name: "limit", Align: render.Right})
	}
	measures := make([]measuredMemory, 0, len(services))
	listed := map[*service.Service]bool{}
	for _, svc := range services {
		listed[svc] = true
	}
	for _, svc := range measured {
		measureCtx, cancel := s.within(ctx, limit)
		bytes, err := measure(svc, measureCtx)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if listed[svc] {
			measures = append(measures, measuredMemory{svc, bytes, err})
		}
	}
	return show(ctx, s, listing[memoryRow]{
		rows:  each(measures, func(m measuredMemory) memoryRow { return m.row(limit) }),
		count: len(measures), left: left, hint: picks(command), columns: columns,
		cells: func(r memoryRow) []string {
			size := render.Size(int64(r.Bytes))
			if r.Error != "" {
				size = "?"
			}
			line := []string{r.Address, size, r.Service, r.Error}
			if limited {
				line = slices.Insert(line, 2, limitText(r.Limit))
			}
			return line
		},
	})
}

// memoryArgs reads which services are meant, and how long each may take.
func (s *Session) memoryArgs(args string) (text string, limit time.Duration, err error) {
	limit = s.limit
	for _, word := range strings.Fields(args) {
		d, isTime := parseDuration(word)
		switch {
		case isTime == nil:
			limit = d
		case text == "" && !startsWithDigit(word):
			text = word
		default:
			return "", 0, isTime
		}
	}
	return text, limit, nil
}

func startsWithDigit(word string) bool { return word[0] >= '0' && word[0] <= '9' }

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
