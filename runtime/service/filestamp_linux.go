package service

import (
	"syscall"
	"time"
)

// stampOf gives a file's stamp and when it changed last; ok is false when they
// can't be told. The change time is the kernel's own: unlike the modification
// time it can't be set back.
func stampOf(path string) (stamp fileStamp, changed time.Time, ok bool) {
	var stat syscall.Stat_t
	if err := syscall.Stat(path, &stat); err != nil || stat.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return fileStamp{}, time.Time{}, false
	}
	changed = time.Unix(stat.Ctim.Unix())
	return fileStamp{dev: uint64(stat.Dev), ino: stat.Ino, size: stat.Size, changed: changed.UnixNano()}, changed, true
}
