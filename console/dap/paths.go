package dap

import (
	"net/url"
	"strings"

	"lunarium/inspect/debug"
)

// This file is how files are called by the client and by the node.

// paths translates between the client's paths and the node's.
type paths struct {
	roots []root
	uris  bool              // the client writes paths as URIs
	given map[string]string // as the client wrote them, by the node's path
}

// remote gives the node's path, as debug.FilePath does, of one that the client wrote.
func (p *paths) remote(path string) string {
	plain := path
	if u, err := url.Parse(path); err == nil && u.Scheme == "file" {
		plain = u.Path
	}
	for _, r := range p.roots {
		if rest, ok := below(plain, r.Local); ok {
			plain = strings.TrimRight(r.Remote, "/") + "/" + strings.ReplaceAll(rest, `\`, "/")
			break
		}
	}
	plain = debug.FilePath(plain)
	if p.given == nil {
		p.given = map[string]string{}
	}
	p.given[plain] = path
	return plain
}

// local gives the client's path of one of the node's; mapped: the client has said where
// that file is.
func (p *paths) local(path string) (text string, mapped bool) {
	if given, ok := p.given[path]; ok {
		return given, true
	}
	for _, r := range p.roots {
		rest, ok := below(path, debug.FilePath(r.Remote))
		if !ok {
			continue
		}
		separator := "/"
		if strings.Contains(r.Local, `\`) {
			separator = `\`
		}
		path, mapped = strings.TrimRight(r.Local, `/\`)+separator+strings.ReplaceAll(rest, "/", separator), true
		break
	}
	if p.uris {
		return (&url.URL{Scheme: "file", Path: path}).String(), mapped
	}
	return path, mapped
}

// below gives the rest of a path below a folder.
func below(path, folder string) (rest string, ok bool) {
	folder = strings.TrimRight(folder, `/\`)
	if len(path) > 1 && len(folder) > 1 && path[1] == ':' && strings.EqualFold(path[:1], folder[:1]) {
		path, folder = path[1:], folder[1:] // editors write drives in either case
	}
	rest, ok = strings.CutPrefix(path, folder)
	if !ok || rest == "" || rest[0] != '/' && rest[0] != '\\' {
		return "", false
	}
	return rest[1:], true
}
