package waits

import (
	"context"
	"slices"
	"sync"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file asks services, each for a bounded time and all of them within the caller's.

const (
	// askers is how many services are asked at a time, with the real clock.
	askers = 16
	// askFor bounds the time for a service that has no trouble, askStuck for one that is
	// known to be inside a Go function.
	askFor   = time.Second
	askStuck = 50 * time.Millisecond
	// mostWaiting bounds the tasks that are looked at, for the memory that they take.
	mostWaiting = 200_000
)

// asking asks services.
type asking struct {
	node *service.Node
	ctx  context.Context
}

// half gives the context of what may take half of the time that there is.
func (a *asking) half() (context.Context, context.CancelFunc) {
	deadline, ok := a.ctx.Deadline()
	if !ok || a.node.Clock().Virtual() {
		return context.WithCancel(a.ctx)
	}
	return context.WithTimeout(a.ctx, time.Until(deadline)/2)
}

// each calls ask for services, some at a time. ask is to return when its service does
// not answer in time.
func (a *asking) each(of []message.Address, ask func(*service.Service, message.Address)) {
	slices.Sort(of)
	some := make(chan struct{}, askers)
	var all sync.WaitGroup
	for _, address := range of {
		svc := a.node.Service(address)
		if a.node.Clock().Virtual() {
			ask(svc, address)
			continue
		}
		some <- struct{}{}
		all.Add(1)
		go func() {
			defer all.Done()
			defer func() { <-some }()
			ask(svc, address)
		}()
	}
	all.Wait()
}

// limited gives the context for one question to a service.
func (a *asking) limited(svc *service.Service) (context.Context, context.CancelFunc) {
	if svc.Status() == service.StatusStuck {
		return context.WithTimeout(a.ctx, askStuck)
	}
	return context.WithTimeout(a.ctx, askFor)
}

// waiting gives the tasks of a service that have begun, at most so many, and how many
// there are besides.
func (a *asking) waiting(svc *service.Service, most int) (tasks []service.TaskInfo, left int, err error) {
	all, total, err := svc.EachWaiting(func() (context.Context, context.CancelFunc) { return a.limited(svc) })
	if err != nil {
		return nil, 0, err
	}
	for task, err := range all {
		if err != nil {
			return tasks, max(0, total-len(tasks)), err
		}
		if len(tasks) >= most {
			return tasks, total - len(tasks), nil
		}
		tasks = append(tasks, task)
	}
	return tasks, 0, nil
}

// seek asks a service about requests and tasks. What does not answer is looked at from
// outside.
func (a *asking) seek(svc *service.Service, what service.Sought) (found service.Found, answered bool) {
	ctx, cancel := a.limited(svc)
	defer cancel()
	found, err := svc.Seek(ctx, what)
	if err != nil {
		return svc.SeekMailbox(what), false
	}
	return found, true
}
