package lua

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the library lfs.

// lfsFunctions are the functions of the library lfs.
var lfsFunctions = kit.Library{Name: "lfs", Functions: []kit.Function{
	kit.Fn("attributes", "path [, name or table]", kit.Reads, "tells about a file: size, mode, modification …",
		attributes),
	kit.Fn("chdir", "path", kit.Acts, "changes the working directory, which services may not",
		chdir),
	kit.Fn("currentdir", "", kit.Reads, "gives the working directory",
		currentdir),
	kit.Fn("dir", "path", kit.Reads, "gives an iterator over the names in a directory",
		openDirectory),
	kit.Fn("link", "old, new [, symbolic]", kit.Acts, "makes a link",
		makeLink),
	kit.Fn("lock", "file, mode [, start [, length]]", kit.Acts, `locks a file, or a part of it: "r" or "w"`,
		lockFile),
	kit.Fn("lock_dir", "path", kit.Acts, "makes a lock file in a directory; its method free takes it away",
		lockDirectory),
	kit.Fn("mkdir", "path", kit.Acts, "makes a directory",
		mkdir),
	kit.Fn("rmdir", "path", kit.Acts, "takes an empty directory away",
		rmdir),
	kit.Fn("setmode", "file, mode", kit.None, "is there for Windows; here it changes nothing",
		setmode),
	kit.Fn("symlinkattributes", "path [, name]", kit.Reads, "is attributes of a link itself",
		symlinkattributes),
	kit.Fn("touch", "path [, accessed [, modified]]", kit.Acts, "sets when a file was last read and changed",
		touch),
	kit.Fn("unlock", "file [, start [, length]]", kit.Acts, "unlocks a file, or a part of it",
		unlockFile),
}}

// lfsTemplate is the library lfs, after LuaFileSystem: the global lfs, which
// require "lfs" gives too.
var lfsTemplate = vm.NewTemplate("lfs", lfsFunctions.Bound()).Set("_VERSION", vm.String("LuaFileSystem 1.8.0")).
	Set("_DESCRIPTION", vm.String("Files and directories, as LuaFileSystem has them"))

func currentdir(t *vm.Thread) int {
	path, err := os.Getwd()
	if err != nil {
		return fileResult(t, err, "get_dir getcwd() failed")
	}
	return t.Return(vm.String(path))
}

// chdir is refused to services: the working directory belongs to the process,
// and every service in it would be moved.
func chdir(t *vm.Thread) int {
	path := t.CheckString(1)
	change := of(t).host().Chdir
	if change == nil {
		t.Errorf("lfs.chdir would move every service of this process; use absolute paths")
	}
	if err := change(path); err != nil {
		text, _ := strerror(err)
		return t.Return(vm.Nil, vm.String(fmt.Sprintf("Unable to change working directory to '%s'\n%s\n", path, text)))
	}
	return t.Return(vm.True)
}

func mkdir(t *vm.Thread) int {
	return fileResult(t, os.Mkdir(t.CheckString(1), 0o775), "")
}

func rmdir(t *vm.Thread) int {
	return fileResult(t, syscall.Rmdir(t.CheckString(1)), "")
}

// makeLink makes a link to argument 1 by the name in argument 2, a symbolic one
// when argument 3 is true.
func makeLink(t *vm.Thread) int {
	link := os.Link
	oldName, newName := t.CheckString(1), t.CheckString(2)
	if t.Arg(3).Truth() {
		link = os.Symlink
	}
	return fileResult(t, link(oldName, newName), "")
}

// touch sets when a file was last read and changed, in seconds: now without
// arguments 2 and 3; the second is the first's where it is absent.
func touch(t *vm.Thread) int {
	path := t.CheckString(1)
	if t.NArgs() == 1 {
		return fileResult(t, touchNow(path), "")
	}
	accessed := toInt64(t.OptNumber(2, 0))
	modified := t.OptInteger(3, int(accessed))
	return fileResult(t, os.Chtimes(path, time.Unix(accessed, 0), time.Unix(int64(modified), 0)), "")
}

// setmode tells the mode of a file. There is one: files are bytes.
func setmode(t *vm.Thread) int {
	checkOpen(t, "setmode")
	t.CheckOption(2, "", []string{"binary", "text"})
	return t.Return(vm.True, vm.String("binary"))
}

// directoryMethods are the methods of what dir gives.
var directoryMethods = kit.Library{Name: "directory", Object: true, Functions: []kit.Function{
	kit.Fn("close", "", kit.None, "ends a listing early",
		directoryClose),
	kit.Fn("next", "", kit.None, "gives the next name, or nil",
		directoryNext),
}}

// directoryTemplate is the metatable of the object that dir returns.
var directoryTemplate = vm.NewTemplate("directory", vm.Library{"__gc": directoryClose}).
	Make("__index", Instance(vm.NewTemplate("directory methods", directoryMethods.Bound()).
		Set("next", directoryIterator)))

var directoryIterator = vm.SharedFunction("directory", "next", directoryNext)

// directory is a listing that dir gives out name by name, sorted.
type directory struct {
	names  []string
	closed bool
}

var directories = kit.Kind[*directory]{Name: "directory metatable"}

// bytesOfName is what a name takes in a directory beside its letters.
const bytesOfName = 24

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
	size := 0
	for _, entry := range entries {
		d.names = append(d.names, entry.Name())
		size += bytesOfName + len(entry.Name())
	}
	t.Take(size)
	u := t.State().NewUserdata(d, t.State().Instance(directoryTemplate))
	u.SetSize(size)
	return t.Return(directoryIterator, vm.UserdataValue(u))
}

func directoryNext(t *vm.Thread) int {
	d := directories.Check(t, 1)
	if d.closed {
		t.ArgError(1, "closed directory")
	}
	if len(d.names) == 0 {
		d.closed = true
		return 0
	}
	name := d.names[0]
	d.names = d.names[1:]
	return t.Return(vm.String(name))
}

func directoryClose(t *vm.Thread) int {
	directories.Check(t, 1).closed = true
	return 0
}
