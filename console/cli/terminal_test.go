//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"lunarium/console/usage"
)

// terminalPatience bounds the wait for what a terminal shows.
const terminalPatience = 30 * time.Second

// terminal is a program on a terminal of its own.
type terminal struct {
	t      *testing.T
	keys   *os.File
	shown  chan []byte
	seen   bytes.Buffer // since the last key
	status chan int
}

// onTerminal runs a command line whose three streams are a terminal.
func onTerminal(t *testing.T, args ...string) *terminal {
	t.Helper()
	t.Setenv("HOME", t.TempDir())
	t.Setenv("TERM", "xterm")
	master, slave, err := pty.Open()
	if errors.Is(err, pty.ErrUnsupported) || errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the system gives programs no terminals: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Rows: 50, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	term := &terminal{t: t, keys: master, shown: make(chan []byte), status: make(chan int, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(term.shown)
		for {
			b := make([]byte, 4096)
			n, err := master.Read(b)
			if err != nil {
				return
			}
			select {
			case term.shown <- b[:n]:
			case <-ctx.Done():
			}
		}
	}()
	go func() {
		term.status <- Run(args, usage.Streams{Program: "lunarium", In: slave, Out: slave, Err: slave})
	}()
	t.Cleanup(func() {
		cancel()
		slave.Close()
		master.Close()
	})
	return term
}

// await waits until the text is shown.
func (term *terminal) await(text string) {
	term.t.Helper()
	late := time.After(terminalPatience)
	for !strings.Contains(term.seen.String(), text) {
		select {
		case b := <-term.shown:
			term.seen.Write(b)
		case <-late:
			term.t.Fatalf("the terminal does not show %q but\n%s", text, term.seen.String())
		}
	}
}

// enter types a line.
func (term *terminal) enter(text string) {
	term.t.Helper()
	term.press(text + "\r")
}

// press types keys.
func (term *terminal) press(keys string) {
	term.t.Helper()
	term.seen.Reset()
	if _, err := term.keys.WriteString(keys); err != nil {
		term.t.Fatal(err)
	}
}

// ends waits for the program's end and gives its status.
func (term *terminal) ends() int {
	term.t.Helper()
	late := time.After(terminalPatience)
	for {
		select {
		case status := <-term.status:
			return status
		case b := <-term.shown:
			term.seen.Write(b)
		case <-late:
			term.t.Fatalf("the program does not end; the terminal shows\n%s", term.seen.String())
		}
	}
}

// TestServicesSpeakOnTheTerminal looks at a shell on a real terminal while services
// print and log.
func TestServicesSpeakOnTheTerminal(t *testing.T) {
	inDir(t)
	if err := os.WriteFile("speaks.lua", []byte(`local skynet = require "skynet"
skynet.start(function()
	skynet.dispatch("lua", function(_, _, text)
		print("printed " .. text)
		skynet.error("logged \27[2J" .. text)
		skynet.retpack("answered " .. text)
	end)
end)`), 0o666); err != nil {
		t.Fatal(err)
	}
	term := onTerminal(t)
	term.await("lists commands")
	term.enter("launch speaks")
	term.await(":00000002 speaks")
	term.enter(`call speaks "one"`)
	for _, text := range []string{"printed one", `logged \027[2Jone`, `"answered one"`} {
		term.await(text)
	}
	term.enter("kill speaks")
	term.await("killed")
	term.enter("quit")
	if status := term.ends(); status != usage.ExitOK {
		t.Errorf("status %d", status)
	}
}

// TestSignalsStopAShell sends what ends a process to a node with a shell, at the prompt
// and while a command runs: services are told first.
func TestSignalsStopAShell(t *testing.T) {
	inDir(t)
	if err := os.WriteFile("told.lua", []byte(`local skynet = require "skynet"
skynet.register_protocol { name = "system", id = skynet.PTYPE_SYSTEM, unpack = skynet.unpack,
	dispatch = function(_, _, what) print("told: " .. what); skynet.exit() end }
skynet.start(function() skynet.dispatch("lua", function() skynet.wait() end) end)`), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		command string
		signal  syscall.Signal
	}{
		{"", syscall.SIGTERM}, {"", syscall.SIGHUP}, {"", syscall.SIGINT}, {"call told 1", syscall.SIGTERM},
	} {
		if signal.Ignored(c.signal) {
			continue // a shell that nohup runs ignores it, too
		}
		term := onTerminal(t)
		term.await("lists commands")
		term.enter("launch told")
		term.await(":00000002 told")
		if c.command != "" {
			term.enter(c.command)
			term.await(c.command)
		}
		if err := syscall.Kill(os.Getpid(), c.signal); err != nil {
			t.Fatal(err)
		}
		term.await("told: shutdown")
		if status := term.ends(); status != usage.ExitOK {
			t.Errorf("%v: status %d", c.signal, status)
		}
	}
}

// TestCtrlDLeavesTheInnermost leaves the debugger and the Lua prompt before the node.
func TestCtrlDLeavesTheInnermost(t *testing.T) {
	inDir(t)
	term := onTerminal(t)
	term.await("lists commands")
	term.enter("launch idle")
	term.await(":00000002 idle")
	for inner, prompt := range map[string]string{"debug idle": "debug idle> ", "lua idle": "\nidle> "} {
		term.enter(inner)
		term.await(prompt)
		term.press("\x04")
		term.await("back to commands")
	}
	term.press("\x04")
	if status := term.ends(); status != usage.ExitOK {
		t.Errorf("status %d", status)
	}
}
