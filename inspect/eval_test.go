package inspect_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lunarium/inspect"
)

// Code that takes too long is ended, and the error tells where it stood.
func TestEvalThatTakesTooLongIsEnded(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": `local skynet = require "skynet"
local function nap() skynet.sleep(1e6) end
skynet.start(function() skynet.fork(nap) end)`})
	for _, code := range []string{"print('begun') nap()", "print('begun') while true do end"} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := inspect.Eval(ctx, b.client, b.svc, inspect.Code{
			Text: code, Chunk: "=eval", Print: func(string) { cancel() },
		}, inspect.DefaultLimits)
		cancel()
		var ended *inspect.EndedError
		if !errors.As(err, &ended) || !errors.Is(err, context.Canceled) {
			t.Fatalf("%s: %v", code, err)
		}
		if !strings.Contains(ended.Task.Traceback, "eval:1: in main chunk") {
			t.Errorf("%s: it stood at %s", code, ended.Task.Traceback)
		}
		tasks, err := b.svc.Tasks(context.Background())
		if err != nil || len(tasks) != 1 || tasks[0].ID == ended.Task.ID {
			t.Errorf("%s: tasks afterwards: %v, %v", code, tasks, err)
		}
	}
}
