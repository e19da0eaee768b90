package console

import (
	"context"
	"strconv"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/inspect"
	"lunarium/runtime/service"
)

// This file holds the commands list and stat.

// pick gives the services that have a text in their address, names or command
// line, all of them for "" and "all", and how many it leaves out: of very many
// the first are given, and after them those that are busy or stuck.
func (s *Session) pick(text string) (picked []*service.Service, left int) {
	picked = s.matching(text)
	if text == "all" || len(picked) <= mostListed {
		return picked, 0
	}
	first, rest := picked[:mostListed:mostListed], picked[mostListed:]
	for _, svc := range rest {
		if status := svc.Status(); (status == service.StatusBusy || status == service.StatusStuck) && len(first) < 2*mostListed {
			first = append(first, svc)
		}
	}
	return first, len(picked) - len(first)
}

// matching gives all services that pick picks from.
func (s *Session) matching(text string) []*service.Service {
	services := s.node.Services()
	if text == "" || text == "all" {
		return services
	}
	some := []*service.Service{}
	for _, svc := range services {
		if s.mentions(svc, text) {
			some = append(some, svc)
		}
	}
	return some
}

func (s *Session) mentions(svc *service.Service, text string) bool {
	if strings.Contains(svc.CommandLine(), text) || strings.Contains(svc.Address().String(), text) {
		return true
	}
	for _, name := range s.node.NamesOf(svc.Address()) {
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

func list(ctx context.Context, s *Session, args string) error {
	services, left := s.pick(strings.TrimSpace(args))
	return show(ctx, s, listing[serviceRow]{
		rows: each(services, s.serviceRow), count: len(services), left: left, hint: picks("list"),
		columns: []render.Column{
			{Name: "address", Role: render.Address},
			{Name: "state", Marks: map[string]render.Role{"busy": render.Warning, "stuck": render.Error}},
			{Name: "names", Role: render.Key, Shrink: 1}, {Name: "service", Shrink: 2},
		},
		cells: func(r serviceRow) []string {
			return []string{r.Address, r.State, r.Names.String(), r.Command}
		},
	})
}

func (s *Session) serviceRow(svc *service.Service) serviceRow {
	row := inspect.RowOf(svc)
	return serviceRow{
		Address: row.Address.String(), State: string(row.Status), Command: strings.TrimPrefix(row.Command, "snlua "),
		Names: render.FirstTexts(s.node.NamesOf(row.Address)),
	}
}

// statRow is one line of stat.
type statRow struct {
	Address, Service string
	Messages         uint64
	Queue, Tasks     int
	CPU              time.Duration
}

func stat(ctx context.Context, s *Session, args string) error {
	if _, err := strconv.Atoi(args); err == nil {
		args = "" // skynet's time limit: nobody is asked here
	}
	services, left := s.pick(strings.TrimSpace(args))
	virtual := s.node.Clock().Virtual()
	return show(ctx, s, listing[statRow]{
		rows: each(services, func(svc *service.Service) statRow {
			row := inspect.RowOf(svc)
			return statRow{row.Address.String(), row.Base, row.Messages, row.Queue, row.Tasks, row.CPU}
		}),
		count: len(services), left: left, hint: picks("stat"),
		columns: []render.Column{
			{Name: "address", Role: render.Address}, {Name: "messages", Align: render.Right}, {Name: "queue", Align: render.Right},
			{Name: "tasks", Align: render.Right}, {Name: "cpu", Align: render.Right}, {Name: "service"},
		},
		cells: func(r statRow) []string {
			cpu := render.Duration(r.CPU)
			if virtual {
				cpu = "-"
			}
			return []string{r.Address, render.Count(int(r.Messages)), render.Count(r.Queue), render.Count(r.Tasks), cpu, r.Service}
		},
	})
}
