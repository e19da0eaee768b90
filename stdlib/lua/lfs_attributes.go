package lua

import (
	"fmt"
	"io/fs"
	"os"

	"lunarium/runtime/vm"
)

// This file holds what lfs tells about a file.

func attributes(t *vm.Thread) int {
	path := t.CheckString(1)
	info, err := os.Stat(path)
	if err != nil {
		return unknown(t, path, err)
	}
	return describe(t, attributesOf(info))
}

// symlinkattributes is attributes for a link itself; it has the attribute
// target, too: what the link points to.
func symlinkattributes(t *vm.Thread) int {
	path := t.CheckString(1)
	wanted, _ := vm.ToString(t.Arg(2))
	target, err := os.Readlink(path)
	if wanted == "target" && err != nil {
		return fileResult(t, err, "could not obtain link target")
	}
	info, statErr := os.Lstat(path)
	if statErr != nil {
		return unknown(t, path, statErr)
	}
	list := attributesOf(info)
	if err == nil {
		list = append(list, attribute{"target", vm.String(target)})
	}
	return describe(t, list)
}

func unknown(t *vm.Thread, path string, err error) int {
	return fileResult(t, err, fmt.Sprintf("cannot obtain information from file '%s'", path))
}

// describe returns one attribute when argument 2 names it, or all of them in a
// table, which argument 2 may give.
func describe(t *vm.Thread, list []attribute) int {
	if wanted, single := vm.ToString(t.Arg(2)); single {
		for _, a := range list {
			if a.name == wanted {
				return t.Return(a.value)
			}
		}
		t.Errorf("invalid attribute name '%s'", wanted)
	}
	table := t.Arg(2).AsTable()
	if table == nil {
		table = t.State().NewTable(0, len(list))
	}
	for _, a := range list {
		table.SetString(a.name, a.value)
	}
	return t.Return(vm.TableValue(table))
}

type attribute struct {
	name  string
	value vm.Value
}

// attributesOf gives what every system knows of a file and then what this one
// adds.
func attributesOf(info fs.FileInfo) []attribute {
	modified := vm.Number(float64(info.ModTime().Unix()))
	list := []attribute{
		{"mode", vm.String(modeName(info.Mode()))},
		{"size", vm.Number(float64(info.Size()))},
		{"modification", modified},
		{"permissions", vm.String(info.Mode().Perm().String()[1:])},
	}
	return append(list, systemAttributes(info)...)
}

func modeName(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "file"
	case mode.IsDir():
		return "directory"
	case mode&fs.ModeSymlink != 0:
		return "link"
	case mode&fs.ModeSocket != 0:
		return "socket"
	case mode&fs.ModeNamedPipe != 0:
		return "named pipe"
	case mode&fs.ModeCharDevice != 0:
		return "char device"
	case mode&fs.ModeDevice != 0:
		return "block device"
	}
	return "other"
}
