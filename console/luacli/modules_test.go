package luacli

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"lunarium/console/usage"
)

// Plain Lua has http's client; it has no service that could answer requests.
func TestPlainLuaCanAsk(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	defer server.Close()
	code := fmt.Sprintf(`
		local http = require "http"
		print(http.get(%q).body)
		print(select(2, pcall(http.serve, "127.0.0.1:0", print)))`, server.URL)
	var out bytes.Buffer
	status := Run([]string{"-e", code}, Program{Streams: usage.Streams{Program: "lua", In: os.Stdin, Out: &out, Err: &out}})
	if want := "hello\nhttp.serve needs a service that can answer: lunarium FILE runs one\n"; status != 0 || out.String() != want {
		t.Errorf("status %d, plain Lua says %q", status, out.String())
	}
}
