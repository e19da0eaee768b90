package http_test

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"lunarium/inspect/reload"
	"lunarium/runtime/service"
)

func TestRequestsAndAnswers(t *testing.T) {
	s := serve(t, `
		local app = http.router()
		app:get("/text", function() return "hello" end)
		app:get("/nothing", function() end)
		app:get("/table", function() return {status = 201, headers = {["x-a"] = {"1", "2"}, location = "/x"}, body = 5} end)
		app:get("/html", function() return http.html("<p>") end)
		app:get("/gone", function() return http.text("gone", 410) end)
		app:get("/away", function() return http.redirect("/text") end)
		app:get("/file", function() return http.file("site.lua") end)
		app:any("/echo/:first/*rest", function(r)
			return table.concat({r.method, r.path, r.query.q or "-", r.headers["X-Some"] or "-", r.body,
				r.params.first, r.params.rest, r.cookies.c or "-", r.url}, "|")
		end)
		app:post("/form", function(r) local f = r:form() return f.name .. (f.file and f.file.name .. f.file.data or "") end)
		listen(app)`)
	s.expect(s.get("/text"), 200, "hello")
	s.expect(s.get("/nothing"), 204, "")
	r := s.get("/table")
	s.expect(r, 201, "5")
	if got := r.header["X-A"]; len(got) != 2 || r.header.Get("Location") != "/x" {
		t.Errorf("headers %v", r.header)
	}
	r = s.get("/html")
	s.expect(r, 200, "<p>")
	if got := r.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("http.html has the type %s", got)
	}
	s.expect(s.get("/gone"), 410, "gone")
	if r := s.get("/away"); r.status != 303 || r.header.Get("Location") != "/text" {
		t.Errorf("redirect: %d %v", r.status, r.header)
	}
	s.expect(s.do("PUT", "/echo/a%2Fb/c/d%20e?q=1&q=2", "the body", "x-some", "thing", "Cookie", "c=v"), 200,
		"PUT|/echo/a/b/c/d e|1|thing|the body|a/b|c/d e|v|/echo/a%2Fb/c/d%20e?q=1&q=2")
	s.expect(s.do("POST", "/form", "name=a+b&x=", "Content-Type", "application/x-www-form-urlencoded"), 200, "a b")
	s.expect(s.do("POST", "/form", "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nann\r\n--B\r\n"+
		"Content-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\n\r\ncontent\r\n--B--\r\n",
		"Content-Type", "multipart/form-data; boundary=B"), 200, "annf.txtcontent")
	r = s.do("HEAD", "/text", "")
	s.expect(r, 200, "")
	if r.header.Get("Content-Length") != "5" {
		t.Errorf("HEAD says a length of %s", r.header.Get("Content-Length"))
	}
}

func TestFormsWithScriptsInNames(t *testing.T) {
	s := serve(t, `
		local app = http.router()
		app:post("/", function(r)
			local names = {}
			for name, value in pairs(r:form()) do names[#names + 1] = http.escape(name .. "=" .. value) end
			return http.html("<p title='" .. names[1] .. "'>" .. names[1])
		end)
		listen(app)`)
	r := s.do("POST", "/", "%3Cscript%3E=%22%3E%27%3Cb%3E%00%26", "Content-Type", "application/x-www-form-urlencoded")
	const name = "&lt;script&gt;=&#34;&gt;&#39;&lt;b&gt;\x00&amp;"
	s.expect(r, 200, "<p title='"+name+"'>"+name)
	if s.do("POST", "/", "a=%zz&b", "Content-Type", "application/x-www-form-urlencoded").status != 400 {
		t.Error("a form that cannot be read is read")
	}
	s.logged("the form cannot be read: invalid URL escape")
}

func TestRoutes(t *testing.T) {
	s := serve(t, `
		local app = http.router()
		app:get("/a/:x", function(r) return "param " .. r.params.x end)
		app:get("/a/*x", function(r) return "rest " .. r.params.x end)
		app:get("/a/b", function() return "fixed" end)
		app:post("/a/b", function() return "post" end)
		app:route("REPORT", "/a/b", function() return "report" end)
		app:before(function(r) if r.headers["x-stop"] then return http.text("stopped", 403) end end)
		app:not_found(function(r) return http.text("no " .. r.path, 404) end)
		listen(app)`)
	for path, want := range map[string]string{
		"/a/b": "fixed", "/a/c": "param c", "/a/c/d": "rest c/d", "/a/": "rest ", "/a/%2e%2e": "param ..",
	} {
		s.expect(s.get(path), 200, want)
	}
	s.expect(s.do("POST", "/a/b", ""), 200, "post")
	s.expect(s.do("REPORT", "/a/b", ""), 200, "report")
	s.expect(s.get("/b"), 404, "no /b")
	s.expect(s.get("/a/b", "X-Stop", "1"), 403, "stopped")
	r := s.do("DELETE", "/a/b", "")
	s.expect(r, 405, "DELETE is not allowed here\n")
	if r.header.Get("Allow") != "GET, HEAD, OPTIONS, POST, REPORT" {
		t.Errorf("Allow: %s", r.header.Get("Allow"))
	}
	s.expect(s.do("OPTIONS", "/a/b", ""), 204, "")
}

func TestHandlersWaitAndCallOtherServices(t *testing.T) {
	s := serve(t, `
		local names = {}
		listen(function(r)
			local name = r.query.name
			names[#names + 1] = name
			if name == "first" then
				print("first waits")
				skynet.wait("second came")
			else
				skynet.wakeup("second came")
			end
			return skynet.call("other", "lua", name) .. " of " .. #names
		end)`+"")
	s.launch("other", `local skynet = require "skynet"
		skynet.start(function()
			skynet.dispatch("lua", function(_, _, name) skynet.retpack("answer to " .. name) end)
			skynet.register("other")
		end)`)
	first := make(chan reply, 1)
	go func() { first <- s.get("/?name=first") }()
	s.printed("first waits")
	s.expect(s.get("/?name=second"), 200, "answer to second of 2")
	s.expect(<-first, 200, "answer to first of 2")
}

func TestWhatHandlersDoWrong(t *testing.T) {
	source := `
		local app = http.router()
		app:get("/error", function() error("kaboom") end)
		app:get("/number", function() return 5 end)
		app:get("/status", function() return {status = 42} end)
		app:get("/body", function() return {body = {}} end)
		app:get("/header", function() return {headers = {["a b"] = "c"}} end)
		app:get("/split", function() return {headers = {x = "a\r\nSet-Cookie: b"}} end)
		app:get("/never", function() skynet.wait() end)
		app:get("/fine", function() return "fine" end)
		listen(app, `
	s := serve(t, source+"{})")
	const failed = "the handler failed; the service's log tells why\n"
	for path, report := range map[string]string{
		"/error":  "site.lua:10: kaboom\n    stack traceback:",
		"/number": "a handler's answer must be a string or a table, not a number",
		"/status": "an answer's status must be a whole number from 200 to 599, not 42",
		"/body":   "an answer's body must be a string, not a table",
		"/header": `"a b" is no name for a header`,
		"/split":  "the header x has a control character in it",
	} {
		s.expect(s.get(path), 500, failed)
		s.logged(report)
	}
	s.expect(s.get("/fine"), 200, "fine")
	s = serve(t, source+"{timeout = 0.05})")
	s.expect(s.get("/never"), 504, "the service did not answer within 50ms\n")
}

func TestWrongUse(t *testing.T) {
	w := newWorld(t)
	w.launch("wrong", `local skynet, http = require "skynet", require "http"
		skynet.start(function()
			local function try(...) print(select(2, pcall(...))) end
			local app = http.router()
			try(http.serve, ":8080", app)
			try(http.serve, "here", app)
			try(http.serve, "127.0.0.1:0", 5)
			try(http.serve, "127.0.0.1:0", app, {max_bodies = 1})
			try(http.serve, "127.0.0.1:0", app, {timeout = -1})
			try(http.serve, "127.0.0.1:0", app, {origins = {"nonsense"}})
			try(app.get, app, "a", print)
			try(app.get, app, "/*a/b", print)
			try(app.get, app, "/a/:", print)
			try(app.get, {}, "/a", print)
			try(app.static, app, "/a", "no such directory")
			local server = http.serve("127.0.0.1:0", app)
			try(http.serve, server.address, app)
			print("done")
		end)`)
	w.printed("done")
	for _, want := range []string{
		":8080 can be reached from other machines; say {public = true} if that is meant, or listen on 127.0.0.1",
		`"here" is no address; want HOST:PORT or PORT`,
		"function or router expected, got number",
		"unknown option 'max_bodies'",
		"the option 'timeout' takes seconds, more than 0, not -1",
		"option origins: ",
		"a pattern begins with /",
		"*a must be a pattern's last part",
		"a parameter needs a name, as in /tasks/:id",
		"this is no router: it has no routes",
		"there is no directory no such directory",
		"address already in use",
	} {
		w.printed(want)
	}
}

func TestTheEndOfAService(t *testing.T) {
	s := serve(t, `listen(function() print("waiting") skynet.wait() end)`)
	waiting := make(chan reply, 1)
	go func() { waiting <- s.get("/") }()
	s.printed("waiting")
	s.Node.Kill(s.service.Address())
	s.expect(<-waiting, 503, "the service ended while it handled the request\n")
	for {
		if _, err := s.try("GET", "/", http.NoBody); err != nil {
			return // the listener is closed
		}
	}
}

func TestAnEndedServicesAddressIsFree(t *testing.T) {
	w := newWorld(t)
	w.launch("first", prelude+`skynet.start(function() listen(print) end)`)
	address := strings.TrimPrefix(w.printed("url http"), "url http://")
	source := `local http = require "http" require "skynet".start(function() http.serve("` + address + `", print) end)`
	s := w.Node.Services()[0]
	for range 20 {
		w.Node.Kill(s.Address())
		<-s.Released()
		s = w.launch("next", source)
	}
	for range 20 {
		var err error
		if s, err = w.Node.Restart(w.Ctx, s.Address()); err != nil {
			t.Fatal(err)
		}
	}
}

// A service that is killed while it begins to listen leaves no listener.
func TestKilledWhileItBeginsToListen(t *testing.T) {
	w := newWorld(t)
	w.launch("first", prelude+`skynet.start(function() listen(print) end)`)
	address := strings.TrimPrefix(w.printed("url http"), "url http://")
	first := w.Node.Services()[0]
	w.Node.Kill(first.Address())
	<-first.Released()
	w.Write("next.lua", `local http = require "http" require "skynet".start(function() http.serve("`+address+`", print) end)`)
	for i := range 100 {
		s, err := w.Node.Spawn(service.Spec{Name: "next"})
		if err != nil {
			t.Fatal(err)
		}
		for range i { // it is then somewhere else each time
			runtime.Gosched()
		}
		w.Node.Kill(s.Address())
		<-s.Released()
	}
	if _, err := w.Node.Launch(w.Ctx, service.Spec{Name: "next"}); err != nil {
		t.Error(err)
	}
}

func TestClosedServersServeNoMore(t *testing.T) {
	s := serve(t, `
		local server
		server = listen(function() server:close() return "last of " .. server.requests end)`)
	s.expect(s.get("/"), 200, "last of 1")
	for {
		if _, err := s.try("GET", "/", http.NoBody); err != nil {
			return
		}
	}
}

func TestForeignPages(t *testing.T) {
	s := serve(t, `listen(function() return "done" end, {hosts = {"app.example"}, origins = {"https://friend.example"}})`)
	s.expect(s.do("POST", "/", ""), 200, "done") // no browser
	s.expect(s.get("/", "Sec-Fetch-Site", "cross-site"), 200, "done")
	s.expect(s.do("POST", "/", "", "Sec-Fetch-Site", "same-origin"), 200, "done")
	s.expect(s.do("POST", "/", "", "Sec-Fetch-Site", "cross-site"), 403, "a page of another site may not send this request\n")
	s.expect(s.do("POST", "/", "", "Origin", "https://evil.example"), 403, "a page of another site may not send this request\n")
	s.expect(s.do("POST", "/", "", "Origin", "https://friend.example"), 200, "done")
	s.expect(s.get("/", "Host", "app.example"), 200, "done")
	if r := s.get("/", "Host", "rebound.example"); r.status != http.StatusMisdirectedRequest || !strings.Contains(r.body, "rebound.example") {
		t.Errorf("a foreign Host gets %d %s", r.status, r.body)
	}
}

func TestReloadKeepsListenersAndRenewsHandlers(t *testing.T) {
	source := func(word string) string {
		return prelude + `
		local app = http.router()
		local count = 0
		app:get("/", function() count = count + 1 return "` + word + ` " .. count end)
		app:get("/` + word + `", function() return "here" end)
		skynet.start(function()
			skynet.dispatch("lua", function() end)
			listen(app)
			local inner = http.router()
			inner:get("/", function() return "inner ` + word + ` " .. count end)
			listen(inner)
			listen(function() return "plain ` + word + ` " .. count end)
		end)`
	}
	w := newWorld(t)
	w.Write("site.lua", source("old"))
	svc, err := w.Node.Launch(w.Ctx, service.Spec{Name: "site"})
	if err != nil {
		t.Fatal(err)
	}
	var sites []*site
	for line := range strings.Lines(w.Output()) {
		sites = append(sites, &site{w, svc, strings.TrimPrefix(strings.TrimSpace(line), "url ")})
	}
	s, inner, plain := sites[0], sites[1], sites[2]
	s.expect(s.get("/"), 200, "old 1")
	s.expect(s.get("/old"), 200, "here")
	for _, c := range []struct {
		word   string
		change func() (*reload.Change, error)
		want   string
	}{
		{"new", func() (*reload.Change, error) { return reload.Reload(context.Background(), svc, "", false) }, "new 2"},
		{"old", func() (*reload.Change, error) { return reload.Undo(context.Background(), svc) }, "old 3"},
	} {
		w.Write("site.lua", source(c.word))
		change, err := c.change()
		if err != nil {
			t.Fatal(err)
		}
		if len(change.Notes) > 0 {
			t.Errorf("notes: %q", change.Notes)
		}
		s.expect(s.get("/"), 200, c.want)
		s.expect(s.get("/"+c.word), 200, "here")
		s.expect(inner.get("/"), 200, "inner "+c.want)
		s.expect(plain.get("/"), 200, "plain "+c.want)
	}
	s.expect(s.get("/new"), 404, "there is nothing here\n")
}

// TestCloseTwice closes a server again when another one listens in its place.
func TestCloseTwice(t *testing.T) {
	s := serve(t, `local first = listen(function() return "first" end)
		local address = first.url:match("//(.*)")
		print(first:close())
		listen(function() print(first:close()) return "gone" end)
		local second = http.serve(address, function() print("again", first:close(), first:close()) return "second" end)
		print("second " .. second.url)`)
	s.url = strings.TrimPrefix(s.printed("second http"), "second ")
	for range 2 {
		s.expect(s.get("/"), 200, "second")
	}
}
