package source

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// This file is which file a name means.

// NotFoundError says that there is no file for a service or module.
type NotFoundError struct {
	Name  string
	Tried []string // the files that were looked for, in order
}

// Error lists the files that were looked for, as require does.
func (e *NotFoundError) Error() string {
	var b strings.Builder
	if len(e.Tried) == 0 {
		return fmt.Sprintf("service '%s' not found: there is no search path for services; name its file (%s.lua), its directory (--path DIR) "+
			"or, in a config file, patterns (luaservice = \"DIR/?.lua\")", e.Name, e.Name)
	}
	fmt.Fprintf(&b, "service '%s' not found:", e.Name)
	for _, path := range e.Tried {
		fmt.Fprintf(&b, "\n\tno file '%s'", path)
	}
	return b.String()
}

// File is a file that Find found.
type File struct {
	Path string
	info fileInfo
}

// searchPath are patterns of files, '?' being the name.
type searchPath []string

// find gives the file that a name means, or a *NotFoundError.
func (p searchPath) find(name string) (File, error) {
	var tried []string
	for _, path := range p.candidates(name) {
		if slices.ContainsFunc(tried, func(other string) bool { return filepath.Clean(other) == filepath.Clean(path) }) {
			continue
		}
		if info, ok := statFile(path); ok {
			return File{path, info}, nil
		}
		tried = append(tried, path)
	}
	return File{}, &NotFoundError{name, tried}
}

// candidates gives the files that a name may mean.
func (p searchPath) candidates(name string) []string {
	var paths []string
	if strings.Contains(name, "/") || strings.HasSuffix(name, ".lua") {
		paths = append(paths, name)
	}
	if name != "" && !filepath.IsAbs(name) {
		for _, pattern := range p {
			paths = append(paths, strings.ReplaceAll(pattern, "?", strings.TrimSuffix(name, ".lua")))
		}
	}
	return paths
}
