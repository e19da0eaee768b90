//go:build unix

package cli

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

const filesService = `local skynet = require "skynet"
require "skynet.manager"
local number = ...
local held = {}
skynet.start(function()
	skynet.register("GREEDY" .. number)
	skynet.dispatch("lua", function(_, _, what)
		if what == "serve" then
			return skynet.retpack(require "http".serve("127.0.0.1:0", function() return "served" end).url)
		end
		local why, number
		repeat
			local f
			f, why, number = io.open("greedy.lua")
			held[#held + 1] = f
		until not f
		skynet.retpack(#held, why, number)
	end)
end)`

// nodeWithFiles starts a process that may have so many files open, with a console and a
// page, and gives their addresses.
func nodeWithFiles(t *testing.T, limit int, args ...string) (console, page string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	console = free.Addr().String()
	free.Close()
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/greedy.lua", []byte(filesService), 0o600); err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(t.Context(), "sh", append([]string{"-c", fmt.Sprintf(`ulimit -n %d; exec "$@"`, limit), "sh",
		os.Args[0], "--console", console, "--web", "127.0.0.1:0", "--no-shell"}, args...)...)
	process.Dir = dir
	process.Env = append(os.Environ(), nodeVariable+"=1")
	errs, err := process.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.Process.Kill(); process.Wait() })
	address := regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)
	lines := bufio.NewScanner(errs)
	for up := false; !up; up = strings.HasSuffix(lines.Text(), "is up") {
		if !lines.Scan() {
			t.Fatal("the process did not begin")
		}
		if strings.Contains(lines.Text(), "the page is at") {
			page = address.FindString(lines.Text())
		}
	}
	go io.Copy(io.Discard, errs)
	return console, page
}

// told gives what a console says to one command.
func told(t *testing.T, console, command string) string {
	t.Helper()
	conn, err := net.Dial("tcp", console)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "%s\nquit\n", command)
	text, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	_, answer, _ := strings.Cut(string(text), "\n") // the greeting comes first
	return answer
}

// However many files services open, and however many clients come to them, the node has
// some left: for consoles, the page, and the code of services.
func TestTheNodeHasFilesLeft(t *testing.T) {
	if testing.Short() {
		t.Skip("runs processes")
	}
	console, page := nodeWithFiles(t, 128, "greedy", "0")
	served := regexp.MustCompile(`127\.0\.0\.1:[0-9]+`).FindString(told(t, console, `call GREEDY0 "serve"`))
	var clients []net.Conn
	for range 60 {
		client, err := net.Dial("tcp", served)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		clients = append(clients, client)
	}
	for !strings.Contains(told(t, console, "log GREEDY0"), "clients wait: too many open files") {
		// Until as many are in as may be: what the service opens before is not theirs any more.
	}
	full := "too many open files: this service holds 32 of its 32 (--files)"
	if got := told(t, console, `call GREEDY0 "open"`); !strings.Contains(got, full) || !strings.Contains(got, "24") {
		t.Errorf("open: %s", got)
	}
	for i := 1; i < 4; i++ {
		if got := told(t, console, fmt.Sprintf("launch greedy %d", i)); !strings.Contains(got, "greedy") {
			t.Errorf("launch: %s", got)
		}
		told(t, console, fmt.Sprintf(`call GREEDY%d "open"`, i))
	}
	if got := told(t, console, "info GREEDY3"); strings.Contains(got, "files") {
		t.Errorf("three services have taken what there is for services; the fourth: %s", got)
	}
	if got := told(t, console, "info GREEDY0"); !strings.Contains(got, "files     32 of 32\n") {
		t.Errorf("info: %s", got)
	}
	answer, err := http.Get("http://" + page + "/")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("the page: %s", answer.Status)
	}
	for _, client := range clients {
		client.Close()
	}
	answer, err = http.Get("http://" + served + "/")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}

// The flag says how many files a service may have open; 0 is any number, of those that
// all services together have.
func TestFilesFlag(t *testing.T) {
	if testing.Short() {
		t.Skip("runs processes")
	}
	for flag, want := range map[string]string{
		"5": "this service holds 5 of its 5 (--files)", "0": "the services hold 96 of the 96 that there are for them (ulimit -n)",
	} {
		console, _ := nodeWithFiles(t, 128, "--files", flag, "greedy", "0")
		if got := told(t, console, `call GREEDY0 "open"`); !strings.Contains(got, want) {
			t.Errorf("--files %s: %s", flag, got)
		}
	}
	for _, bad := range []string{"-1", "many", "1.5", ""} {
		if _, err := parseFlags([]string{"--files", bad}); err == nil {
			t.Errorf("--files %q is taken", bad)
		}
	}
}
