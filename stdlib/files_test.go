//go:build unix

package stdlib_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
	"lunarium/stdlib/nodetest"
)

// openers are all ways in which Lua code has files opened that stay open, each as a
// function that gives what it gave; shut closes that.
const openers = `
local openers = {
	{"open", function() return io.open(name) end},
	{"write", function() return io.open(name .. ".new", "w") end},
	{"tmpfile", function() return io.tmpfile() end},
	{"lines", function() return io.lines(name) end, function(f) while f() do end end},
	{"input", function() local before = io.input() local f = io.input(name) io.input(before) return f end},
	{"output", function() local before = io.output() local f = io.output(name .. ".out") io.output(before) return f end},
	{"popen r", function() return io.popen("cat", "r") end},
	{"popen w", function() return io.popen("cat", "w") end},
	{"database", function() local p = require "db_pool".new(name .. ".db") p:query("SELECT 1") return p end},
	{"server", function() return require "http".serve("127.0.0.1:0", print) end},
}
local function shut(f, how) if how then how(f) else f:close() end end
local function tried(open) -- what an opener gave, or why it failed
	local results = table.pack(pcall(open))
	if not results[1] then return nil, results[2] end
	return table.unpack(results, 2, results.n)
end
`

// worldOfFiles is a node whose services may have eight files open each.
func worldOfFiles(t *testing.T) *nodetest.World {
	t.Helper()
	return newWorld(t, service.Config{Files: 8, AllFiles: 20})
}

// runFiles starts a service of a source text and waits until it printed "end".
func runFiles(w *nodetest.World, name, source string) *service.Service {
	w.Helper()
	path := w.Write(name+".txt", "a line\n")
	w.Write(name+".lua", fmt.Sprintf("local skynet = require 'skynet'\nlocal name = %q\n%s\nskynet.start(function()\n%s\nprint 'end'\nend)",
		path, openers, source))
	s, err := w.Node.Spawn(service.Spec{Name: name})
	if err != nil {
		w.Fatal(err)
	}
	w.Await(name, func(output string) bool { return strings.HasSuffix(output, "end\n") })
	return s
}

// Every way to open something fails as that function fails when the service has as many
// files open as it may, and what is closed is given back.
func TestAServiceHasOnlySoManyFiles(t *testing.T) {
	w := worldOfFiles(t)
	s := runFiles(w, "greedy", `
		for _, o in ipairs(openers) do
			local what, open, how = table.unpack(o)
			local held, why, number = {}, nil, nil
			for i = 1, 9 do
				local f, e, n = tried(open)
				if not f then why, number = e, n break end
				held[#held + 1] = f
			end
			print(what, #held > 0, why:match "too many open files: this service holds %d of its 8 %(%-%-files%)" ~= nil, number)
			local later = {}
			for _, f in ipairs(held) do shut(f, how) end
		end`)
	want := `open	true	true	24
write	true	true	24
tmpfile	true	true	24
lines	true	true	nil
input	true	true	nil
output	true	true	nil
popen r	true	true	24
popen w	true	true	24
database	true	true	nil
server	true	true	nil
end
`
	if diff := cmp.Diff(want, w.Output()); diff != "" {
		t.Error(diff)
	}
	w.Node.Kill(s.Address())
	<-s.Released()
	awaitNoFiles(w, s)
}

// awaitNoFiles waits until a service has nothing open: pipes and connections are closed
// by goroutines of their own.
func awaitNoFiles(w *nodetest.World, s *service.Service) {
	w.Helper()
	for held := 1; held != 0; held, _ = s.OpenFiles() {
		runtime.Gosched()
		if err := w.Ctx.Err(); err != nil {
			w.Fatalf("%d files stay open: %v", held, err)
		}
	}
}

// What can't be reached any more is closed when there is no room for another file, in
// the middle of a loop that forgets what it opens, too.
func TestForgottenFilesMakeRoom(t *testing.T) {
	w := worldOfFiles(t)
	runFiles(w, "forgets", `
		for i = 1, 100 do assert(io.open(name)) end
		local held = {}
		for i = 1, 8 do held[i] = assert(io.open(name)) end
		print(io.open(name))
		held = nil
		print(io.type(io.open(name)))`)
	want := w.Dir + "/forgets.txt: too many open files: this service holds 8 of its 8 (--files)\t24\nfile\nend\n"
	if diff := cmp.Diff("nil\t"+want, w.Output()); diff != "" {
		t.Error(diff)
	}
}

// A service at its limit takes nothing from others, but all services together leave
// something to the node; and whatever way a service ends, its files are closed.
func TestServicesShareFiles(t *testing.T) {
	w := worldOfFiles(t)
	fill := `local held = {}
		for i = 1, 9 do
			local f, why = io.open(name)
			if not f then print((why:match "too many.*")) break end
			held[i] = f
		end
		_G.kept = held
		debug.setmetatable(held[1], nil) -- its __gc is never called`
	own := "too many open files: this service holds 8 of its 8 (--files)\nend\n"
	services := make([]*service.Service, 3)
	for i, want := range []string{own, own, "too many open files: the services hold 20 of the 20 that there are for them (ulimit -n)\nend\n"} {
		services[i] = runFiles(w, fmt.Sprintf("fills%d", i), fill)
		if diff := cmp.Diff(want, w.Take()); diff != "" {
			t.Errorf("service %d: %s", i, diff)
		}
	}
	w.Node.Kill(services[0].Address())
	<-services[0].Released()
	if held, _ := services[0].OpenFiles(); held > 1 {
		t.Errorf("%d files stay open after the end", held)
	}
	runFiles(w, "next", `print(io.type(io.open(name)))`)
	if diff := cmp.Diff("file\nend\n", w.Take()); diff != "" {
		t.Error(diff)
	}
}
