package persist

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/message"
	"lunarium/runtime/vm"
)

// roleVariable makes the test binary play a part in a test of its own.
const roleVariable = "LUNARIUM_PERSIST_ROLE"

// roles are the parts; each gets a directory.
var roles = map[string]func(dir string){"writer": writeForever, "limited": writeTooMuch}

func TestMain(m *testing.M) {
	if role := roles[os.Getenv(roleVariable)]; role != nil {
		role(os.Args[1])
		return
	}
	os.Exit(m.Run())
}

// play starts the test binary in a role.
func play(t *testing.T, role, dir string) *exec.Cmd {
	c := exec.Command(os.Args[0], dir)
	c.Env = append(os.Environ(), roleVariable+"="+role)
	c.Stderr = os.Stderr
	t.Cleanup(func() {
		if c.Process != nil {
			c.Process.Kill()
		}
	})
	return c
}

// stateOf makes a packed state with a number in it, and a padding.
func stateOf(t testing.TB, n, padding int) string {
	t.Helper()
	return must(packedState(n, padding))
}

func packedState(n, padding int) (string, error) {
	s := vm.NewState(vm.Config{})
	table := s.NewTable(0, 2)
	table.SetString("n", vm.Int(n))
	table.SetString("padding", vm.String(strings.Repeat("x", padding)))
	return message.Pack([]vm.Value{vm.TableValue(table)}, nil)
}

func must(text string, err error) string {
	if err != nil {
		panic(err)
	}
	return text
}

// numberIn gives the number in a snapshot's bytes.
func numberIn(content string) (int, error) {
	v, err := unpack(vm.NewState(vm.Config{}), content)
	if err != nil {
		return 0, err
	}
	n, _ := v.AsTable().GetString("n").AsNumber()
	return int(n), nil
}

func TestSnapshotsAreNumberedAndPruned(t *testing.T) {
	s := &store{dir: t.TempDir(), prefix: "state", keep: 3}
	content := must(seal(stateOf(t, 1, 0)))
	for i, second := range []int64{100, 100, 50, 200, 200, 7} {
		if _, _, err := s.write(content, time.Unix(second, 0)); err != nil {
			t.Fatalf("write %d: %v", i, err)
		}
	}
	if diff := cmp.Diff([]string{"state_200.dat", "state_201.dat", "state_202.dat"}, names(t, s.dir)); diff != "" {
		t.Error(diff)
	}
	other := &store{dir: s.dir, prefix: "other", keep: 1}
	if _, _, err := other.write(content, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	abandoned := filepath.Join(s.dir, ".state_1.tmp")
	if err := os.WriteFile(abandoned, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * abandonedAfter)
	if err := os.Chtimes(abandoned, old, old); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.write(content, time.Unix(300, 0)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"other_1.dat", "state_201.dat", "state_202.dat", "state_300.dat"}, names(t, s.dir)); diff != "" {
		t.Error(diff)
	}
}

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// TestDamage cuts a snapshot at every length and changes every byte of it.
func TestDamage(t *testing.T) {
	packed := stateOf(t, 42, 30)
	content := must(seal(packed))
	for n := range content {
		if _, err := numberIn(content[:n]); err == nil && n != len(packed) {
			t.Errorf("cut to %d of %d bytes it is valid", n, len(content))
		}
		b := []byte(content)
		b[n] ^= 1 << (n % 8)
		if _, err := numberIn(string(b)); err == nil {
			t.Errorf("with byte %d changed it is valid", n)
		}
	}
	for name, bad := range map[string]string{"appended": content + "\x00", "zeros": strings.Repeat("\x00", 500), "empty": "", "twice": content + content} {
		if _, err := numberIn(bad); err == nil {
			t.Errorf("%s: valid", name)
		}
	}
	if n, err := numberIn(packed); n != 42 || err != nil {
		t.Errorf("a file as the tutorial writes it: %d, %v", n, err)
	}
	if values, err := message.Unpack(vm.NewState(vm.Config{}), content); err != nil || len(values) != 2 {
		t.Errorf("skynet.unpack gives %d values, %v", len(values), err)
	}
}

// TestKilledWriters kills a process that saves state as fast as it can, and
// looks at what it leaves.
func TestKilledWriters(t *testing.T) {
	dir := t.TempDir()
	last, rounds := 0, 15
	if testing.Short() {
		rounds = 5
	}
	for round := range rounds {
		writer := play(t, "writer", dir)
		out, err := writer.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := writer.Start(); err != nil {
			t.Fatal(err)
		}
		// It says which numbers it has saved; the kill comes somewhere in the next.
		reader := bufio.NewScanner(out)
		for range round%5 + 1 {
			if !reader.Scan() {
				t.Fatal("the writer ended")
			}
			fmt.Sscan(reader.Text(), &last)
		}
		if err := writer.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for reader.Scan() {
			fmt.Sscan(reader.Text(), &last)
		}
		writer.Wait()
		all, err := (&store{dir: dir, prefix: "state", keep: 3}).list()
		if err != nil || len(all) == 0 {
			t.Fatalf("%d snapshots, %v", len(all), err)
		}
		for i, f := range all {
			content, err := f.read()
			if err != nil {
				t.Fatal(err)
			}
			n, err := numberIn(content)
			if err != nil {
				t.Errorf("%s: %v", f.path, err)
			}
			if i == 0 && n < last {
				t.Errorf("the newest has %d, %d was saved", n, last)
			}
		}
	}
}

// writeForever saves rising numbers, and prints each when it is saved.
func writeForever(dir string) {
	s := &store{dir: dir, prefix: "state", keep: 3}
	n := 0
	if all, _ := s.list(); len(all) > 0 {
		content, _ := all[0].read()
		n, _ = numberIn(content)
	}
	for {
		n++
		_, _, err := s.write(must(seal(must(packedState(n, 200_000)))), time.Now())
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(n)
	}
}

// TestNoRoom saves where a file can't be written to its end: the error says so,
// and what was saved before stays.
func TestNoRoom(t *testing.T) {
	dir := t.TempDir()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell that could limit the size of files")
	}
	limited := play(t, "limited", dir)
	limited.Path, limited.Args = shell, append([]string{"sh", "-c", `ulimit -f 1024 && exec "$0" "$@"`}, limited.Args...)
	if out, err := limited.Output(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	checkNoRoom(t, dir)
}

func checkNoRoom(t *testing.T, dir string) {
	t.Helper()
	if diff := cmp.Diff([]string{"state_5.dat"}, names(t, dir)); diff != "" {
		t.Error(diff)
	}
	content, err := snapshot{path: filepath.Join(dir, "state_5.dat")}.read()
	if err != nil {
		t.Fatal(err)
	}
	if n, err := numberIn(content); n != 1 || err != nil {
		t.Errorf("the old snapshot: %d, %v", n, err)
	}
}

// writeTooMuch saves more than the system lets the process write to a file.
func writeTooMuch(dir string) { saveBeyond(dir, syscall.EFBIG) }

// saveBeyond saves a small state and then one of two megabytes, which fails.
func saveBeyond(dir string, want error) {
	s := &store{dir: dir, prefix: "state", keep: 1}
	if _, _, err := s.write(must(seal(must(packedState(1, 10)))), time.Unix(5, 0)); err != nil {
		panic(err)
	}
	if _, _, err := s.write(must(seal(must(packedState(2, 2<<20)))), time.Unix(6, 0)); !errors.Is(err, want) {
		panic(fmt.Sprintf("the large one: %v", err))
	}
}

// TestTwoWriters has two stores of one directory write at the same time.
func TestTwoWriters(t *testing.T) {
	dir := t.TempDir()
	content := must(seal(stateOf(t, 1, 100)))
	done := make(chan error)
	for range 2 {
		go func() {
			s := &store{dir: dir, prefix: "state", keep: 1000}
			for range 50 {
				if _, _, err := s.write(content, time.Unix(1, 0)); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if n := len(names(t, dir)); n != 100 {
		t.Errorf("%d files", n)
	}
}
