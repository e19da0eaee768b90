package vm_test

import (
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"lunarium/runtime/vm"
)

// sized are kinds of objects whose memory is compared with the reference's: make
// gives one.
var sized = []struct{ name, make string }{
	{"table", `local function make(i) return {} end`},
	{"record", `local function make(i) return {id = i, name = "x"} end`},
	{"list", `local function make(i) return {i, i, i, i} end`},
	{"closure", `local function make(i) return function() return i end end`},
	{"coroutine", `local function make(i) local co = create(function() yield() end) resume(co) return co end`},
}

const sizedCount = 20000

// sizedProgram fills a list that has its room already, between two looks at the
// memory, and gives the bytes for each object.
func sizedProgram(make string) string {
	return `local n, list = ` + strconv.Itoa(sizedCount) + `, {}
		for i = 1, n do list[i] = "" end
		` + make + `
		local before = memory()
		for i = 1, n do list[i] = make(i) end
		return (memory() - before) / n, #list`
}

// BenchmarkBytes reports the bytes for each object of a kind: as Go's allocator
// counts them, as Memory.Bytes does, and as lua5.4 does where it is installed.
func BenchmarkBytes(b *testing.B) {
	for _, kind := range sized {
		b.Run(kind.name, func(b *testing.B) {
			var real, counted float64
			for b.Loop() {
				real, counted = sizeHere(b, kind.make)
			}
			b.ReportMetric(real, "B/object")
			b.ReportMetric(counted, "counted-B/object")
			if reference, ok := sizeThere(b, kind.make); ok {
				b.ReportMetric(reference, "lua5.4-B/object")
				b.ReportMetric(real/reference, "ratio")
			}
		})
	}
}

func sizeHere(b *testing.B, make string) (real, counted float64) {
	s := newState(vm.Config{})
	var looks []uint64
	s.Globals.SetString("memory", s.NewFunction("memory", func(t *vm.Thread) int {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		looks = append(looks, m.HeapAlloc)
		return t.Return(vm.Int(t.State().Memory().Bytes()))
	}))
	task := s.NewTask(load(b, s, sizedProgram(make)))
	result, _, _ := strings.Cut(finish(b, task, task.AsTask().Resume()), " ")
	counted, err := strconv.ParseFloat(result, 64)
	if err != nil {
		b.Fatal(err)
	}
	return float64(looks[1]-looks[0]) / sizedCount, counted
}

func sizeThere(b *testing.B, make string) (bytes float64, ok bool) {
	lua, err := exec.LookPath("lua5.4")
	if err != nil {
		return 0, false
	}
	prelude := `local create, resume, yield = coroutine.create, coroutine.resume, coroutine.yield
		local function memory() collectgarbage() collectgarbage() return collectgarbage("count") * 1024 end `
	out, err := exec.Command(lua, "-e", prelude+"print((function() "+sizedProgram(make)+" end)())").Output()
	if err != nil {
		b.Fatal(err)
	}
	bytes, err = strconv.ParseFloat(strings.Fields(string(out))[0], 64)
	if err != nil {
		b.Fatal(err)
	}
	return bytes, true
}
