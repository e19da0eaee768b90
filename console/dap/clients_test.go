package dap_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	godap "github.com/google/go-dap"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/console/dap"
	"lunarium/runtime/service"
)

// The list of sessions tells of a client, and ends it.
func TestSessionsKnowTheClients(t *testing.T) {
	sessions := &console.Sessions{}
	b, server := serve(t, func(config *dap.Config) { config.Sessions = sessions })
	out := &console.Collected{}
	operator := console.NewSession(b.Node, console.Options{Sessions: sessions, Screen: console.NewScreen(out)}, command.Table())
	defer operator.Close()
	c := connect(t, b, server)
	c.attach(`{}`)
	_, _, answer := c.stop(10)
	operator.Execute(t.Context(), "sessions")
	if got := out.Take(); !strings.Contains(got, "dap    "+c.conn.LocalAddr().String()) || !strings.Contains(got, "debugs :00000002 main, stops 1 task of :00000002") {
		t.Error(got)
	}
	operator.Execute(t.Context(), "sessions end 2")
	event[*godap.TerminatedEvent](c)
	if got := <-answer; got != "100" {
		t.Error(got)
	}
}

func TestAServiceThatEndsHasNoThreads(t *testing.T) {
	c := attached(t, `{}`)
	thread, frame, answer := c.stop(10)
	c.bench.Node.Kill(c.bench.Service.Address())
	if e := event[*godap.ThreadEvent](c).Body; e.Reason != "exited" || e.ThreadId != thread {
		t.Errorf("%+v", e)
	}
	<-answer
	if got := c.refused("scopes", fmt.Sprintf(`{"frameId": %d}`, frame)); !strings.HasPrefix(got, "there is no frame") {
		t.Error(got)
	}
	if threads := ask[*godap.ThreadsResponse](c, "threads", `{}`).Body.Threads; len(threads) != 0 {
		t.Errorf("%+v", threads)
	}
}

// Of very many services some are listed, and the client is told so.
func TestManyServicesAreNotAllThreads(t *testing.T) {
	c := attached(t, `{}`)
	for range 210 {
		if _, err := c.bench.Node.Launch(t.Context(), service.Spec{Name: "main"}); err != nil {
			t.Fatal(err)
		}
	}
	if threads := ask[*godap.ThreadsResponse](c, "threads", `{}`).Body.Threads; len(threads) != 200 || threads[0].Name != "main :00000002" {
		t.Errorf("%d threads", len(threads))
	}
	want := `11 services are not listed; their tasks are when they stop, and "services" of the attach configuration chooses others` + "\n"
	if got := event[*godap.OutputEvent](c).Body.Output; got != want {
		t.Error(got)
	}
}

// The configuration names the services that are meant.
func TestOnlyTheServicesThatAreMeantStop(t *testing.T) {
	c := attached(t, `{"services": [":00000003", "nobody"]}`)
	if got := event[*godap.OutputEvent](c).Body.Output; got != "no service is called :00000003 now; it will be debugged when it is there\n" {
		t.Error(got)
	}
	if set := c.breakAt(`{"line": 10}`); set[0].Verified {
		t.Errorf("%+v", set)
	}
	c.bench.Is(`"quote", {}, 1`, "1")
	if _, err := c.bench.Node.Launch(t.Context(), service.Spec{Name: "main"}); err != nil {
		t.Fatal(err)
	}
	if e := event[*godap.BreakpointEvent](c).Body; !e.Breakpoint.Verified {
		t.Errorf("%+v", e)
	}
	if got := c.evaluate("discount", 0); got != "0" {
		t.Error(got)
	}
}

// Code without end is ended, and the session goes on.
func TestCodeWithoutEndIsEnded(t *testing.T) {
	b, server := serve(t, func(config *dap.Config) { config.RequestTime = 50 * time.Millisecond })
	c := connect(t, b, server)
	c.attach(`{"services": "main"}`)
	if got := c.refused("evaluate", `{"expression": "(function() while true do end end)()"}`); !strings.HasPrefix(got, "no answer within 50 ms") {
		t.Error(got)
	}
	if got := c.evaluate("1 + 1", 0); got != "2" {
		t.Error(got)
	}
}

// Two tasks of a service stand at once; each goes on by itself.
func TestTwoTasksStand(t *testing.T) {
	c := attached(t, `{}`)
	c.breakAt(`{"line": 10}`)
	first := c.call(`"quote", {name = "ann"}, 1`)
	one := event[*godap.StoppedEvent](c).Body
	second := c.call(`"quote", {name = "bob"}, 2`)
	two := event[*godap.StoppedEvent](c).Body
	if one.ThreadId == two.ThreadId || one.PreserveFocusHint || !two.PreserveFocusHint {
		t.Errorf("%+v, %+v", one, two)
	}
	for _, stopped := range []struct {
		thread int
		price  string
	}{{one.ThreadId, "1"}, {two.ThreadId, "2"}, {one.ThreadId, "1"}} {
		if got := c.evaluate("price", c.frames(stopped.thread)[0].Id); got != stopped.price {
			t.Errorf("thread %d has %s", stopped.thread, got)
		}
	}
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, two.ThreadId))
	if got := <-second; got != "2" {
		t.Error(got)
	}
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, one.ThreadId))
	if got := <-first; got != "1" {
		t.Error(got)
	}
}

// With hold, a service does nothing else while a task stands; it can be looked into all the
// same.
func TestAHeldServiceWaits(t *testing.T) {
	c := attached(t, `{"hold": true}`)
	thread, frame, first := c.stop(10)
	if got := texts(c.variables(c.scope(frame, "Locals")))["price"]; got != "100" {
		t.Error(got)
	}
	c.breakAt("")
	second := c.call(`"quote", {}, 2`)
	if got := c.evaluate("price + 1", frame); got != "101" {
		t.Error(got)
	}
	select {
	case got := <-second:
		t.Errorf("the second call was answered: %s", got)
	default:
	}
	ask[*godap.ContinueResponse](c, "continue", fmt.Sprintf(`{"threadId": %d}`, thread))
	if one, two := <-first, <-second; one != "100" || two != "2" {
		t.Errorf("%s, %s", one, two)
	}
}
