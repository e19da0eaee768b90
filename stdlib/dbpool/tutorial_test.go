package dbpool_test

import (
	"strings"
	"testing"

	"lunarium/runtime/service"
)

// TestStructuredServiceOnServers: the tutorial's service with each server as its
// database; an init that fails leaves it as it was.
func TestStructuredServiceOnServers(t *testing.T) {
	for _, name := range []string{"postgres", "mysql"} {
		t.Run(name, func(t *testing.T) {
			at := serverAt(t, name)
			prints(t, source(at, `db_pool.new(CONFIG):execute("drop table if exists config")`), "")
			w := newWorld(t)
			if _, err := w.Node.Launch(w.Ctx, service.Spec{Name: "structured_service"}); err != nil {
				t.Fatal(err)
			}
			w.spawn("client", source(at, `local function ask(...) return skynet.call("STRUCTURED_SERVICE", "lua", ...) end
				print(ask("init", {db = CONFIG}))
				for _, v in ipairs {"grün", 12.5, true, "\0\1\255"} do ask("set_data", "key", 1) ask("set_data", "key", v) print(ask("get_data", "key") == v) end
				print(ask("set_data", "Key", "other"), ask("set_data", "false", false), ask("set_data", "a table", {1}))
				local none = CONFIG none.dsn = none.dsn:gsub(":%d+([/)])", ":1%1")
				print(ask("init", {db = none}))
				print(ask("get_data", "Key"), ask("set_data", "Key", "again"))
				print(ask("init", {db = ":memory:"}), ask("get_data", "Key"))
				print(ask("init", {db = CONFIG}), ask("get_data", "Key"), #ask("get_data", "key"), ask("get_data", "false"))`))
			text := w.Take()
			want := "true\ntrue\ntrue\ntrue\ntrue\ntrue\ttrue\tfalse\ta value is a string, a number or a boolean\nfalse\tInternal error\nother\ttrue\ntrue\tnil\ntrue\tagain\t3\tfalse\n"
			if got := withoutLog(text); got != want {
				t.Errorf("printed %q, want %q", text, want)
			}
		})
	}
}

// withoutLog leaves log lines out.
func withoutLog(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "[:") && !strings.HasPrefix(line, " ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
