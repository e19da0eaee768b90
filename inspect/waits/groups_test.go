package waits_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/inspect/inspecttest"
	"lunarium/runtime/service"
)

// A task keeps to the line that made it, whatever it does later; one that works on a message
// names who sent it.
func TestTasksKnowWhoMadeThem(t *testing.T) {
	t.Parallel()
	b := inspecttest.New(t, map[string]string{"main.lua": `local skynet = require "skynet"
local function waits() skynet.sleep(100) skynet.sleep(1000) end
skynet.start(function()
	skynet.fork(waits)
	pcall(skynet.fork, waits)
	coroutine.wrap(function()
		skynet.fork(waits)
	end)()
	skynet.timeout(0, waits)
	skynet.timeout(10, waits)
	local handle = skynet.timeout(10, waits)
	skynet.timeout(100000, waits)
	skynet.dispatch("lua", function() waits() end)
end)`})
	b.Node.Register("main", b.Service.Address())
	send(b, "main", `1`)
	if _, err := b.Node.Clock().Advance(t.Context(), 2*time.Second); err != nil {
		t.Fatal(err)
	}
	tasks, err := b.Service.Tasks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	type origin struct {
		Kind service.TaskKind
		Site string
		At   string
	}
	var got []origin
	for _, task := range tasks {
		got = append(got, origin{task.Kind, task.Site, task.At})
	}
	want := []origin{
		{service.TaskFork, "main.lua:4", "main.lua:2"},
		{service.TaskFork, "main.lua:5", "main.lua:2"},
		{service.TaskFork, "main.lua:7", "main.lua:2"},
		{service.TaskTimeout, "main.lua:9", "main.lua:2"},
		{service.TaskTimeout, "main.lua:10", "main.lua:2"},
		{service.TaskTimeout, "main.lua:11", "main.lua:2"},
		{service.TaskTimeout, "main.lua:12", ""},
		{service.TaskMessage, "", "main.lua:2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
