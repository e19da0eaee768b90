package http_test

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lunarium/runtime/service"
)

// Clients beyond the files that a server's service may have open wait until there is
// room, once the log has said so. The service can still open files itself.
func TestClientsWaitForFiles(t *testing.T) {
	w := newWorldOf(t, service.Config{Files: 9})
	s := w.launch("site", prelude+`skynet.start(function()
		listen(function(request)
			local f = assert(io.open("`+w.Dir+`/site.lua"))
			f:close()
			return "served"
		end)
	end)`)
	address := strings.TrimPrefix(w.printed("url http"), "url http://")
	ask := func() net.Conn {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		return conn
	}
	served := func(conn net.Conn) {
		t.Helper()
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatal(response, err)
		}
	}
	var open []net.Conn
	for range 7 { // and the listener is one
		conn := ask()
		served(conn)
		open = append(open, conn)
	}
	late := []net.Conn{ask(), ask()}
	w.logged("clients wait: too many open files: this service holds 8 of its 9 (--files); an eighth is kept for what the service opens itself")
	for i, conn := range late {
		open[i].Close()
		served(conn)
	}
	if n := strings.Count(w.Output(), "clients wait"); n != 1 {
		t.Errorf("it was logged %d times", n)
	}
	w.Node.Kill(s.Address())
	<-s.Released()
	for held := 1; held > 0; held, _ = s.OpenFiles() {
		if w.Ctx.Err() != nil {
			t.Fatalf("%d files stay open", held)
		}
	}
}

// An answer that is a file needs files, too.
func TestStaticFilesNeedFiles(t *testing.T) {
	w := newWorldOf(t, service.Config{Files: 5})
	file := w.Write("file.txt", "text")
	svc := w.launch("site", prelude+`skynet.start(function()
		local app = http.router()
		app:get("/", function() return http.file("`+file+`") end)
		app:get("/hold", function() held = assert(io.open("`+file+`")) return "held" end)
		listen(app)
	end)`)
	s := &site{w, svc, strings.TrimPrefix(w.printed("url http"), "url ")}
	s.expect(s.get("/"), 200, "text")
	s.expect(s.get("/hold"), 200, "held")
	s.expect(s.get("/"), 503, "too many files are open\n")
}

// Bodies that come in take no more than the service's memory limit, however large they
// may be otherwise: no more of an answer is read, and a request is refused.
func TestBodiesAreBoundedByMemory(t *testing.T) {
	written := make(chan int, 1)
	endless := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sent, piece := 0, make([]byte, 64<<10)
		for sent < 1<<30 {
			n, err := w.Write(piece)
			if sent += n; err != nil {
				break
			}
		}
		written <- sent
	}))
	defer endless.Close()
	w := newWorldOf(t, service.Config{MemLimit: 2 << 20})
	svc := w.launch("site", prelude+`skynet.start(function()
		local app = http.router()
		app:post("/hold", function() print "held" skynet.wait "held" return "served" end)
		app:get("/free", function() skynet.wakeup "held" return "freed" end)
		app:post("/", function(request) return tostring(#request.body) end)
		listen(app)
		print((select(2, pcall(http.get, "`+endless.URL+`", {max_body = 2^31})):gsub("^.*: ", "")))
	end)`)
	w.logged("not enough memory\n")
	if n := <-written; n > 64<<20 {
		t.Errorf("%d bytes were read under a limit of 2 MB", n)
	}
	s := &site{w, svc, strings.TrimPrefix(w.printed("url http"), "url ")}
	body := strings.Repeat("x", 1200<<10)
	held := make(chan reply)
	go func() {
		r, _ := s.try("POST", "/hold", strings.NewReader(body))
		held <- r
	}()
	w.logged("held\n")
	s.expect(s.do("POST", "/", body), 503, "too many large requests at once\n")
	s.expect(s.get("/free"), 200, "freed")
	s.expect(<-held, 200, "served")
	s.expect(s.do("POST", "/", "small"), 200, "5")
}
