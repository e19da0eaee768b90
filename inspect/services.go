package inspect

import (
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file answers what services a node has: a row for each, the same for the console
// and the page.

// ServiceRow is a service in a list, at one moment.
type ServiceRow struct {
	Address  message.Address
	Name     string
	Base     string // of its file
	Command  string // that it was started with
	Status   service.Status
	Queue    int // messages that wait
	Tasks    int
	Messages uint64        // handled so far
	CPU      time.Duration // used so far
}

// RowOf gives the row of a service. It waits for nothing.
func RowOf(s *service.Service) ServiceRow {
	stat := s.Stat()
	return ServiceRow{
		Address: s.Address(), Name: s.Name(), Base: s.Base(), Command: s.CommandLine(), Status: shownStatus(s),
		Queue: stat.Queue, Tasks: stat.Tasks, Messages: stat.Messages, CPU: stat.CPU,
	}
}

// shownStatus gives a service's status. With the virtual clock it is idle unless it is in
// the middle of something: whether it waits for its turn depends on the process.
func shownStatus(s *service.Service) service.Status {
	status := s.Status()
	if s.Node().Clock().Virtual() && status != service.StatusBusy && status != service.StatusStuck {
		return service.StatusIdle
	}
	return status
}
