package stdlib

import (
	"io/fs"
	"syscall"

	"lunarium/runtime/vm"
)

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
