package files

import (
	"errors"
	"io/fs"
	"os"
)

// This file reads files that a person or a program named.

// ErrNotRegular: a path names something that is no file: a folder, a device, which may
// have no end, or a named pipe, which waits until somebody writes to it.
var ErrNotRegular = errors.New("it is no regular file")

// ErrTooLarge: a file is larger than MostRead.
var ErrTooLarge = errors.New("it is larger than 32 MB")

// MostRead bounds the files that ReadRegular reads.
const MostRead = 32 << 20

// ReadRegular reads a file that a person or a program named. It waits for nobody and
// fills no memory: the error is a *fs.PathError of ErrNotRegular, of ErrTooLarge, or
// the system's.
func ReadRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	case info.Size() > MostRead:
		return nil, &fs.PathError{Op: "open", Path: path, Err: ErrTooLarge}
	}
	return os.ReadFile(path)
}
