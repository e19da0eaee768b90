package compile

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/bytecode"
)

// TestDeepNesting feeds sources that would nest the parser without end.
func TestDeepNesting(t *testing.T) {
	const n = 100_000
	for _, piece := range []string{
		"x = (", "x = {", "x = - ", "x = not ", "do ", "x = a .. ", "x = a ^ ", "x = function() return ",
		"a, ", "if a then ", "while a do ", "repeat ", "for a in ", "x = {[", "f(", "a[", "function f() ",
	} {
		prefix, rest, ok := strings.Cut(piece, "= ")
		if ok {
			prefix += "= "
		} else {
			prefix, rest = "", piece
		}
		if _, err := Source("=x", []byte(prefix+strings.Repeat(rest, n))); err == nil {
			t.Errorf("%q is accepted", piece)
		}
	}
	_, err := Source("=x", []byte("return "+strings.Repeat("(", n)))
	if want := "x:1: too many C levels (limit is 200) in main function near '('"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err := Source("=x", []byte("return "+strings.Repeat("(", 150)+"1"+strings.Repeat(")", 150))); err != nil {
		t.Error(err)
	}
}

// jumps writes a source with n jumps to one place, in each way there is.
var jumps = map[string]func(n int) string{
	"or":     func(n int) string { return "return " + strings.Repeat("a == 1 or ", n) + "b" },
	"and":    func(n int) string { return "if " + strings.Repeat("a and ", n) + "b then f() end" },
	"elseif": func(n int) string { return "if a then f() " + strings.Repeat("elseif b then f() ", n) + "end" },
	"break":  func(n int) string { return "while a do " + strings.Repeat("if b then break end ", n) + "end" },
	"goto":   func(n int) string { return strings.Repeat("if a then goto done end ", n) + "::done::" },
}

func TestEffort(t *testing.T) {
	for name, source := range jumps {
		if _, err := Source("=x", []byte(source(200))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		f := newFeed(source(100_000))
		for f.advance() == nil {
		}
		if f.failure == nil || !strings.HasPrefix(f.failure.message, "control structure too long near ") {
			t.Errorf("%s: %+v", name, f.failure)
		}
	}
	for name, source := range map[string]string{
		"expressions":  strings.Repeat("x = a and b or c; f(a or b, c or d) ", 20_000),
		"mixed":        "return " + strings.Repeat("(a or b) and c or ", 900) + "d",
		"ifs":          strings.Repeat("if a then f() elseif b or c then g() end ", 20_000),
		"loops":        strings.Repeat("for i = 1, 2 do if a then break end end repeat break until x ", 20_000),
		"labels":       strings.Repeat("while a do if b then goto continue end f() ::continue:: end ", 20_000),
		"same names":   strings.Repeat("function f() for i = 1, 2 do goto continue ::continue:: end end ", 20_000),
		"long listing": "return {" + strings.Repeat("{a = b or c, [d and e] = 1},\n", 20_000) + "}",
	} {
		f := newFeed(source)
		for f.advance() == nil {
		}
		if f.failure != nil || f.effort.spent > maxEffort/2 {
			t.Errorf("%s: %+v after %d", name, f.failure, f.effort.spent)
		}
	}
}

const longForList = `
local function count(limit, n) if n < limit then return n + 1, -n end end
local function run(...)
  for i, j in count, 3, 0, print("extra"), ... do print(i, j) end
end
run(1, 2)
for i in count, 2,
    0, (function()
      for k in pairs { 1 } do print("inner", k) end
      for a, b in count, 1, 0, "a", { "b" } do print(a, b) end
    end)() do
  print(i)
end
for i in (count), 1, 0 do print "short" end
error("line 15")
`

func TestLongForList(t *testing.T) {
	p, err := Source("@for.lua", []byte(longForList))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Line(len(p.Code) - 2); got != 15 {
		t.Errorf("last statement on line %d", got)
	}
	for _, source := range []string{
		"for a in 1, 2, 3, 4", "for a in 1, 2, 3, 4, 5 do", "for a in 1, 2, 3, 'x\n", "for a in 1, 2, 3, ) do end",
	} {
		if _, err := Source("=x", []byte(source)); err == nil {
			t.Errorf("%q is accepted", source)
		}
	}
}

func TestLongForListRuns(t *testing.T) {
	lua := reference(t, "lua5.2")
	p, err := Source("@for.lua", []byte(longForList))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	output := func(name string, content []byte) string {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(lua, name)
		cmd.Dir = dir
		out, _ := cmd.CombinedOutput() // it ends in an error on purpose
		text, _, _ := strings.Cut(string(out), "stack traceback")
		return text
	}
	want := output("for.lua", []byte(longForList))
	if diff := cmp.Diff(want, output("for.luac", bytecode.Dump(p, false))); diff != "" {
		t.Error(diff)
	}
}

// TestManyConstants needs the long form of LOADK, and of SETLIST.
func TestManyConstants(t *testing.T) {
	var b strings.Builder
	b.WriteString("return {")
	for i := range 1<<18 + 10 {
		fmt.Fprintf(&b, "%d.5,", i)
	}
	b.WriteString("}")
	p, err := Source("=x", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[bytecode.Opcode]bool{}
	for pc, i := range p.Code {
		if i.Op() == bytecode.EXTRAARG {
			seen[p.Code[pc-1].Op()] = true
		}
	}
	if !seen[bytecode.LOADKX] || !seen[bytecode.SETLIST] {
		t.Errorf("long forms used: %v", seen)
	}
}

func FuzzSource(f *testing.F) {
	for source := range badSources {
		f.Add([]byte(source))
	}
	f.Add([]byte(longForList))
	for _, file := range programs(f) {
		f.Add(readFile(f, file))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		p, err := Source("=fuzz", source)
		if err != nil {
			if strings.Contains(err.Error(), "cannot compile") {
				t.Errorf("a defect shows: %v", err)
			}
			return
		}
		if err := bytecode.Verify(p); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkSource(b *testing.B) {
	source := readFile(b, "../../testdata/lua/compile/functions.lua")
	b.SetBytes(int64(len(source)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Source("@functions.lua", source); err != nil {
			b.Fatal(err)
		}
	}
}

// TestManyRegisters: go-lua writes more registers than an instruction can name.
func TestManyRegisters(t *testing.T) {
	for n, want := range map[int]string{
		244: "", 255: "complex", 256: "complex", 300: "complex", 511: "complex", 600: "complex",
	} {
		_, err := Source("=x", []byte("local a return f("+strings.Repeat("a,", n)+"a)"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), "x:1: function or expression too complex near ")) {
			t.Errorf("%d arguments: %v", n, err)
		}
	}
}
