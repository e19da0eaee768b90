package persist

import (
	"syscall"
	"testing"
)

// TestAFullDisk is TestNoRoom on a file system that is full.
func TestAFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=512k"); err != nil {
		t.Skipf("no file system of its own: %v", err)
	}
	defer syscall.Unmount(dir, 0)
	saveBeyond(dir, syscall.ENOSPC)
	checkNoRoom(t, dir)
}
