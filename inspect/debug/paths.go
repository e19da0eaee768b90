package debug

import (
	"path/filepath"

	"lunarium/inspect/live"
	"lunarium/runtime/service"
)

// This file says which files chunks are from.

// FilePath gives a path as the debugger compares them: absolute, without links.
func FilePath(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return filepath.Clean(path)
	}
	if real, err := filepath.EvalSymlinks(absolute); err == nil {
		return real
	}
	return absolute
}

// pathOf gives the file of a chunk, as FilePath does; "": it is of none.
func (d *Debugger) pathOf(chunk string) string {
	if path, known := d.files[chunk]; known {
		return path
	}
	path := fileOf(d.own, d.svc, chunk)
	if d.files == nil {
		d.files = map[string]string{}
	}
	d.files[chunk] = path
	return path
}

// fileOf gives the file of a service's chunk, on its own thread. The main one is named
// without its directory.
func fileOf(own service.Self, s *service.Service, chunk string) string {
	switch {
	case !live.OwnChunk(chunk):
		return ""
	case s.Path() != "" && own.Code().Proto().Source == chunk:
		return FilePath(s.Path())
	}
	return FilePath(chunk[1:])
}
