package cli

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/console/usage"
)

// nodeFiles are services for the command line.
var nodeFiles = map[string]string{
	"other.lua": `local skynet = require "skynet"
skynet.start(function() skynet.timeout(5, function() print "other is done"; skynet.exit() end) end)`,
	"main.lua": `local skynet = require "skynet"
skynet.start(function() skynet.newservice "other"; print "main is done"; skynet.exit() end)`,
	"alone.lua":    `local skynet = require "skynet"; skynet.start(function() skynet.exit() end)`,
	"aborts.lua":   `local skynet = require "skynet"; skynet.start(function() skynet.newservice "idle"; skynet.abort(); print "not here" end)`,
	"later.lua":    `local skynet = require "skynet"; skynet.start(function() skynet.timeout(2, function() skynet.abort() end) end)`,
	"exits.lua":    `os.exit(3)`,
	"idle.lua":     `local skynet = require "skynet"; skynet.start(function() end)`,
	"fragment.lua": `local t = {} function t.add() end return t`,
	"broken.lua":   `local skynet = require "skynet"; skynet.start(function() error("no luck", 0) end)`,
	"holds.lua": `local skynet = require "skynet"
setmetatable({}, { __gc = function() print "finalized" end })
skynet.start(function() skynet.timeout(1, function() os.exit(5) end) end)`,
	"killed.lua": `local skynet = require "skynet"
skynet.start(function() local s = skynet.newservice "idle"; skynet.kill(s); skynet.exit() end)`,
	"config":    `luaservice = "./?.lua" start = "main"`,
	"bootstrap": `luaservice = "./?.lua" bootstrap = "snlua main"`,
	"bad":       "luaservice = \"./?.lua\"\nstart = = 1\n",
	"local":     "lua_path = \"/usr/local/?.lua\"\nstart = \n",
	"colon":     "start := \"main\"\n",
	"partial":   "start = \"main\"\nluaservice = \"./?.lua\"\nthread = 8 harbor = 0 )\n",
}

// inDir runs the test in a directory with nodeFiles.
func inDir(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range nodeFiles {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// ran runs a command line to its end, with lines on the standard input.
func ran(t *testing.T, input string, args ...string) (status int, out, errs string) {
	t.Helper()
	in, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if _, err := write.WriteString(input); err != nil {
		t.Fatal(err)
	}
	write.Close()
	var prints, logs bytes.Buffer
	status = Run(args, usage.Streams{In: in, Out: &prints, Err: &logs})
	return status, prints.String(), logs.String()
}

func TestANodeLivesAsLongAsItsServices(t *testing.T) {
	inDir(t)
	for _, c := range []struct {
		args, input string
		status      int
		out, errs   string
	}{
		{"--no-shell main", "", 0, "main is done\nother is done\n", "[:00000001] :00000002 main exited while it started\n"},
		{"--no-shell alone", "", 0, "", "[:00000001] :00000002 alone exited while it started\n"},
		{"--no-shell killed", "", 0, "", "[:00000001] :00000002 killed exited while it started\n"},
		{"--no-shell other", "", 0, "other is done\n", "[:00000001] :00000002 other is up\n"},
		{"--no-shell --config config", "", 0, "main is done\nother is done\n", "[:00000001] :00000002 main exited while it started\n"},
		{"--no-shell config", "", 0, "main is done\nother is done\n", "[:00000001] :00000002 main exited while it started\n"},
		{"--no-shell bootstrap", "", 0, "main is done\nother is done\n", "[:00000001] :00000002 main exited while it started\n"},
		{"--no-shell aborts", "", 0, "", ""},
		{"--no-shell later", "", 0, "", "[:00000001] :00000002 later is up\n"},
		{"--no-shell exits", "", 3, "", ""},
		{"--no-shell holds", "", 5, "finalized\n", "[:00000001] :00000002 holds is up\n"},
		{"--no-shell broken", "", 1, "", "no luck\n    stack traceback:\n    \t[C]: in function 'error'\n    \tbroken.lua:1: in function <broken.lua:1>\n    \t[C]: in ?\n"},
		{"alone", "list\n", 0, ":00000002 alone exited while it started\n(none)\n", ""},
		{"--clock virtual idle", "launch aborts\nlist\n", 0, ":00000002 idle is up\nthe node has stopped\n", ""},
		{"idle", "launch aborts\nlist\n", 0, ":00000002 idle is up\nthe node has stopped\n", ""},
		{"idle", "launch alone\n", 0, ":00000002 idle is up\n:00000003 alone exited while it started\n", ""},
		{"idle", "launch fragment\n", 0, ":00000002 idle is up\n:00000003 fragment\nfragment has not called skynet.start and takes no messages\n", ""},
		{"fragment", "", 0, ":00000002 fragment is up\n", "[:00000002] fragment :00000002 has not called skynet.start and takes no messages\n"},
		{"--no-shell bad", "", 1, "", "lunarium: config file: bad:2: unexpected symbol near '='\n"},
		{"--no-shell --config bad", "", 1, "", "lunarium: config file: bad:2: unexpected symbol near '='\n"},
		{"--no-shell local", "", 1, "", "lunarium: config file: local:3: unexpected symbol near <eof>\n"},
		{"--no-shell colon", "", 1, "", "lunarium: config file: colon:1: <name> expected near '='\n"},
		{"--no-shell partial", "", 1, "", "lunarium: config file: partial:3: unexpected symbol near ')'\n"},
	} {
		status, out, errs := ran(t, c.input, strings.Fields(c.args)...)
		if status != c.status {
			t.Errorf("%s: status %d, want %d", c.args, status, c.status)
		}
		if diff := cmp.Diff(c.out+"--\n"+c.errs, out+"--\n"+errs); diff != "" {
			t.Errorf("%s, standard output and log: %s", c.args, diff)
		}
	}
}

// watched is a log whose lines can be waited for.
type watched struct {
	mu    sync.Mutex
	text  strings.Builder
	lines chan struct{}
}

func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer func() { w.lines <- struct{}{} }()
	return w.text.Write(b)
}

func (w *watched) find(pattern string) string {
	for range w.lines {
		w.mu.Lock()
		found := regexp.MustCompile(pattern).FindStringSubmatch(w.text.String())
		w.mu.Unlock()
		if found != nil {
			return found[1]
		}
	}
	return ""
}

// An operator's session holds a node without a shell while he replaces its last
// service; when he leaves, the node ends.
func TestASessionHoldsTheNode(t *testing.T) {
	inDir(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	logs := &watched{lines: make(chan struct{}, 100)}
	status := make(chan int, 1)
	go func() {
		status <- Run([]string{"--no-shell", "--console", address, "idle"}, usage.Streams{Out: &bytes.Buffer{}, Err: logs})
	}()
	logs.find(`(idle is up)`)
	client, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	lines := bufio.NewScanner(client)
	say := func(line, want string) {
		t.Helper()
		client.Write([]byte(line + "\n"))
		for lines.Scan() {
			if strings.Contains(lines.Text(), want) {
				return
			}
		}
		t.Fatalf("%s was not answered with %s", line, want)
	}
	say("kill idle", ":00000002 idle killed")
	say("launch alone", "alone exited")
	say("launch idle", ":00000004 idle")
	say("kill idle", ":00000004 idle killed")
	select {
	case s := <-status:
		t.Fatalf("the node has ended with %d while the session lasts", s)
	default:
	}
	client.Write([]byte("quit\n"))
	if s := <-status; s != 0 {
		t.Errorf("status %d", s)
	}
}

// A node that ends by itself does not wait for the end of its input.
func TestANodeEndsWhileItsInputIsOpen(t *testing.T) {
	inDir(t)
	in, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer write.Close()
	ended := make(chan int)
	go func() { ended <- Run([]string{"later"}, usage.Streams{In: in, Out: io.Discard, Err: io.Discard}) }()
	select {
	case status := <-ended:
		if status != usage.ExitOK {
			t.Errorf("status %d", status)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it goes on")
	}
}
