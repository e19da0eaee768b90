package dap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-dap"

	"lunarium/console"
	"lunarium/console/render"
	inspect "lunarium/inspect/debug"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// This file shows services and their tasks as threads: a thread for each service, which
// runs, and one for each task that stands or steps.

// mostThreads is how many services are listed as threads, besides those with tasks that
// stand.
const mostThreads = 200

func (s *session) listThreads(context.Context, *dap.ThreadsRequest) (*dap.ThreadsResponse, error) {
	list := []dap.Thread{}
	for _, id := range slices.Sorted(maps.Keys(s.threads.byID)) {
		if th := s.threads.byID[id]; th.key.task != 0 {
			list = append(list, dap.Thread{Id: th.id, Name: th.name})
		}
	}
	all := slices.DeleteFunc(s.node.Services(), func(svc *service.Service) bool { return !s.arguments.Services.selects(svc) })
	slices.SortFunc(all, func(a, b *service.Service) int { return cmp.Compare(a.Address(), b.Address()) })
	for _, svc := range all[:min(len(all), mostThreads)] {
		th, _ := s.threads.get(threadKey{address: svc.Address()})
		list = append(list, dap.Thread{Id: th.id, Name: title(svc)})
	}
	if left := len(all) - mostThreads; left > 0 && !s.threads.full {
		s.threads.full = true
		s.after = func() {
			s.say("important", fmt.Sprintf(`%d services are not listed; their tasks are when they stop, and "services" of the attach configuration chooses others`, left))
		}
	}
	return &dap.ThreadsResponse{Body: dap.ThreadsResponseBody{Threads: list}}, nil
}

// thread gives a thread by its number.
func (s *session) thread(id int) (*thread, error) {
	if th := s.threads.byID[id]; th != nil {
		return th, nil
	}
	return nil, fmt.Errorf("there is no thread %d; threads lists those that are there", id)
}

var errRuns = errors.New("it runs: pause stops it, and a breakpoint a task of it")

// standing gives a thread that stands.
func (s *session) standing(id int) (*thread, error) {
	th, err := s.thread(id)
	if err == nil && th.stop == nil {
		err = fmt.Errorf("thread %d can't do this while %w", id, errRuns)
	}
	return th, err
}

// goesOn notes that a thread does not stand any more.
func (s *session) goesOn(th *thread) {
	th.stop = nil
	s.values.forget(th)
}

// move lets a task go on.
func (s *session) move(ctx context.Context, id int, step inspect.Step) error {
	th, err := s.standing(id)
	if err != nil {
		return err
	}
	if err := th.d.MoveTask(ctx, th.key.task, step); err != nil {
		return err
	}
	s.goesOn(th)
	s.after = func() {
		// One task of a service steps at a time: another one that did goes on by itself now.
		for _, other := range s.threads.ofService(th.key.address) {
			if other.stop == nil && (other != th || step == inspect.StepContinue) {
				s.exited(other)
			}
		}
	}
	return nil
}

func (s *session) resume(ctx context.Context, r *dap.ContinueRequest) (*dap.ContinueResponse, error) {
	return &dap.ContinueResponse{}, s.move(ctx, r.Arguments.ThreadId, inspect.StepContinue)
}

func (s *session) next(ctx context.Context, r *dap.NextRequest) (*dap.NextResponse, error) {
	return &dap.NextResponse{}, s.move(ctx, r.Arguments.ThreadId, inspect.StepOver)
}

func (s *session) stepIn(ctx context.Context, r *dap.StepInRequest) (*dap.StepInResponse, error) {
	return &dap.StepInResponse{}, s.move(ctx, r.Arguments.ThreadId, inspect.StepInto)
}

func (s *session) stepOut(ctx context.Context, r *dap.StepOutRequest) (*dap.StepOutResponse, error) {
	return &dap.StepOutResponse{}, s.move(ctx, r.Arguments.ThreadId, inspect.StepOut)
}

func (s *session) pause(ctx context.Context, r *dap.PauseRequest) (*dap.PauseResponse, error) {
	th, err := s.thread(r.Arguments.ThreadId)
	if err != nil {
		return nil, err
	}
	if th.stop != nil {
		return &dap.PauseResponse{}, nil
	}
	svc := s.node.Service(th.key.address)
	if svc == nil {
		return nil, fmt.Errorf("the service %s has ended", th.key.address)
	}
	running, err := s.group.Pause(ctx, svc)
	if err == nil && !running {
		s.after = func() { s.say("console", title(svc)+" does nothing now; it stops at the next line that it runs") }
	}
	return &dap.PauseResponse{}, err
}

func (s *session) terminateThreads(ctx context.Context, r *dap.TerminateThreadsRequest) (*dap.TerminateThreadsResponse, error) {
	for _, id := range r.Arguments.ThreadIds {
		th, err := s.standing(id)
		if err != nil {
			return nil, err
		}
		if err := th.d.AbortTask(ctx, th.key.task, "ended by who debugs it"); err != nil {
			return nil, err
		}
		s.goesOn(th)
	}
	return &dap.TerminateThreadsResponse{}, nil
}

// exited tells that a task is no thread any more: it goes on by itself, or has ended.
func (s *session) exited(th *thread) {
	if s.threads.byID[th.id] != th {
		return
	}
	s.goesOn(th)
	s.threads.drop(th)
	s.send(&dap.ThreadEvent{Body: dap.ThreadEventBody{Reason: "exited", ThreadId: th.id}})
	s.tellHeld()
}

// mostNamed is how many services are named where all are counted.
const mostNamed = 3

// servicesText names a few services and counts many.
func servicesText(list []*service.Service) string {
	if len(list) > mostNamed {
		return render.Plural(len(list), "service", "services")
	}
	names := make([]string, len(list))
	for i, svc := range list {
		names[i] = console.Title(svc)
	}
	return strings.Join(names, ", ")
}

// tellHeld says in the list of sessions what the client holds.
func (s *session) tellHeld() {
	var holds []string
	if debugged := s.group.Services(); len(debugged) > 0 {
		holds = append(holds, "debugs "+servicesText(debugged))
	}
	standing := map[message.Address]int{}
	for _, th := range s.threads.byID {
		if th.stop != nil {
			standing[th.key.address]++
		}
	}
	for _, a := range slices.Sorted(maps.Keys(standing)) {
		holds = append(holds, "stops "+render.Plural(standing[a], "task", "tasks")+" of "+a.String())
	}
	s.visitor.Holds(holds)
}

// serviceInFocus finds the one that is meant when a request names no frame: that which stopped
// last, or the only one that the client debugs.
func (s *session) serviceInFocus() (*inspect.Debugger, error) {
	if s.focus != nil && s.node.Service(addressOf(s.focus)) == s.focus.Service() {
		return s.focus, nil
	}
	var only []*service.Service
	if len(s.arguments.Services) > 0 {
		only = slices.DeleteFunc(s.node.Services(), func(svc *service.Service) bool { return !s.arguments.Services.selects(svc) })
	}
	if len(only) != 1 {
		return nil, errors.New(`no task has stopped, so that it is not known in which service; "services" of the attach configuration may name one`)
	}
	s.focus = inspect.Look(only[0])
	return s.focus, nil
}
