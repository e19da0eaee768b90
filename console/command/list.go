package command

import (
	"context"
	"strconv"
	"strings"
	"time"

	"lunarium/console"
	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/service"
)

// This file holds the commands list and stat.

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
	if strings.Contains(svc.CommandLine(), text) || strings.Contains(svc.Address().String(), text) {
		return true
	}
	for _, name := range o.Node().NamesOf(svc.Address()) {
		if service.NameHas(name, text) {
			return true
		}
	}
	return false
}

// serviceRowOf is one line of list.
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
		Address: row.Address.String(), State: string(row.Status), Command: strings.TrimPrefix(row.Command, "snlua "),
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
