package cli

import (
	"os"
	"strings"
	"testing"

	"lunarium/console/usage"
)

// Plain Lua finds every module that services find.
func TestPlainLuaHasTheModules(t *testing.T) {
	var out strings.Builder
	const code = `for _, name in ipairs { "cache", "db_pool", "http", "json", "persist", "versions" } do assert(type(require(name)) == "table", name) end`
	if status := Run([]string{"lua", "-e", code}, usage.Streams{Program: "lunarium", In: os.Stdin, Out: &out, Err: &out}); status != 0 {
		t.Error(out.String())
	}
}
