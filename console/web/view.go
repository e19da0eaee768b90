package web

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"lunarium/console/command"
	"lunarium/console/secret"
	"lunarium/inspect/sample"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/visible"
)

// This file makes the lists that a page shows.

// view says what a page shows.
type view struct {
	Tab      string          `json:"tab"`    // services, waits, crashes, timers, logs or console
	Sort     string          `json:"sort"`   // a key of orders
	Down     bool            `json:"down"`   // the largest first
	Filter   string          `json:"filter"` // part of a name, file or address
	Offset   int             `json:"offset"`
	Limit    int             `json:"limit"`
	Service  message.Address `json:"service"`  // whose details are open; 0: none
	State    bool            `json:"state"`    // so is its state
	Messages bool            `json:"messages"` // and what it has taken
	Columns  int             `json:"columns"`  // of the console
}

const (
	mostRows   = 200
	mostTimers = 200
)

// orders are the ways in which services are sorted.
var orders = map[string]func(a, b *sample.Row) int{
	"address":  func(a, b *sample.Row) int { return cmp.Compare(a.Address, b.Address) },
	"name":     func(a, b *sample.Row) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) },
	"status":   func(a, b *sample.Row) int { return cmp.Compare(a.Status, b.Status) },
	"queue":    func(a, b *sample.Row) int { return cmp.Compare(a.Queue, b.Queue) },
	"tasks":    func(a, b *sample.Row) int { return cmp.Compare(a.Tasks, b.Tasks) },
	"messages": func(a, b *sample.Row) int { return cmp.Compare(a.Messages, b.Messages) },
	"rate":     func(a, b *sample.Row) int { return cmp.Compare(a.Rate, b.Rate) },
	"cpu":      func(a, b *sample.Row) int { return cmp.Compare(a.CPU, b.CPU) },
	"load":     func(a, b *sample.Row) int { return cmp.Compare(a.Load, b.Load) },
	"memory":   func(a, b *sample.Row) int { return cmp.Compare(a.Memory, b.Memory) },
	"wait":     func(a, b *sample.Row) int { return cmp.Compare(a.Wait, b.Wait) },
}

// serviceRow is a service in a page's list.
type serviceRow struct {
	Address  string  `json:"address"`
	ID       uint32  `json:"id"`
	Name     string  `json:"name"`
	File     string  `json:"file"`
	Status   string  `json:"status"`
	Queue    int     `json:"queue"`
	Tasks    int     `json:"tasks"`
	Messages uint64  `json:"messages"`
	Rate     float64 `json:"rate"`
	CPU      float64 `json:"cpu"`  // seconds
	Load     float64 `json:"load"` // of one processor
	Memory   int     `json:"memory"`
	Wait     float64 `json:"wait"` // seconds that the oldest message in the mailbox has waited
}

// forPage gives the row as it is shown. Names and other texts of services pass
// visible, here and wherever a row of a page is made: nothing in them is taken for a
// line's end, turns the writing round, or can't be seen.
func forPage(r *sample.Row) serviceRow {
	return serviceRow{
		Address: r.Address.String(), ID: uint32(r.Address), Name: visible.Line(r.Name), File: visible.Line(r.Base), Status: string(r.Status),
		Queue: r.Queue, Tasks: r.Tasks, Messages: r.Messages, Rate: r.Rate, CPU: r.CPU.Seconds(), Load: r.Load, Memory: r.Memory, Wait: r.Wait.Seconds(),
	}
}

// serviceList is the part of the services that a page shows.
type serviceList struct {
	Total  int          `json:"total"` // that the filter lets through
	Offset int          `json:"offset"`
	Rows   []serviceRow `json:"rows"`
}

// list gives a page's part of a sample, and asks for the memory of what it shows.
func (v *view) list(s *look, memory *sample.Meter) serviceList {
	rows := v.filtered(s.Rows)
	order, ok := orders[v.Sort]
	if !ok {
		order = orders["address"]
	}
	slices.SortStableFunc(rows, func(a, b *sample.Row) int {
		if v.Down {
			return order(b, a)
		}
		return order(a, b)
	})
	from := max(v.Offset, 0)
	if from >= len(rows) {
		from = 0 // the list has become shorter: the page is not without rows until it asks again
	}
	to := min(from+min(max(v.Limit, 0), mostRows), len(rows))
	list := serviceList{Total: len(rows), Offset: from, Rows: make([]serviceRow, 0, to-from)}
	for _, r := range rows[from:to] {
		memory.Want(r.Address)
		list.Rows = append(list.Rows, forPage(r))
	}
	return list
}

func (v *view) filtered(all []sample.Row) []*sample.Row {
	rows := make([]*sample.Row, 0, len(all))
	text := strings.ToLower(strings.TrimSpace(v.Filter))
	for i := range all {
		r := &all[i]
		if text == "" || service.NameHas(strings.ToLower(r.Name), text) || strings.Contains(strings.ToLower(r.Base), text) ||
			strings.Contains(r.Address.String(), text) || string(r.Status) == text {
			rows = append(rows, r)
		}
	}
	return rows
}

// timerRow is a pending timer.
type timerRow struct {
	ID      uint64  `json:"id"`
	Service string  `json:"service"`
	Name    string  `json:"name"`
	Kind    string  `json:"kind"`
	Left    float64 `json:"left"`  // seconds
	Every   float64 `json:"every"` // seconds; 0: not periodic
	SetAt   string  `json:"set_at"`
}

// timerList is the timers that are due next.
type timerList struct {
	Total int        `json:"total"`
	Rows  []timerRow `json:"rows"`
}

// timers lists those of one service, or of all when a is 0.
func timers(n *service.Node, a message.Address) timerList {
	first, total := n.Clock().FirstTimers(a, mostTimers)
	list := timerList{Total: total, Rows: []timerRow{}}
	for _, t := range first {
		list.Rows = append(list.Rows, timerRow{
			ID: t.ID, Service: t.Service.String(), Name: visible.Line(t.Name), Kind: t.Kind.String(),
			Left: t.Left.Seconds(), Every: t.Every.Seconds(), SetAt: visible.Line(t.SetAt),
		})
	}
	return list
}

// crashList is the errors that nobody caught.
type crashList struct {
	Kept bool               `json:"kept"` // on this node
	Rows []command.CrashRow `json:"rows"`
}

func (s *Server) crashes(hidden *secret.Names) crashList {
	if s.config.Crashes == nil {
		return crashList{}
	}
	rows := command.ListCrashes(s.config.Crashes, s.config.Node.Clock().Now())
	for i := range rows {
		rows[i].Error = hidden.Text(rows[i].Error)
	}
	return crashList{true, rows}
}

// logRow is a line of the log.
type logRow struct {
	Time    string `json:"time"`
	Service string `json:"service"`
	Name    string `json:"name"`
	Text    string `json:"text"`
}

func logRowOf(e service.LogEntry, hidden *secret.Names) logRow {
	const most = 16 << 10
	text := e.Text
	if len(text) > most {
		text = text[:most] + " …"
	}
	return logRow{Time: e.Time.UTC().Format(time.TimeOnly), Service: e.Service.String(), Name: visible.Line(e.Name), Text: hidden.Text(visible.Text(text))}
}
