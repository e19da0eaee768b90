package vm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/vm"
)

// sampled runs a program and adds up what samples stand for, by the line of the innermost
// Lua function.
func sampled(t *testing.T, s *vm.State, source string) (byLine map[int]int, sum int) {
	t.Helper()
	byLine = map[int]int{}
	task := s.NewTask(load(t, s, source))
	s.Memory().Sample(func(sample vm.Sample) {
		sum += sample.Bytes
		calls, _ := task.Debug().Calls(nil, 100)
		for _, c := range calls {
			if c.Code != nil {
				byLine[c.Line] += sample.Bytes
				return
			}
		}
	})
	finish(t, task, task.AsTask().Resume())
	s.Memory().Sample(nil)
	return byLine, sum
}

// Each way to allocate is seen at its line, and of what tables with three fields, closures
// and strings take each gets its part.
func TestSamplesAreOfTheLineThatAllocates(t *testing.T) {
	for _, c := range []struct{ name, line string }{
		{"an empty table", `local x = {}`},
		{"a table with fields", `local x = {a = 1, b = 2}`},
		{"a list", `local x = {1, 2, 3, 4, 5, 6}`},
		{"a table that grows", `all[#all + 1] = i`},
		{"a field that is new", `all["k" .. i] = i`},
		{"a closure", `local f = function() return i end`},
		{"a string", `local x = "a string that is joined with a number" .. i`},
		{"a coroutine", `local x = create(tostring)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newState(vm.Config{Seed: 7})
			before := s.Memory().Made()
			byLine, sum := sampled(t, s, "local all = {}\nfor i = 1, 20000 do\n"+c.line+"\nend")
			made := s.Memory().Made() - before
			if part := byLine[3]; part < sum*99/100 || sum > made || sum < made*9/10 {
				t.Errorf("of %d bytes %d were sampled, %d of these at the line: %v", made, sum, part, byLine)
			}
		})
	}
}

// What is allocated in turns is told by its part, whether it is small or large.
func TestSamplesTellParts(t *testing.T) {
	s := newState(vm.Config{Seed: 7})
	byLine, _ := sampled(t, s, `local text = "0123456789012345678901234567890123456789012345678901234567890123"
for i = 1, 100000 do
local small = text .. "0123456789abcdef"
local larger = text .. text .. text .. text
end`)
	if part := float64(byLine[4]) / float64(byLine[3]); part < 256.0/80*0.95 || part > 256.0/80*1.05 {
		t.Errorf("256 bytes at one line count %.2f times as much as 80 at the other", part)
	}
}

// A sample knows the object that was made, or grew.
func TestSamplesKnowTheObject(t *testing.T) {
	s := newState(vm.Config{Seed: 7})
	types := map[vm.Type]int{}
	s.Memory().Sample(func(sample vm.Sample) { types[sample.Of.Type()]++ })
	task := s.NewTask(load(t, s, `for i = 1, 1000 do local a, b, c = {i}, function() return i end, create(tostring) c = "text" .. i end`))
	finish(t, task, task.AsTask().Resume())
	for _, wanted := range []vm.Type{vm.TypeTable, vm.TypeFunction, vm.TypeThread} {
		if types[wanted] == 0 {
			t.Errorf("no sample is of a %s: %v", wanted, types)
		}
	}
}

// A program meets its limit at the same step, sampled or not.
func TestSamplesLeaveTheLimitAlone(t *testing.T) {
	for _, hog := range hogs {
		t.Run(hog.name, func(t *testing.T) {
			var results []string
			for _, told := range []func(vm.Sample){nil, func(vm.Sample) {}} {
				s := newState(vm.Config{Seed: 7})
				s.Memory().Sample(told)
				s.Memory().SetLimit(1 << 20)
				task := s.NewTask(load(t, s, "local ok, e = pcall(function() "+hog.source+" end) return ok, e, tally()"))
				results = append(results, finish(t, task, task.AsTask().Resume()))
			}
			if diff := cmp.Diff(results[0], results[1]); diff != "" {
				t.Error(diff)
			}
		})
	}
}
