package stdlib

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"lunarium/runtime/vm"
)

// directoryTemplate is the metatable of the object that dir returns.
var directoryTemplate = selfIndexed(vm.NewTemplate("directory", vm.Library{"close": directoryClose}).
	Set("next", directoryIterator))

var directoryIterator = vm.SharedFunction("directory", "next", directoryNext)

// lfsTemplate is the library lfs, after LuaFileSystem: the global lfs, which
// require "lfs" gives too.
var lfsTemplate = vm.NewTemplate("lfs", vm.Library{
	"attributes":        attributes,
	"chdir":             chdir,
	"currentdir":        currentdir,
	"dir":               openDirectory,
	"mkdir":             mkdir,
	"rmdir":             rmdir,
	"symlinkattributes": symlinkattributes,
}).Set("_VERSION", vm.String("LuaFileSystem 1.8.0"))

func currentdir(t *vm.Thread) int {
	path, err := os.Getwd()
	if err != nil {
		return fileResult(t, err, "")
	}
	return t.Return(vm.String(path))
}

// chdir is refused: the working directory belongs to the process, and every
// service in it would be moved.
func chdir(t *vm.Thread) int {
	t.CheckString(1)
	t.Errorf("lfs.chdir would move every service of this process; use absolute paths")
	return 0
}

func mkdir(t *vm.Thread) int {
	return fileResult(t, os.Mkdir(t.CheckString(1), 0o775), "")
}

func rmdir(t *vm.Thread) int {
	return fileResult(t, syscall.Rmdir(t.CheckString(1)), "")
}

// directory is a listing that dir gives out name by name, sorted.
type directory struct {
	names  []string
	closed bool
}

// openDirectory (dir) returns an iterator over the names in a directory, "." and ".." first,
// and the object that it iterates.
func openDirectory(t *vm.Thread) int {
	path := t.CheckString(1)
	entries, err := os.ReadDir(path)
	if err != nil {
		text, _ := strerror(err)
		t.Errorf("cannot open %s: %s", path, text)
	}
	d := &directory{names: []string{".", ".."}}
	for _, entry := range entries {
		d.names = append(d.names, entry.Name())
	}
	return t.Return(directoryIterator, vm.UserdataValue(t.State().NewUserdata(d, t.State().Instance(directoryTemplate))))
}

func checkDirectory(t *vm.Thread) *directory {
	if u := t.Arg(1).AsUserdata(); u != nil {
		if d, ok := u.Data.(*directory); ok {
			if d.closed {
				t.ArgError(1, "closed directory")
			}
			return d
		}
	}
	t.TypeError(1, "directory metatable")
	return nil
}

func directoryNext(t *vm.Thread) int {
	d := checkDirectory(t)
	if len(d.names) == 0 {
		d.closed = true
		return t.Return(vm.Nil)
	}
	name := d.names[0]
	d.names = d.names[1:]
	return t.Return(vm.String(name))
}

func directoryClose(t *vm.Thread) int {
	checkDirectory(t).closed = true
	return 0
}

func attributes(t *vm.Thread) int {
	return describe(t, os.Stat)
}

func symlinkattributes(t *vm.Thread) int {
	return describe(t, os.Lstat)
}

// describe returns one attribute when argument 2 names it, or all of them in a
// table, which argument 2 may give.
func describe(t *vm.Thread, stat func(string) (fs.FileInfo, error)) int {
	path := t.CheckString(1)
	info, err := stat(path)
	if err != nil {
		text, number := strerror(err)
		text = fmt.Sprintf("cannot obtain information from file '%s': %s", path, text)
		return t.Return(vm.Nil, vm.String(text), vm.Int(number))
	}
	wanted, single := t.Arg(2).AsString()
	table := t.Arg(2).AsTable()
	if table == nil {
		table = t.State().NewTable(0, 16)
	}
	for _, a := range attributesOf(info) {
		if single && a.name == wanted {
			return t.Return(a.value)
		}
		table.SetString(a.name, a.value)
	}
	if single {
		t.ArgError(2, fmt.Sprintf("invalid attribute name '%s'", wanted))
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
