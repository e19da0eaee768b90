package luacli

import (
	"bytes"
	"fmt"
	nethttp "net/http"
	"net/http/httptest"
	"os"
	"testing"

	"lunarium/console/usage"
	"lunarium/runtime/vm"
	"lunarium/stdlib/http"
	"lunarium/stdlib/lua"
)

// Plain Lua has http's client; it has no service that could answer requests.
func TestPlainLuaCanAsk(t *testing.T) {
	server := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, _ *nethttp.Request) { fmt.Fprint(w, "hello") }))
	defer server.Close()
	code := fmt.Sprintf(`
		local http = require "http"
		print(http.get(%q).body)
		print(select(2, pcall(http.serve, "127.0.0.1:0", print)))`, server.URL)
	var out bytes.Buffer
	status := Run([]string{"-e", code}, Program{Streams: usage.Streams{Program: "lua", In: os.Stdin, Out: &out, Err: &out}, Module: func(string) lua.Module {
		return func(s *vm.State, _ *lua.Host) vm.Value { return http.Open(s) }
	}})
	if want := "hello\nhttp.serve needs a service that can answer: lunarium FILE runs one\n"; status != 0 || out.String() != want {
		t.Errorf("status %d, plain Lua says %q", status, out.String())
	}
}
