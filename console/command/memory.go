package command

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/runtime/service"
	"lunarium/runtime/worded"
)

// This file holds the commands about memory.

var memoryCommands = []*console.Command{
	{Name: "mem", Group: console.Memory, Usage: "[TEXT | all] [DURATION]",
		Help:     "Shows the memory that each service's state takes; which services, as list does. A large one is measured in steps and goes on meanwhile. A service that does not answer within the duration, or the session's time limit, is passed by.",
		Examples: []string{"mem 1s"}, Reads: console.Always, Run: mem},
	{Name: "gc", Group: console.Memory, Usage: "[TEXT | all] [DURATION]",
		Help: "Collects garbage, then shows the memory that each service's state takes, as mem does.", Examples: []string{`gc`}, Run: gc},
	{Name: "log", Group: console.Memory, Usage: "[SERVICE] [LINES]",
		Help:     "Shows the last log lines, of one service or of all. A number alone is a service when there is one, else how many lines.",
		Examples: []string{`log CHAT_ROOM_SERVICE 50`}, Complete: []console.Completer{console.CompleteService}, Reads: console.Always, Run: showLog},
}

func mem(ctx context.Context, o *console.Operator, args string) error {
	return showMemory(ctx, o, "mem", args, (*service.Service).Memory, false)
}

// gc has every service collect what Lua holds, and then, once for all of them,
// the process what Go holds.
func gc(ctx context.Context, o *console.Operator, args string) error {
	defer goruntime.FreeOSMemory()
	return showMemory(ctx, o, "gc", args, (*service.Service).Collect, true)
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
			row.Error = console.LateText(m.err, limit)
		}
	}
	return row
}

// showMemory lists services with what measure gives, and with their limits if one of
// them has a limit. Those that are left out are measured only when all are to be.
func showMemory(ctx context.Context, o *console.Operator, command, args string, measure func(*service.Service, context.Context) (int, error), all bool) error {
	text, limit, err := memoryArgs(o, args)
	if err != nil {
		return err
	}
	services, left := pick(o, text)
	measured := services
	if all && left > 0 {
		measured = matching(o, text)
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
		measureCtx, cancel := o.Within(ctx, limit)
		bytes, err := measure(svc, measureCtx)
		cancel()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if listed[svc] {
			measures = append(measures, measuredMemory{svc, bytes, err})
		}
	}
	return console.Show(ctx, o, console.Listing[memoryRow]{
		Rows:  console.RowsOf(measures, func(m measuredMemory) memoryRow { return m.row(limit) }),
		Count: len(measures), Left: left, Hint: console.Picks(command), Columns: columns,
		Cells: func(r memoryRow) []string {
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
func memoryArgs(o *console.Operator, args string) (text string, limit time.Duration, err error) {
	limit = o.Limit()
	for _, word := range strings.Fields(args) {
		d, isTime := console.ParseDuration(word)
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

func showLog(_ context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	lines := defaultLogLines
	entries := o.Node().Logs().Last(allLines)
	if rest == "" && console.IsDigits(word) && !o.IsService(word) {
		word, rest = "", word
	}
	if rest != "" {
		n, err := strconv.Atoi(rest)
		if err != nil || n < 1 {
			return o.Usage("log")
		}
		lines = n
	}
	if word != "" {
		svc, err := o.Service(word)
		if err != nil {
			return err
		}
		entries = svc.Logs().Last(allLines)
	}
	if len(entries) > lines {
		entries = entries[len(entries)-lines:]
	}
	if len(entries) == 0 {
		return o.Reply(entries, "nothing was logged")
	}
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "%s %s\n", e.Time.UTC().Format("15:04:05"), e)
	}
	return o.Reply(entries, b.String())
}
