package telnet

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"lunarium/console/access"
)

// answerHTTP sends a raw request to a server and gives status line and body.
func answerHTTP(t *testing.T, s *Server, request string) (status, body string) {
	t.Helper()
	c := dial(t, s)
	c.send(strings.ReplaceAll(request, "\n", "\r\n"))
	head, body, _ := strings.Cut(c.rest(), "\r\n\r\n")
	status, _, _ = strings.Cut(head, "\r\n")
	return strings.TrimPrefix(status, "HTTP/1.1 "), body
}

// httpConsole answers each command with its line; "fail" fails, and "kill"
// changes something.
func httpConsole(_ context.Context, r Request) (string, error) {
	switch {
	case r.Line == "fail":
		return "it failed", errors.New("failed")
	case r.Reads && strings.HasPrefix(r.Line, "kill"):
		return "", ErrChanges
	case r.JSON:
		return `["` + r.Line + `"]`, nil
	}
	return "ran " + r.Line, nil
}

func TestHTTP(t *testing.T) {
	s := serve(t, Config{Command: httpConsole, Greeting: "welcome\n"})
	own := s.Addr().String()
	_, port, _ := strings.Cut(own, ":")
	for _, c := range []struct{ name, request, status, body string }{
		{"get", "GET /list HTTP/1.1\nHost: " + own + "\n\n", "200 OK", "ran list\n"},
		{"no host", "GET /list HTTP/1.0\n\n", "200 OK", "ran list\n"},
		{"localhost", "GET /dump/8/rooms%5B1%5D HTTP/1.1\nHost: LocalHost:" + port + "\n\n", "200 OK", "ran dump 8 rooms[1]\n"},
		{"head", "HEAD /list HTTP/1.1\nHost: [::1]\n\n", "200 OK", ""},
		{"json", "GET /list HTTP/1.1\nHost: localhost\nAccept: application/json\n\n", "200 OK", "[\"list\"]\n"},
		{"address bar", "GET /list HTTP/1.1\nHost: localhost\nSec-Fetch-Site: none\n\n", "200 OK", "ran list\n"},
		{"post", "POST / HTTP/1.1\nHost: localhost\nContent-Length: 7\n\nkill 8\n", "200 OK", "ran kill 8\n"},
		{"failing", "POST / HTTP/1.1\nHost: localhost\nContent-Length: 4\n\nfail", "422 Unprocessable Entity", "it failed\n"},
		{"changing get", "GET /kill/8 HTTP/1.1\nHost: localhost\n\n", "405 Method Not Allowed", ErrChanges.Error() + "\n"},
		{"method", "PUT /list HTTP/1.1\nHost: localhost\n\n", "405 Method Not Allowed", "GET /COMMAND asks, POST with a command as its body does\n"},
		{"nothing", "GET / HTTP/1.1\nHost: localhost\n\n", "400 Bad Request", "there is no command; GET /help lists them\n"},
		{"two lines", "POST / HTTP/1.1\nHost: localhost\nContent-Length: 9\n\nlist\nlis", "400 Bad Request", "one request is one command, on one line\n"},
		{"smuggled line", "GET /list%0Akill HTTP/1.1\nHost: localhost\n\n", "400 Bad Request", "one request is one command, on one line\n"},
		{"origin", "POST / HTTP/1.1\nHost: localhost\nOrigin: https://example.com\nContent-Length: 4\n\nlist", "403 Forbidden", "a console takes no requests from web pages\n"},
		{"null origin", "POST / HTTP/1.1\nHost: localhost\nOrigin: null\nContent-Length: 4\n\nlist", "403 Forbidden", "a console takes no requests from web pages\n"},
		{"cross site", "GET /list HTTP/1.1\nHost: localhost\nSec-Fetch-Site: cross-site\n\n", "403 Forbidden", "a console takes no requests from web pages\n"},
		{"referer", "GET /list HTTP/1.1\nHost: localhost\nReferer: http://example.com/\n\n", "403 Forbidden", "a console takes no requests from web pages\n"},
		{"rebound name", "GET /list HTTP/1.1\nHost: evil.example:" + port + "\n\n", "421 Misdirected Request",
			"a request to this console names its address or localhost as Host, not evil.example:" + port + "\n"},
		{"another address", "GET /list HTTP/1.1\nHost: 192.0.2.1\n\n", "421 Misdirected Request",
			"a request to this console names its address or localhost as Host, not 192.0.2.1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, body := answerHTTP(t, s, c.request)
			if status != c.status || body != c.body {
				t.Errorf("got %s, %q; want %s, %q", status, body, c.status, c.body)
			}
		})
	}
	if status, _ := answerHTTP(t, serve(t, Config{}), "GET /list HTTP/1.1\nHost: localhost\n\n"); !strings.HasPrefix(status, "404") {
		t.Errorf("a console without commands over HTTP answers %s", status)
	}
}

func TestHTTPPassword(t *testing.T) {
	request := func(authorization string) string {
		r, _ := http.NewRequest("GET", "/", nil)
		if authorization != "" {
			r.SetBasicAuth("anybody", authorization)
			authorization = "Authorization: " + r.Header.Get("Authorization") + "\n"
		}
		return "GET /list HTTP/1.1\nHost: localhost\n" + authorization + "\n"
	}
	c := serve(t, Config{Command: httpConsole, Guard: access.OnePassword([]byte("secret"), nil)})
	if status, _ := answerHTTP(t, c, request("")); status != "401 Unauthorized" {
		t.Errorf("without a password: %s", status)
	}
	if status, body := answerHTTP(t, c, request("secret")); status != "200 OK" || body != "ran list\n" {
		t.Errorf("with the password: %s, %q", status, body)
	}
	if status, body := answerHTTP(t, c, strings.Replace(request("secret"), "localhost", "node.example", 1)); status != "200 OK" || body != "ran list\n" {
		t.Errorf("by another name: %s, %q", status, body)
	}
}

// A command that looks like the beginning of a request is a command.
func TestNotHTTP(t *testing.T) {
	c := dial(t, serve(t, Config{Command: httpConsole}))
	c.send("GET me a list\n")
	c.CloseWrite()
	if got := c.rest(); got != "you said \"GET me a list\"\n" {
		t.Errorf("got %q", got)
	}
}
