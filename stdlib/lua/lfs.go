package lua

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"lunarium/runtime/vm"
)

// lfsTemplate is the library lfs, after LuaFileSystem: the global lfs, which
// require "lfs" gives too.
var lfsTemplate = vm.NewTemplate("lfs", vm.Library{
	"attributes":        attributes,
	"chdir":             vm.Effect("lfs.chdir", false, chdir),
	"currentdir":        currentdir,
	"dir":               openDirectory,
	"link":              vm.Effect("lfs.link", false, makeLink),
	"lock":              vm.Effect("lfs.lock", false, lockFile),
	"lock_dir":          vm.Effect("lfs.lock_dir", false, lockDirectory),
	"mkdir":             vm.Effect("lfs.mkdir", false, mkdir),
	"rmdir":             vm.Effect("lfs.rmdir", false, rmdir),
	"setmode":           setmode,
	"symlinkattributes": symlinkattributes,
	"touch":             vm.Effect("lfs.touch", false, touch),
	"unlock":            vm.Effect("lfs.unlock", false, unlockFile),
}).Set("_VERSION", vm.String("LuaFileSystem 1.8.0")).
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

// directoryTemplate is the metatable of the object that dir returns.
var directoryTemplate = vm.NewTemplate("directory", vm.Library{"__gc": directoryClose}).
	Make("__index", Instance(vm.NewTemplate("directory methods", vm.Library{"close": directoryClose}).
		Set("next", directoryIterator)))

var directoryIterator = vm.SharedFunction("directory", "next", directoryNext)

// directory is a listing that dir gives out name by name, sorted.
type directory struct {
	names  []string
	closed bool
}

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

func checkDirectory(t *vm.Thread) *directory {
	if u := t.Arg(1).AsUserdata(); u != nil {
		if d, ok := u.Data.(*directory); ok {
			return d
		}
	}
	t.TypeError(1, "directory metatable")
	return nil
}

func directoryNext(t *vm.Thread) int {
	d := checkDirectory(t)
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
	checkDirectory(t).closed = true
	return 0
}
