package sample

import (
	"time"

	"lunarium/inspect"
	"lunarium/runtime/service"
)

// This file reads all services' counters.

// Sample is the node at one time.
type Sample struct {
	At    time.Time
	Rows  []Row                     // by address
	Ended map[string]service.Totals // what services that have ended had counted, by file
	Rate  float64                   // messages per second, of all services together, as Load is
	Load  float64
	Queue int // messages that wait
	Tasks int
}

// Take reads the counters at a time, and compares them with a sample before, the zero one
// for none. A service that came since counts from nothing.
func Take(n *service.Node, at time.Time, before *Sample, memory *Meter) *Sample {
	// What ended is read first: a service that ends in between is missing once
	// and never counted twice.
	now := &Sample{At: at, Ended: n.Ended()}
	seconds := at.Sub(before.At).Seconds()
	services := n.Services()
	now.Rows = make([]Row, len(services))
	old := before.Rows
	for i, svc := range services {
		r := Read(svc, memory)
		for len(old) > 0 && old[0].Address < r.Address { // both are sorted
			old = old[1:]
		}
		since := Row{}
		if len(old) > 0 && old[0].Address == r.Address {
			since = old[0]
		}
		if !before.At.IsZero() && seconds > 0 {
			r.Rate = float64(r.Messages-since.Messages) / seconds
			// A slice that ends while it is read may have been counted too long before.
			r.Load = max(0, (r.CPU-since.CPU).Seconds()/seconds)
		}
		now.Rows[i] = r
		now.Rate += r.Rate
		now.Load += r.Load
		now.Queue += r.Queue
		now.Tasks += r.Tasks
	}
	return now
}

// Read reads the counters of one service, whose row has no rates then.
func Read(svc *service.Service, memory *Meter) Row {
	return Row{ServiceRow: inspect.RowOf(svc), Service: svc, Memory: memory.Of(svc.Address()), Wait: svc.OldestWait()}
}
