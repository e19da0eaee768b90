package reload

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lunarium/inspect/live"
	"lunarium/inspect/plain"
	"lunarium/runtime/service"
	"lunarium/runtime/source"
	"lunarium/runtime/vm"
)

// This file finds the file that an operator names, and names files for people: by their
// paths from the service's directory, modules elsewhere as require knows them.

// fileNamed finds the file that an operator named: a module by the name that require
// knows, a file as it is, beside the service's own, by the end of a loaded file's path, or on the
// search path.
func (r *reload) fileNamed(name string) (string, error) {
	modules := r.modules()
	for _, m := range modules {
		if m.name == name {
			return m.path(), nil
		}
	}
	if path, ok := nearFile(r.svc, name); ok {
		return path, nil
	}
	var paths []string
	for _, m := range modules {
		if strings.HasSuffix("/"+m.path(), "/"+name) {
			paths = append(paths, m.path())
		}
	}
	if len(paths) == 1 {
		return paths[0], nil
	}
	if len(paths) > 1 {
		return "", fmt.Errorf("%s may be each of %s", name, strings.Join(r.fileNames(paths), ", "))
	}
	file, err := r.svc.Node().Sources().Find(name)
	if lost := (*source.NotFoundError)(nil); errors.As(err, &lost) {
		text := fmt.Sprintf("there is no file %s, and no module of that name in %s:", name, r.svc.Base())
		for _, m := range modules {
			text += fmt.Sprintf("\n\tit has '%s'", m.name)
		}
		for _, path := range lost.Tried {
			text += fmt.Sprintf("\n\tno file '%s'", path)
		}
		return "", errors.New(text)
	}
	return file.Path, err
}

func (r *reload) fileNames(paths []string) (names []string) {
	for _, path := range paths {
		names = append(names, fileName(r.svc, path))
	}
	return names
}

// nearFile finds a file as it is named, or beside the service's own.
func nearFile(s service.Reloading, name string) (string, bool) {
	for _, path := range []string{name, filepath.Join(filepath.Dir(s.Path()), name)} {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, true
		}
	}
	return "", false
}

// locateFile finds a file that code was loaded from.
func locateFile(s service.Reloading, name string) (string, error) {
	if path, ok := nearFile(s, name); ok {
		return path, nil
	}
	file, err := s.Node().Sources().Find(name)
	return file.Path, err
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// fileName names a file of a service's code, given by its path or its chunk name.
func fileName(s service.Reloading, path string) string {
	path = strings.TrimLeft(path, "@=")
	if strings.HasPrefix(path, "...") || !strings.Contains(path, "/") {
		return plain.BaseName(path)
	}
	dir, errDir := filepath.Abs(filepath.Dir(s.Path()))
	whole, errPath := filepath.Abs(path)
	if errDir == nil && errPath == nil {
		if name, err := filepath.Rel(dir, whole); err == nil && !strings.HasPrefix(name, "..") {
			return name
		}
	}
	if name := filepath.Base(path); name == "init.lua" {
		return filepath.Base(filepath.Dir(path)) + "/" + name
	}
	return plain.BaseName(path)
}

// lineIn names the line that a call of a thread is at.
func lineIn(s service.Reloading, t *vm.Thread, level int) string {
	code, line := t.Debug().Place(level)
	if code == nil {
		return strings.TrimSuffix(t.Where(level), ": ")
	}
	return fmt.Sprintf("%s:%d", fileName(s, live.MainChunk(code).Proto().Source), line)
}
