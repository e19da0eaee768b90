package http_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestRequests(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		io.ReadFull(r.Body, body)
		w.Header().Set("X-Answer", "yes")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, r.Method, " ", r.Header.Get("X-Asked"), " ", string(body), " ", r.UserAgent())
	})
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/echo", http.StatusFound) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, strings.Repeat("x", 5000)) })
	mux.HandleFunc("/never", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/broken", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "10")
		fmt.Fprint(w, "abc")
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	secure := httptest.NewUnstartedServer(mux)
	secure.Config.ErrorLog = silent()
	secure.StartTLS()
	defer secure.Close()

	w := newWorld(t)
	w.launch("client", fmt.Sprintf(`local skynet, http = require "skynet", require "http"
		skynet.start(function()
			local base, secure = %q, %q
			local r = http.request{url = base .. "/echo", headers = {["x-asked"] = "asked"}, body = "the body"}
			print("post", r.status, r.body, r.headers["X-ANSWER"])
			r = http.request{url = base .. "/echo", method = "delete"}
			print("delete", r.body)
			r = http.get(base .. "/away")
			print("away", r.status, r.url == base .. "/echo")
			r = http.get(base .. "/away", {redirects = 0})
			print("stays", r.status, r.headers.location)
			local function try(...) print(select(2, pcall(http.request, ...))) end
			try{url = base .. "/round"}
			try{url = base .. "/large", max_body = 4999}
			try{url = base .. "/never", timeout = 0.02}
			try{url = base .. "/broken"}
			try{url = secure}
			try{url = "http://127.0.0.1:1"}
			try{url = "ftp://here"}
			try{url = base, method = "a b"}
			try{url = base, headers = {a = "b\nc"}}
			try{url = base, tiemout = 5}
			try{url = "http://user:secret@127.0.0.1:1/"}
			print(#http.get(base .. "/large", {max_body = 5000}).body)
			local ok, err = pcall(function() http.get("http://127.0.0.1:1") end)
			print("place " .. err)
			print("done")
		end)`, server.URL, secure.URL))
	w.printed("done")
	for _, want := range []string{
		"post\t418\tPOST asked the body lunarium\tyes",
		"delete\tDELETE   lunarium",
		"away\t418\ttrue",
		"stays\t302\t/echo",
		"GET " + server.URL + "/round: more than 10 redirects",
		"/large: the answer has more than 4999 bytes (max_body)",
		"/never: no answer within 20ms",
		"/broken: the answer broke off: the data broke off",
		"certificate signed by unknown authority",
		"GET http://127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused",
		`"ftp://here" is no URL; want http://… or https://…`,
		`"A B" is no method`,
		"the header a has a control character in it",
		"unknown option 'tiemout'",
		"GET http://user:xxxxx@127.0.0.1:1/: ",
		"5000",
		"place client.lua:25: GET http://127.0.0.1:1: ",
	} {
		w.printed(want)
	}
}

func silent() *log.Logger { return log.New(io.Discard, "", 0) }

// TestAServiceAsksItself has one task wait for the answer of another.
func TestAServiceAsksItself(t *testing.T) {
	s := serve(t, `
		local server
		server = listen(function(r)
			if r.path == "/inner" then return "inner" end
			return "outer of " .. http.get(server.url .. "/inner").body
		end)`)
	s.expect(s.get("/"), 200, "outer of inner")
}

// TestClientConnectionsAreListed: netstat shows the connections that requests
// left open.
func TestClientConnectionsAreListed(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	w := newWorld(t)
	s := w.launch("client", fmt.Sprintf(`local skynet, http = require "skynet", require "http"
		skynet.start(function() print(http.get(%q).status) end)`, server.URL))
	w.printed("404")
	open := w.Node.Endpoints().List()
	if len(open) != 1 || open[0].Kind != "http client" || open[0].Owner != s.Address() || "http://"+open[0].Remote != server.URL {
		t.Errorf("open: %v", open)
	}
}
