package service

// Calls of clients outside of services.

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lunarium/runtime/message"
)

func TestCallTimeLimit(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	ctx, cancel := context.WithCancel(w.ctx)
	stop := w.Clock().Watch(func(TimerEvent) { cancel() })
	defer stop()
	_, err := w.client.Call(ctx, s.Address(), message.TypeLua, message.Direct(Strings("slow")...))
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "ECHO :00000002 did not answer") {
		t.Errorf("error %v", err)
	}
	tasks, err := s.Tasks(w.ctx)
	if err != nil || len(tasks) != 1 || tasks[0].Wait.Kind != WaitSleep || tasks[0].Handling != "slow" || tasks[0].From != "the console" {
		t.Fatalf("tasks %+v, %v", tasks, err)
	}
	killed := false
	if err := s.Do(w.ctx, func(s Self) { killed = s.KillTask(tasks[0].ID) }); err != nil || !killed {
		t.Errorf("KillTask: %v, %v", killed, err)
	}
	if got := w.mustCall(s, "next"); got != `"next"` {
		t.Errorf("afterwards: %s", got)
	}
}

// A call that waits when the node stops hears of the node's end, not of the end of the
// service that it asked: whichever of the two comes first.
func TestACallHearsThatTheNodeStops(t *testing.T) {
	failure := &message.Failure{Reason: message.ErrStopped, Text: "echo was stopped with the node before it answered"}
	answer := message.Message{Type: message.TypeError, Extra: &message.Extra{Failure: failure}}
	if _, err := result(answer, true); err != message.ErrStopped {
		t.Errorf("error %v", err)
	}
	failure.Reason = message.ErrKilled
	if _, err := result(answer, true); !errors.Is(err, message.ErrKilled) {
		t.Errorf("of a service alone: %v", err)
	}
}
