package console

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
)

// TestPacedRecording records as on a node with the real clock; a virtual one
// stands in, so that the times are known.
func TestPacedRecording(t *testing.T) {
	node := service.NewNode(service.Config{Virtual: true, Open: func(*service.Service) error { return nil }})
	defer node.Stop(0)
	file, err := os.Create(filepath.Join(t.TempDir(), "transcript.txt"))
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{file: file, pace: newPace(node.Clock(), func(context.Context) bool { return false })}
	pass := func(d time.Duration) {
		if _, err := node.Clock().Advance(context.Background(), d); err != nil {
			t.Fatal(err)
		}
	}
	say := func(text string) { r.Write([]byte(text)) }

	say("up\n")
	r.answered()
	pass(time.Millisecond)
	r.input("first") // so short a pause is not told, but not lost either
	say("one\n")
	r.answered()
	pass(2 * time.Second)
	say("tick\n")
	say("unfini")
	say("shed\n")
	r.input("second")
	pass(time.Second) // while the command runs
	say("two\n")
	r.answered()
	r.close()

	got, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	want := `up
> first
one
+ 2.001s
tick
unfinished
> second
two
+ 1s
`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

// TestRecordedWait records a command that waits for time: what it prints afterwards
// stands after the time. The input of watch says for how long it went on.
func TestRecordedWait(t *testing.T) {
	ctx := context.Background()
	node, svc := startNode(t, `local skynet = require "skynet"
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
	screen := NewScreen(io.Discard)
	s := NewSession(node, Options{Screen: screen})
	s.recorder = &recorder{file: file, pace: newPace(node.Clock(), s.client.IsWaiting)}
	screen.Copy(s.recorder)
	s.MayWait(true)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Execute(ctx, "call "+svc.Address().String()+" 'word'")
	}()
	if s.Rest(ctx, done) {
		t.Fatal("the call did not wait")
	}
	s.Out.Write([]byte("meanwhile\n"))
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
		node, _ := startNode(t, `local skynet = require "skynet" local long = string.rep("long ", 40) skynet.start(function() end)`)
		var out bytes.Buffer
		s := NewSession(node, Options{Screen: NewScreen(&out), Width: width})
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
