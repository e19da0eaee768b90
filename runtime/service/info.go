package service

import (
	"context"
	"time"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// Stat are a service's counters.
type Stat struct {
	CPU      time.Duration // real time that it ran; 0 with the virtual clock, whose replies are the same each time
	Messages uint64        // handled, answers and timers included
	Queue    int           // messages that wait
	Tasks    int           // begun and not ended
	BusyFor  time.Duration // how long the running task has been running without waiting
}

// Stat gives the counters as they are now.
func (s *Service) Stat() Stat {
	stat := Stat{
		CPU: time.Duration(s.cpu.Load()), Messages: s.messages.Load(), Queue: s.QueueLen(),
		Tasks: int(s.tasks.Load()), BusyFor: s.BusyFor(),
	}
	if s.node.config.Virtual {
		stat.CPU, stat.BusyFor = 0, 0
	} else if since := s.servedSince(); since != 0 {
		stat.CPU += s.node.clock.monotonic() - time.Duration(since)
	}
	return stat
}

// Endless tells whether a task has been running for long without waiting
// (skynet.endless).
func (s *Service) Endless() bool { return s.BusyFor() > busyTime }

// TaskInfo is a task as people see it.
type TaskInfo struct {
	ID        uint64 // for KillTask
	Thread    string // as tostring prints the thread; "thread: none" while it has none
	Kind      TaskKind
	Running   bool            // it runs now, or was stopped at the end of its slice
	Session   int32           // of the message that it handles; 0: it handles a send or none
	Source    message.Address // of that message
	From      string          // the source's name
	Handling  string          // the message's command
	Wait      Wait
	WaitFor   string        // the name of who was called, or whose mailbox is full
	Site      string        // where its time-out or sleep was set
	Created   time.Duration // as Clock.Elapsed
	Traceback string        // of the Lua stack; of a task that has not begun, what TraceTimeouts noted
}

// Tasks lists the tasks, the oldest first. The pooled threads that wait for
// messages are not among them.
func (s *Service) Tasks(ctx context.Context) (tasks []TaskInfo, err error) {
	err = s.runReading(ctx, func(*vm.State) { tasks = s.TasksHere() })
	return tasks, err
}

// FirstTasks is Tasks for the oldest of them, the running one included, and tells how
// many there are.
func (s *Service) FirstTasks(ctx context.Context, most int) (tasks []TaskInfo, total int, err error) {
	err = s.runReading(ctx, func(*vm.State) {
		var first []*waiter
		if first, total = s.oldest(most); s.current != nil && len(first) > 0 && s.current.id > first[len(first)-1].id {
			first[len(first)-1] = &s.current.waiter
		}
		tasks = s.infos(first)
	})
	return tasks, total, err
}

// TasksHere is Tasks on the service's own thread.
func (s *Service) TasksHere() []TaskInfo { return s.infos(s.oldestFirst()) }

func (s *Service) infos(list []*waiter) []TaskInfo {
	infos := make([]TaskInfo, 0, len(list))
	for _, w := range list {
		if w.task == nil {
			infos = append(infos, s.infoLater(w))
			continue
		}
		infos = append(infos, s.taskInfo(w.task))
	}
	return infos
}

func (s *Service) taskInfo(t *task) TaskInfo {
	info := TaskInfo{
		ID: t.id, Kind: t.kind, Running: t == s.current || s.state.Task() == t.thread,
		Session: t.message.Session, Source: t.message.Source, Handling: t.handling,
		Wait: t.wait, Site: t.Payload.at.String(), Created: t.created, Thread: threadName(t.thread),
	}
	if t.message.Source != 0 {
		info.From = s.node.NameOf(t.message.Source)
	} else if t.kind == TaskPosted {
		info.From = "outside"
	} else if t.kind == TaskTidy {
		info.From = "its library"
	}
	if t.wait.Kind == WaitCall || t.wait.Kind == WaitRoom {
		info.WaitFor = s.node.NameOf(t.wait.Dest)
	}
	if t.wait.Kind == WaitTimer {
		info.Traceback = s.setBy[t.wait.Session]
	} else if t.wait.Kind != WaitFork {
		info.Traceback = s.state.TaskTraceback(t.thread)
	}
	return info
}
