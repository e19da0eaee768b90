package compile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/bytecode"
	"lunarium/runtime/compile"
)

func TestFunctionsOfAText(t *testing.T) {
	const text = "#!/bin/x (\n" + `local function a(x) if x then return function() end end end
t = { b = function(...) for i = 1, 2 do end while false do repeat until true end end, "function (" }
function t.c.d:e() --[[ function( end ]] return [[end]] end`
	var got []string
	for _, f := range compile.Functions(text) {
		one := text[f.Params:f.End]
		if f.Method {
			one = "method " + one
		}
		got = append(got, one)
	}
	want := []string{
		"(x) if x then return function() end end end", "() end",
		"(...) for i = 1, 2 do end while false do repeat until true end end",
		"method () --[[ function( end ]] return [[end]] end",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// In whatever compiles, the functions are those of the prototype, in its order.
func FuzzFunctions(f *testing.F) {
	f.Add("local function a() return function() end end function b:c() end")
	f.Fuzz(func(t *testing.T, text string) {
		found := compile.Functions(text)
		p, err := compile.File("x", []byte(text))
		if err != nil {
			return
		}
		if n := count(p); n != len(found) {
			t.Fatalf("%d functions, and %d are found", n, len(found))
		}
		for _, one := range found {
			if one.Params >= one.End || text[one.Params] != '(' || text[one.End-3:one.End] != "end" {
				t.Fatalf("%+v", one)
			}
		}
	})
}

func count(p *bytecode.Proto) int {
	n := len(p.Protos)
	for _, inner := range p.Protos {
		n += count(inner)
	}
	return n
}
