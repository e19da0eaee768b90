package http_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// follow opens a stream; close makes its client vanish.
func (s *site) follow(path string) (events *bufio.Reader, close func()) {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Ctx)
	s.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, "GET", s.url+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		s.Fatal(err)
	}
	if got := response.Header.Get("Content-Type"); got != "text/event-stream" {
		s.Fatalf("a stream has the type %s", got)
	}
	return bufio.NewReader(response.Body), cancel
}

// event reads up to the next empty line.
func (s *site) event(r *bufio.Reader) string {
	s.Helper()
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			s.Fatalf("the stream ended after %q: %v", b.String(), err)
		}
		if line == "\n" {
			return b.String()
		}
		b.WriteString(line)
	}
}

func TestEvents(t *testing.T) {
	s := serve(t, `listen(function(r)
		return http.events(function(stream)
			stream:send("two\nlines")
			stream:send{event = "tick", id = 7, retry = 1.5, data = "x"}
			print(select(2, pcall(stream.send, stream, {event = "a\nb"})))
		end)
	end)`)
	events, _ := s.follow("/")
	for _, want := range []string{"data: two\ndata: lines\n", "event: tick\nid: 7\nretry: 1500\ndata: x\n"} {
		if got := s.event(events); got != want {
			t.Errorf("event %q, want %q", got, want)
		}
	}
	if _, err := events.ReadByte(); err != io.EOF {
		t.Errorf("the stream goes on after its function: %v", err)
	}
	s.printed("an event's event must be a string of one line")
}

func TestAStreamsClientThatVanishes(t *testing.T) {
	s := serve(t, `
		local server
		local app = http.router()
		app:get("/wait", function()
			return http.events(function(stream)
				stream:send("here")
				print("wait " .. tostring(stream:wait(0.01)))
				print("wait " .. tostring(stream:wait()))
				print("send " .. tostring(stream:send("too late")))
				stream:send("once more")
			end)
		end)
		app:get("/count", function() return server.requests .. " " .. server.streams end)
		server = listen(app)`)
	events, vanish := s.follow("/wait")
	s.event(events)
	s.printed("wait true")
	s.expect(s.get("/count"), 200, "1 1")
	vanish()
	s.printed("wait false")
	s.printed("send false")
	s.logged("the stream's client is gone")
	s.expect(s.get("/count"), 200, "1 0")
}

func TestStreamsBeatEndAndAreBounded(t *testing.T) {
	s := serve(t, `
		listen(function()
			return http.events(function(stream) print("open") stream:wait() print("over") end)
		end, {heartbeat = 0.02, max_streams = 1})`)
	events, _ := s.follow("/")
	if got := s.event(events); got != ":\n" {
		t.Errorf("a heartbeat is %q", got)
	}
	s.expect(s.get("/"), 503, "too many event streams are open\n")
	s.Node.Kill(s.service.Address())
	if _, err := io.Copy(io.Discard, events); err != nil {
		t.Errorf("the stream of a killed service ends with %v", err)
	}
}

// TestAStreamsClientThatTakesNothing has the sender wait, and go on when the
// server drops the client.
func TestAStreamsClientThatTakesNothing(t *testing.T) {
	s := serve(t, `listen(function()
		return http.events(function(stream)
			local n = 0
			while stream:send(("x"):rep(2^17)) do n = n + 1 end
			print("dropped")
		end)
	end, {write_timeout = 0.05})`)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	s.printed("dropped")
}
