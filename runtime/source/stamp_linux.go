package source

import (
	"syscall"
	"time"
)

// This file makes stamps of the kernel's change time.

// statFile looks at a file; false when there is none, or it is a directory. The
// change time is the kernel's own: unlike the modification time it can't be set
// back.
func statFile(path string) (fileInfo, bool) {
	var stat syscall.Stat_t
	if err := syscall.Stat(path, &stat); err != nil || stat.Mode&syscall.S_IFMT == syscall.S_IFDIR {
		return fileInfo{}, false
	}
	changed := time.Unix(stat.Ctim.Unix())
	return fileInfo{
		stamp:   stamp{dev: uint64(stat.Dev), ino: stat.Ino, size: stat.Size, changed: changed.UnixNano()},
		settled: stat.Mode&syscall.S_IFMT == syscall.S_IFREG && time.Since(changed) > settledFile,
	}, true
}
