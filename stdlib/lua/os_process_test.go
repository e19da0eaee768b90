package lua_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/service"
	"lunarium/runtime/vm"
	"lunarium/stdlib/lua"
	"lunarium/stdlib/nodetest"
)

// TestBackgroundIsNotWaitedFor runs commands in a service. They return although
// something of them waits for the test, and what that writes later comes, too.
func TestBackgroundIsNotWaitedFor(t *testing.T) {
	w := nodetest.New(t, service.Config{})
	pipes := [2]string{filepath.Join(w.Dir, "first"), filepath.Join(w.Dir, "second")}
	w.Write("runs.lua", fmt.Sprintf(`require "skynet".start(function()
		os.execute("mkfifo %[1]s %[2]s")
		print(os.execute("echo before; (read x < %[1]s; echo $x) & exit 3"))
		local p = io.popen("(read x < %[2]s; echo $x) >&2 & echo ready", "r")
		print(p:read(), p:close())
	end)`, pipes[0], pipes[1]))
	if _, err := w.Node.Spawn(service.Spec{Name: "runs"}); err != nil {
		t.Fatal(err)
	}
	w.Await("the commands", func(output string) bool { return strings.Contains(output, "ready\ttrue") })
	if diff := cmp.Diff("before\nnil\texit\t3\nready\ttrue\texit\t0\n", w.Take()); diff != "" {
		t.Error(diff)
	}
	for _, pipe := range pipes {
		if err := os.WriteFile(pipe, []byte("late\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		w.Await("a late line", func(output string) bool { return strings.Contains(output, "late\n") })
		w.Take()
	}
}

// TestKillEndsTheCommand kills a state that waits for a command, which goes, too.
func TestKillEndsTheCommand(t *testing.T) {
	host := newHost(t, &bytes.Buffer{})
	s := vm.NewState(vm.Config{Seed: seed})
	lua.Open(s, host)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	host.Child[1] = w
	code, err := host.Compile("=test", []byte(`os.execute("echo begun; exec sleep 1000")`), nil)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	task := s.NewTask(s.NewClosure(code, vm.TableValue(s.Globals)))
	go func() {
		defer close(ended)
		if status := task.AsTask().Resume(); status != vm.StatusError || !errors.Is(task.AsTask().Failure(), vm.ErrKilled) {
			t.Errorf("status %d: %v", status, task.AsTask().Failure())
		}
		w.Close()
	}()
	buffer := make([]byte, 100)
	if n, err := r.Read(buffer); string(buffer[:n]) != "begun\n" {
		t.Errorf("read %q, %v", buffer[:n], err)
	}
	s.Interrupt(vm.InterruptKill)
	<-ended
	if err := r.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Read(buffer); n != 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the command lives: %d bytes, %v", n, err)
	}
}

// TestServicesKeepTheirDirectory has a service that wants to leave.
func TestServicesKeepTheirDirectory(t *testing.T) {
	w := nodetest.New(t, service.Config{})
	w.Write("leaves.lua", `print(lfs.currentdir() == os.getenv("PWD"), pcall(lfs.chdir, "/")) print(lfs.currentdir() == "/")`)
	if _, err := w.Node.Launch(w.Ctx, service.Spec{Name: "leaves"}); err != nil {
		t.Fatal(err)
	}
	if got := w.Take(); !strings.Contains(got, "false\tlfs.chdir would move every service of this process; use absolute paths\nfalse\n") {
		t.Error(got)
	}
}

// A service that reads from a silent pipe ends when it is killed, and when its node
// stops; it does not wait for the command either, whose pipe nobody closed.
func TestSilentPipesHoldNobody(t *testing.T) {
	for name, end := range map[string]func(*service.Node, *service.Service){
		"kill": func(n *service.Node, s *service.Service) { n.Kill(s.Address()) },
		"stop": func(n *service.Node, _ *service.Service) { n.Stop(0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // the end waits for the pipe for a while
			w := nodetest.New(t, service.Config{})
			w.Write("reads.lua", `local skynet = require "skynet"
				skynet.start(function()
					pipe = io.popen("echo begun; exec sleep 20")
					skynet.fork(function() print(pipe:read()) print(pipe:read()) end)
				end)`)
			svc, err := w.Node.Spawn(service.Spec{Name: "reads"})
			if err != nil {
				t.Fatal(err)
			}
			w.Await("the command", func(output string) bool { return strings.Contains(output, "begun\n") })
			end(w.Node, svc)
			select {
			case <-svc.Gone():
			case <-time.After(10 * time.Second):
				t.Error("the service waits for the pipe")
			}
		})
	}
}
