package web_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"lunarium/console/web"
	"lunarium/runtime/message"
	"lunarium/runtime/service"
)

// echo is a service that answers and logs what it is told.
const echo = `local skynet = require "skynet"
local state = {told = {}}
skynet.start(function()
	skynet.dispatch("lua", function(_, _, command, text)
		if command == "log" then skynet.error(text) end
		if command == "wait" then skynet.wait() end
		if command == "name" then skynet.register(text) end
		state.told[#state.told + 1] = command
		skynet.retpack(command)
	end)
end)`

const services = `{"tab": "services", "limit": 50}`

func TestAPageIsToldWhatHappens(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	first := n.launch("echo", "an argument")
	p := n.open(services)
	p.await("services", `"name":"echo"`)
	p.await("node", `"services":1`)
	p.post(204, "line", `{"line": "call echo \"log\", \"something happened\""}`)
	p.await("output", "something happened")
	p.await("logs", "something happened")
	p.post(204, "view", fmt.Sprintf(`{"tab": "timers", "service": %d}`, first.Address()))
	p.await("timers", `"total":0`)
	p.await("service", `"args":["an argument"]`)
	p.post(204, "line", fmt.Sprintf(`{"line": "kill %s"}`, first.Address()))
	p.await("service", `"gone":true`)
	p.await("node", `"services":0`)
}

func TestThePageIsAmongWhatIsOpen(t *testing.T) {
	n := newNode(t, "", nil)
	n.open(services)
	var listeners, connections int
	for _, e := range n.Endpoints().List() {
		switch {
		case e.Kind != "page" || "http://"+e.Local != n.url:
			t.Errorf("open: %+v", e)
		case e.Remote == "":
			listeners++
		default:
			connections++
		}
	}
	if listeners != 1 || connections == 0 {
		t.Errorf("%d listeners, %d connections", listeners, connections)
	}
}

func TestLongListsAreSentInParts(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	for range 300 {
		n.launch("echo")
	}
	p := n.open(`{"tab": "services", "sort": "address", "down": true, "offset": 290, "limit": 5}`)
	data := p.await("services", `"total":300`)
	if rows := strings.Count(data, `"address"`); rows != 5 || !strings.Contains(data, `"offset":290,"rows":[{"address":":0000000b"`) {
		t.Errorf("%d rows: %s", rows, data)
	}
	p.post(204, "view", `{"tab": "services", "offset": 0, "limit": 1000000}`)
	if rows := strings.Count(p.await("services", `"offset":0`), `"address"`); rows != 200 {
		t.Errorf("%d rows for somebody who wants everything", rows)
	}
	p.post(204, "view", `{"tab": "services", "filter": ":0000000C", "limit": 10, "offset": 60}`)
	if data := p.await("services", `"total":1,`); !strings.Contains(data, `"offset":0,"rows":[{"address":":0000000c"`) {
		t.Errorf("a part behind the end of the list: %s", data)
	}
	p.post(204, "view", `{"tab": "services", "filter": ":0000000C", "limit": 10, "offset": -5, "sort": "nonsense"}`)
	p.await("services", `"total":1`)
}

func TestTheConsoleOfAPage(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo})
	n.launch("echo")
	p := n.open(services)
	p.await("prompt", `{"prompt":"\u003e ","busy":false}`)
	p.post(204, "line", `{"line": "alias e call echo"}`)
	p.post(204, "line", `{"line": "e \"hello\""}`)
	p.await("output", "took")
	p.await("prompt", `"busy":false`)
	if got := p.post(200, "complete", `{"line": "cal"}`); got != `{"candidates":["call"],"from":0}`+"\n" {
		t.Errorf("cal completes to %s", got)
	}
	const call = `"hint":"skynet.call(address, type, ...)  asks"}` + "\n"
	if got := p.post(200, "complete", `{"line": "eval echo skynet.call(zz"}`); got != `{"candidates":[],"from":22,`+call {
		t.Errorf("a call completes to %s", got)
	}
	if got := p.post(200, "complete", `{"line": "eval echo skynet.call"}`); got != `{"candidates":["call("],"from":17,`+call {
		t.Errorf("a function's name completes to %s", got)
	}
	p.post(204, "line", `{"line": "timeout 1m"}`)
	p.post(204, "line", `{"line": "call echo \"wait\""}`)
	p.await("output", `echo \"wait\"`)
	if got := p.post(200, "complete", `{"line": "cal"}`); got != `{"candidates":[],"from":3}`+"\n" {
		t.Errorf("while a command runs, cal completes to %s", got)
	}
	p.post(204, "interrupt", `{}`)
	p.await("output", "interrupted")
	p.post(204, "line", `{"line": "quit"}`)
	p.await("output", "this is a new one")
	p.post(204, "line", `{"line": "source /etc/passwd"}`)
	p.await("output", "can't use the server's files")
	p.post(400, "line", `{"line": "a\u0000b"}`)
	p.post(400, "line", `{"line": "\u001b[31m"}`)
	p.post(400, "line", `nonsense`)
	p.post(204, "close", `{}`)
	p.post(410, "line", `{"line": "help"}`)
}

func TestShutdownIsToldToPages(t *testing.T) {
	n := newNode(t, "", nil)
	p := n.open(services)
	p.post(204, "line", `{"line": "shutdown"}`)
	if last := p.await("output", "the node has stopped"); strings.Contains(last, "a new one") {
		t.Errorf("a session is promised: %s", last)
	}
	p.await("stopped", "")
}

func TestForeignPagesAreRefused(t *testing.T) {
	n := newNode(t, "", nil)
	n.status(421, "GET", "/", "", "Host", "rebound.example")
	n.status(421, "POST", "/page", services, "Host", "rebound.example")
	n.status(403, "POST", "/page", services, "Sec-Fetch-Site", "cross-site")
	n.status(403, "POST", "/page", services, "Origin", "https://evil.example")
	n.status(403, "POST", "/page", services, "Origin", "null")
	n.status(415, "POST", "/page", services, "Content-Type", "text/plain") // what a foreign form can send
	n.status(404, "GET", "/page/guessed", "")
	n.status(410, "GET", "/page/guessed/events", "")
	n.status(410, "POST", "/page/guessed/line", `{"line": "shutdown"}`)
	response := n.do("GET", "/", "")
	policy := response.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy %q lacks %s", policy, part)
		}
	}
}

func TestTheRestNeedsThePassword(t *testing.T) {
	n := newNode(t, "right", nil)
	n.status(200, "GET", "/", "", "Host", "node.example") // with a password, by any name
	for method, path := range map[string]string{"POST": "/page", "GET": "/page/x/events"} {
		n.status(401, method, path, services)
	}
	n.status(401, "GET", "/metrics", "")
	n.status(401, "POST", "/page", services, "Cookie", "lunarium=guessed")
	n.status(403, "POST", "/sign-in", `{"password": "wrong"}`)
	n.status(403, "POST", "/sign-in", `{"password": ""}`)
	response := n.do("POST", "/sign-in", `{"password": "right"}`)
	if len(response.Cookies()) != 1 {
		t.Fatalf("signing in gives %d %v", response.StatusCode, response.Header)
	}
	cookie := response.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie can be taken: %v", cookie)
	}
	header := []string{"Cookie", cookie.Name + "=" + cookie.Value}
	p := n.open(services, header...)
	p.await("node", "services")
	n.status(401, "GET", p.path+"/events", "")
	n.status(200, "GET", "/metrics", "", header...)
	n.status(200, "GET", "/metrics", "", "Authorization", "Basic cHJvbTpyaWdodA==") // prom:right
	n.status(204, "POST", "/sign-out", `{}`, header...)
	n.status(401, "POST", "/page", services, header...)
	for range 10 {
		n.status(403, "POST", "/sign-in", `{"password": "wrong"}`)
	}
	n.status(429, "POST", "/sign-in", `{"password": "right"}`)
	n.status(401, "GET", "/metrics", "", "Authorization", "Basic cHJvbTpyaWdodA==")
}

func TestAddresses(t *testing.T) {
	n := newNode(t, "", nil)
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0"} {
		_, err := web.Listen(web.Config{Node: n.Node, Address: address, Logger: slog.New(slog.DiscardHandler)})
		if !errors.Is(err, web.ErrOpen) {
			t.Errorf("%s without a password: %v", address, err)
		}
	}
	if _, err := web.Listen(web.Config{Node: n.Node, Address: "nowhere", Logger: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("nowhere is listened on")
	}
}

// A page on all addresses is told by one that a browser can open.
func TestThePageOnAllAddresses(t *testing.T) {
	n := newNode(t, "", nil)
	for _, address := range []string{"0.0.0.0:0", "[::]:0"} {
		server, err := web.Listen(web.Config{Node: n.Node, Address: address, Guard: guardOf("open sesame"), TLS: &tls.Config{}, Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^https://localhost:[0-9]+/$`).MatchString(server.URL()) {
			t.Error(server.URL())
		}
		server.Close(t.Context())
	}
}

func TestMetrics(t *testing.T) {
	n := newNode(t, "", map[string]string{"echo": echo, "bad\xffname": echo})
	n.launch("bad\xffname")
	living, dying := n.launch("echo"), n.launch("echo")
	client := n.NewClient("the test")
	defer client.Close()
	for _, s := range []*service.Service{living, dying} {
		if err := client.Send(s.Address(), message.TypeLua, message.Payload{}); err != nil {
			t.Fatal(err)
		}
	}
	n.Kill(dying.Address())
	<-dying.Gone()
	p := n.open(services) // its first sample was taken before; wait for one that is not
	p.await("services", `"total":2`)
	text := n.status(200, "GET", "/metrics", "")
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("the metrics' linter: %v, %v", problems, err)
	}
	for _, want := range []string{
		`lunarium_services{service="echo"} 1`, `lunarium_services_launched_total{service="echo"} 2`,
		`lunarium_services_by_status{status="stuck"} 0`, `lunarium_workers 2`, `lunarium_web_pages 1`, `lunarium_timers 0`,
		"lunarium_services{service=\"bad\uFFFDname\"} 1",
		"go_goroutines", "process_cpu_seconds_total", "# HELP lunarium_service_cpu_seconds_total",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
}

func TestAPageHoldsLittleForABrowserThatIsGone(t *testing.T) {
	n := newNode(t, "", map[string]string{"flood": `local skynet = require "skynet"
		skynet.start(function()
			for i = 1, 5000 do skynet.error("line " .. i .. (" "):rep(100)) end
		end)`})
	p := n.open(services)
	p.await("node", "services")
	n.launch("flood") // nobody reads meanwhile
	p.await("logs", "line 1 ")
	for i := range 3 { // a service that floods the log holds nothing up
		p.post(204, "line", fmt.Sprintf(`{"line": "alias a%d help"}`, i))
	}
	p.await("output", "alias a2 help")
}

func TestRequestsThatAreTooMuch(t *testing.T) {
	if testing.Short() {
		t.Skip("sends 100 MB")
	}
	n := newNode(t, "", nil)
	p := n.open(services)
	for name, c := range map[string]struct {
		status     int
		body, want string
	}{
		"100 MB":      {413, `{"line": "` + strings.Repeat("x", 100<<20) + `"}`, "a request may have 65536 bytes\n"},
		"a JSON bomb": {400, strings.Repeat("[", 1<<20), "the request is no JSON from character 10001 on\n"},
		"no JSON":     {400, "line=help", "the request is no JSON from character 1 on\n"},
		"half of it":  {400, `{"line": "he`, "the request ends in the middle of its JSON\n"},
		"a number":    {400, `{"line": 7}`, "the request's line may be no number\n"},
		"a list":      {400, `[]`, "the request is not an object of JSON\n"},
	} {
		if text := p.post(c.status, "line", c.body); !strings.HasPrefix(text, c.want) {
			t.Errorf("%s: %q", name, text)
		}
	}
	p.post(204, "line", `{"line": "help quit"}`)
	p.await("output", "Ends the session")
}
