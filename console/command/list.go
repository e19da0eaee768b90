package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file holds the commands that list services and names, and tell of a service.

var listCommands = []*console.Command{
	{Name: "list", Aliases: []string{"ls"}, Group: console.Launching, Usage: "[TEXT | all]",
		Help:     "Lists the services: address, state, names and arguments. TEXT picks those that have it in their address, names or arguments. Of very many the first are shown, and those that are busy or stuck.",
		Examples: []string{"list", "list chat"}, Reads: console.Always, Run: list},
	{Name: "service", Group: console.Launching, Usage: "[TEXT | all]",
		Help: "Lists the unique services, those that queryservice finds; those that have TEXT in their names, the first of very many.", Examples: []string{"service"}, Reads: console.Always, Run: uniqueServices},
	{Name: "names", Group: console.Launching, Usage: "[TEXT | all]",
		Help: "Lists the registered names; those that have TEXT in them, the first of very many.", Examples: []string{"names chat"}, Reads: console.Always, Run: names},
	{Name: "info", Group: console.Launching, Usage: "SERVICE [ARG...]",
		Help:     "Shows a service: file, arguments, age, counters, and what its info_func gives. That is code of the service, which takes the role of an operator; the arguments are Lua expressions for it.",
		Examples: []string{`info CHAT_ROOM_SERVICE`}, Complete: []console.Completer{console.CompleteService}, Reads: infoOfNode, Needs: needsOfInfo, Run: info},
	{Name: "stat", Group: console.Launching, Usage: "[TEXT | all]",
		Help:     "Shows each service's messages, queue, tasks and processor time; which services, as list does.",
		Examples: []string{"stat", "stat chat"}, Reads: console.Always, Run: stat},
}

// pick gives the services that have a text in their address, names or command
// line, all of them for "" and "all", and how many it leaves out: of very many
// the first are given, and after them those that are busy or stuck.
func pick(o *console.Operator, text string) (picked []*service.Service, left int) {
	picked = matching(o, text)
	if text == "all" || len(picked) <= console.MostListed {
		return picked, 0
	}
	first, rest := picked[:console.MostListed:console.MostListed], picked[console.MostListed:]
	for _, svc := range rest {
		if status := svc.Status(); (status == service.StatusBusy || status == service.StatusStuck) && len(first) < 2*console.MostListed {
			first = append(first, svc)
		}
	}
	return first, len(picked) - len(first)
}

// matching gives all services that pick picks from.
func matching(o *console.Operator, text string) []*service.Service {
	services := o.Node().Services()
	if text == "" || text == "all" {
		return services
	}
	some := []*service.Service{}
	for _, svc := range services {
		if mentions(o, svc, text) {
			some = append(some, svc)
		}
	}
	return some
}

func mentions(o *console.Operator, svc *service.Service, text string) bool {
	if strings.Contains(o.CommandLine(svc), text) || strings.Contains(svc.Address().String(), text) {
		return true
	}
	for _, name := range o.Node().NamesOf(svc.Address()) {
		if service.NameHas(name, text) {
			return true
		}
	}
	return false
}

// serviceRow is one line of list.
type serviceRow struct {
	Address string
	State   string
	Names   render.Texts
	Command string
}

func list(ctx context.Context, o *console.Operator, args string) error {
	services, left := pick(o, strings.TrimSpace(args))
	return console.Show(ctx, o, console.Listing[serviceRow]{
		Rows: console.RowsOf(services, func(svc *service.Service) serviceRow { return serviceRowOf(o, svc) }), Count: len(services), Left: left, Hint: console.Picks("list"),
		Columns: []render.Column{
			{Name: "address", Role: render.Address},
			{Name: "state", Marks: map[string]render.Role{"busy": render.Warning, "stuck": render.Error}},
			{Name: "names", Role: render.Key, Shrink: 1}, {Name: "service", Shrink: 2},
		},
		Cells: func(r serviceRow) []string {
			return []string{r.Address, r.State, r.Names.String(), r.Command}
		},
	})
}

func serviceRowOf(o *console.Operator, svc *service.Service) serviceRow {
	row := inspect.RowOf(svc)
	return serviceRow{
		Address: row.Address.String(), State: string(row.Status), Command: strings.TrimPrefix(o.CommandLine(svc), "snlua "),
		Names: render.FirstTexts(o.Node().NamesOf(row.Address)),
	}
}

// statRow is one line of stat.
type statRow struct {
	Address, Service string
	Messages         uint64
	Queue, Tasks     int
	CPU              time.Duration
}

func stat(ctx context.Context, o *console.Operator, args string) error {
	if _, err := strconv.Atoi(args); err == nil {
		args = "" // skynet's time limit: nobody is asked here
	}
	services, left := pick(o, strings.TrimSpace(args))
	virtual := o.Node().Clock().Virtual()
	return console.Show(ctx, o, console.Listing[statRow]{
		Rows: console.RowsOf(services, func(svc *service.Service) statRow {
			row := inspect.RowOf(svc)
			return statRow{row.Address.String(), row.Base, row.Messages, row.Queue, row.Tasks, row.CPU}
		}),
		Count: len(services), Left: left, Hint: console.Picks("stat"),
		Columns: []render.Column{
			{Name: "address", Role: render.Address}, {Name: "messages", Align: render.Right}, {Name: "queue", Align: render.Right},
			{Name: "tasks", Align: render.Right}, {Name: "cpu", Align: render.Right}, {Name: "service"},
		},
		Cells: func(r statRow) []string {
			cpu := render.Duration(r.CPU)
			if virtual {
				cpu = "-"
			}
			return []string{r.Address, render.Count(int(r.Messages)), render.Count(r.Queue), render.Count(r.Tasks), cpu, r.Service}
		},
	})
}

// nameRow is one line of names and of service.
type nameRow struct{ Name, Address, Service string }

func uniqueServices(ctx context.Context, o *console.Operator, args string) error {
	uniques := o.Node().Uniques()
	var entries []service.NameEntry
	for _, name := range slices.Sorted(maps.Keys(uniques)) {
		entries = append(entries, service.NameEntry{Name: name, Address: uniques[name]})
	}
	return showNames(ctx, o, "service", args, entries)
}

func names(ctx context.Context, o *console.Operator, args string) error {
	return showNames(ctx, o, "names", args, o.Node().Names())
}

func nameRowOf(o *console.Operator, entry service.NameEntry) nameRow {
	row := nameRow{Name: entry.Name, Address: entry.Address.String()}
	if svc := o.Node().Service(entry.Address); svc != nil {
		row.Service = svc.Base()
	}
	return row
}

// showNames lists the names that have a text, the first of very many.
func showNames(ctx context.Context, o *console.Operator, command, args string, entries []service.NameEntry) error {
	text, all := console.Unlimited(args)
	entries = slices.DeleteFunc(entries, func(e service.NameEntry) bool { return !service.NameHas(e.Name, text) })
	shown, left := console.Cut(len(entries), all)
	return console.Show(ctx, o, console.Listing[nameRow]{
		Rows: console.RowsOf(entries[:shown], func(e service.NameEntry) nameRow { return nameRowOf(o, e) }), Count: shown, Left: left, Hint: console.Picks(command),
		Columns: []render.Column{
			{Name: "name", Role: render.Key, Shrink: 1}, {Name: "address", Role: render.Address}, {Name: "service"},
		},
		Cells: func(r nameRow) []string { return []string{r.Name, r.Address, r.Service} },
	})
}

func info(ctx context.Context, o *console.Operator, args string) error {
	word, rest := console.CutWord(args)
	svc, err := o.Service(word)
	if err != nil {
		return err
	}
	stat, age := svc.Stat(), o.Node().Clock().Now().Sub(svc.Born())
	facts := []fact{
		{"service", visible.Line(o.CommandLine(svc)), o.CommandLine(svc)},
		{"file", visible.Line(shown(svc.Path())), shown(svc.Path())},
		{"age", render.Duration(age), age},
		{"messages", render.Count(int(stat.Messages)), stat.Messages},
		{"tasks", render.Count(stat.Tasks), stat.Tasks},
		{"queue", render.Count(stat.Queue), stat.Queue},
	}
	if wait := svc.OldestWait(); wait > 0 {
		facts = append(facts, fact{"oldest", "has waited for " + render.Duration(wait), wait})
	}
	if limit := svc.MemLimit(); limit > 0 {
		facts = append(facts, fact{"memlimit", render.Size(int64(limit)), limit})
	}
	// Connections and pipes come and go in their own time, which no recording has.
	if held, most := svc.OpenFiles(); held > 0 && !o.Node().Clock().Virtual() {
		text := render.Count(held)
		if most > 0 {
			text += " of " + render.Count(most)
		}
		facts = append(facts, fact{"files", text, map[string]int{"open": held, "limit": most}})
	}
	ctx, cancel := o.Timed(ctx)
	defer cancel()
	results, unasked, err := askInfo(ctx, o, svc, rest)
	silent := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, message.ErrStandsStill) || errors.Is(err, service.ErrRestless)
	if err != nil && !silent {
		return err
	}
	if unasked != "" {
		facts = append(facts, fact{"info", o.Paint(render.Note, unasked), map[string]string{"unasked": unasked}})
	}
	if results != nil {
		facts = append(facts, fact{"info", o.Style().Results(results), results})
	}
	data := map[string]any{"address": svc.Address().String()}
	text := o.Paint(render.Address, console.Title(svc)) + "\n"
	for _, f := range facts {
		data[f.name] = f.data
		text += fmt.Sprintf("%-10s%s\n", f.name, f.text)
	}
	if !silent {
		return o.Reply(data, text)
	}
	// What the node knows is told all the same, and why there is no more.
	failure := o.ErrorText(o.NoAnswer(svc, err))
	data["error"] = failure
	text += failure
	if err := o.Reply(data, text); err != nil {
		return err
	}
	return console.ErrFailed
}

// fact is something that is known about a service: for people, and as data.
type fact struct {
	name, text string
	data       any
}

func shown(path string) string {
	if path == "" {
		return "(from a string)"
	}
	return path
}

// clockText tells a time of the node's clock, with its day unless that is today.
func clockText(t, now time.Time) string {
	t, now = t.UTC(), now.UTC()
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format(time.TimeOnly)
	}
	return t.Format("Jan 02 15:04")
}
