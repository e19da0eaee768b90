package http_test

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStaticFiles(t *testing.T) {
	w := newWorld(t)
	for name, content := range map[string]string{
		"files/a.txt": "the file", "files/page.html": "<p>", "files/app.js": "x", "files/.hidden": "no", "files/.git/config": "no",
		"files/dir/index.html": "index", "files/empty/x": "x", "secret": "secret",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(w.Dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		w.Write(name, content)
	}
	if err := os.Symlink(filepath.Join(w.Dir, "secret"), filepath.Join(w.Dir, "files", "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.txt", filepath.Join(w.Dir, "files", "inner")); err != nil {
		t.Fatal(err)
	}
	svc := w.launch("site", prelude+`skynet.start(function()
		local app = http.router()
		app:static("/s", "files") -- beside the modules
		app:get("/s/dynamic", function() return "dynamic" end)
		listen(app)
	end)`)
	s := &site{w, svc, w.printed("url http")[len("url "):]}
	s.expect(s.get("/s/a.txt"), 200, "the file")
	s.expect(s.get("/s/inner"), 200, "the file")
	s.expect(s.get("/s/dir/"), 200, "index")
	s.expect(s.get("/s/dynamic"), 200, "dynamic")
	if r := s.get("/s/dir"); r.status != 301 || r.header.Get("Location") != "/s/dir/" {
		t.Errorf("a directory without a slash: %d %s", r.status, r.header.Get("Location"))
	}
	for path, want := range map[string]string{"/s/page.html": "text/html; charset=utf-8", "/s/app.js": "text/javascript; charset=utf-8"} {
		if r := s.get(path); r.header.Get("Content-Type") != want || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, r.header)
		}
	}
	const nothing = "there is nothing here\n"
	for _, path := range []string{
		"/s", "/s/", "/s/none", "/s/empty/", "/s/link", "/s/.hidden", "/s/.git/config", "/s/../secret", "/s/%2e%2e/secret", "/s/..%2fsecret", "/s//etc/passwd",
		"/s/dir/..%2f..%2fsecret", "/s%2f..%2fsecret", "/s/a.txt/", "/s/a.txt/x", "/sa.txt",
	} {
		s.expect(s.get(path), 404, nothing)
	}
	s.expect(s.get("/s/a%00.txt"), 400, "the path cannot be read\n")
	if r := s.do("POST", "/s/a.txt", ""); r.status != 404 {
		t.Errorf("POST of a file: %d", r.status)
	}
	r := s.get("/s/a.txt")
	s.expect(s.get("/s/a.txt", "If-None-Match", r.header.Get("ETag")), 304, "")
	s.expect(s.get("/s/a.txt", "If-Modified-Since", r.header.Get("Last-Modified")), 304, "")
	s.expect(s.get("/s/a.txt", "Range", "bytes=4-"), 206, "file")
}
