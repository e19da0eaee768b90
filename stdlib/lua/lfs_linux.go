package lua

import (
	"io/fs"
	"os"
	"syscall"

	"lunarium/runtime/vm"
)

// This file holds what lfs asks of Linux.

// systemAttributes gives what Linux keeps of a file beyond the common.
func systemAttributes(info fs.FileInfo) []attribute {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	number := func(name string, value int64) attribute {
		return attribute{name, vm.Number(float64(value))}
	}
	return []attribute{
		number("dev", int64(stat.Dev)),
		number("ino", int64(stat.Ino)),
		number("nlink", int64(stat.Nlink)),
		number("uid", int64(stat.Uid)),
		number("gid", int64(stat.Gid)),
		number("rdev", int64(stat.Rdev)),
		number("access", stat.Atim.Sec),
		number("change", stat.Ctim.Sec),
		number("blocks", stat.Blocks),
		number("blksize", int64(stat.Blksize)),
	}
}

// touchNow sets the times of a file to now, which who may write it may do.
func touchNow(path string) error {
	const now = 1<<30 - 1 // UTIME_NOW
	return syscall.UtimesNano(path, []syscall.Timespec{{Nsec: now}, {Nsec: now}})
}

// lockPart locks a part of a file, a length of 0 to its end, or says that
// another process has it.
func lockPart(f *os.File, mode int, start, length int64) error {
	if f == nil {
		return syscall.EBADF
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	lock := syscall.Flock_t{
		Type:  [...]int16{lockRead: syscall.F_RDLCK, lockWrite: syscall.F_WRLCK, lockNone: syscall.F_UNLCK}[mode],
		Start: start,
		Len:   length,
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = syscall.FcntlFlock(fd, syscall.F_SETLK, &lock) })
	if err != nil {
		return err
	}
	return failed
}
