package console_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/console"
	"lunarium/console/command"
	"lunarium/inspect/inspecttest"
	"lunarium/runtime/service"
)

// TestRecordedWait records a command that waits for time: what it prints afterwards
// stands after the time. The input of watch says for how long it went on.
func TestRecordedWait(t *testing.T) {
	ctx := context.Background()
	node, svc := started(t, `local skynet = require "skynet"
skynet.start(function()
	skynet.dispatch("lua", function(_, _, word)
		skynet.error("asked")
		skynet.sleep(50)
		skynet.retpack(word)
	end)
end)`)
	path := filepath.Join(t.TempDir(), "transcript.txt")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	screen := console.NewScreen(io.Discard)
	s := console.NewSession(node, console.Options{Screen: screen}, command.Table())
	s.RecordPaced(file)
	s.MayWait(true)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Execute(ctx, "call "+svc.Address().String()+" 'word'")
	}()
	if s.Rest(ctx, done) {
		t.Fatal("the call did not wait")
	}
	screen.Write([]byte("meanwhile\n"))
	if _, err := node.Clock().Advance(ctx, 600*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	<-done
	s.Execute(ctx, "watch every 1s for 2s eval "+svc.Address().String()+" 'constant'")
	if _, err := node.Clock().Advance(ctx, time.Second); err != nil {
		t.Fatal(err)
	}
	s.Close()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `> call :00000002 'word'
meanwhile
+ 600ms
"word"
> watch every 1s for 2s eval :00000002 'constant'
"constant"
+ 1s
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

// TestRecordedWidth: what is recorded is cut and broken nowhere, however narrow
// the terminal is.
func TestRecordedWidth(t *testing.T) {
	record := func(width func() int) string {
		node, _ := started(t, `local skynet = require "skynet" local long = string.rep("long ", 40) skynet.start(function() end)`)
		var out bytes.Buffer
		s := console.NewSession(node, console.Options{Screen: console.NewScreen(&out), Width: width}, command.Table())
		path := filepath.Join(t.TempDir(), "transcript.txt")
		if err := s.Record(path); err != nil {
			t.Fatal(err)
		}
		for _, line := range []string{"help", "list", "dump :2", "timers", "log"} {
			s.Execute(context.Background(), line)
		}
		s.Close()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	want := record(nil)
	for _, columns := range []int{20, 40, 110} {
		if diff := cmp.Diff(want, record(func() int { return columns })); diff != "" {
			t.Errorf("%d columns (-without +with):\n%s", columns, diff)
		}
	}
}

// started starts a node with the virtual clock and one service.
func started(t *testing.T, source string) (*service.Node, *service.Service) {
	b := inspecttest.New(t, map[string]string{"main.lua": source})
	return b.Node, b.Service
}
