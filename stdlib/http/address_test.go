package http_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// addresses are what follows http://host, and the request line's target that is
// sent; "" when there is an error that begins with the second text.
var addresses = []struct{ address, target, refused string }{
	{address: "", target: "/"},
	{address: "?q=x y", target: "/?q=x%20y"},
	{address: "/?q=x%20y&r=a+b", target: "/?q=x%20y&r=a+b"},
	{address: "/?a b=c d", target: "/?a%20b=c%20d"},
	{address: "/?q=100%", target: "/?q=100%25"},
	{address: "/?q=%zz%2", target: "/?q=%25zz%252"},
	{address: "/?q=\"<>[]{}|\\^`", target: "/?q=%22%3C%3E%5B%5D%7B%7D%7C%5C%5E%60"},
	{address: "/?q=é\xff", target: "/?q=%C3%A9%FF"},
	{address: "/?q=a?b/c:@!$&'()*+,;=-._~", target: "/?q=a?b/c:@!$&'()*+,;=-._~"},
	{address: "/a b/é\xff/[x]\"<>{}|\\^`", target: "/a%20b/%C3%A9%FF/%5Bx%5D%22%3C%3E%7B%7D%7C%5C%5E%60"},
	{address: "/a%20b%2Fc", target: "/a%20b%2Fc"},
	{address: "/x?y#z", target: "/x?y"},
	{address: "/#z?y", target: "/"},
	{address: "//x//y/../z", target: "//x//y/../z"},
	{address: "/100%", refused: "is no URL: invalid URL escape"},
	{address: "/?q=a\r\nX: y", refused: "is no URL: a control character is in it"},
	{address: "/\x00", refused: "is no URL: a control character is in it"},
	{address: "/\x7f", refused: "is no URL: a control character is in it"},
	{address: ":x/", refused: "is no URL: invalid port"},
	{address: " x/", refused: "is no URL"},
}

// TestAddresses sends requests and looks at their first lines.
func TestAddresses(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.RequestURI) }))
	defer server.Close()
	var calls strings.Builder
	for _, a := range addresses {
		fmt.Fprintf(&calls, "ask(%s)\n", luaString(server.URL+a.address))
	}
	w := newWorld(t)
	w.launch("client", `local http = require "http"
		require "skynet".start(function()
			local function ask(url)
				local ok, answer = pcall(http.get, url)
				print("got " .. (ok and answer.status == 200 and answer.body or tostring(answer)):gsub("\n.*", ""))
			end
			`+calls.String()+`print("done")
		end)`)
	w.printed("done")
	lines := strings.Split(w.Output(), "\n")
	for i, a := range addresses {
		got := strings.TrimPrefix(lines[i], "got ")
		if a.refused != "" && !strings.Contains(got, a.refused) || a.refused == "" && got != a.target {
			t.Errorf("%q: %s; want %s%s", a.address, got, a.target, a.refused)
		}
	}
}

// luaString writes a text as a Lua string, byte by byte.
func luaString(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "\\%03d", text[i])
	}
	return `"` + b.String() + `"`
}

func TestWhatIsNoRequest(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			w.Header().Set("Location", "/?q=x y")
			w.WriteHeader(http.StatusFound)
			return
		}
		user, password, _ := r.BasicAuth()
		fmt.Fprint(w, r.RequestURI, " ", user, " ", password)
	}))
	defer server.Close()
	w := newWorld(t)
	w.launch("client", fmt.Sprintf(`local http, base = require "http", %q
		require "skynet".start(function()
			local function try(...) print((tostring(select(2, pcall(http.request, ...))):gsub("\n.*", ""):gsub("^.-%%.lua:%%d+: ", ""))) end
			print(http.get(base .. "/away").body)
			print(http.get((base:gsub("//", "//ann:p%%%%20w@"))).body)
			try "http://" try "http:///x" try "http://:80/" try "http:x" try "x" try "" try "file:///etc/passwd" try "http://a b/" try "http://[::1/"
			try{url = base, method = "CONNECT"} try{url = base, method = "GET / HTTP/1.1\r\n"} try{url = base, method = "a/b"}
			try{url = base, headers = {["a\r\nb"] = "c"}} try{url = base, headers = {["a b"] = "c"}} try{url = base, headers = {[""] = "c"}} try{url = base, headers = {a = {"b", "c\rd"}}}
			try{url = base, headers = {host = "a b"}} try{url = base, headers = {host = "a/b"}} try{url = base, redirects = 0/0} try{url = base, redirects = -1}
			print("done")
		end)`, server.URL))
	w.printed("done")
	want := `/?q=x%20y  
/ ann p w
"http://" is no URL; want http://… or https://…
"http:///x" is no URL; want http://… or https://…
"http://:80/" is no URL; want http://… or https://…
"http:x" is no URL; want http://… or https://…
"x" is no URL; want http://… or https://…
"" is no URL; want http://… or https://…
"file:///etc/passwd" is no URL; want http://… or https://…
"http://a b/" is no URL: invalid character " " in host name
"http://[::1/" is no URL: missing ']' in host
"CONNECT" is no method
"GET / HTTP/1.1\r\n" is no method
"A/B" is no method
"a\r\nb" is no name for a header
"a b" is no name for a header
"" is no name for a header
the header a has a control character in it
the header Host has no host in it: "a b"
the header Host has no host in it: "a/b"
bad argument #1 to 'http.request' (the option 'redirects' takes a number, at least 0, not -nan)
bad argument #1 to 'http.request' (the option 'redirects' takes a number, at least 0, not -1)
done
`
	if diff := cmp.Diff(want, w.Output()); diff != "" {
		t.Error(diff)
	}
}

// TestWhatIsNoAnswer has a handler give tables that are none.
func TestWhatIsNoAnswer(t *testing.T) {
	s := serve(t, `local answers = {
			{200, {}, "x"}, {name = "ann"}, {status = 200, [2] = "x"}, {file = "x"}, {events = "x"}, {status = 201, body = "fine", url = "u"}, {},
		}
		listen(function(request) return answers[tonumber(request.query.i)] or http.redirect(request.query.to) end)`)
	const expected = "a handler's answer is a string, or a table {status = …, headers = …, body = …}, not one with "
	for i, why := range []string{
		expected + "[1]", expected + "name", expected + "[2]",
		"an answer's file must be what http.file gives, not a string", "an answer's events must be a function, not a string",
	} {
		s.expect(s.get(fmt.Sprint("/?i=", i+1)), http.StatusInternalServerError, "the handler failed; the service's log tells why\n")
		s.logged(why)
	}
	s.expect(s.get("/?i=6"), http.StatusCreated, "fine")
	s.expect(s.get("/?i=7"), http.StatusOK, "")
	if got := s.get("/?to=%2Fa%20b%3Fc%3D%C3%A9%23d%5B%5D%25").header.Get("Location"); got != "/a%20b?c=%C3%A9#d[]%25" {
		t.Error(got)
	}
}
