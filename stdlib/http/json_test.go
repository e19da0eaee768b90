package http_test

import (
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	s := serve(t, `
		local server
		local app = http.router()
		app:post("/double", function(r) return http.json({result = r:json().value * 2}, 201) end)
		app:get("/events", function()
			return http.events(function(stream) stream:send{data = {n = 5}} end)
		end)
		app:get("/self", function()
			local answer = http.request{url = server.url .. "/double", json = {value = 21}}
			return answer.status .. " " .. answer.headers["content-type"] .. " " .. answer:json().result
		end)
		server = listen(app)`)
	r := s.do("POST", "/double", `{"value": 4}`)
	s.expect(r, 201, `{"result":8}`)
	if got := r.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("http.json has the type %s", got)
	}
	s.expect(s.get("/self"), 200, "201 application/json 42")
	events, _ := s.follow("/events")
	if got := s.event(events); got != "data: {\"n\":5}\n" {
		t.Errorf("an event of a table is %q", got)
	}
	for _, body := range []string{"", "{", strings.Repeat("[", 100000)} {
		if r := s.do("POST", "/double", body); r.status != 400 || !strings.HasPrefix(r.body, "the body is no JSON: ") {
			t.Errorf("the body %.10q gives %d %s", body, r.status, r.body)
		}
	}
}
