package web

import (
	"bytes"
	"embed"
	"fmt"
	"hash/fnv"
	"net/http"
	"path"
	"time"
)

// This file serves the front end.

// assets are the front end: plain HTML, CSS and JavaScript modules, served as
// they are.
//
//go:embed assets
var assets embed.FS

// assetTypes must not depend on the machine's own tables.
var assetTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

func assetNames() (names []string) {
	entries, _ := assets.ReadDir("assets") // it is part of the program
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// asset serves one file. The browser asks each time whether it has changed.
func asset(name string) http.HandlerFunc {
	content, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // the name comes from the program's own list
	}
	sum := fnv.New64a()
	sum.Write(content)
	tag := fmt.Sprintf(`"%x"`, sum.Sum64())
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", assetTypes[path.Ext(name)])
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	}
}
