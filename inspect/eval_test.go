package inspect_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"lunarium/inspect"
	"lunarium/inspect/inspecttest"
	"lunarium/inspect/plain"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
	"lunarium/runtime/vm"
)

// Code that takes too long is ended, and the error tells where it stood.
func TestEvalThatTakesTooLongIsEnded(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
local function nap() skynet.sleep(1e6) end
skynet.start(function() skynet.fork(nap) end)`})
	for _, code := range []string{"print('begun') nap()", "print('begun') while true do end"} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := inspect.Eval(ctx, b.Client, b.Service, inspect.Code{
			Text: code, Chunk: "=eval", Print: func(string) { cancel() },
		}, plain.DefaultLimits)
		cancel()
		var ended *service.EndedError
		if !errors.As(err, &ended) || !errors.Is(err, context.Canceled) {
			t.Fatalf("%s: %v", code, err)
		}
		if !strings.Contains(ended.Task.Traceback, "eval:1: in main chunk") {
			t.Errorf("%s: it stood at %s", code, ended.Task.Traceback)
		}
		tasks, err := b.Service.Tasks(context.Background())
		if err != nil || len(tasks) != 1 || tasks[0].ID == ended.Task.ID {
			t.Errorf("%s: tasks afterwards: %v, %v", code, tasks, err)
		}
	}
}

// With the virtual clock, code that loops is ended after as many steps as the
// client's limit allows, each time at the same place; what waits is not.
func TestEvalThatLoopsIsEndedByCount(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
counter = { steps = 0 }
skynet.start(function() end)`})
	b.Client.FailWhenStill(true)
	eval := func(code string) error {
		_, err := inspect.Eval(service.Limited(context.Background(), 20*time.Millisecond), b.Client, b.Service, inspect.Code{Text: code, Chunk: "=eval"}, plain.DefaultLimits)
		return err
	}
	stood := map[string]bool{}
	for range 3 {
		err := eval("local c = counter c.steps = 0 while true do\n\tc.steps = c.steps + 1\nend")
		var ended *service.EndedError
		if !errors.As(err, &ended) || !strings.Contains(ended.Task.Traceback, "in main chunk") {
			t.Fatal(err)
		}
		if tasks, err := b.Service.Tasks(context.Background()); err != nil || len(tasks) != 0 {
			t.Errorf("tasks afterwards: %v, %v", tasks, err)
		}
		results, err := inspect.Eval(context.Background(), b.Client, b.Service, inspect.Code{Text: "counter.steps", Chunk: "=eval"}, plain.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		stood[results.Values[0].Text+ended.Task.Traceback] = true
	}
	if len(stood) != 1 {
		t.Errorf("it was ended at %v", stood)
	}
	if err := eval("require 'skynet'.sleep(100)"); !errors.Is(err, message.ErrStandsStill) {
		t.Errorf("a sleep: %v", err)
	}
}

// A function that evaluated code leaves behind names a variable which then no
// function of the service has any more: the variable's value is still in use.
const abandonedSource = `
local skynet = require "skynet"
weak = setmetatable({}, { __mode = "v" })
do
	local treasure = { "gold" }
	weak.treasure = treasure
	handlers = { look = function() return treasure end }
end
skynet.start(function()
	skynet.dispatch("lua", function() skynet.retpack(true) end)
end)
`

func TestEvalHoldsVariables(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": abandonedSource})
	eval := func(code string) []plain.Value {
		results, err := inspect.Eval(context.Background(), b.Client, b.Service, inspect.Code{Text: code, Chunk: "=eval"}, plain.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return results.Values
	}
	eval("rawset(weak, 'look', nil) function handlers.later() return treasure end")
	eval("(function() handlers.look = nil end)()")
	eval("collectgarbage() collectgarbage()")
	if got := eval("handlers.later() == weak.treasure, weak.treasure ~= nil"); len(got) != 2 || !got[0].Bool || !got[1].Bool {
		t.Errorf("got %+v", got)
	}
	eval("handlers.later = nil")
	eval("collectgarbage() collectgarbage()")
	if got := eval("weak.treasure == nil"); !got[0].Bool {
		t.Errorf("the variable is still there: %+v", got)
	}
}

// A client that goes while its code runs leaves the answer to nobody: the service's
// thread writes nothing that the client's reads (the race detector sees to that).
func TestEvalOfAClientThatGoes(t *testing.T) {
	b := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
skynet.start(function() end)
skynet.info_func(function() gone() return "told" end)`})
	gone := func(string) { b.Client.Close() }
	results, err := inspect.Eval(context.Background(), b.Client, b.Service, inspect.Code{
		Text: "print('begun') return 'late'", Chunk: "=eval", Print: gone,
	}, plain.DefaultLimits)
	if !errors.Is(err, message.ErrStopped) || len(results.Values) != 0 {
		t.Errorf("got %v, %v", results, err)
	}
	client := b.Node.NewClient("another")
	err = b.Service.Do(t.Context(), func(own service.Self) {
		st := own.State()
		st.Globals.SetString("gone", st.NewFunction("gone", func(*vm.Thread) int { client.Close(); return 0 }))
	})
	if err != nil {
		t.Fatal(err)
	}
	results, ok, err := inspect.Info(context.Background(), client, b.Service, message.Direct(), plain.DefaultLimits)
	if !errors.Is(err, message.ErrStopped) || ok || len(results.Values) != 0 {
		t.Errorf("got %v, %v, %v", results, ok, err)
	}
}
