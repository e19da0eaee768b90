package dbpool_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestAFullDisk has a file of a file system that gets full: statements and
// transactions that need room fail with SQLite's words, nothing that was
// committed is lost, and when there is room again the next call works.
func TestAFullDisk(t *testing.T) {
	w := newWorld(t)
	data := filepath.Join(w.Dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", data, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("no file system of its own: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(data, syscall.MNT_DETACH) })
	s := w.spawn("bank", source(target{"file", "nil"}, bank))
	w.tell(s, `pool:execute("create table notes (n integer primary key, text)")
		stored = 0
		function note(size)
			local ok, reason = pcall(pool.execute, pool, "insert into notes (text) values (?)", ("x"):rep(size))
			if ok then stored = stored + 1 end
			return ok, reason
		end
		local ok, reason
		repeat ok, reason = note(10000) until not ok
		print(reason, stored > 10)
		print(pcall(pool.transaction, pool, function(tx)
			move(tx, "ann", "bob", 30)
			tx:execute("insert into notes (text) values (?)", ("x"):rep(1000000))
		end))
		local check = pool:query("select count(*) as n, sum(length(text)) as size from notes")[1]
		print(check.n == stored, check.size == stored * 10000, balance("ann"), balance("bob"), pool:stats().in_use)`)
	w.want("database or disk is full (13)\ttrue\nfalse\tdatabase or disk is full (13)\ntrue\ttrue\t100\t0\t0\n")
	if err := syscall.Mount("", data, "", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	w.tell(s, `print(note(1000000))
		pool:transaction(function(tx) move(tx, "ann", "bob", 30) end)
		print(balance("ann"), balance("bob"), pool:query("pragma integrity_check")[1].integrity_check)`)
	if text := w.Take(); !strings.HasSuffix(text, "\n70\t30\tok\n") || !strings.HasPrefix(text, "true\t1") {
		t.Errorf("with room again: %q", text)
	}
}
