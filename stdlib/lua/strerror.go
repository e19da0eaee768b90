package lua

import (
	"errors"
	"io/fs"
	"syscall"

	"lunarium/runtime/files"
	"lunarium/runtime/vm"
	"lunarium/runtime/worded"
)

// This file holds the system's errors as C words them.

// strerror gives an error as C tells it: "No such file or directory", 2. An
// error that is none of the system's keeps its own text, with number 0; that the state
// has too many files open keeps its own text, too.
func strerror(err error) (string, int) {
	var number syscall.Errno
	if full := (*files.TooMany)(nil); errors.As(err, &full) {
		return full.Error(), int(syscall.EMFILE)
	}
	if !errors.As(err, &number) {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			number = syscall.ENOENT
		case errors.Is(err, fs.ErrExist):
			number = syscall.EEXIST
		case errors.Is(err, fs.ErrPermission):
			number = syscall.EACCES
		case errors.Is(err, fs.ErrInvalid):
			number = syscall.EINVAL
		case errors.Is(err, fs.ErrClosed):
			number = syscall.EBADF
		default:
			return worded.Text(err), 0
		}
	}
	text := []byte(number.Error())
	if len(text) > 0 && 'a' <= text[0] && text[0] <= 'z' {
		text[0] -= 'a' - 'A'
	}
	return string(text), int(number)
}

// fileResult returns true, or nil, "path: reason" and the error's number
// (luaL_fileresult); an empty path is left out.
func fileResult(t *vm.Thread, err error, path string) int {
	if err == nil {
		return t.Return(vm.True)
	}
	text, number := strerror(err)
	if path != "" {
		text = path + ": " + text
	}
	return t.Return(vm.Nil, vm.String(text), vm.Int(number))
}
