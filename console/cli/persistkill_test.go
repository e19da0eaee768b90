package cli

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// persister is a process whose services save their state without end.
type persister struct {
	process *exec.Cmd
	lines   *bufio.Scanner // what it prints and logs
	loaded  int
	saved   int
	from    string // the snapshot that it began with
}

func startPersister(t *testing.T, dir string) *persister {
	t.Helper()
	p := &persister{process: exec.CommandContext(t.Context(), os.Args[0], "--no-shell", "--data", dir,
		"--path", filepath.Join(root, "testdata/services"), "--path", filepath.Join(root, "testdata/soak"), "soak_persister")}
	p.process.Env = append(os.Environ(), nodeVariable+"=1")
	out, err := p.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.process.Stderr = p.process.Stdout
	if err := p.process.Start(); err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	return p
}

// read takes a line in; false when there are no more.
func (p *persister) read() bool {
	if !p.lines.Scan() {
		return false
	}
	line := p.lines.Text()
	fmt.Sscanf(line, "loaded %d", &p.loaded)
	fmt.Sscanf(line, "saved %d", &p.saved)
	if _, from, ok := strings.Cut(line, "state from "); ok {
		p.from = from
	}
	return true
}

// kill ends the process as kill -9 does, and reads what it had still printed.
func (p *persister) kill(t *testing.T) {
	t.Helper()
	if err := p.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for p.read() {
	}
	p.process.Wait()
}

// TestKilledPersistence kills a node in the middle of saving, again and again: the
// tutorial's persistence service goes on with what it had saved last, from the
// newest file, and no file is half written.
func TestKilledPersistence(t *testing.T) {
	if testing.Short() {
		t.Skip("runs processes")
	}
	dir := t.TempDir()
	last := 0
	for round := range 12 {
		p := startPersister(t, dir)
		for p.saved < last+1+round%4 {
			if !p.read() {
				t.Fatalf("round %d: the node ended", round)
			}
		}
		newest := p.from
		p.kill(t)
		if p.loaded < last {
			t.Fatalf("round %d: %d was loaded, from %s; %d had been saved", round, p.loaded, newest, last)
		}
		last = p.saved
		files, err := filepath.Glob(filepath.Join(dir, "state_persistence/state_*.dat"))
		if err != nil || len(files) == 0 {
			t.Fatalf("round %d: %v, %v", round, files, err)
		}
		slices.Sort(files)
		after := startPersister(t, dir)
		for after.from == "" {
			if !after.read() {
				t.Fatalf("round %d: the node ended", round)
			}
		}
		after.kill(t)
		if want := filepath.Base(files[len(files)-1]); after.from != want {
			t.Errorf("round %d: the state came from %s, the newest is %s", round, after.from, want)
		}
		last = max(last, after.saved)
	}
	unfinished, _ := filepath.Glob(filepath.Join(dir, "state_persistence/.state_*.tmp"))
	t.Logf("%d of the kills came while a file was being written", len(unfinished))
}
