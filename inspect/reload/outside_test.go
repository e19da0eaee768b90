package reload_test

import (
	"strings"
	"testing"

	"lunarium/inspect/reload"
)

// What code that is tried says to open files, or would make of them, is not done.

func (b *bench) holds(when, file, want string) {
	b.T.Helper()
	if got := b.Read(file); got != want {
		b.T.Errorf("%s: %s holds %q, want %q", when, file, got, want)
	}
}

// A file that is the standard output is opened by the service alone, and goes on being it.
func TestReloadLeavesTheStandardOutputsFile(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": serve + `local out = io.output("DIR/out.txt")
		out:setvbuf("no")
		io.write("begun\n")
		skynet.start(function() skynet.dispatch("lua", function()
			io.write("one\n")
			skynet.retpack(tostring(io.output() == out))
		end) end)`})
	b.Edit(`"one\n"`, `"two\n"`)
	b.dry()
	b.holds("a dry run", "out.txt", "begun\n")
	b.reload("")
	b.holds("a reload", "out.txt", "begun\n")
	b.Is("", "true")
	b.holds("a request", "out.txt", "begun\ntwo\n")
	b.undo()
	b.Is("", "true")
	b.holds("undo", "out.txt", "begun\ntwo\none\n")
}

// get_state has the running service's files at hand.
func TestGetStateWritesToNoFile(t *testing.T) {
	says := `log:setvbuf("no") log:write("handed over\n"):flush() io.stderr:write("handed over\n") `
	text := strings.Replace(impl, "get_state = function() ", "get_state = function() "+says, 1)
	b := newBench(t, map[string]string{
		"main.lua": strings.Replace(hot, "skynet.start(", `log = io.open("DIR/log.txt", "w")
			log:setvbuf("full")
			log:write("begun\n")
			skynet.start(`, 1) + "\nfunction finish() log:close() return '' end",
		"impl.lua": strings.Replace(text, "skynet.retpack(", "if cmd == 'finish' then finish() end skynet.retpack(", 1),
	})
	b.Write("impl.lua", strings.Replace(b.Read("impl.lua"), `"v1 "`, `"v2 "`, 1))
	b.dry()
	b.holds("a dry run", "log.txt", "")
	change := b.reload("")
	b.holds("a reload", "log.txt", "")
	if text := strings.Join(change.Notes, "\n"); !strings.Contains(text, "file:write at impl.lua:") {
		t.Errorf("the reply does not tell what was left undone: %s", text)
	}
	if len(b.Logged) > 0 {
		t.Errorf("logged: %q", b.Logged)
	}
	b.Is(`"finish"`, "v2 nil")
	b.holds("the end", "log.txt", "begun\n")
}

// A dry run takes back what get_state and set_state write; what they were the first to use
// of a library stays.
func TestADryRunLeavesTheLibraries(t *testing.T) {
	uses := `local s = ("x"):rep(2) for _ in pairs(math) do end table.concat = nil `
	b := newBench(t, map[string]string{
		"main.lua": hot,
		"impl.lua": strings.Replace(strings.Replace(impl, "get_state = function() ", "get_state = function() "+uses, 1),
			`skynet.retpack("v1 "`, `if cmd then skynet.retpack(("x"):rep(3) .. tostring(math.pi > 3) .. table.concat({1, 2})) return end skynet.retpack("v1 "`, 1),
	})
	b.Write("impl.lua", strings.Replace(b.Read("impl.lua"), `"v1 "`, `"v2 "`, 1))
	b.dry()
	b.Is(`"look"`, "xxxtrue12")
}

// What set_state registers is taken back, too, when it fails, and in a dry run.
func TestRegistrationsAreTakenBack(t *testing.T) {
	b := newBench(t, map[string]string{"main.lua": hot, "impl.lua": impl})
	registers := `skynet.dispatch("lua", function() skynet.retpack "another" end) `
	for _, end := range []string{"error 'no'", ""} {
		b.Write("impl.lua", strings.Replace(impl, "state.data = new.data or {}", registers+end, 1))
		if _, err := reload.Reload(t.Context(), b.Service, "", end == ""); (err == nil) != (end == "") {
			t.Error(err)
		}
		b.Is("", "v1 nil")
	}
	b.reload("")
	b.Is("", "another")
}
