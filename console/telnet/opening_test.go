package telnet

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lunarium/console/access"
	"lunarium/console/line"
)

// recorder is a console that notes each line which it would run.
type recorder struct {
	mu  sync.Mutex
	ran []string
}

func (r *recorder) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ran = append(r.ran, text)
}

// lines gives what was run, and forgets it.
func (r *recorder) lines() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	ran := r.ran
	r.ran = nil
	return ran
}

func (r *recorder) handle(_ context.Context, c *Conn) {
	reader, err := c.Reader(nil)
	if err != nil {
		panic(err)
	}
	defer reader.Close()
	for {
		text, err := reader.ReadLine("> ")
		switch {
		case err == nil:
			r.note(text)
		case err != line.ErrLineTooLong:
			return
		}
	}
}

func (r *recorder) command(_ context.Context, q Request) (string, error) {
	r.note(q.Line)
	return "ran\n", nil
}

const evil = "\r\nlua os.execute 'evil'\r\n"

// What a browser sends never becomes lines, whatever a page made it send.
func TestForeignBytesAreNoLines(t *testing.T) {
	host, from := "Host: 127.0.0.1:8000\r\n", "Origin: http://evil.example\r\n"
	post := func(body string) string { return "POST / HTTP/1.1\r\n" + host + from + "\r\n" + body }
	for name, sent := range map[string]string{
		"a long first line":             "POST /" + strings.Repeat("a", 600<<10) + " HTTP/1.1\r\n" + host + from + evil,
		"a first line without end":      "POST /" + strings.Repeat("a", line.MaxLine+10) + " HTTP/1.1\r\n" + host + from + evil,
		"telnet bytes in the body":      post("\xff\xfb\x1f\xff\xfd\x01" + evil),
		"telnet bytes in the header":    "POST / HTTP/1.1\r\nX: \xff\xfb\x1f\xff\xfd\x01\r\n" + host + from + evil,
		"telnet bytes in the path":      "POST /\xff\xfb\x1f\xff\xfd\x01 HTTP/1.1\r\n" + host + from + evil,
		"a form":                        "POST / HTTP/1.1\r\n" + host + from + "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"a\"\r\n" + evil + "--x--\r\n",
		"a method of any name":          "PROPFIND / HTTP/1.1\r\n" + host + from + evil,
		"a method in small letters":     "list / HTTP/1.1\r\n" + host + from + evil,
		"a method of odd letters":       "l-i.s't / HTTP/1.1\r\n" + host + from + evil,
		"a path that is a command":      "GET /list\tall HTTP/1.1\r\n" + host + from + evil,
		"blanks in the path":            "GET /a b c HTTP/1.1\r\n" + host + from + evil,
		"a connection to be upgraded":   "GET / HTTP/1.1\r\n" + host + from + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n" + evil,
		"the preface of HTTP/2":         "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + evil,
		"HTTP with LF":                  "GET / HTTP/1.1\nHost: evil.example\n\nlist\n",
		"line ends first":               "\r\n\r\nGET / HTTP/1.1\r\n" + host + from + evil,
		"a header alone":                "\nHost: 127.0.0.1\r\n" + evil,
		"the oldest HTTP":               "GET /list\r\n" + evil,
		"the oldest HTTP, to a proxy":   "GET http://evil.example/\n" + evil,
		"a proxy's request":             "GET http://evil.example/ HTTP/1.1\r\n" + host + evil,
		"a rebound name":                "GET /list HTTP/1.1\r\nHost: evil.example:8000\r\n\r\n",
		"a rebound name, as an address": "GET /list HTTP/1.1\r\nHost: [2001:db8::1]:8000\r\n\r\n",
		"a chunked body":                "POST / HTTP/1.1\r\n" + host + from + "Transfer-Encoding: chunked\r\n\r\n4\r\nlist\r\n0\r\n\r\n" + evil,
		"two requests":                  "GET / HTTP/1.1\r\n" + host + from + "\r\nGET /list HTTP/1.1\r\n" + host + "\r\n" + evil,
		"a fetch of another site":       "POST / HTTP/1.1\r\n" + host + "Sec-Fetch-Site: cross-site\r\nContent-Length: 4\r\n\r\nlist",
		"a session of TLS":              "\x16\x03\x01\x02\x00\x01\x00" + evil,
		"STUN":                          "\x00\x01\x00\x08\x21\x12\xa4\x42" + evil,
	} {
		t.Run(name, func(t *testing.T) {
			for _, segment := range []int{len(sent), 7} {
				if segment == 7 && len(sent) > 10_000 {
					continue
				}
				r := &recorder{}
				s := serve(t, Config{Handle: r.handle, Command: r.command})
				c := dial(t, s)
				for at := 0; at < len(sent); at += segment {
					if _, err := io.WriteString(c, sent[at:min(at+segment, len(sent))]); err != nil {
						break // it has hung up
					}
				}
				_, _ = io.Copy(io.Discard, c) // it hangs up although this end does not
				for _, ran := range r.lines() {
					if ran != "" {
						t.Errorf("in segments of %d bytes it ran %q", segment, ran)
					}
				}
			}
		})
	}
}

// A browser opens connections before it has a request for them.
func TestLateRequestIsNoLines(t *testing.T) {
	r := &recorder{}
	s := serve(t, Config{Handle: r.handle, Command: r.command, After: atOnce, Greeting: "welcome\n"})
	c := dial(t, s)
	c.until(string(probe) + "welcome\r\n")
	c.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nlist\r\n")
	if got := c.rest(); got != errLate.Error()+"\r\n" {
		t.Errorf("it answers %q", got)
	}
	// Whoever sends it and is gone at once is refused, too, and that is logged.
	log := make(refusals, 100)
	s = serve(t, Config{Handle: r.handle, Command: r.command, After: atOnce, Greeting: "welcome\n", Logger: slog.New(slog.NewTextHandler(log, nil))})
	c = dial(t, s)
	c.until(string(probe) + "welcome\r\n")
	c.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	_ = c.SetLinger(0)
	_ = c.Close()
	log.await(t, errLate.Error())
	// In the middle of a session, too.
	c = dial(t, s)
	c.send("list\nGET /list HTTP/1.1\r\nHost: localhost\r\n\r\nkill 8\n")
	_, _ = io.Copy(io.Discard, c)
	for _, ran := range r.lines() {
		if ran != "list" {
			t.Errorf("it ran %q", ran)
		}
	}
}

// A browser's own TLS, with a session that its former server has sealed.
func TestTLSIsNoLines(t *testing.T) {
	r := &recorder{}
	s := serve(t, Config{Handle: r.handle, Command: r.command})
	nc, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if err := tls.Client(nc, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"\nlist\n"}}).Handshake(); err == nil {
		t.Error("it speaks TLS")
	}
	if ran := r.lines(); ran != nil {
		t.Errorf("it ran %q", ran)
	}
}

// Who does not speak TLS to a console that does is told so.
func TestLinesAreNoTLS(t *testing.T) {
	secure := httptest.NewTLSServer(nil)
	defer secure.Close()
	r := &recorder{}
	s := serve(t, Config{Handle: r.handle, Command: r.command, TLS: &tls.Config{Certificates: secure.TLS.Certificates}})
	for sent, status := range map[string]string{"list\n": "", "\xff\xfb\x1f\xff\xfb\x18": "", "GET /list HTTP/1.1\r\n\r\n": "HTTP/1.1 400 "} {
		c := dial(t, s)
		c.send(sent)
		if got := c.rest(); !strings.HasPrefix(got, status) || !strings.Contains(got, speaksTLS) || strings.Contains(got, "HTTP/1.1") != (status != "") {
			t.Errorf("%q is answered %q", sent, got)
		}
	}
	if ran := r.lines(); ran != nil {
		t.Errorf("it ran %q", ran)
	}
	var out strings.Builder
	plain := serve(t, Config{})
	err := Attach(t.Context(), plain.Addr().String(), Local{In: strings.NewReader("list\n"), Out: &out, TLS: &tls.Config{InsecureSkipVerify: true}})
	if err == nil || !strings.Contains(err.Error(), "does not speak TLS; leave --tls and --ca out") {
		t.Error(err)
	}
}

// What people and scripts send are lines.
func TestLinesAreLines(t *testing.T) {
	for sent, want := range map[string]string{
		"list\n":                         "list",
		"GET me a list\n":                "GET me a list",
		"call X \"GET\", \"HTTP/1.1\"\n": `call X "GET", "HTTP/1.1"`,
		"-- as of HTTP/1.1\n":            "-- as of HTTP/1.1",
		"\ufefflist\n":                   "\ufefflist",
		"call X \"Host: a\"\n":           `call X "Host: a"`,
		"dump users\t\n":                 "dump users\t",
		"say \xff\xfe\n":                 "say ", // DONT and its option, which is missing
		"last":                           "last",
		strings.Repeat("x", 600<<10):     strings.Repeat("x", 600<<10),
	} {
		r := &recorder{}
		c := dial(t, serve(t, Config{Handle: r.handle, Command: r.command}))
		c.send(sent)
		c.CloseWrite()
		c.rest()
		if ran := strings.Join(r.lines(), "|"); ran != want && !strings.HasPrefix(want, "say") {
			t.Errorf("%.40q gives the lines %.60q", sent, ran)
		}
	}
}

func TestRequestLine(t *testing.T) {
	for text, want := range map[string]bool{
		"GET / HTTP/1.1": true, "get / http/1.0": true, "M-SEARCH * HTTP/1.1": true, "A  b\tHTTP/3": true, " GET / HTTP/1.1 ": true,
		"GET a b HTTP/1.1": true, "": false, "GET /": true, "GET http://a/": true, "GET a": false, "get /": false, "say a HTTP/1.1 b": false, "a\"b / HTTP/1.1": false, "HTTP/1.1": false,
	} {
		if isRequestLine([]byte(text)) != want {
			t.Errorf("%q: want %v", text, want)
		}
	}
}

// However a request is cut and padded, the watch sees its line before it is read.
func FuzzLineWatch(f *testing.F) {
	f.Add("GET", "/list", "list\n", uint16(3))
	f.Add("list", "/"+strings.Repeat("a", 1000), "\n\n", uint16(1))
	f.Fuzz(func(t *testing.T, method, path, before string, cut uint16) {
		text := method + " " + path + " HTTP/1.1"
		if !isToken([]byte(method)) || len(strings.Fields(path)) != 1 || strings.IndexByte(before, 0xff) >= 0 {
			t.Skip()
		}
		if len(method) > 400 {
			t.Skip() // no command is as long, and it is no method
		}
		var w lineWatch
		var err error
		for _, b := range []byte(before + "\n" + text + "\n") {
			if e := w.next(b); e != nil {
				err = e
			}
		}
		if err == nil {
			t.Errorf("%q is not seen", text)
		}
	})
}

// Idle clients lock nobody out of a console with a password.
func TestIdleClientsMakeRoom(t *testing.T) {
	s := serve(t, Config{Guard: access.OnePassword([]byte("secret"), nil), MaxWaiting: 5, MaxGuesses: 3, MaxSessions: 2, Command: (&recorder{}).command})
	inside := dial(t, s)
	inside.send("secret\none\n")
	inside.until("you said \"one\"\n")
	var idle []*client
	for range 20 {
		idle = append(idle, dial(t, s))
	}
	for _, c := range idle[:17] {
		if got := c.rest(); got != errTurnedOut.Error()+"\r\n" {
			t.Errorf("an idle client is told %q", got)
		}
	}
	slow := dial(t, s) // a wrong password is answered after a while, which does not end here
	slow.send("GET /list HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic OndvcmQ=\r\n\r\n")
	for range 5 {
		dial(t, s)
	}
	if got := slow.rest(); !strings.HasPrefix(got, "HTTP/1.1 503 ") || !strings.HasSuffix(got, errTurnedOut.Error()+"\n") || strings.Count(got, "HTTP/1.1") != 1 {
		t.Errorf("a slow request is told %q", got)
	}
	next := dial(t, s)
	next.send("secret\ntwo\n")
	next.until("you said \"two\"\n")
	inside.send("three\n")
	inside.until("you said \"three\"\n")
}

// guardOf asks for a password; "": it lets everybody in.
func guardOf(password string) *access.Guard {
	if password == "" {
		return nil
	}
	return access.OnePassword([]byte(password), nil)
}

// A client may not take for ever to give the password, nor to send a request.
func TestSlowClientsAreLetGo(t *testing.T) {
	for name, c := range map[string]struct {
		password string
		sent     string
	}{
		"nothing": {"secret", ""}, "half a password": {"secret", "sec"}, "telnet": {"secret", willNAWS + doEcho},
		"a request in lines that end with CR": {"", "GET / HTTP/1.1\rHost: evil.example\r\rlist\r"},
		"half a request":                      {"", "POST / HTTP/1.1\r\nHost: localhost\r\n"}, "half a body": {"", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nlis"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &recorder{}
			minute := make(chan time.Time)
			s := serve(t, Config{Guard: guardOf(c.password), Handle: r.handle, Command: r.command, After: func(d time.Duration) <-chan time.Time {
				if d == time.Minute {
					return minute
				}
				return nil
			}})
			nc := dial(t, s)
			nc.send(c.sent)
			close(minute)
			if got := nc.rest(); !strings.Contains(got, errTooSlow.Error()) {
				t.Errorf("it is told %q", got)
			}
			if ran := r.lines(); ran != nil {
				t.Errorf("it ran %q", ran)
			}
		})
	}
}

// A session that has nothing to prove may be as slow as it likes.
func TestSlowSessionsStay(t *testing.T) {
	minute := make(chan time.Duration, 10)
	s := serve(t, Config{After: func(d time.Duration) <-chan time.Time {
		minute <- d
		return atOnce(d)
	}})
	c := dial(t, s)
	c.until(string(probe))
	c.send("one\n")
	c.until("you said \"one\"\n")
	close(minute)
	for d := range minute {
		if d >= time.Second {
			t.Errorf("the session was given %v", d)
		}
	}
}

// Who logs may wait for the console, such as for a session that shows the log: nothing
// is logged under a lock.
func TestNothingIsLoggedUnderALock(t *testing.T) {
	var server atomic.Pointer[Server]
	logged := make(chan string, 10)
	handler := logHandler(func(text string) {
		free := make(chan struct{})
		go func() {
			s := server.Load()
			s.mu.Lock()
			defer s.mu.Unlock()
			for c := range s.sessions {
				c.Kind()
			}
			close(free)
		}()
		select {
		case <-free:
		case <-time.After(10 * time.Second):
			text += ", under a lock"
		}
		logged <- text
	})
	s := serve(t, Config{MaxWaiting: 1, MaxSessions: 1, Logger: slog.New(handler)})
	server.Store(s)
	want := func(text string) {
		t.Helper()
		if got := receive(t, logged); got != text {
			t.Errorf("logged %q, want %q", got, text)
		}
	}
	waiting := dial(t, s)
	foreign := dial(t, s)
	want("console session refused") // the first
	waiting.rest()
	foreign.send("\x16\x03\x01")
	want("console session refused")
	foreign.rest()
	in := dial(t, s)
	in.send("one\n")
	in.until("you said \"one\"\n")
	want("console session")
	dial(t, s).rest()
	want("console: too many sessions")
}

// logHandler is a slog.Handler that is told the messages.
type logHandler func(text string)

func (h logHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h logHandler) Handle(_ context.Context, r slog.Record) error {
	h(r.Message)
	return nil
}

func (h logHandler) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h logHandler) WithGroup(string) slog.Handler { return h }
