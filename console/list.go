package console

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"lunarium/console/render"
	"lunarium/runtime/service"
)

// mostListed is how many services list and stat show unless all are asked for.
const mostListed = 500

// pick gives the services that have a text in their address, names or command
// line, all of them for "" and "all", and how many it leaves out: of very many
// the first are given, and after them those that are busy or stuck. Machines
// get every one.
func (s *Session) pick(text string) (picked []*service.Service, left int) {
	text = strings.TrimSpace(text)
	picked = s.node.Services()
	if text != "" && text != "all" {
		some := []*service.Service{}
		for _, svc := range picked {
			if s.mentions(svc, text) {
				some = append(some, svc)
			}
		}
		picked = some
	}
	if text == "all" || s.JSON || len(picked) <= mostListed {
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

func (s *Session) mentions(svc *service.Service, text string) bool {
	if strings.Contains(svc.CommandLine(), text) || strings.Contains(svc.Address().String(), text) {
		return true
	}
	for _, name := range s.node.NamesOf(svc.Address()) {
		if strings.Contains(name, text) {
			return true
		}
	}
	return false
}

// more says how to see the services that a command left out.
func (s *Session) more(command string, left int) string {
	if left == 0 {
		return ""
	}
	return "\n" + s.paint(render.Note, fmt.Sprintf(`… %s more; "%s TEXT" picks some, "%s all" shows them`, render.Count(left), command, command))
}

// serviceRow is one line of list.
type serviceRow struct {
	Address string
	State   string
	Names   []string
	Command string
}

func list(_ context.Context, s *Session, args string) error {
	rows := []serviceRow{}
	services, left := s.pick(args)
	for _, svc := range services {
		row := serviceRow{Address: svc.Address().String(), State: string(svc.Status()), Command: strings.TrimPrefix(svc.CommandLine(), "snlua ")}
		if s.node.Clock().Virtual() && row.State != string(service.StatusBusy) && row.State != string(service.StatusStuck) {
			row.State = string(service.StatusIdle)
		}
		row.Names = s.node.NamesOf(svc.Address())
		rows = append(rows, row)
	}
	var cells [][]string
	for _, r := range rows {
		cells = append(cells, []string{r.Address, r.State, strings.Join(r.Names, " "), r.Command})
	}
	return s.reply(rows, s.style().Table([]render.Column{
		{Name: "address", Role: render.Address},
		{Name: "state", Marks: map[string]render.Role{"busy": render.Warning, "stuck": render.Error}},
		{Name: "names", Role: render.Key, Shrink: 1}, {Name: "service", Shrink: 2},
	}, cells)+s.more("list", left))
}

func stat(_ context.Context, s *Session, args string) error {
	type statRow struct {
		Address, Service string
		Messages         uint64
		Queue, Tasks     int
		CPU              time.Duration
	}
	rows := []statRow{}
	var cells [][]string
	if _, err := strconv.Atoi(args); err == nil {
		args = "" // skynet's time limit: nobody is asked here
	}
	services, left := s.pick(args)
	for _, svc := range services {
		st := svc.Stat()
		row := statRow{svc.Address().String(), svc.Base(), st.Messages, st.Queue, st.Tasks, st.CPU}
		cpu := render.Duration(st.CPU)
		if s.node.Clock().Virtual() {
			row.CPU, cpu = 0, "-"
		}
		rows = append(rows, row)
		cells = append(cells, []string{row.Address, render.Count(int(row.Messages)), render.Count(row.Queue), render.Count(row.Tasks), cpu, row.Service})
	}
	return s.reply(rows, s.style().Table([]render.Column{
		{Name: "address", Role: render.Address}, {Name: "messages", Align: render.Right}, {Name: "queue", Align: render.Right},
		{Name: "tasks", Align: render.Right}, {Name: "cpu", Align: render.Right}, {Name: "service"},
	}, cells)+s.more("stat", left))
}
