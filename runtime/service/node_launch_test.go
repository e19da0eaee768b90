package service

// How services start, and what it says when they do not.

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
	"lunarium/runtime/source"
)

func TestNewService(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "child.lua"), `local a, b = ... start(function() sleep(100) print("child", a, b) end)`)
	write(t, filepath.Join(dir, "pack/init.lua"), `start(function() print "pack" end)`)
	write(t, filepath.Join(dir, "bad.lua"), "local x =\n")
	write(t, filepath.Join(dir, "raises.lua"), `start(function() error "no luck" end)`)
	write(t, filepath.Join(dir, "leaves.lua"), `start(function() exit() end)`)
	w := newWorld(t, func(c *Config) { c.Path = []string{dir + "/?.lua", dir + "/?/init.lua"} })
	w.Spawn(Spec{Name: "parent", Literal: true, Source: `start(function()
		print("new", newservice("child", "a b\n\0", ""))
		print("new", newservice "pack")
		print(pcall(newservice, "bad"))
		print(pcall(newservice, "raises"))
		print("left", newservice "leaves")
		fork(function() print("queried", query "child") end)
		fork(function() print("unique", unique "child") end)
		fork(function() print("unique", unique "child") print("again", unique "child") end)
		fork(function() print(pcall(unique, "missing")) end)
	end)`})
	w.advance(2 * time.Second)
	got := strings.ReplaceAll(w.out.take(), dir, "DIR")
	want := "child a b\n\x00 \nnew 3\npack\nnew 4\n" +
		"false bad.lua:2: unexpected symbol near <eof>\n" +
		"false raises.lua:1: no luck\nleft\n" +
		"false service 'missing' not found:\n\tno file 'DIR/missing.lua'\n\tno file 'DIR/missing/init.lua'\n" +
		"child nil nil\nunique 7\nqueried 7\nunique 7\nagain 7"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]message.Address{"child": 7}, w.Uniques()); diff != "" {
		t.Error(diff)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLaunchErrors(t *testing.T) {
	w := newWorld(t)
	var missing *source.NotFoundError
	if _, err := w.Launch(w.ctx, Spec{Name: "no/such.lua"}); !errors.As(err, &missing) || len(missing.Tried) != 1 {
		t.Errorf("missing: %v", err)
	}
	_, err := w.Launch(w.ctx, Spec{Name: "x", Literal: true, Source: "local function f() error 'deep' end\nf()"})
	var f *message.Failure
	if !errors.As(err, &f) || f.Reason != message.ErrStart || f.Text != "x:1: deep" || !strings.Contains(f.Traceback, "x:2: in main chunk") {
		t.Errorf("raises: %v", err)
	}
	w.settle()
	if len(w.Services()) != 0 {
		t.Error("the failed service is still there")
	}
}

// A launch that the node's stop ends says so, whichever of the two is seen first: the
// service's end, or the node's.
func TestLaunchWhileTheNodeStops(t *testing.T) {
	for range 20 {
		w := newWorld(t, func(c *Config) {
			c.Open = func(s Self) error {
				s.Node().Stop(0)
				return bind(s)
			}
		})
		p, err := w.load(Spec{Name: "aborts", Literal: true, Source: "start(function() end)"})
		if err != nil {
			t.Fatal(err)
		}
		both := launchWatch{quiet: w.whenStill, made: func(s *Service) { <-s.gone }, up: func() {}}
		if _, err := w.Node.launch(w.ctx, p, both); err != message.ErrStopped {
			t.Fatalf("%v", err)
		}
	}
}

func TestLauncher(t *testing.T) {
	w := newWorld(t)
	w.launch("one", `start(function() print(call(".launcher", "LIST")) print(pcall(call, ".launcher", "DANCE")) end)`)
	w.printed("table\nfalse the launcher has no command \"DANCE\"")
}

func TestRestart(t *testing.T) {
	w := newWorld(t)
	s := w.launch("echo", echo)
	again, err := w.Restart(w.ctx, s.Address())
	if err != nil || again.Address() != 3 || again.Name() != "ECHO" {
		t.Errorf("%v, %v", again, err)
	}
}

func TestCodeIsNeverStale(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "edited.lua")
	w := newWorld(t, func(c *Config) { c.Path = []string{dir + "/?.lua"} })
	for _, text := range []string{"first", "second", "first"} {
		write(t, path, `start(function() print "`+text+`" end)`)
		if _, err := w.Launch(w.ctx, Spec{Name: "edited"}); err != nil {
			t.Fatal(err)
		}
	}
	w.printed("first\nsecond\nfirst")
	if got := w.Sources().Clear(); got != 2 {
		t.Errorf("%d chunks were cached", got)
	}
}
