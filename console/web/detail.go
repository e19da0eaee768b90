package web

import (
	"context"
	"time"

	"lunarium/console/command"
	"lunarium/console/render"
	"lunarium/console/secret"
	"lunarium/inspect/reload"
	"lunarium/inspect/sample"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
	"lunarium/runtime/worded"
)

// This file tells what a page shows of one service.

// detail is what a page shows of one service.
type detail struct {
	serviceRow
	Gone         bool                 `json:"gone"`
	Names        []string             `json:"names"`      // the first
	More         int                  `json:"more_names"` // beside them
	Path         string               `json:"path"`
	Args         []string             `json:"args"`
	Age          float64              `json:"age"` // seconds, by the node's clock
	Tasks        []taskRow            `json:"task_list"`
	Trouble      string               `json:"trouble"` // why the tasks are not known
	Version      int                  `json:"version"` // of the code, if the state is looked at; 0: it is not known
	Timers       timerList            `json:"timers"`
	Messages     []command.MessageRow `json:"message_list"` // if they are looked at, the latest first
	MessagesNote string               `json:"messages_note"`
	Logs         []logRow             `json:"logs"`
}

// taskRow is a task of a service.
type taskRow struct {
	ID        uint64  `json:"id"`
	Kind      string  `json:"kind"`
	Handling  string  `json:"handling"`
	From      string  `json:"from"`
	Site      string  `json:"site"` // the line that made a fork, or set a time-out; "": it is not known
	Running   bool    `json:"running"`
	Waits     string  `json:"waits"` // for what
	For       float64 `json:"for"`   // seconds since it waits
	Age       float64 `json:"age"`
	Traceback string  `json:"traceback"`
}

const (
	detailWait = 300 * time.Millisecond // for a service that is to list its tasks
	detailLogs = 100
	mostTasks  = 100
)

// describe gives the details of the service that is looked at, without the values of some names.
func (s *Server) describe(ctx context.Context, now *look, v *view, hidden *secret.Names) detail {
	node, a := s.config.Node, v.Service
	svc := node.Service(a)
	if svc == nil {
		return detail{Gone: true, serviceRow: serviceRow{Address: a.String(), ID: uint32(a), Name: visible.Line(node.NameOf(a))}}
	}
	s.sampler.memory.Want(a)
	r := sample.Read(svc, s.sampler.memory)
	for i := range now.Rows {
		if now.Rows[i].Address == a {
			r.Rate, r.Load = now.Rows[i].Rate, now.Rows[i].Load
		}
	}
	d := detail{
		serviceRow: forPage(&r), Path: visible.Line(svc.Path()), Args: lines(hidden.Arguments(svc.Spec().Args)),
		Age: node.Clock().Now().Sub(svc.Born()).Seconds(), Timers: timers(node, a),
	}
	names := render.FirstTexts(node.NamesOf(a))
	d.Names, d.More = lines(names.First), names.More
	d.Tasks, d.Trouble = tasks(ctx, svc)
	if v.State && d.Trouble == "" {
		d.Version = runningVersion(ctx, svc)
	}
	if v.Messages {
		d.Messages, d.MessagesNote = command.ListMessages(svc)
		for i := range d.Messages {
			m := &d.Messages[i]
			m.Message, m.Reply = hidden.Text(m.Message), hidden.Text(m.Reply)
		}
	}
	for _, e := range svc.Logs().Last(detailLogs) {
		d.Logs = append(d.Logs, logRowOf(e, hidden))
	}
	return d
}

// runningVersion tells which version of a service's code runs; 0: it does not answer.
func runningVersion(ctx context.Context, svc *service.Service) int {
	ctx, cancel := context.WithTimeout(ctx, detailWait)
	defer cancel()
	versions, err := reload.Versions(ctx, svc)
	if err != nil {
		return 0
	}
	for _, v := range versions {
		if v.Current {
			return v.Number
		}
	}
	return 0
}

func tasks(ctx context.Context, svc *service.Service) (rows []taskRow, trouble string) {
	ctx, cancel := context.WithTimeout(ctx, detailWait)
	defer cancel()
	list, _, err := svc.FirstTasks(ctx, mostTasks)
	if err != nil {
		return nil, visible.Text(worded.Text(err))
	}
	now := svc.Node().Clock().Elapsed()
	for _, t := range list {
		r := taskRow{
			ID: t.ID, Kind: t.Kind.String(), Handling: visible.Line(t.Handling), From: visible.Line(t.From), Site: visible.Line(t.Site), Running: t.Running,
			Age: (now - t.Created).Seconds(), Traceback: visible.Text(t.Traceback),
		}
		if t.Wait.Kind != service.WaitNone {
			r.Waits, r.For = t.Wait.Kind.String(), (now - t.Wait.Since).Seconds()
		}
		switch t.Wait.Kind {
		case service.WaitCall:
			r.Waits = "call " + t.WaitFor
			if t.Wait.Command != "" {
				r.Waits += " " + t.Wait.Command
			}
		case service.WaitAwait:
			r.Waits = t.Wait.Command
		}
		r.Waits = visible.Line(r.Waits)
		rows = append(rows, r)
	}
	return rows, ""
}

// lines gives texts as each is shown on a line.
func lines(texts []string) []string {
	shown := make([]string, len(texts))
	for i, text := range texts {
		shown[i] = visible.Line(text)
	}
	return shown
}
