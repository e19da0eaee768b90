package http

import (
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"lunarium/runtime/files"
	"lunarium/runtime/vm"
	"lunarium/stdlib/kit"
)

// This file holds files as answers.

// staticFile is a file that an answer consists of. Its root keeps what is
// served inside a directory, also where links lead out of it.
type staticFile struct {
	dir, name string
	index     bool // a directory is answered by its index.html
}

var staticFiles = kit.Kind[*staticFile]{Name: "file"}

// findDirectory looks for a directory as it is, then beside the modules of
// package.path.
func findDirectory(s *vm.State, dir string) (string, bool) {
	candidates := []string{dir}
	if loaded := s.Registry.GetString("_LOADED").AsTable(); loaded != nil && !filepath.IsAbs(dir) {
		if table := loaded.GetString("package").AsTable(); table != nil {
			templates, _ := table.GetString("path").AsString()
			for template := range strings.SplitSeq(templates, ";") {
				if before, _, ok := strings.Cut(template, "?"); ok {
					candidates = append(candidates, filepath.Join(before, dir))
				}
			}
		}
	}
	for _, c := range candidates {
		if info, err := os.Stat(c); err == nil && info.IsDir() {
			return c, true
		}
	}
	return "", false
}

// serve sends the file; the connection's goroutine.
func (f *staticFile) serve(w *writer, r *http.Request, budget *files.Budget) {
	if strings.ContainsRune(f.name, 0) {
		w.fail(http.StatusBadRequest, "the path cannot be read")
		return
	}
	// The directory, the file, and a directory on the way.
	give, err := budget.Take(3)
	if err != nil {
		w.fail(http.StatusServiceUnavailable, "too many files are open")
		return
	}
	defer give()
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		w.fail(http.StatusNotFound, "there is nothing here")
		return
	}
	defer root.Close()
	file, info, err := f.open(root)
	switch {
	case errors.Is(err, fs.ErrPermission):
		w.fail(http.StatusForbidden, "this file may not be read")
		return
	case err != nil:
		w.fail(http.StatusNotFound, "there is nothing here")
		return
	}
	defer file.Close()
	if f.index && info.Name() == "index.html" && !strings.HasSuffix(r.URL.Path, "/") && path.Base(r.URL.Path) != "index.html" {
		http.Redirect(w, r, path.Base(r.URL.Path)+"/", http.StatusMovedPermanently) // so that relative links work
		return
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", contentType(info.Name()))
	}
	w.Header().Set("ETag", fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size()))
	w.Header().Set("Cache-Control", "no-cache") // ask again; an unchanged file costs no bytes
	http.ServeContent(w, r, info.Name(), info.ModTime(), file)
}

// open opens the file, or index.html of a directory. Nothing but regular files
// is served.
func (f *staticFile) open(root *os.Root) (*os.File, fs.FileInfo, error) {
	name := path.Clean(f.name)
	if f.index && hidden(name) {
		return nil, nil, fs.ErrNotExist
	}
	info, err := root.Stat(name)
	if err == nil && info.IsDir() && f.index {
		name = path.Join(name, "index.html")
		info, err = root.Stat(name)
	}
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() || strings.HasSuffix(f.name, "/") && path.Base(name) != "index.html" {
		return nil, nil, fs.ErrNotExist
	}
	file, err := root.Open(name)
	return file, info, err
}

// hidden tells whether a path goes through a name that begins with a dot, as
// those of version control and editors do.
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") && part != "." && part != ".well-known" {
			return true
		}
	}
	return false
}

// types are the content types of what pages consist of; they must not depend on
// the machine's own tables.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png",
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".ico": "image/x-icon",
	".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8", ".lua": "text/plain; charset=utf-8",
	".woff2": "font/woff2", ".wasm": "application/wasm", ".pdf": "application/pdf",
}

func contentType(name string) string {
	ext := strings.ToLower(filepath.Ext(name))
	if t, ok := types[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}
