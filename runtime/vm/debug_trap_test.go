package vm_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
)

// lineTrap stops at each first instruction of the given lines and notes where.
func lineTrap(lines ...int) *vm.Trap {
	stops := map[int]bool{}
	for _, line := range lines {
		stops[line] = true
	}
	return &vm.Trap{
		Wants: func(*vm.Code, int) bool { return true },
		Stop: func(_ *vm.Thread, c *vm.Code, index, _ int) bool {
			line := c.Proto().Line(index)
			return stops[line] && (index == 0 || c.Proto().Line(index-1) != line)
		},
	}
}

// place tells where a stopped task stands, and a local variable there.
func place(task *vm.Thread, local int) string {
	t := task.Debug().Inner()
	info, _ := t.Debug().CallInfo(0)
	name, v, _ := t.Debug().Local(0, local)
	text, _ := vm.ToString(v)
	return fmt.Sprintf("%d %s=%s", info.CurrentLine, name, text)
}

func TestTrapStopsBeforeALine(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `local n = 0
for i = 1, 3 do
	n = n + i
end
return n`))
	s.Debug().SetTrap(lineTrap(3, 5))
	var got []string
	status := task.AsTask().Resume()
	for ; status == vm.StatusTrapped; status = task.AsTask().Resume() {
		got = append(got, place(task, 1))
	}
	want := []string{"3 n=0", "3 n=1", "3 n=3", "5 n=6"}
	if diff := cmp.Diff(want, got); diff != "" || status != vm.StatusOK {
		t.Errorf("status %v, stops:\n%s", status, diff)
	}
	if n, _ := task.AsTask().Results()[0].AsNumber(); n != 6 {
		t.Errorf("the program gave %v", n)
	}
}

func TestTrapIsSetWhileATaskWaits(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `local function inner()
	local x = suspend()
	return x + 1
end
local co = create(function() return inner() end)
local _, v = resume(co)
return v`))
	if status := task.AsTask().Resume(); status != vm.StatusSuspended {
		t.Fatal(status)
	}
	s.Debug().SetTrap(lineTrap(3, 7))
	if status := task.AsTask().Resume(vm.Int(41)); status != vm.StatusTrapped {
		t.Fatal(status)
	}
	if got := place(task, 1); got != "3 x=41" {
		t.Error(got)
	}
	if status := task.AsTask().Resume(); status != vm.StatusTrapped {
		t.Fatal(status)
	}
	if got := place(task, 4); got != "7 v=42" {
		t.Error(got)
	}
	s.Debug().SetTrap(nil)
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		t.Fatal(status)
	}
}

// A coroutine that was suspended when the trap was set is armed when it is resumed.
func TestTrapReachesCoroutines(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `local co = create(function()
	yield()
	local y = 1
	return y
end)
resume(co)
suspend()
resume(co)`))
	task.AsTask().Resume()
	s.Debug().SetTrap(lineTrap(4))
	if status := task.AsTask().Resume(); status != vm.StatusTrapped {
		t.Fatal(status)
	}
	if got := place(task, 1); got != "4 y=1" {
		t.Error(got)
	}
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		t.Fatal(status)
	}
}

// The trap leaves alone what can't be suspended.
func TestTrapInsideGoCall(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `local r = call(function()
	return 1
end)
return r`))
	asked := 0
	trap := lineTrap(2)
	stop := trap.Stop
	trap.Stop = func(t *vm.Thread, c *vm.Code, index, depth int) bool {
		hit := stop(t, c, index, depth)
		if hit && !t.CanSuspend() {
			asked++
		}
		return hit
	}
	s.Debug().SetTrap(trap)
	if status := task.AsTask().Resume(); status != vm.StatusOK || asked != 1 {
		t.Errorf("status %v, asked %d times", status, asked)
	}
}

func TestTrapDepthAndHooks(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `local lines = 0
hook(function() lines = lines + 1 end, 4)
local function deep(n)
	if n == 0 then return 0 end
	return 1 + deep(n - 1)
end
deep(3)
hook(nil)
return lines`))
	depths := []int{}
	deep := func(c *vm.Code, _ int) bool { return c.Proto().LineDefined == 3 }
	s.Debug().SetTrap(&vm.Trap{Wants: deep, Stop: func(_ *vm.Thread, c *vm.Code, index, depth int) bool {
		if index != 0 || !deep(c, depth) {
			return false
		}
		depths = append(depths, depth)
		return true
	}})
	status := task.AsTask().Resume()
	for status == vm.StatusTrapped {
		status = task.AsTask().Resume()
	}
	if diff := cmp.Diff([]int{2, 3, 4, 5}, depths); diff != "" || status != vm.StatusOK {
		t.Errorf("status %v, depths:\n%s", status, diff)
	}
	if lines, _ := task.AsTask().Results()[0].AsNumber(); lines != 10 {
		t.Errorf("the line hook ran %v times", lines)
	}
}

func TestTryKeepsTheStack(t *testing.T) {
	s := newState(vm.Config{})
	task := s.NewTask(load(t, s, `local a, b = 1, 2
return a + b`))
	fails := load(t, s, `error("no")`)
	fine := load(t, s, `local function f(n) if n == 0 then return 7 end return (f(n - 1)) end return f(100)`)
	trap := lineTrap(2)
	stop := trap.Stop
	var values []string
	trap.Stop = func(t *vm.Thread, c *vm.Code, index, depth int) bool {
		if stop(t, c, index, depth) && t.CanSuspend() {
			_, failed := t.Debug().Try(fails)
			v, _ := t.Debug().Try(fine)
			text, _ := vm.ToString(v)
			values = append(values, failed.Error(), text)
		}
		return false
	}
	s.Debug().SetTrap(trap)
	if status := task.AsTask().Resume(); status != vm.StatusOK {
		t.Fatal(status)
	}
	n, _ := task.AsTask().Results()[0].AsNumber()
	if diff := cmp.Diff([]string{"no", "7"}, values); diff != "" || n != 3 {
		t.Errorf("result %v, values:\n%s", n, diff)
	}
}
