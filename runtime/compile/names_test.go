package compile

import (
	"testing"

	"lunarium/runtime/bytecode"
)

// TestCallNames compiles one call each and asks what it was called as. The
// calling instruction is the last one that has a name.
func TestCallNames(t *testing.T) {
	for source, want := range map[string][2]string{
		"f()":                              {"global", "f"},
		"local f; f()":                     {"local", "f"},
		"local t; t.f()":                   {"field", "f"},
		"local t; t.a.b.f()":               {"field", "f"},
		"local t; t:m(1)":                  {"method", "m"},
		"local t, k; t[k]()":               {"field", "?"},
		"local t; t[1]()":                  {"field", "?"},
		"local t; local k = 'x'; t[k]()":   {"field", "?"},
		"('x')()":                          {"constant", "x"},
		"return f()":                       {"global", "f"},
		"local _ENV = {}; f()":             {"global", "f"},
		"local a; local b = a; (a or b)()": {"", ""},
		"local a; return a + 1":            {"metamethod", "__add"},
		"local a; return a .. 1":           {"metamethod", "__concat"},
		"local a; return -a":               {"metamethod", "__unm"},
		"local a; return a.b":              {"metamethod", "__index"},
		"local a; a.b = 1":                 {"metamethod", "__newindex"},
		"local a; return a < 1":            {"metamethod", "__lt"},
		"for _ in nil do end":              {"for iterator", "for iterator"},
	} {
		p, err := Source("=x", []byte(source))
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if got := lastCallName(p); got != want {
			t.Errorf("%s: got %q, want %q", source, got, want)
		}
	}
}

func lastCallName(p *bytecode.Proto) [2]string {
	for pc := len(p.Code) - 1; pc >= 0; pc-- {
		op := p.Code[pc].Op()
		kind, name := bytecode.CallName(p, pc)
		if kind != "" || op == bytecode.CALL || op == bytecode.TAILCALL {
			return [2]string{kind, name}
		}
	}
	return [2]string{}
}

func TestUpvalueNames(t *testing.T) {
	p, err := Source("=x", []byte("local f, t; return function() f(); t.g(); h() end"))
	if err != nil {
		t.Fatal(err)
	}
	inner := p.Protos[0]
	var got [][2]string
	for pc, i := range inner.Code {
		if i.Op() == bytecode.CALL {
			kind, name := bytecode.CallName(inner, pc)
			got = append(got, [2]string{kind, name})
		}
	}
	want := [][2]string{{"upvalue", "f"}, {"field", "g"}, {"global", "h"}}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}

func TestLocalNames(t *testing.T) {
	p, err := Source("=x", []byte("local a = 1\ndo local b = 2 end\nlocal c = 3\nreturn a, c"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for pc := range p.Code {
		got = append(got, bytecode.LocalName(p, 0, pc)+"/"+bytecode.LocalName(p, 1, pc))
	}
	want := []string{"/", "a/", "a/", "a/c"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("at %d: got %s, want %s", i, got[i], want[i])
		}
	}
}
