package compile

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/bytecode"
)

func TestDefinedName(t *testing.T) {
	p, err := Source("=test", []byte(`local M, late = {}
local function a() return M end
local b = function() end
function M.c() end
function M:d() end
function e() end
late = function() end
M[1] = function() end
print(function() end)
local t = { f = function() end }
M.sub = {}
function M.sub.g() end`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range p.Protos {
		got = append(got, bytecode.DefinedName(p, i))
	}
	want := []string{"a", "b", "M.c", "M.d", "e", "late", "", "", "f", "sub.g"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
