package vm

import (
	goflag "flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lunarium/runtime/compile"
)

// This file lists code as the machine runs it: go test ./runtime/vm -v -run Listing -args -chunk "$PWD/FILE.lua"

var listed = goflag.String("chunk", "", "a Lua file whose code TestListing shows")

// listing writes a function and those in it: the place, the line, the bytecode's operation,
// the machine's, and what its operands refer to.
func listing(c *Code) string {
	var b strings.Builder
	fmt.Fprintf(&b, "function at line %d, %d registers\n", c.proto.LineDefined, c.proto.MaxStack)
	for at, i := range c.proto.Code {
		in := &c.instrs[at]
		o := op(in.op)
		text := fmt.Sprintf("%4d  [%d]  %-9v %-12v %s", at, c.proto.Line(at), i.Op(), o, operands(in))
		b.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	for _, inner := range c.protos {
		b.WriteString(listing(inner))
	}
	return b.String()
}

// operands tells what an instruction's operands refer to: R a register, K a constant, U
// an upvalue; and its numbers where it has some.
func operands(i *instr) string {
	info := &opTable[i.op]
	var parts []string
	for _, o := range []struct {
		use    use
		offset uint16
	}{{info.a, i.a}, {info.b, i.b}, {info.c, i.c}} {
		switch {
		case o.use == useNone:
		case o.use == useUpvalue:
			parts = append(parts, fmt.Sprintf("U%d", int(o.offset)/int(cellSize)))
		case i.constant(o.use):
			parts = append(parts, fmt.Sprintf("K%d", int(o.offset)/int(valueSize)))
		default:
			parts = append(parts, fmt.Sprintf("R%d", int(o.offset)/int(valueSize)))
		}
	}
	if i.x != 0 {
		parts = append(parts, fmt.Sprintf("x=%d", i.x))
	}
	return strings.Join(parts, " ")
}

func TestListing(t *testing.T) {
	name, source := "=listed", []byte("local n = ...\nlocal function twice(x) return x * 2 end\nfor i = 1, n do print(twice(i) + i) end\n")
	if *listed != "" {
		text, err := os.ReadFile(*listed)
		if err != nil {
			t.Fatal(err)
		}
		name, source = "@"+*listed, text
	}
	p, err := compile.Chunk(name, source, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := listing(NewLoader(0).Load(p))
	if *listed != "" {
		fmt.Print(got)
		return
	}
	want := `function at line 0, 9 registers
   0  [1]  VARARG    VARARG       R0 x=1
   1  [2]  CLOSURE   CLOSURE      R1
   2  [3]  LOADK     LOADK        R2
   3  [3]  MOVE      MOVE         R3 R0
   4  [3]  LOADK     LOADK        R4
   5  [3]  FORPREP   FORPREP      R2 x=96
   6  [3]  GETTABUP  GETGLOBAL    R6 U0 K1
   7  [3]  MOVE      MOVE         R7 R1
   8  [3]  MOVE      MOVE         R8 R5
   9  [3]  CALL      CALL         R7 x=1
  10  [3]  ADD       ADD          R7 R7 R5
  11  [3]  CALL      CALL         R6
  12  [3]  FORLOOP   FORLOOP      R2 x=-112
  13  [3]  RETURN    RETURNCLOSE  R0
function at line 2, 2 registers
   0  [2]  MUL       MULRK        R1 R0 K0
   1  [2]  RETURN    RETURN1      R1 x=1
   2  [2]  RETURN    RETURN0
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
