package dap

import (
	"path/filepath"
	"testing"

	"lunarium/inspect/debug"
)

func TestPathsAreTranslated(t *testing.T) {
	dir := debug.FilePath(t.TempDir())
	file := filepath.Join(dir, "rooms", "lobby.lua")
	for _, c := range []struct {
		roots       []root
		uris        bool
		local, back string // as the client writes it, and as it is told it
		mapped      bool
	}{
		{nil, false, file, file, false},
		{nil, true, "file://" + file, "file://" + file, false},
		{[]root{{"/home/ann", dir}}, false, "/home/ann/rooms/lobby.lua", "/home/ann/rooms/lobby.lua", true},
		{[]root{{"/home/ann/", dir + "/"}}, false, "/home/ann/rooms/lobby.lua", "/home/ann/rooms/lobby.lua", true},
		{[]root{{"/other", "/srv"}, {`C:\game`, dir}}, false, `c:\game\rooms\lobby.lua`, `C:\game\rooms\lobby.lua`, true},
		{[]root{{"/home/ann", dir}}, true, "file:///home/ann/rooms/lobby.lua", "file:///home/ann/rooms/lobby.lua", true},
	} {
		p := &paths{roots: c.roots, uris: c.uris}
		if got := p.remote(c.local); got != file {
			t.Errorf("%s is %s", c.local, got)
		}
		if got, _ := p.local(file); got != c.local {
			t.Errorf("%s is called %s, where the client has called it %s", file, got, c.local)
		}
		p = &paths{roots: c.roots, uris: c.uris} // which has heard of no file
		if got, mapped := p.local(file); got != c.back || mapped != c.mapped {
			t.Errorf("%s is called %s, %v", file, got, mapped)
		}
	}
	if _, ok := below("/srvx/a", "/srv"); ok {
		t.Error("a folder has files of another whose name begins like its own")
	}
}
