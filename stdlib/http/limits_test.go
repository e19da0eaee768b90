package http_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// endless is a body that never ends and counts what was read of it.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(b []byte) (int, error) {
	e.read.Add(int64(len(b)))
	return len(b), nil
}

func TestLargeRequests(t *testing.T) {
	const declared = 100 << 20
	s := serve(t, `listen(function(r) return tostring(#r.body) end, {max_body = 2^20})`)
	s.expect(s.do("POST", "/", strings.Repeat("x", 1<<20)), 200, "1048576")
	for name, length := range map[string]int64{"100 MB declared": declared, "an endless chunked one": -1} {
		body := &endless{}
		request, err := http.NewRequestWithContext(s.Ctx, "POST", s.url, io.LimitReader(body, 1<<40))
		if err != nil {
			t.Fatal(err)
		}
		request.ContentLength = length
		response, err := http.DefaultTransport.RoundTrip(request)
		for err != nil && reset(err) {
			response, err = http.DefaultTransport.RoundTrip(request)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusRequestEntityTooLarge || string(text) != "the request's body may have 1048576 bytes\n" {
			t.Errorf("%s: %d %q", name, response.StatusCode, text)
		}
		if read := body.read.Load(); read > declared/4 {
			t.Errorf("%s: %d bytes were taken", name, read)
		}
	}
	s.expect(s.do("POST", "/", "small"), 200, "5")
}

// reset tells whether the end of a connection overtook the answer: a server that
// has not read everything may cause that.
func reset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// raw sends bytes and gives the status line of the answer, "" when there is none.
func (s *site) raw(text string) string {
	s.Helper()
	line, err := s.rawOnce(text)
	for line == "" && reset(err) {
		line, err = s.rawOnce(text)
	}
	return strings.TrimSpace(line)
}

func (s *site) rawOnce(text string) (string, error) {
	s.Helper()
	conn, err := (&net.Dialer{}).DialContext(s.Ctx, "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		s.Fatal(err)
	}
	defer conn.Close()
	go io.WriteString(conn, text)
	return bufio.NewReader(conn).ReadString('\n')
}

func TestMalformedRequests(t *testing.T) {
	s := serve(t, `listen(function() return "fine" end, {max_headers = 4096})`)
	for name, c := range map[string]struct{ text, want string }{
		"no HTTP":         {"hello\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		"binary":          {"\x00\x01\x02\xff\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		"no host":         {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request: missing required Host header"},
		"bad escape":      {"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		"two lengths":     {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "HTTP/1.1 400 Bad Request"},
		"negative length": {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		"bad chunk":       {"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 Bad Request"},
		"long line":       {"GET /" + strings.Repeat("a", 1<<20) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 431 Request Header Fields Too Large"},
		"header bomb":     {"GET / HTTP/1.1\r\nHost: localhost\r\n" + strings.Repeat("x: y\r\n", 1<<18) + "\r\n", "HTTP/1.1 431 Request Header Fields Too Large"},
		"control in name": {"GET / HTTP/1.1\r\nHost: localhost\r\nx\x01: y\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		"fine":            {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 200 OK"},
	} {
		if got := s.raw(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSlowClients(t *testing.T) {
	header := serve(t, `listen(function(r) return "fine" end, {header_timeout = 0.05})`)
	if got := header.raw("GET / HTTP/1.1\r\nHost: local"); got != "" {
		t.Errorf("an unfinished header is answered with %q", got)
	}
	body := serve(t, `listen(function(r) return "fine" end, {read_timeout = 0.05})`)
	if got := body.raw("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab"); got != "HTTP/1.1 408 Request Timeout" {
		t.Errorf("an unfinished body is answered with %q", got)
	}
	body.expect(body.get("/"), 200, "fine")
}

// TestSlowClientsDisturbNobody has many clients send half a request, and others
// be served meanwhile.
func TestSlowClientsDisturbNobody(t *testing.T) {
	s := serve(t, `listen(function(r) return "fine" end, {max_requests = 1})`)
	for i := range 200 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		text := "GET / HTTP/1.1\r\nHost: loc"
		if i%2 == 0 {
			text = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nab"
		}
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		s.expect(s.get("/"), 200, "fine")
	}
}

func TestTooManyRequestsAtOnce(t *testing.T) {
	s := serve(t, `
		local waiting = 0
		listen(function(r)
			if r.path == "/free" then skynet.wakeup("go") return "freed" end
			waiting = waiting + 1
			print("waiting " .. waiting)
			skynet.wait("go" .. (waiting > 1 and waiting or ""))
			return "late"
		end, {max_requests = 2})`)
	answers := make(chan reply, 1)
	go func() { answers <- s.get("/") }()
	s.printed("waiting 1")
	s.expect(s.get("/free"), 200, "freed")
	s.expect(<-answers, 200, "late")
	go s.try("GET", "/", http.NoBody)
	s.printed("waiting 2")
	go s.try("GET", "/", http.NoBody)
	s.printed("waiting 3")
	r := s.get("/free")
	s.expect(r, 503, "too many requests are being handled\n")
	if r.header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
}

func TestAThousandRequestsAtOnce(t *testing.T) {
	s := serve(t, `
		local there = 0
		listen(function(r)
			there = there + 1
			if there == 1000 then
				for i = 1, 999 do skynet.wakeup(i) end
			else
				skynet.wait(there)
			end
			return r.query.n
		end, {header_timeout = 300, timeout = 300})`)
	transport := &http.Transport{MaxIdleConns: 1000, MaxIdleConnsPerHost: 1000}
	defer transport.CloseIdleConnections()
	var wg sync.WaitGroup
	var wrong atomic.Int64
	for i := range 1000 {
		wg.Go(func() {
			request, err := http.NewRequestWithContext(s.Ctx, "GET", fmt.Sprintf("%s/?n=%d", s.url, i), nil)
			if err != nil {
				panic(err)
			}
			response, err := transport.RoundTrip(request)
			if err != nil {
				wrong.Add(1)
				return
			}
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil || string(body) != fmt.Sprint(i) {
				wrong.Add(1)
			}
		})
	}
	wg.Wait()
	if n := wrong.Load(); n > 0 {
		t.Errorf("%d of 1000 requests went wrong", n)
	}
}

func TestManyLargeBodiesAtOnce(t *testing.T) {
	s := serve(t, `listen(function(r) return "fine" end, {max_body = 1000})`)
	var open []net.Conn
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	for range 9 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, conn)
		io.WriteString(conn, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"+strings.Repeat("x", 999))
	}
	// One of them is too much, and is told so.
	first := make(chan string)
	ctx, cancel := context.WithCancel(s.Ctx)
	defer cancel()
	for _, c := range open {
		go func() {
			line, _ := bufio.NewReader(c).ReadString('\n')
			select {
			case first <- strings.TrimSpace(line):
			case <-ctx.Done():
			}
		}()
	}
	if got := <-first; got != "HTTP/1.1 503 Service Unavailable" {
		t.Errorf("the body that is too much is answered with %q", got)
	}
}

// TestFaultsFloodNoLog has a client send nonsense again and again: it is told
// each time, the service's log once.
func TestFaultsFloodNoLog(t *testing.T) {
	s := serve(t, `local server
		server = listen(function(r)
			if r.method == "GET" then return tostring(server.faults) end
			if r.path == "/own" then r.body = "{" pcall(r.json, r) error("my own fault") end
			return r:json().field
		end)`)
	for range 20 {
		if r := s.do("POST", "/", "{"); r.status != 400 || !strings.HasPrefix(r.body, "the body is no JSON: ") {
			t.Errorf("%d %q", r.status, r.body)
		}
	}
	if r := s.do("POST", "/own", "{"); r.status != 500 {
		t.Errorf("a failure of the handler's own: %d %q", r.status, r.body)
	}
	s.expect(s.get("/"), 200, "20")
	s.logged("my own fault")
	if n := strings.Count(s.Output(), "invalid JSON"); n != 1 {
		t.Errorf("%d reports:\n%s", n, s.Output())
	}
}
