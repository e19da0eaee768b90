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
