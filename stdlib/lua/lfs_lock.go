package lua

import (
	"os"

	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds the locks of lfs.

// checkOpen demands an open file as argument 1 and gives it as the system knows it.
func checkOpen(t *vm.Thread, name string) *os.File {
	f := fileKind.Check(t, 1)
	if f.close == nil {
		t.Errorf("%s: closed file", name)
	}
	return f.system
}

// The ways to lock a part of a file.
const (
	lockRead = iota
	lockWrite
	lockNone
)

var lockModes = map[byte]int{'r': lockRead, 'w': lockWrite, 'u': lockNone}

// lockFile (lock) locks a part of a file against other processes, without
// waiting: for reading or writing, from argument 3 on, as many bytes as argument
// 4 says or all.
func lockFile(t *vm.Thread) int {
	f := checkOpen(t, "lock")
	name := t.CheckString(2)
	start, length := t.OptInteger(3, 0), t.OptInteger(4, 0)
	if name != "" {
		if mode, ok := lockModes[name[0]]; ok {
			return lockResult(t, lockPart(f, mode, int64(start), int64(length)))
		}
	}
	t.Errorf("lock: invalid mode")
	return 0
}

func unlockFile(t *vm.Thread) int {
	f := checkOpen(t, "unlock")
	start, length := t.OptInteger(2, 0), t.OptInteger(3, 0)
	return lockResult(t, lockPart(f, lockNone, int64(start), int64(length)))
}

// lockResult returns true, or nil and the reason.
func lockResult(t *vm.Thread, err error) int {
	if err == nil {
		return t.Return(vm.True)
	}
	text, _ := strerror(err)
	return t.Return(vm.Nil, vm.String(text))
}

// directoryLock is the file that lock_dir made; "" once it is gone.
type directoryLock struct{ file string }

var directoryLocks = kit.Kind[*directoryLock]{Name: "lock metatable"}

// lockMethods are the methods of what lock_dir gives.
var lockMethods = kit.Library{Name: "lock", Object: true, Functions: []kit.Function{
	kit.Fn("free", "", kit.Done, "takes the lock file away",
		lockFree),
}}

// lockTemplate is the metatable of what lock_dir returns.
var lockTemplate = vm.NewTemplate("lock", vm.Library{"__gc": lockFree}).
	Make("__index", Instance(vm.NewTemplate("lock methods", lockMethods.Bound())))

// lockDirectory (lock_dir) makes a file in a directory that only one can make:
// a link, so that no moment shows it half done.
func lockDirectory(t *vm.Thread) int {
	name := t.CheckString(1) + "/lockfile.lfs"
	if err := os.Symlink("lock", name); err != nil {
		return lockResult(t, err)
	}
	s := t.State()
	return t.Return(directoryLocks.New(s, &directoryLock{name}, s.Instance(lockTemplate)))
}

func lockFree(t *vm.Thread) int {
	lock := directoryLocks.Check(t, 1)
	if lock.file != "" {
		os.Remove(lock.file)
		lock.file = ""
	}
	return 0
}
